import Addressing
import LinuxSystem
import Netlink
import Testing

@testable import RealServer

extension RealServerPlanTests {
    @Test("an address that is there without a label gets the one that was asked for, and is as before at the end")
    func relabelled() throws {
        let start = host([try #require(PlannedHost.held("10.1.80.90", label: "lo"))], settings: [1, 2, 1, 2])
        let wanted = RealServerAddress(vip, isLabelled: true)
        let said = Verification.findings(of: [wanted], on: start, listeners: nil)
        #expect(said.map(\.kind) == [.labelMissing])
        let plan = try RealServerPlan.apply([wanted], to: start, saved: SavedState())
        let state = carryOut(plan.changes, on: start)
        #expect(state.interface("lo")?.addresses.map(\.label) == ["lo:0"])
        #expect(
            plan.items.last?.description == "10.1.80.90/32 on lo: present with a label, was present without one")
        #expect(try RealServerPlan.apply([wanted], to: state, saved: plan.saved).changes.isEmpty)
        #expect(Verification.findings(of: [wanted], on: state, listeners: nil).isEmpty)
        let removal = RealServerPlan.remove([vip], from: state, saved: plan.saved)
        #expect(carryOut(removal.changes, on: state) == start)
    }

    @Test("an address that moves from lo to a dummy is told of on both, and a network's prefix there is told too")
    func moved() throws {
        var start = host([try #require(PlannedHost.held("10.1.80.90"))], settings: [1, 2, 1, 2])
        start.interfaces.append(
            .init(
                name: "dummy0", isSilent: true, kind: "dummy",
                addresses: [try #require(PlannedHost.held("10.1.80.90", length: 24))]))
        let wanted = RealServerAddress(vip, interface: "dummy0")
        let plan = try RealServerPlan.apply([wanted], to: start, saved: SavedState())
        #expect(
            plan.items.suffix(2).map(\.description) == [
                "10.1.80.90/32 on lo: absent, was present",
                "10.1.80.90/32 on dummy0: present, was present as 10.1.80.90/24",
            ])
        let back = try RealServerPlan.apply([RealServerAddress(vip)], to: start, saved: SavedState())
        #expect(back.items.contains { $0.description == "10.1.80.90/24 on dummy0: absent, was present" })
    }

    @Test("IPv6 that is turned off on the interface is named with its sysctl; a status report says so")
    func disabled() throws {
        let address = try #require(IPAddress("2001:db8::90"))
        for (interface, scope) in [("lo", "lo"), ("dummy0", "default")] {
            var state = host()
            let sysctl = Sysctl.ipv6(interface: scope, "disable_ipv6")
            state.sysctls[sysctl] = 1
            let wanted = RealServerAddress(address, interface: interface)
            #expect(throws: RealServerError.ipv6Disabled(address, sysctl)) {
                try RealServerPlan.apply([wanted], to: state, saved: SavedState())
            }
            let items = RealServerPlan.status(of: [wanted], on: state, saved: SavedState())
            #expect(items.contains { $0.outcome == .wrong && $0.description.contains("\(sysctl)=0") })
        }
    }
}
