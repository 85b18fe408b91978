import ControlPlane
import Glibc
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import Director

/// A dry-running director with its service and its control socket, which needs no rights.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DirectorServiceTests {
    private static func service(port: Int, weight: Int = 1) -> String {
        """
        virtual_server 192.0.2.1 \(port) {
            lvs_sched wrr
            lvs_method DR
            protocol TCP
            real_server 192.0.2.11 \(port) {
                weight \(weight)
            }
            real_server 192.0.2.12 \(port) {
                weight 2
            }
            sorry_server 192.0.2.99 \(port)
        }

        """
    }

    /// Runs a director with this file and gives the body its client; the body may block.
    private func run(
        _ text: String, _ body: @escaping @Sendable (TemporaryFolder, ControlClient) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try folder.write("main.conf", text)
        let reader = ConfigurationReader(path: folder.file("main.conf"))
        let read = reader.readForRunning()
        let configuration = try #require(read.result.configuration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let writer = LogWriter([])
        var options = DirectorOptions()
        options.isDryRun = true
        let director = try Director(
            configuration, options: options, loggers: Director.Loggers(writer, level: .critical),
            eventLoop: group.next(), probeLoops: [group.next()])
        try await director.start()
        let flat = FlattenedText(read, path: reader.path)
        let service = DirectorService(
            director: director, reader: reader, text: flat, result: read.result,
            logger: writer.logger("test", level: .critical),
            isDryRun: true)
        let server = try await ControlServer.start(path: folder.file("control.sock"), on: director.eventLoop) {
            await service.answer($0)
        }
        await service.started(with: flat, lastGoodPath: folder.file("last-good.conf"))
        let failure: (any Error)?
        do {
            let client = ControlClient(path: server.path, timeout: .seconds(20))
            try await NIOSingletons.posixBlockingThreadPool.runIfActive { try body(folder, client) }
            failure = nil
        } catch {
            failure = error
        }
        await service.stop()
        await server.stop()
        writer.shutdown()
        try await group.shutdownGracefully()
        if let failure { throw failure }
    }

    @Test("status says what is in force, and the text is kept")
    func status() async throws {
        let text = Self.service(port: 80)
        try await run(text) { folder, client in
            let status = try #require(try client.ask(ControlRequest(.status)).status)
            #expect(status.director.isDryRun)
            #expect(status.director.pid == getpid())
            #expect(status.configuration.path == folder.file("main.conf"))
            #expect(status.configuration.changedFiles.isEmpty)
            #expect(status.lastReload == nil)
            #expect(status.services.map(\.name) == ["[192.0.2.1]:tcp:80"])
            #expect(status.services.first?.hasQuorum == true)
            #expect(status.services.first?.liveWeight == 3)
            #expect(
                status.services.first?.sorryServer
                    == ServiceReport.SorryServer(name: "[192.0.2.99]:tcp:80", isActive: false))
            #expect(status.services.first?.servers.map(\.name) == ["[192.0.2.11]:tcp:80", "[192.0.2.12]:tcp:80"])
            #expect(status.services.first?.servers.map(\.weight) == [1, 2])
            #expect(status.table.isOpen)
            let kept = try SmallFile.read(folder.file("last-good.conf"))
            #expect(kept == Array(text.utf8))
            var mode = stat()
            #expect(stat(folder.file("last-good.conf"), &mode) == 0)
            #expect(mode.st_mode & 0o777 == 0o600)
            let answer = try #require(try client.ask(ControlRequest(.configuration)).configuration)
            #expect(answer.text == text)
            #expect(answer.digest == status.configuration.digest)
        }
    }

    @Test("a reload is planned, carried out once, and then there is nothing to do")
    func reload() async throws {
        try await run(Self.service(port: 80)) { folder, client in
            let next = Self.service(port: 80, weight: 7)
            try folder.write("main.conf", next)
            let before = try #require(try client.ask(ControlRequest(.status)).status)
            #expect(before.configuration.changedFiles == [folder.file("main.conf")])
            let plan = try #require(try client.ask(ControlRequest(.plan)).plan)
            #expect(plan.isPossible)
            let applied = try #require(try client.ask(ControlRequest(.reload)).reload)
            #expect(applied.verdict == .applied)
            #expect(!applied.changes.isEmpty)
            #expect(plan.changes == applied.changes)
            let after = try #require(try client.ask(ControlRequest(.status)).status)
            #expect(after.services.first?.servers.first?.weight == 7)
            #expect(after.configuration.changedFiles.isEmpty)
            #expect(after.lastReload?.verdict == applied.verdict)
            let kept = try SmallFile.read(folder.file("last-good.conf"))
            #expect(kept == Array(next.utf8))
            let again = try #require(try client.ask(ControlRequest(.reload)).reload)
            #expect(again.verdict == .unchanged)
        }
    }

    @Test("a file with errors is refused with its diagnostics, and what was in force stays and is kept")
    func refusal() async throws {
        let text = Self.service(port: 80)
        try await run(text) { folder, client in
            try folder.write("main.conf", "virtual_server 192.0.2.1 80 {\n    quorum\n}\n")
            let plan = try #require(try client.ask(ControlRequest(.plan)).plan)
            #expect(!plan.isPossible)
            let report = try #require(try client.ask(ControlRequest(.reload)).reload)
            #expect(report.verdict == .refused)
            #expect(report.diagnostics.errors > 0)
            #expect(report.diagnostics.text.contains("main.conf:2:"))
            guard case .array(let list) = report.diagnostics.list else {
                Issue.record("the diagnostics are no array")
                return
            }
            #expect(!list.isEmpty)
            let coloured = try #require(try client.ask(ControlRequest(.reload, colour: true)).reload)
            #expect(coloured.diagnostics.text.contains("\u{1B}["))
            let status = try #require(try client.ask(ControlRequest(.status)).status)
            #expect(status.services.map(\.name) == ["[192.0.2.1]:tcp:80"])
            #expect(status.lastReload?.verdict == .refused)
            #expect(status.lastReload?.diagnostics.isEmpty == false)
            let kept = try SmallFile.read(folder.file("last-good.conf"))
            #expect(kept == Array(text.utf8))
        }
    }

    @Test("a reload that would leave something out is refused, unless the configuration in force does it already")
    func omissions() async throws {
        let wrong = Self.service(port: 443).replacing("192.0.2.1 443", with: "192.0.2.300 443")
        try await run(Self.service(port: 80)) { folder, client in
            for text in [Self.service(port: 80) + wrong, "", "global_defs {\n}\n"] {
                try folder.write("main.conf", text)
                let plan = try #require(try client.ask(ControlRequest(.plan)).plan)
                #expect(!plan.isPossible)
                let report = try #require(try client.ask(ControlRequest(.reload)).reload)
                #expect(report.verdict == .refused)
                #expect(report.message.contains("left out"))
            }
            let status = try #require(try client.ask(ControlRequest(.status)).status)
            #expect(status.services.map(\.name) == ["[192.0.2.1]:tcp:80"])
            #expect(status.lastReload?.diagnostics.isEmpty == false)
        }
        try await run(Self.service(port: 80) + wrong) { folder, client in
            try folder.write("main.conf", "\n" + Self.service(port: 81) + wrong)
            let report = try #require(try client.ask(ControlRequest(.reload)).reload)
            #expect(report.verdict == .applied)
        }
    }

    @Test("what would be left out is seen behind any number of warnings")
    func omissionsBeyondTheWarnings() async throws {
        let known = (0..<60).map { index in
            Self.service(port: 443).replacing("192.0.2.1 443", with: "192.0.2.\(index + 300) 443")
        }.joined()
        let wrong = Self.service(port: 443).replacing("192.0.2.1 443", with: "192.0.3.300 443")
        try await run(Self.service(port: 80) + known) { folder, client in
            try folder.write("main.conf", Self.service(port: 80) + known + wrong)
            let report = try #require(try client.ask(ControlRequest(.reload)).reload)
            #expect(report.verdict == .refused)
            #expect(report.message.contains("192.0.3.300"))
            try folder.write("main.conf", Self.service(port: 81) + known)
            #expect(try #require(try client.ask(ControlRequest(.reload)).reload).verdict == .applied)
        }
    }

    @Test("another file can be planned with; a path that is not absolute cannot")
    func otherFile() async throws {
        try await run(Self.service(port: 80)) { folder, client in
            try folder.write("other.conf", Self.service(port: 80) + Self.service(port: 443))
            let plan = try #require(try client.ask(ControlRequest(.plan, file: folder.file("other.conf"))).plan)
            #expect(plan.file == folder.file("other.conf"))
            #expect(plan.isPossible)
            let missing = try #require(try client.ask(ControlRequest(.plan, file: folder.file("none.conf"))).plan)
            #expect(!missing.isPossible)
            #expect(throws: ControlClientError.self) { try client.ask(ControlRequest(.plan, file: "other.conf")) }
            let status = try #require(try client.ask(ControlRequest(.status)).status)
            #expect(status.services.count == 1)
        }
    }

    @Test("a text that was altered is not given out as the one in force")
    func alteredText() async throws {
        try await run(Self.service(port: 80)) { folder, client in
            try folder.write("last-good.conf", "altered")
            #expect(throws: ControlClientError.self) { try client.ask(ControlRequest(.configuration)) }
        }
    }

    @Test("the JSON of a status has the documented members")
    func shape() async throws {
        let checked = Self.service(port: 80).replacing("weight 2", with: "weight 2\n TCP_CHECK { }")
        try await run(checked) { _, client in
            let status = try #require(try client.ask(ControlRequest(.status)).status)
            let value = try ControlCodec.decode(JSONValue.self, from: try ControlCodec.encode(status))
            #expect(
                value.members == [
                    "configuration", "director", "groups", "instances", "notifications", "probes", "services",
                    "sessions",
                    "table",
                ])
            #expect(
                value["configuration"]?.members == [
                    "changedFiles", "digest", "files", "lastGood", "path", "readAt",
                ])
            #expect(value["director"]?.members == ["isDryRun", "now", "pid", "startedAt", "version"])
            #expect(
                value["services"]?.first?.members == [
                    "hasQuorum", "hysteresis", "isSuspended", "liveWeight", "name", "quorum", "refusals", "scheduler",
                    "servers", "sorryServer",
                ])
            #expect(
                value["services"]?.first?["servers"]?.first?.members == [
                    "checkers", "configuredWeight", "isChecked", "isUp", "name", "reasons", "weight",
                ])
            // What else a probe has comes with its first run.
            let probe = try #require(value["probes"]?.first?.members)
            #expect(
                Set(probe).isSuperset(of: ["isRunning", "isWaiting", "policies", "runs", "target", "users"]), "\(probe)"
            )
            #expect(
                value["table"]?.members == [
                    "adopted", "commands", "deviations", "failures", "foreignServices", "isOpen", "lookSeconds",
                    "looks",
                    "reconciliations", "repairs",
                ])
        }
    }
}

extension JSONValue {
    fileprivate var members: [String] {
        if case .object(let members) = self { members.keys.sorted() } else { [] }
    }

    fileprivate subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    fileprivate var first: JSONValue? { if case .array(let elements) = self { elements.first } else { nil } }
}
