import Addressing
import LinuxSystem
import Netlink
import Testing

@testable import RealServer

@Suite struct TunnelModeTests {
    let tunnelled = RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.ipip, outer: .ipv6))
    let sixth = RealServerAddress(
        .v6(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 0x90)), tunnel: Tunnel(.ipip, outer: .ipv6))

    func host(_ number: UInt8?) -> HostState {
        var host = PlannedHost.host()
        host.interfaces.append(
            .init(name: "ip6tnl0", isUp: false, isSilent: true, kind: "ip6tnl", tunnelProtocol: number))
        for name in Settings.names { host.sysctls[.ipv4(interface: "ip6tnl0", name)] = 0 }
        return host
    }

    @Test(
        "ip6tnl0 opens what comes, and is set back where it was changed",
        arguments: [(41, 0), (4, 4), (0, 0)] as [(UInt8, UInt8)])
    func mode(before: UInt8, after: UInt8) throws {
        let start = host(before)
        let state = try PlannedHost.setUpAndBack(tunnelled, on: start)
        #expect(state.interface("ip6tnl0")?.tunnelProtocol == after)
    }

    @Test("with IPv6 alone inside the device stays as it is; with both, any is needed until the IPv4 address goes")
    func both() throws {
        let start = host(41)
        let first = try RealServerPlan.apply([sixth], to: start, saved: SavedState())
        var state = PlannedHost.carryOut(first.changes, on: start)
        #expect(state.interface("ip6tnl0")?.tunnelProtocol == 41)
        let second = try RealServerPlan.apply([tunnelled], to: state, saved: first.saved)
        state = PlannedHost.carryOut(second.changes, on: state)
        #expect(state.interface("ip6tnl0")?.tunnelProtocol == 0)
        let third = RealServerPlan.remove([sixth.address], from: state, saved: second.saved)
        state = PlannedHost.carryOut(third.changes, on: state)
        #expect(state.interface("ip6tnl0")?.tunnelProtocol == 0)
        let last = RealServerPlan.remove([tunnelled.address], from: state, saved: third.saved)
        #expect(PlannedHost.carryOut(last.changes, on: state) == start)
    }

    @Test("a device that is made by its module is set too, and a mode that somebody chose since is left")
    func made() throws {
        let plan = try RealServerPlan.apply([tunnelled], to: PlannedHost.host(), saved: SavedState())
        #expect(plan.changes.contains(.setTunnelProtocol(name: "ip6tnl0", from: 41, to: 0)))
        var state = host(4)
        state.interfaces[2].isUp = true
        let removal = RealServerPlan.remove([PlannedHost.vip], from: state, saved: plan.saved)
        #expect(PlannedHost.carryOut(removal.changes, on: state).interface("ip6tnl0")?.tunnelProtocol == 4)
        #expect(removal.items.contains { $0.subject == "mode of ip6tnl0" && $0.outcome == .left })
    }

    @Test("verify names the mode that drops what comes")
    func verification() {
        let kinds = Verification.findings(of: [tunnelled], on: host(41), listeners: nil).map(\.kind)
        #expect(kinds.contains(.tunnelMode))
        #expect(!Verification.findings(of: [sixth], on: host(41), listeners: nil).map(\.kind).contains(.tunnelMode))
        #expect(!Verification.findings(of: [tunnelled], on: host(0), listeners: nil).map(\.kind).contains(.tunnelMode))
    }

    @Test("what comes after a reboot sets the mode as well")
    func persistence() throws {
        func texts(_ manager: NetworkManagement.Manager, _ address: RealServerAddress) -> [String] {
            NetworkManagement(manager: manager).files(for: [address], settings: [], made: []).map { file in
                switch file.contents {
                case .text(let text): text
                case .link(let target): target
                }
            }
        }
        #expect(
            texts(.networkd, tunnelled).contains {
                $0.contains("realserver apply --tunnel ipip --tunnel-family ipv6 10.1.80.90\n")
            })
        #expect(texts(.networkd, sixth).contains { $0.contains("[Match]\nName=ip6tnl0\n") })
        #expect(texts(.ifupdown, tunnelled).contains { $0.contains("ip -6 tunnel change ip6tnl0 mode any\n") })
        #expect(!texts(.ifupdown, sixth).contains { $0.contains("mode any") })
    }

    @Test("sit0 goes down although the kernel has put the host's IPv4 addresses on it")
    func sit() throws {
        let wanted = RealServerAddress(sixth.address, tunnel: Tunnel(.ipip, outer: .ipv4))
        var start = PlannedHost.host()
        start.interfaces.append(.init(name: "sit0", isUp: false, isSilent: true, kind: "sit"))
        let plan = try RealServerPlan.apply([wanted], to: start, saved: SavedState())
        var state = PlannedHost.carryOut(plan.changes, on: start)
        let automatic = try ["::10.1.80.93", "::127.0.0.1"].map { try #require(PlannedHost.held($0, length: 96)) }
        state.interfaces[2].addresses = automatic
        let removal = RealServerPlan.remove([wanted.address], from: state, saved: plan.saved)
        #expect(PlannedHost.carryOut(removal.changes, on: state).interface("sit0")?.isUp == false)
        state.interfaces[2].addresses.append(try #require(PlannedHost.held("2001:db8::7", length: 64)))
        let kept = RealServerPlan.remove([wanted.address], from: state, saved: plan.saved)
        #expect(PlannedHost.carryOut(kept.changes, on: state).interface("sit0")?.isUp == true)
    }
}
