import Addressing
import LinuxSystem
import TestKit
import Testing

@testable import RealServer

@Suite struct NetworkManagementTests {
    private func detected(_ files: [String: String]) throws -> NetworkManagement.Manager? {
        let folder = try TemporaryFolder()
        for (path, text) in files {
            try SmallFile.makeFolders(for: folder.path + path)
            try SmallFile.replace(folder.path + path, with: Array(text.utf8))
        }
        let host = try RealServerHost(root: folder.path)
        do throws(RealServerError) {
            return try host.management().manager
        } catch {
            #expect(error.description.contains("start scripts"))
            return nil
        }
    }

    private let systemd = ["/run/systemd/system/x": ""]
    private let ifupdown = [
        "/sbin/ifup": "", "/etc/network/interfaces": "# mine\nsource /etc/network/interfaces.d/*\nauto lo\n",
    ]

    @Test("what runs decides, systemd-networkd first; a host with nothing of it is told so")
    func order() throws {
        let manager = ["/run/NetworkManager/devices/1": ""]
        let networkd = ["/run/systemd/netif/state": ""]
        func merged(_ parts: [String: String]...) -> [String: String] {
            parts.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        }
        #expect(try detected(merged(networkd, ifupdown, manager, systemd)) == .networkd)
        #expect(try detected(merged(ifupdown, manager, systemd)) == .ifupdown)
        #expect(try detected(merged(manager, systemd)) == .networkManager)
        #expect(try detected(systemd) == .unit)
        #expect(try detected([:]) == nil)
    }

    @Test(
        "ifupdown counts only where it reads its folder",
        arguments: [
            ("source-directory interfaces.d", true), ("source-directory /etc/network/interfaces.d/", true),
            ("source interfaces.d/*", true), ("# source /etc/network/interfaces.d/*", false), ("auto lo", false),
            ("", false),
        ])
    func folder(line: String, reads: Bool) throws {
        var files = ifupdown
        files["/etc/network/interfaces"] = line + "\n"
        files.merge(systemd) { first, _ in first }
        #expect(try detected(files) == (reads ? .ifupdown : .unit))
    }

    @Test("an image has nothing that runs: what it is to start decides")
    func image() throws {
        let systemd = ["/usr/lib/systemd/systemd": ""]
        let wanted = "/etc/systemd/system/multi-user.target.wants"
        #expect(try detected(systemd) == .unit)
        #expect(try detected(["/lib/systemd/systemd": ""]) == .unit)
        #expect(try detected(systemd.merging(["\(wanted)/systemd-networkd.service": ""]) { $1 }) == .networkd)
        #expect(try detected(systemd.merging(["\(wanted)/NetworkManager.service": ""]) { $1 }) == .networkManager)
    }

    @Test("below another root only files are written and removed, and what is to be known for that is there too")
    func onlyFiles() throws {
        let folder = try TemporaryFolder()
        let setup = RealServerSetup(root: folder.path)
        let address = IPAddress.v4(IPv4Address(10, 1, 80, 90))
        let report = try setup.apply([RealServerAddress(address, interface: "dummy9")], persistence: .by(.networkd))
        #expect(report.steps.allSatisfy { $0.hasPrefix("write /etc/") })
        #expect(report.items.allSatisfy { $0.subject.hasPrefix("/etc/") })
        #expect(SmallFile.isThere(folder.path + "/etc/systemd/network/50-martlet-dummy9.netdev"))
        let files = try setup.applied()
        #expect(files.map(\.address) == [address])
        let state = folder.path + "/var/lib/martlet/realserver.lasting.state"
        let text = String(decoding: try SmallFile.read(state), as: UTF8.self)
        // What the host is like once it has started without us, so that a removal there goes back to it.
        #expect(text.contains("sysctl net/ipv4/conf/all/arp_ignore 0 1\n"))
        #expect(text.contains("interface dummy9 dummy made\n"))
        let removal = try setup.remove([address])
        #expect(removal.steps.allSatisfy { $0.hasPrefix("remove ") })
        #expect(!SmallFile.isThere(folder.path + "/etc"))
        #expect(!SmallFile.isThere(state))
        #expect(throws: RealServerError.self) {
            try RealServerSetup(root: folder.path + "/missing").remove([address])
        }
    }
}
