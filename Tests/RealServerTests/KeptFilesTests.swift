import Addressing
import Glibc
import LinuxSystem
import TestKit
import Testing

@testable import RealServer

@Suite struct KeptFilesTests {
    @Test("a file that is gone or edited since is told by status and verify")
    func lookedAt() throws {
        let folder = try TemporaryFolder()
        let host = try RealServerHost(root: folder.path)
        let files = ["/etc/a", "/etc/b", "/etc/c"].map { ManagedFile(path: $0, contents: .text("ours")) }
        let saved = SavedState(files: Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.fingerprint) }))
        for file in files { try host.write(file) }
        #expect(host.keptFiles(saved).map(\.state) == [.asWritten, .asWritten, .asWritten])
        try SmallFile.replace(folder.path + "/etc/b", with: Array("ours, and a line".utf8))
        try SmallFile.remove(folder.path + "/etc/c")
        let kept = host.keptFiles(saved)
        #expect(
            kept.map(RealServerReport.Item.init).map(\.description) == [
                "/etc/a: as written", "/etc/b: edited, should be as written", "/etc/c: absent, should be as written",
            ])
        #expect(kept.compactMap(Finding.init).map(\.kind) == [.persistenceEdited, .persistenceMissing])
        #expect(kept.compactMap(Finding.init).allSatisfy { $0.severity == .wrong })
    }

    @Test("a file that the calling user may not read is told by status and verify, and is no mistake")
    func unreadable() throws {
        let file: (path: String, state: RealServerHost.KeptFile) = ("/etc/a", .unreadable)
        let item = RealServerReport.Item(file)
        #expect(item.description.hasPrefix("/etc/a: not to be read by this user, so that nobody knows"))
        #expect(RealServerReport(items: [item]).isInOrder)
        let finding = try #require(Finding(file))
        #expect(finding.kind == .persistenceUnread)
        #expect(finding.severity == .advice)
    }

    @Test("folders that were made for files go with them, and those that hold something else stay")
    func folders() throws {
        let folder = try TemporaryFolder()
        try SmallFile.makeFolder(folder.path + "/etc")
        let host = try RealServerHost(root: folder.path)
        let file = ManagedFile(path: "/etc/x/y/ours", contents: .text("ours"))
        #expect(host.missingFolders(for: [file]) == ["/etc/x", "/etc/x/y"])
        var plan = RealServerPlan(saved: SavedState(folders: ["/etc/x", "/etc/x/y"]))
        try plan.keep([file], existing: [:])
        try host.carryOut(plan.changes)
        #expect(host.missingFolders(for: [file]).isEmpty)
        var removal = RealServerPlan(saved: plan.saved)
        try removal.keep([], existing: try host.files(at: [file.path]))
        try host.carryOut(removal.changes)
        #expect(removal.saved.isEmpty)
        #expect(!SmallFile.isThere(folder.path + "/etc/x"))
        #expect(SmallFile.isThere(folder.path + "/etc"))
        try host.write(file)
        try SmallFile.replace(folder.path + "/etc/x/theirs", with: [])
        try host.carryOut(removal.changes)
        #expect(SmallFile.isThere(folder.path + "/etc/x/theirs"))
        #expect(!SmallFile.isThere(folder.path + "/etc/x/y"))
    }

    @Test(
        "the .network file for lo is found while networkd does not run",
        arguments: [
            (["/etc/systemd/network/10-a.network": "[Match]\nName=lo\n"], "/etc/systemd/network/10-a.network"),
            (
                [
                    "/usr/lib/systemd/network/80-lo.network": "[Match]\nName = lo\n",
                    "/run/systemd/network/90-lo.network": "[Match]\nName=lo\n",
                ], "/usr/lib/systemd/network/80-lo.network"
            ),
            (
                ["/run/systemd/network/lo.network": "[Match]\nType=loopback\n[Network]\nName=x"],
                "/run/systemd/network/lo.network"
            ),
            (
                [
                    "/etc/systemd/network/20-lo.network": "",
                    "/usr/lib/systemd/network/20-lo.network": "[Match]\nName=lo\n",
                ], nil
            ),
            (["/etc/systemd/network/a.network": "[Match]\nName=lo\nMACAddress=02:00:00:00:00:01\n"], nil),
            (["/etc/systemd/network/a.network": "[Match]\nName=!lo\n"], nil),
            (["/etc/systemd/network/a.network": "[Match]\nName=e*\n[Network]\nDHCP=yes\n"], nil),
            (["/etc/systemd/network/a.netdev": "[Match]\nName=lo\n"], nil),
            (["/etc/systemd/network/a.network": "[Network]\nDHCP=yes\n"], nil),
        ] as [([String: String], String?)])
    func networkFile(files: [String: String], expected: String?) throws {
        let folder = try TemporaryFolder()
        for (path, text) in files {
            try SmallFile.makeFolders(for: folder.path + path)
            try SmallFile.replace(folder.path + path, with: Array(text.utf8))
        }
        let found = try RealServerHost(root: folder.path).networkFiles(for: [("lo", nil)])
        #expect(found == NetworkFiles(files: expected.map { ["lo": $0] } ?? [:]))
    }

    @Test("a question that could not be asked is told")
    func notAsked() {
        let error = SystemError(call: "socket", errno: Errno(rawValue: EPERM), purpose: "ask who has 10.1.80.90")
        let finding = ARPProbe.silence(of: IPv4Address(10, 1, 80, 90), on: "enp0s3", because: error)
        #expect(finding.kind == .notAsked)
        #expect(finding.severity == .advice)
        #expect(finding.consequence.contains("ask who has 10.1.80.90"))
    }
}
