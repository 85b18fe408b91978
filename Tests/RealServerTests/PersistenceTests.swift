import Addressing
import LinuxSystem
import Testing

@testable import RealServer

@Suite struct PersistenceTests {
    let addresses = [
        RealServerAddress(PlannedHost.vip, isLabelled: true),
        RealServerAddress(.v6(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 0x90))),
        RealServerAddress(PlannedHost.other, interface: "dummy0"),
    ]
    let settings = [PersistentSetting(name: "net/ipv4/conf/all/arp_ignore", value: 1)]

    func files(
        _ manager: NetworkManagement.Manager, _ addresses: [RealServerAddress], used: [String: String] = [:]
    ) -> [String: String] {
        let management = NetworkManagement(
            manager: manager, networkFiles: NetworkFiles(files: used), program: "/opt/mar tlet")
        var texts: [String: String] = [:]
        for file in management.files(for: addresses, settings: settings, made: ["dummy0"]) {
            switch file.contents {
            case .text(let text): texts[file.path] = text
            case .link(let target): texts[file.path] = "-> \(target)"
            }
        }
        return texts
    }

    @Test("systemd-networkd: a file for each interface, a drop-in where the interface has a file")
    func networkd() throws {
        let own = files(.networkd, addresses)
        let loopback = try #require(own["/etc/systemd/network/50-martlet-lo.network"])
        #expect(loopback.contains("\n[Address]\nAddress=10.1.80.90/32\nLabel=lo:0\n"))
        #expect(loopback.contains("\n[Address]\nAddress=2001:db8::90/128\nDuplicateAddressDetection=none\n"))
        #expect(own["/etc/systemd/network/50-martlet-dummy0.netdev"]?.contains("Kind=dummy") == true)
        #expect(
            own["/etc/sysctl.d/99-zz-martlet-realserver.conf"]?.hasSuffix("-net/ipv4/conf/all/arp_ignore = 1\n") == true
        )
        let beside = files(.networkd, addresses, used: ["lo": "/usr/lib/systemd/network/80-lo.network"])
        #expect(beside["/etc/systemd/network/80-lo.network.d/50-martlet-realserver.conf"]?.contains("[Match]") == false)
        #expect(beside["/etc/systemd/network/50-martlet-lo.network"] == nil)
    }

    @Test("NetworkManager knows no tunnels of any sender: a unit does that")
    func networkManager() throws {
        let own = files(.networkManager, addresses)
        let loopback = try #require(own["/etc/NetworkManager/system-connections/martlet-lo.nmconnection"])
        #expect(loopback.contains("type=loopback"))
        #expect(loopback.contains("address1=127.0.0.1/8\naddress2=10.1.80.90/32\nmethod=manual"))
        let tunnels = [RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.ipip, outer: .ipv4))]
        let unit = files(.networkManager, tunnels)
        #expect(
            unit["/etc/systemd/system/martlet-realserver.service"]?.contains(
                "\nExecStart=\"/opt/mar tlet\" realserver apply --tunnel ipip 10.1.80.90\n") == true)
        #expect(
            unit["/etc/systemd/system/multi-user.target.wants/martlet-realserver.service"]
                == "-> ../martlet-realserver.service")
    }

    @Test("a tunnel's module is loaded at the start", arguments: [NetworkManagement.Manager.networkd, .ifupdown])
    func modules(manager: NetworkManagement.Manager) {
        let tunnels = [RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.ipip, outer: .ipv4))]
        #expect(files(manager, tunnels)["/etc/modules-load.d/martlet-realserver.conf"]?.hasSuffix("\nipip\n") == true)
    }

    @Test("a file that somebody else has made is never written to")
    func foreignFile() throws {
        let file = ManagedFile(path: "/etc/x", contents: .text("ours"))
        var plan = RealServerPlan(saved: SavedState())
        let foreign = ManagedFile(path: "/etc/x", contents: .text("theirs"))
        #expect(throws: RealServerError.fileIsNotOurs("/etc/x")) {
            try plan.keep([file], existing: ["/etc/x": foreign])
        }
        #expect(plan.changes.isEmpty)
    }

    @Test("a file of ours is replaced, and taken away when nothing needs it; one that was edited is left")
    func ownFile() throws {
        let first = ManagedFile(path: "/etc/x", contents: .text("first"))
        let second = ManagedFile(path: "/etc/x", contents: .text("second"))
        var plan = RealServerPlan(saved: SavedState(files: ["/etc/x": first.fingerprint]))
        try plan.keep([second], existing: ["/etc/x": first])
        #expect(plan.changes == [.writeFile(second, before: first)])
        #expect(plan.saved.files == ["/etc/x": second.fingerprint])

        var removal = RealServerPlan(saved: plan.saved)
        try removal.keep([], existing: ["/etc/x": second])
        #expect(removal.changes == [.removeFile(second)])
        #expect(removal.saved.isEmpty)

        var edited = RealServerPlan(saved: plan.saved)
        try edited.keep([], existing: ["/etc/x": ManagedFile(path: "/etc/x", contents: .text("edited"))])
        #expect(edited.changes.isEmpty)
        #expect(edited.items.map(\.outcome) == [.left])
    }
}
