import LinuxSystem
import TestKit
import Testing

@testable import RealServer

@Suite struct NetworkFileMatchTests {
    private func verdict(_ text: String, _ interface: String = "lo", _ kind: String? = nil) -> String {
        switch NetworkFileMatch(text: text).verdict(on: interface, kind: kind) {
        case .matches: "yes"
        case .doesNot: "no"
        case .unclear(let reason): reason.contains("Unmanaged") ? "unmanaged" : "unclear"
        }
    }

    @Test(
        "whether a file is for lo is said only where its keys tell",
        arguments: [
            ("Name=lo", "yes"), ("Name=*", "yes"), ("Name=e* \nName=lo", "yes"), ("Name=lo\nName=", "no"),
            ("Name=!lo", "no"), ("Name=!e*", "yes"), ("Name=!e* l*", "no"), ("Type=loopback", "yes"),
            ("Type=ether", "no"), ("Type=!ether", "yes"), ("Name=lo\nType=ether", "no"), ("Kind=bridge", "no"),
            ("Kind=!bridge", "yes"), ("Driver=virtio_net", "no"), ("Driver=!virtio_net", "yes"), ("Path=pci-*", "no"),
            ("Name=lo\nPath=pci-*", "no"), ("MACAddress=02:00:00:00:00:01", "no"),
            ("Name=lo\nMACAddress=02:00:00:00:00:01", "no"), ("MACAddress=00:00:00:00:00:00", "unclear"),
            ("PermanentMACAddress=02:00:00:00:00:01", "no"), ("WLANInterfaceType=station", "no"), ("SSID=x", "no"),
            ("Name=lo\nWLANInterfaceType=!station", "yes"), ("BSSID=02:00:00:00:00:01", "no"),
            ("Name=lo\nHost=rs1", "unclear"), ("Name=lo\nHost=", "yes"), ("Name=eth0\nHost=rs1", "no"),
            ("Name=lo\nKernelVersion=>=5", "unclear"), ("Name=lo\nVirtualization=!container", "unclear"),
            ("Name=lo\nKernelCommandLine=!x", "unclear"), ("Name=lo\nArchitecture=x86-64", "unclear"),
            ("Name=lo\nFirmware=uefi", "unclear"), ("Property=INTERFACE=lo", "unclear"),
            ("Property=ID_NET_DRIVER=x\nName=e*", "no"), ("Name=lo\nSomethingNew=x", "unclear"),
            // systemd-networkd takes a file with nothing but conditions for one of every interface, and ignores an empty one.
            ("Host=rs1", "unclear"), ("", "no"), ("Name=eth0 \\\n  lo", "yes"), ("# Name=lo", "no"),
            ("Name=lo\n[Link]\nUnmanaged=yes", "unmanaged"), ("Name=lo\n[Link]\nUnmanaged=no", "yes"),
            ("Name=lo\n[Network]\nHost=x", "yes"), ("Name=\"lo\"", "yes"),
        ])
    func loopback(keys: String, expected: String) { #expect(verdict("[Match]\n\(keys)\n") == expected) }

    @Test(
        "dummies and tunnels have a kind, and a tunnel's type is not guessed",
        arguments: [
            ("Kind=dummy", "dummy0", "dummy", "yes"), ("Driver=dummy", "dummy0", "dummy", "yes"),
            ("Type=ether", "dummy0", "dummy", "yes"), ("Type=loopback", "dummy0", "dummy", "no"),
            ("MACAddress=02:00:00:00:00:01", "dummy0", "dummy", "no"), ("Kind=ipip", "tunl0", "ipip", "yes"),
            ("Type=tunnel", "tunl0", "ipip", "unclear"), ("Name=e*\nType=tunnel", "tunl0", "ipip", "no"),
        ])
    func others(keys: String, interface: String, kind: String, expected: String) {
        #expect(verdict("[Match]\n\(keys)\n", interface, kind) == expected)
    }

    private func files(_ files: [String: String]) throws -> NetworkFiles {
        let folder = try TemporaryFolder()
        for (path, text) in files {
            try SmallFile.makeFolders(for: folder.path + path)
            try SmallFile.replace(folder.path + path, with: Array(text.utf8))
        }
        return try RealServerHost(root: folder.path).networkFiles(for: [("lo", nil), ("dummy7", "dummy")])
    }

    @Test("the first file that may be meant decides: one that is not certain is told, and those behind it do not count")
    func order() throws {
        let sure = "[Match]\nName=lo\n"
        let host = "[Match]\nName=lo\nHost=rs1\n"
        let found = try files(["/etc/systemd/network/10-a.network": sure, "/run/systemd/network/20-b.network": host])
        #expect(found == NetworkFiles(files: ["lo": "/etc/systemd/network/10-a.network"]))
        let doubtful = try files(["/etc/systemd/network/10-a.network": host, "/etc/systemd/network/20-b.network": sure])
        #expect(doubtful.files.isEmpty)
        #expect(doubtful.doubts["lo"]?.contains("/etc/systemd/network/10-a.network for lo: whether Host=") == true)
        // A dummy that is yet to come has a file as well.
        let dummies = try files(["/usr/lib/systemd/network/80-d.network": "[Match]\nKind=dummy\n"])
        #expect(dummies.doubts["dummy7"]?.contains("80-d.network is not for dummy7 alone") == true)
        let named = try files(["/usr/lib/systemd/network/80-d.network": "[Match]\nName=dummy7\n"])
        #expect(named == NetworkFiles(files: ["dummy7": "/usr/lib/systemd/network/80-d.network"]))
    }

    @Test(
        "beside a file that is for other interfaces too nothing is written: they would get the addresses",
        arguments: ["Name=*", "Name=lo eth0", "Name=!wl*", "Name=!eth*", "Name=l*", "Type=ether loopback"])
    func shared(keys: String) throws {
        let found = try files(["/etc/systemd/network/10-a.network": "[Match]\n\(keys)\n"])
        #expect(found.files.isEmpty)
        #expect(found.doubts["lo"]?.contains("is not for lo alone") == true)
    }

    @Test("what a drop-in says counts as what the file says")
    func dropIns() throws {
        let place = "/etc/systemd/network/10-a.network"
        let found = try files([
            place: "[Match]\nName=lo\n", "/run/systemd/network/10-a.network.d/x.conf": "[Match]\nHost=x\n",
        ])
        #expect(found.doubts["lo"] != nil)
        let replaced = try files([
            place: "[Match]\nName=lo\n", "\(place).d/x.conf": "[Match]\nName=\nName=e*\n",
        ])
        #expect(replaced == NetworkFiles())
    }

    @Test("where that is not known a unit brings the addresses back, after each start of systemd-networkd")
    func unit() throws {
        let management = NetworkManagement(
            manager: .networkd, networkFiles: NetworkFiles(doubts: ["lo": "who knows"]), program: "/usr/sbin/martlet")
        let addresses = [RealServerAddress(PlannedHost.vip)]
        let files = management.files(for: addresses, settings: [], made: [])
        #expect(files.map(\.path).allSatisfy { $0.hasSuffix("/martlet-realserver.service") })
        guard case .text(let text) = files.first?.contents else {
            Issue.record("no text")
            return
        }
        #expect(text.contains(" systemd-networkd.service\nPartOf=systemd-networkd.service\n"))
        #expect(management.reasonForUnit(addresses) == "who knows")
        #expect(management.reasonForUnit([RealServerAddress(PlannedHost.vip, interface: "dummy0")]) == nil)
        let saved = SavedState(files: [ServiceUnit.path: 1], manager: .networkd)
        #expect(saved.keeper == .unit)
        #expect(SavedState(manager: .networkd).keeper == .networkd)
    }

    @Test("status says of an address that the unit keeps that systemd does, whatever the host does its network with")
    func status() throws {
        let folder = try TemporaryFolder()
        let path = "/etc/systemd/network/10-a.network"
        try SmallFile.makeFolders(for: folder.path + path)
        try SmallFile.replace(folder.path + path, with: Array("[Match]\nName=lo\nHost=x\n".utf8))
        let setup = RealServerSetup(root: folder.path)
        let report = try setup.apply([RealServerAddress(PlannedHost.vip)], persistence: .by(.networkd))
        #expect(report.notes.count == 1)
        #expect(report.notes.first?.contains("martlet-realserver.service brings the addresses back") == true)
        #expect(report.applied.map(\.persistence) == ["systemd"])
    }
}
