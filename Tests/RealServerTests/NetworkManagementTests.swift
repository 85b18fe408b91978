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
}
