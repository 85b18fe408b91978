import Addressing
import LinuxSystem
import Netlink
import Testing

@testable import RealServer

@Suite struct TunnelSettingsTests {
    let checked = RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.gre, outer: .ipv4, hasChecksum: true))
    let generic = RealServerAddress(PlannedHost.other, tunnel: Tunnel(.gue, outer: .ipv4, port: 6080))
    let port = TunnelPort(6080, .ipv4)

    func host(_ name: String, _ kind: String, expectsChecksums: Bool? = nil) -> HostState {
        var host = PlannedHost.host()
        host.interfaces.append(
            .init(name: name, isUp: false, isSilent: true, kind: kind, expectsChecksums: expectsChecksums))
        for setting in Settings.names { host.sysctls[.ipv4(interface: name, setting)] = 0 }
        return host
    }

    @Test("gre0 takes packets as they come, and is set back where it was changed", arguments: [false, true])
    func checksums(before: Bool) throws {
        let start = host("gre0", "gre", expectsChecksums: before)
        for (address, wanted) in [
            (checked, true), (RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.gre, outer: .ipv4)), false),
        ] {
            let state = try PlannedHost.setUpAndBack(address, on: start)
            #expect(state.interface("gre0")?.expectsChecksums == wanted)
        }
    }

    @Test("a port of gue is opened once for all addresses, and closed with the last of them where it was opened")
    func ports() throws {
        let second = RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.gue, outer: .ipv4, port: 6080))
        let start = host("tunl0", "ipip")
        let plan = try RealServerPlan.apply([generic, second], to: start, saved: SavedState())
        #expect(plan.changes.filter { $0 == .addTunnelPort(port) }.count == 1)
        let state = PlannedHost.carryOut(plan.changes, on: start)
        #expect(try RealServerPlan.apply([generic], to: state, saved: plan.saved).changes.isEmpty)
        let saved = try SavedState(text: plan.saved.text(by: "1.2.3"))
        #expect(saved == plan.saved)
        let first = RealServerPlan.remove([generic.address], from: state, saved: saved)
        #expect(!first.changes.contains(.removeTunnelPort(port)))
        let rest = PlannedHost.carryOut(first.changes, on: state)
        let last = RealServerPlan.remove([second.address], from: rest, saved: first.saved)
        #expect(PlannedHost.carryOut(last.changes, on: rest) == start)
        #expect(last.saved.isEmpty)

        var open = start
        open.tunnelPorts = [port: true]
        let beside = try RealServerPlan.apply([generic], to: open, saved: SavedState())
        #expect(beside.saved.tunnelPorts.isEmpty)
        let after = RealServerPlan.remove(
            [generic.address], from: PlannedHost.carryOut(beside.changes, on: open), saved: beside.saved)
        #expect(!after.changes.contains(.removeTunnelPort(port)))
    }

    @Test("what the kernel cannot do is refused before anything is done")
    func refused() {
        let plain = RealServerAddress(PlannedHost.other, tunnel: Tunnel(.gre, outer: .ipv4))
        #expect(throws: RealServerError.mixedChecksums("gre0")) {
            try RealServerPlan.apply([checked, plain], to: PlannedHost.host(), saved: SavedState())
        }
        #expect(throws: RealServerError.mixedChecksums("gre0")) {
            try RealServerPlan.apply(
                [plain], to: PlannedHost.host(), saved: SavedState(entries: [.init(address: checked)]))
        }
        let sixth = RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.gre, outer: .ipv6, hasChecksum: true))
        #expect(throws: RealServerError.checksumsOverIPv6("ip6gre0")) {
            try RealServerPlan.apply([sixth], to: PlannedHost.host(), saved: SavedState())
        }
        var taken = PlannedHost.host()
        taken.tunnelPorts = [port: false]
        #expect(throws: RealServerError.tunnelPortTaken(6080)) {
            try RealServerPlan.apply([generic], to: taken, saved: SavedState())
        }
    }

    @Test("verify names a device that drops what comes, and a port that is closed")
    func verification() {
        func kinds(_ address: RealServerAddress, _ host: HostState) -> [Finding.Kind] {
            Verification.findings(of: [address], on: host, listeners: nil).map(\.kind)
        }
        #expect(kinds(checked, host("gre0", "gre", expectsChecksums: false)).contains(.tunnelChecksum))
        #expect(!kinds(checked, host("gre0", "gre", expectsChecksums: true)).contains(.tunnelChecksum))
        let plain = RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.gre, outer: .ipv4))
        #expect(kinds(plain, host("gre0", "gre", expectsChecksums: true)).contains(.tunnelChecksum))
        let sixth = RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.gre, outer: .ipv6, hasChecksum: true))
        #expect(kinds(sixth, PlannedHost.host()).contains(.tunnelChecksum))
        var open = host("tunl0", "ipip")
        #expect(kinds(generic, open).contains(.tunnelPort))
        open.tunnelPorts = [port: true]
        #expect(!kinds(generic, open).contains(.tunnelPort))
    }

    @Test("what comes after a reboot does the same")
    func persistence() {
        func text(_ manager: NetworkManagement.Manager, _ address: RealServerAddress) -> String {
            let management = NetworkManagement(manager: manager)
            return management.files(for: [address], settings: [], made: []).map { file in
                switch file.contents {
                case .text(let text): text
                case .link(let target): target
                }
            }.joined()
        }
        for manager in [NetworkManagement.Manager.networkd, .networkManager, .unit] {
            #expect(text(manager, checked).contains("realserver apply --tunnel gre --tunnel-checksum 10.1.80.90\n"))
            #expect(text(manager, generic).contains("realserver apply --tunnel gue --tunnel-port 6080 10.1.80.91\n"))
        }
        #expect(text(.ifupdown, checked).contains("    pre-up ip tunnel change gre0 mode gre icsum\n"))
        let gue = text(.ifupdown, generic)
        #expect(gue.contains("|| ip fou add port 6080 gue\n"))
        #expect(gue.contains("    down ip fou del port 6080\n"))
        #expect(gue.contains("\nipip\nfou\n"))
    }
}
