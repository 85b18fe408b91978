import Glibc
import KeepalivedConfig
import LinuxSystem
import TestKit
import Testing

@testable import Director

@Suite struct ConfigurationOriginTests {
    private static let service = """
        virtual_server 192.0.2.1 80 {
            real_server 192.0.2.11 80 {
            }
        }

        """

    private func read(_ folder: TemporaryFolder) throws -> FlattenedText {
        let reader = ConfigurationReader(path: folder.file("main.conf"))
        let read = reader.readForRunning()
        try #require(read.result.configuration != nil)
        return FlattenedText(read, path: reader.path)
    }

    @Test("the text in force and its digest are those of the file")
    func text() throws {
        let folder = try TemporaryFolder()
        try folder.write("main.conf", Self.service)
        let text = try read(folder)
        #expect(text.bytes == Array(Self.service.utf8))
        #expect(text.files == [folder.file("main.conf")])
        #expect(text.digest.hasPrefix("sha256:"))
        #expect(text.digest.utf8.count == 7 + 64)
        #expect(text.origin.changedFiles().isEmpty)
    }

    @Test("an edit is seen, a touch or an equal rewrite is none")
    func edit() throws {
        let folder = try TemporaryFolder()
        try folder.write("main.conf", Self.service)
        let origin = try read(folder).origin
        #expect(utimes(folder.file("main.conf"), nil) == 0)
        #expect(origin.changedFiles().isEmpty)
        try folder.write("main.conf", Self.service)
        #expect(origin.changedFiles().isEmpty)
        try folder.write("main.conf", Self.service + "# more\n")
        #expect(origin.changedFiles() == [folder.file("main.conf")])
        #expect(unlink(folder.file("main.conf")) == 0)
        #expect(origin.changedFiles() == [folder.file("main.conf")])
    }

    @Test("included files are watched too: changed, vanished, new to a pattern, and those that were missing")
    func includes() throws {
        let folder = try TemporaryFolder()
        try folder.write("main.conf", "include part*.conf\ninclude missing.conf\n")
        try folder.write("part1.conf", Self.service)
        let text = try read(folder)
        #expect(text.files == [folder.file("main.conf"), folder.file("part1.conf")])
        #expect(text.origin.changedFiles().isEmpty)
        try folder.write("part2.conf", "# new\n")
        try folder.write("missing.conf", "# here\n")
        #expect(text.origin.changedFiles() == [folder.file("missing.conf"), folder.file("part2.conf")])
        #expect(unlink(folder.file("part1.conf")) == 0)
        #expect(text.origin.changedFiles().contains(folder.file("part1.conf")))
    }
}
