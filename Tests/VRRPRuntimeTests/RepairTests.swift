import Addressing
import LinuxSystem
import Netlink
import TestKit
import Testing
import VRRP

@testable import VRRPRuntime

/// What somebody else takes away from a master.
@Suite(
    "Repairs", .serialized, .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"),
    .timeLimit(.minutes(2)))
struct RepairTests {
    let segment: Segment

    init() throws { segment = try Segment() }

    private func routing() throws -> HeldRouting {
        let destination = try #require(Prefix("192.0.2.0/24"))
        let route = Route(
            destination: destination, preferredSource: .v4(IPv4Address(10, 1, 80, 90)), scope: .link,
            owner: Route.keepalivedOwner)
        var rule = RoutingRule(family: .ipv4, priority: 500, action: .table(100))
        rule.source = destination
        rule.owner = Route.keepalivedOwner
        return HeldRouting(routes: [HeldRoute(route, interface: "enp0s3")], rules: [HeldRule(rule)])
    }

    private func lines(_ host: Host, _ text: String) -> [String] { host.log.all.filter { $0.contains(text) } }

    private func until(_ fits: () async throws -> Bool) async throws {
        while try await !fits() { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("address, route and rule that are taken away are put back at once, with a line for each and no resignation")
    func repaired() async throws {
        var router = try Segment.router(priority: 101)
        router.routing = try routing()
        let host = try await Host.masters(segment.left, [router])
        let route = "ip route show 192.0.2.0/24"
        let rule = "ip rule show priority 500"
        try await until { try !segment.left.shell(rule).isEmpty }
        let state = try segment.left.shell("\(route); \(rule)")
        #expect(state.contains("dev enp0s3 proto keepalived scope link src 10.1.80.90"))
        for (command, what) in [
            ("ip address delete 10.1.80.90/32 dev enp0s3", "10.1.80.90/32 on enp0s3"),
            ("ip route delete 192.0.2.0/24", "route 192.0.2.0/24 dev enp0s3"),
            ("ip rule delete priority 500", "rule 500: from 192.0.2.0/24"),
        ] {
            // A route that went with its address was told of already.
            let before = lines(host, what).count
            try segment.left.shell(command)
            try await until { lines(host, what).dropFirst(before).contains { $0.hasSuffix("put back") } }
            // A route comes back after the address that it needs.
            try await until { try segment.left.shell("\(route); \(rule)") == state }
            #expect(try host.holds("10.1.80.90/32"))
        }
        // The address took its route along without a word.
        #expect(lines(host, "removed by somebody else").count <= 4)
        #expect(await host.status()?.statistics.becameMaster == 1)
        await host.runtime.stop()
        #expect(try segment.left.shell("\(route); \(rule)").isEmpty)
    }

    @Test("many addresses that go at once are one repair; those that go again and again cost the mastership")
    func budget() async throws {
        let addresses = (1...100).map { "10.9.0.\($0)/32" }
        let host = try await Host.masters(segment.left, [try Segment.router(priority: 101, addresses: addresses)])
        let flush = "ip address flush dev enp0s3 to 10.9.0.0/24"
        for number in 1...RepairBudget<HeldAddressBook.Key>.limit {
            try segment.left.shell(flush)
            try await until {
                try segment.left.shell("ip -4 -o address show to 10.9.0.0/24").split(separator: "\n").count == 100
                    && lines(host, "put back").count >= number
            }
        }
        #expect(await host.status()?.state == .master)
        #expect(lines(host, "addresses, ").count >= 1)
        try segment.left.shell(flush)
        await host.reaches(.backup)
        #expect(lines(host, "again and again").count == 1)
        #expect(try segment.left.shell("ip -4 -o address show to 10.9.0.0/24").isEmpty)
        // Nobody else is there.
        await host.reaches(.master)
        await host.runtime.stop()
    }

    @Test("an IPv6 address that another host has is set again without duplicate detection")
    func duplicate() async throws {
        try segment.right.shell("ip address add 2001:db8:80::90/64 dev enp0s3 nodad")
        var router = try Segment.router(priority: 101)
        var address = HeldAddress(prefix: try #require(Prefix("2001:db8:80::90/64")))
        address.detectsDuplicates = true
        router.addresses.append(address)
        let host = try Host(segment.left, VRRPRuntimeConfiguration(routers: [router]))
        try await host.runtime.start()
        await host.reaches(.master)
        try await until { !lines(host, "failed duplicate address detection; set again").isEmpty }
        let shown = try segment.left.shell("ip -6 -o address show to 2001:db8:80::90")
        #expect(shown.contains("2001:db8:80::90") && !shown.contains("dadfailed") && !shown.contains("tentative"))
        #expect(await host.status()?.state == .master)
        await host.runtime.stop()
    }

    @Test("routes that went with the link come back with it")
    func link() async throws {
        var router = try Segment.router(priority: 101) { $0.trackers = [] }
        router.routing = try routing()
        let host = try await Host.masters(segment.left, [router])
        try await until { try !segment.left.shell("ip route show 192.0.2.0/24").isEmpty }
        try segment.left.shell("ip link set enp0s3 down")
        #expect(try segment.left.shell("ip route show 192.0.2.0/24").isEmpty)
        try segment.left.shell("ip link set enp0s3 up")
        try await until { try !segment.left.shell("ip route show 192.0.2.0/24").isEmpty }
        #expect(host.log.all.count { $0 == "(VI_1) setting Virtual Routes" } == 1)
        await host.runtime.stop()
        #expect(host.log.all.contains("(VI_1) removing Virtual Routes"))
    }

    @Test("what is static is there from the start to the stop, and is put back")
    func statics() async throws {
        var configuration = VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 101)])
        configuration.statics.addresses = [
            HeldAddress(prefix: try #require(Prefix("10.7.0.1/24")), interface: "enp0s3")
        ]
        configuration.statics.routing = try routing()
        configuration.statics.routing.routes[0].route.preferredSource = .v4(IPv4Address(10, 7, 0, 1))
        let host = try Host(segment.left, configuration)
        try await host.runtime.start()
        #expect(try host.holds("10.7.0.1/24"))
        #expect(try segment.left.shell("ip route show 192.0.2.0/24").contains("src 10.7.0.1"))
        #expect(try !segment.left.shell("ip rule show priority 500").isEmpty)
        try segment.left.shell("ip address delete 10.7.0.1/24 dev enp0s3; ip rule delete priority 500")
        try await until { lines(host, "put back").count >= 2 }
        #expect(try host.holds("10.7.0.1/24"))
        try await until { try segment.left.shell("ip route show 192.0.2.0/24").contains("src 10.7.0.1") }
        await host.reaches(.master)
        // A reload adds, removes, and leaves alone what stays.
        configuration.statics.addresses[0].prefix = try #require(Prefix("10.7.0.2/24"))
        configuration.statics.routing.routes = []
        try await host.runtime.replace(configuration)
        #expect(try !host.holds("10.7.0.1/24"))
        #expect(try host.holds("10.7.0.2/24"))
        #expect(try segment.left.shell("ip route show 192.0.2.0/24").isEmpty)
        #expect(try !segment.left.shell("ip rule show priority 500").isEmpty)
        await host.runtime.stop()
        #expect(try !host.holds("10.7.0.2/24"))
        #expect(try segment.left.shell("ip rule show priority 500").isEmpty)
    }

    private func refusal(of router: VRRPRuntimeConfiguration.Router, by host: Host) async -> VRRPRuntimeError? {
        do throws(VRRPRuntimeError) {
            try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [router]))
            return nil
        } catch {
            return error
        }
    }

    @Test("a reload that the kernel refuses leaves nothing of it behind; one that it takes touches what changed only")
    func reload() async throws {
        var router = try Segment.router(priority: 101)
        router.routing = try routing()
        let host = try await Host.masters(segment.left, [router])
        try await until { try !segment.left.shell("ip rule show priority 500").isEmpty }
        let state = "ip -4 address show; ip route show table all; ip rule show"
        let before = try segment.left.shell(state)
        var next = router
        next.addresses.append(HeldAddress(prefix: try #require(Prefix("10.1.80.95/32"))))
        var impossible = Route(
            destination: try #require(Prefix("192.0.9.0/24")), gateway: .v4(IPv4Address(203, 0, 113, 1)),
            scope: .universe, owner: Route.keepalivedOwner)
        next.routing.routes.append(HeldRoute(impossible, interface: "enp0s3"))
        let refusal = await refusal(of: next, by: host)
        #expect(
            refusal?.description.hasPrefix(
                "(VI_1) the kernel refuses route 192.0.9.0/24 via 203.0.113.1 dev enp0s3: ") == true)
        if case .refused(_, _, _, let count, let hasUndone)? = refusal { #expect(count == 1 && hasUndone) }
        #expect(try segment.left.shell(state) == before)
        // This is no group that could be joined.
        next.routing.routes.removeLast()
        var group = HeldAddress(prefix: try #require(Prefix("10.1.80.99/32")))
        group.flags = .joinsGroup
        next.addresses.append(group)
        #expect(await self.refusal(of: next, by: host) != nil)
        #expect(try segment.left.shell(state) == before)
        next.addresses.removeLast()
        impossible.gateway = .v4(IPv4Address(10, 1, 80, 1))
        next.routing.routes.append(HeldRoute(impossible, interface: "enp0s3"))
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [next]))
        #expect(try host.holds("10.1.80.95/32"))
        #expect(try segment.left.shell("ip route show 192.0.9.0/24").contains("via 10.1.80.1"))
        next.routing.routes[1].route.gateway = .v4(IPv4Address(10, 1, 80, 2))
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [next]))
        #expect(try segment.left.shell("ip route show 192.0.9.0/24").contains("via 10.1.80.2"))
        #expect(await host.status()?.statistics.becameMaster == 1)
        #expect(lines(host, "removed by somebody else").isEmpty)
        await host.runtime.stop()
    }

    @Test("a master of many addresses holds and announces all of them")
    func many() async throws {
        let addresses = (0..<500).map { "10.8.\($0 / 250).\($0 % 250 + 1)/32" }
        var router = try Segment.router(priority: 101, addresses: addresses)
        router.routing = try routing()
        router.routing.routes[0].route.preferredSource = .v4(IPv4Address(10, 8, 1, 250))
        let host = try await Host.masters(segment.left, [router])
        let show = "ip -4 -o address show to 10.8.0.0/16 | wc -l"
        try await until { try segment.left.shell(show).hasPrefix("500") }
        // The routes come when all addresses are there.
        try await until { try segment.left.shell("ip route show 192.0.2.0/24").contains("src 10.8.1.250") }
        await host.runtime.stop()
        #expect(try segment.left.shell(show).hasPrefix("0"))
    }

    @Test("promote_secondaries is set on the interface and put back at the stop")
    func promotion() async throws {
        let parameter = "/proc/sys/net/ipv4/conf/enp0s3/promote_secondaries"
        try segment.left.shell("echo 0 > \(parameter)")
        var router = try Segment.router(priority: 101)
        router.promotesSecondaries = true
        let host = try await Host.masters(segment.left, [router])
        #expect(try segment.left.shell("cat \(parameter)").hasPrefix("1"))
        await host.runtime.stop()
        #expect(try segment.left.shell("cat \(parameter)").hasPrefix("0"))
    }
}
