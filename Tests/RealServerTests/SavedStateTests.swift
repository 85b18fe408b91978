import Addressing
import LinuxSystem
import Netlink
import TestKit
import Testing

@testable import RealServer

@Suite struct SavedStateTests {
    @Test("what is written is read back")
    func roundTrip() throws {
        var state = SavedState(entries: [
            .init(address: RealServerAddress(PlannedHost.vip), wasThere: true),
            .init(
                address: RealServerAddress(
                    .v6(IPv6Address(high: 1, low: 2)), interface: "dummy0", isLabelled: true,
                    tunnel: Tunnel(.gre, outer: .ipv4), ports: [ServicePort(80), ServicePort(53, .udp)]),
                isPersistent: true),
        ])
        state.sysctls[PlannedHost.keys[0]] = .init(before: 0, applied: 1)
        state.interfaces = [.init(name: "dummy0", kind: "dummy", wasMade: true)]
        state.displaced = [
            .init(address: try #require(PlannedHost.held("10.1.80.90", length: 24, label: "lo:3")), interface: "lo")
        ]
        state.files = ["/etc/sysctl.d/with a blank.conf": 0xDEAD]
        state.manager = .networkd
        state.folders = ["/etc/NetworkManager/system-connections"]
        state.tunnelProtocols = ["ip6tnl0": .init(before: 41, applied: 0)]
        #expect(try SavedState(text: state.text(by: "1.2.3")) == state)
    }

    @Test(
        "nothing is taken from a file with a line that Martlet never writes, and the line is named",
        arguments: [
            "address", "address 10.0.0.999", "sysctl net/ipv4/conf/all/arp_ignore 0",
            "sysctl net/ipv4/conf/all/arp_ignore zero 1", "sysctl ../../etc/passwd 0 1",
            "sysctl net/ipv4/ip_forward 0 1", "sysctl net/ipv4/conf/../arp_ignore 0 1", "interface lo loopback made",
            "displaced lo 10.0.0.1/33 0 0 - -", "file xyz /etc/passwd", "manager somebody", "mode eth0 41 0",
            "format", "format 0 x", "format two 0.2.0", "address 10.0.0.1 lo tunnel=ipip",
            "address 10.0.0.1 lo tunnel=gue/ipv4",
            "address 10.0.0.1 lo tunnel=ipip/ipv4/csum", "address 10.0.0.1 lo tunnel=gue/ipv4/0", "port 0 ipv4",
            "port 6080", "checksums eth0 with",
            "address 10.0.0.1 lo ports=80,x", "\u{0}\u{1}", "addr",
        ])
    func damaged(line: String) {
        #expect(throws: SavedState.Damage(line: 2)) { try SavedState(text: "address 10.1.80.90\n\(line)\n") }
    }

    @Test("a file that has lost its contents is damaged too", arguments: ["", "\n\n   \n", "\u{0}\u{0}"])
    func lost(text: String) { #expect(throws: SavedState.Damage(line: 1)) { try SavedState(text: text) } }

    @Test("a file of a later Martlet is refused with both versions and the way out, not called damaged")
    func laterFile() throws {
        let text = "# x\nformat 99 7.0.0\nsomething new\naddress 10.1.80.90 lo\n"
        #expect(throws: SavedState.Damage(line: 2, newer: .init(format: 99, version: "7.0.0"))) {
            try SavedState(text: text)
        }
        let folder = try TemporaryFolder()
        let path = folder.file("realserver.state")
        try SmallFile.replace(path, with: Array(text.utf8))
        let error = #expect(throws: RealServerError.self) {
            try RealServerSetup(stateFolder: folder.path, version: "1.2.3").status()
        }
        #expect(error == .newerState(path, by: "7.0.0", format: 99, own: "1.2.3"))
        let said = error?.description ?? ""
        for part in [path, "Martlet 7.0.0", "Martlet 1.2.3", "martlet realserver remove --all"] {
            #expect(said.contains(part), "\(part)")
        }
        // Nothing was written, so the later Martlet finds what it has left.
        #expect(try SmallFile.read(path) == Array(text.utf8))
    }

    @Test("the file of an older Martlet is understood")
    func olderFile() throws {
        let state = try SavedState(text: "address 10.1.80.90\nsysctl net/ipv4/conf/all/arp_ignore 0 1\n")
        #expect(state.entries.map(\.address) == [RealServerAddress(PlannedHost.vip)])
        #expect(state.sysctls.count == 1)
    }
}
