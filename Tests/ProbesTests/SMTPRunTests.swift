import Addressing
import HealthChecks
import SMTP
import Synchronization
import Testing

@testable import Probes

@Suite("SMTP checks", .timeLimit(.minutes(1)))
struct SMTPRunTests {
    private func check(_ port: Port, timeout: Duration = .seconds(30)) async throws -> CheckResult {
        try await RunHarness().result { state, completion in
            SMTPRun(
                loopback(port, timeout: timeout), helloName: "check.example", poll: state.poll, completion: completion)
        }
    }

    @Test("a server that does its part is well and has seen the whole dialogue")
    func success() async throws {
        let server = try await TalkingServer([
            .say("220-mx\r\n220 ready\r\n"), .say("250 hello\r\n"), .say("221 bye\r\n"),
        ])
        #expect(try await check(server.port) == .success())
        #expect(String(decoding: server.received, as: UTF8.self) == "HELO check.example\r\nQUIT\r\n")
        try await server.close()
    }

    private static let short = Duration.milliseconds(100)
    /// Where steps before the one that takes too long must not.
    private static let patient = Duration.seconds(3)
    private static let hostile: [(lines: [TalkingServer.Line], timeout: Duration, result: CheckResult)] = [
        ([.silence], short, .failure(.smtp(.timedOut(.greeting, after: short)))),
        ([.drip(Array("2".utf8))], short, .failure(.smtp(.timedOut(.greeting, after: short)))),
        (
            [.say("220 a\r\n"), .drip(Array("250-".utf8))], patient, .failure(.smtp(.timedOut(.hello, after: patient)))
        ),
        (
            [.say("220 a\r\n"), .say("250 b\r\n"), .silence], patient,
            .failure(.smtp(.timedOut(.quit, after: patient)))
        ),
        ([.close], .seconds(30), .failure(.smtp(.connectionClosed(.greeting)))),
        ([.say("220 a\r\n"), .close], .seconds(30), .failure(.smtp(.connectionClosed(.hello)))),
        ([.say("220 a\r\n"), .say("250 b\r\n"), .close], .seconds(30), .success()),
        (
            [.say("220 a\r\n"), .reset], .seconds(30),
            .failure(.smtp(.connectionLost(.hello, reason: "Connection reset by peer")))
        ),
        (
            [.say("554 go away\r\n")], .seconds(30),
            .failure(.smtp(.unexpectedReply(.greeting, SMTPReply(code: 554, lines: ["go away"]))))
        ),
        (
            [.say([UInt8](repeating: 0x41, count: 1 << 20))], .seconds(30),
            .failure(.smtp(.malformedReply(.greeting, .lineTooLong(limit: SMTPReplyParser.lineLimit))))
        ),
        (
            [.say(Array(String(repeating: "220-x\r\n", count: 10_000).utf8))], .seconds(30),
            .failure(.smtp(.malformedReply(.greeting, .tooManyLines(limit: SMTPReplyParser.linesLimit))))
        ),
        (
            [.say("220 a\r\n"), .say([0xFF, 0, 0x0D, 0x0A])], .seconds(30),
            .failure(.smtp(.malformedReply(.hello, .notAReply("\u{FFFD}"))))
        ),
    ]

    @Test("a server that misbehaves is down for a named reason and holds nothing up", arguments: hostile)
    func failures(lines: [TalkingServer.Line], timeout: Duration, result: CheckResult) async throws {
        let server = try await TalkingServer(lines)
        #expect(try await check(server.port, timeout: timeout) == result)
        while server.openConnections > 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await server.close()
    }

    @Test("nobody listens, or nobody answers the handshake")
    func noServer() async throws {
        #expect(try await check(try await closedPort()) == .failure(.connectionFailed("Connection refused")))
        let full = FullListener()
        let short = Duration.milliseconds(100)
        #expect(try await check(full.port, timeout: short) == .failure(.connectionTimedOut(after: short)))
    }

    @Test("a run that is given up lets go of its connection and says nothing")
    func abandon() async throws {
        let server = try await TalkingServer([.silence])
        let harness = try RunHarness()
        let port = server.port
        let results = Mutex<[CheckResult]>([])
        try await harness.start { state in
            SMTPRun(loopback(port), helloName: "a", poll: state.poll) { result in results.withLock { $0.append(result) }
            }
        }
        while server.openConnections == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await harness.abandon()
        while server.openConnections > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(results.withLock { $0 } == [])
        try await server.close()
    }
}
