import Addressing
import Netlink
import Testing
import Timing
import VRRP

@testable import VRRPRuntime

@Suite("Changes of routes and rules")
struct RoutingChangeTests {
    private static func route(_ destination: String, via gateway: UInt8, metric: UInt32 = 0) throws -> RoutingEntry {
        RoutingEntry(
            subject: .route(
                Route(
                    destination: try #require(Prefix(destination)), gateway: .v4(IPv4Address(10, 0, 0, gateway)),
                    metric: metric)))
    }

    private static func rule(_ priority: UInt32) -> RoutingEntry {
        RoutingEntry(subject: .rule(RoutingRule(family: .ipv4, priority: priority, action: .table(100))))
    }

    @Test("what is in both lists is not touched")
    func same() throws {
        let list = [try Self.route("192.0.2.0/24", via: 1), Self.rule(5)]
        let change = RoutingChange(from: list, to: list.reversed())
        #expect(change.improvements.isEmpty && change.removals.isEmpty)
    }

    @Test("routes are added before rules are, and removed after they are")
    func order() throws {
        let routes = [try Self.route("192.0.2.0/24", via: 1), try Self.route("192.0.3.0/24", via: 1)]
        let list = routes + [Self.rule(5), Self.rule(6)]
        #expect(RoutingChange(from: [], to: list).improvements.map(\.command) == list.map(\.addition))
        let removals = RoutingChange(from: list, to: []).removals
        #expect(removals.map(\.command) == list.reversed().map(\.removal))
        #expect(removals.map(\.undo) == list.reversed().map(\.addition))
    }

    @Test("a route that only changes its way is replaced in place, and can be put back")
    func replaced() throws {
        let before = try Self.route("192.0.2.0/24", via: 1)
        let after = try Self.route("192.0.2.0/24", via: 2)
        let change = RoutingChange(from: [before], to: [after])
        guard case .route(let old) = before.subject, case .route(let new) = after.subject else { return }
        #expect(change.improvements.map(\.command) == [.replaceRoute(new)])
        #expect(change.improvements.map(\.undo) == [.replaceRoute(old)])
        #expect(change.removals.isEmpty)
        // With another metric it is another route.
        let moved = RoutingChange(from: [before], to: [try Self.route("192.0.2.0/24", via: 2, metric: 7)])
        #expect(moved.improvements.count == 1 && moved.removals.count == 1)
        // Where another of the same key stays, the kernel could replace the wrong one.
        let third = try Self.route("192.0.2.0/24", via: 3)
        let among = RoutingChange(from: [third, before], to: [third, after])
        #expect(among.improvements.map(\.command) == [after.addition])
        #expect(among.removals.map(\.command) == [before.removal])
    }

    @Test("a route that two hold stays until both let go; only what is tracked is a loss")
    func book() throws {
        var book = RoutingBook()
        let first = RoutingHolder.router(RouterID("VI_1"))
        var entry = try Self.route("192.0.2.0/24", via: 1)
        book.set([entry], of: first)
        book.set([entry], of: .daemon)
        #expect(book.isHeld(entry.subject, except: first))
        guard case .route(let route) = entry.subject else { return }
        #expect(book.losses(by: .routeRemoved(route)).count == 2)
        book.set([], of: .daemon)
        #expect(!book.isHeld(entry.subject, except: first))
        #expect(book.losses(by: .routeChanged(route)).isEmpty)
        var other = route
        other.gateway = .v4(IPv4Address(10, 0, 0, 9))
        other.owner = 3
        #expect(book.losses(by: .routeChanged(other)).map(\.entry.restoration) == [.replaceRoute(route)])
        other.metric = 5
        #expect(book.losses(by: .routeChanged(other)).isEmpty, "another route beside it")
        entry.isTracked = false
        book.set([entry], of: first)
        #expect(book.losses(by: .routeRemoved(route)).isEmpty)
    }

    @Test("a thing is put back five times in ten seconds, each thing by itself")
    func budget() {
        var budget = RepairBudget<String>()
        let start = Instant(nanoseconds: 0)
        for number in 1...5 { #expect(budget.spend(on: "a", at: start + .seconds(number)) == number) }
        #expect(budget.spend(on: "a", at: start + .seconds(6)) == nil)
        #expect(budget.nextChance(for: "a", at: start + .seconds(6)) == start + .seconds(11))
        #expect(budget.spend(on: "b", at: start + .seconds(6)) == 1)
        #expect(budget.nextChance(for: "b", at: start + .seconds(6)) == nil)
        #expect(budget.spend(on: "a", at: start + .seconds(11)) == 5)
        budget.forgetOld(at: start + .seconds(30))
        #expect(budget.spend(on: "a", at: start + .seconds(30)) == 1)
    }
}
