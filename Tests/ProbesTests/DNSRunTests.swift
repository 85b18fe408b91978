import Addressing
import DNS
import HealthChecks
import Testing

@testable import Probes

@Suite("DNS checks", .timeLimit(.minutes(1)))
struct DNSRunTests {
    private static let question = DNSQuestion()

    private func check(_ port: Port, timeout: Duration = .seconds(30)) async throws -> CheckResult {
        try await RunHarness().result { state, completion in
            DNSRun(loopback(port, timeout: timeout), Self.question, poll: state.poll, completion: completion)
        }
    }

    /// The answer to a query with other flags.
    private static func answer(_ query: [UInt8], flags: UInt16 = 0x8180) -> [UInt8] {
        var answer = query
        answer[2] = UInt8(flags >> 8)
        answer[3] = UInt8(truncatingIfNeeded: flags)
        return answer
    }

    @Test("a server that answers is well, and has been asked one question")
    func success() async throws {
        let server = try await DatagramServer { [Self.answer($0)] }
        #expect(try await check(server.port) == .success())
        let query = try #require(server.datagrams.first)
        #expect(query == Self.question.query(id: UInt16(query[0]) << 8 | UInt16(query[1])))
        try await server.close()
    }

    @Test("an error code is a failure by its name")
    func refused() async throws {
        let server = try await DatagramServer { [Self.answer($0, flags: 0x8182)] }
        let result = try await check(server.port)
        #expect(result == .failure(.dns(.refused(DNSResponseCode(rawValue: 2)))))
        try await server.close()
    }

    @Test("answers to other questions are passed over, in a flood too")
    func strangers() async throws {
        let server = try await DatagramServer { query in
            var strange = Self.answer(query)
            strange[0] ^= 0xFF
            return Array(repeating: strange, count: 200) + [Self.answer(query)]
        }
        #expect(try await check(server.port) == .success())
        try await server.close()
        let liar = try await DatagramServer { query in
            var strange = Self.answer(query)
            strange[0] ^= 0xFF
            return [strange, [], [1]]
        }
        let patient = Duration.seconds(1)
        #expect(
            try await check(liar.port, timeout: patient) == .failure(.dns(.timedOut(after: patient, ignored: 3))))
        try await liar.close()
    }

    @Test("silence, garbage and a closed port are failures by name")
    func failures() async throws {
        let short = Duration.milliseconds(100)
        let silent = try await DatagramServer()
        #expect(
            try await check(silent.port, timeout: short) == .failure(.dns(.timedOut(after: short, ignored: 0))))
        try await silent.close()
        let garbage = try await DatagramServer { [$0.prefix(2) + [0xFF, 0xFF]] }
        #expect(try await check(garbage.port) == .failure(.dns(.malformed(.tooShort))))
        try await garbage.close()
        #expect(
            try await check(try await closedPort()) == .failure(.dns(.unreachable("Connection refused"))))
    }

    @Test("a truncated answer is asked for again over a connection, and what that gives counts")
    func truncation() async throws {
        let patient = Duration.seconds(3)
        let refusal = CheckResult.failure(.dns(.connectionFailed("Connection refused")))
        // What the connection says, where there is one; nil has nobody listen.
        let cases: [(lines: (@Sendable ([UInt8]) -> [TalkingServer.Line])?, timeout: Duration, result: CheckResult)] = [
            ({ [.silence, .say(framed(Self.answer($0)))] }, .seconds(30), .success()),
            ({ [.silence, .say(framed(Self.answer($0, flags: 0x8380)))] }, .seconds(30), .success()),
            (
                { [.silence, .say(framed(Self.answer($0, flags: 0x8185)))] }, .seconds(30),
                .failure(.dns(.refused(DNSResponseCode(rawValue: 5))))
            ),
            ({ _ in [.silence, .close] }, .seconds(30), .failure(.dns(.connectionClosed))),
            (
                { _ in [.silence, .say([0, 1, 7])] }, patient,
                .failure(.dns(.connectionTimedOut(after: patient, ignored: 1)))
            ),
            (
                { _ in [.silence, .drip([0xFF, 0xFF, 0])] }, patient,
                .failure(.dns(.connectionTimedOut(after: patient, ignored: 0)))
            ),
            (nil, .seconds(30), refusal),
        ]
        for (lines, timeout, result) in cases {
            // The connection must be known to the answer's id, so the server is made when the query has come.
            let server = try await BothTransports(truncating: { Self.answer($0, flags: 0x8380) }, lines: lines)
            #expect(try await check(server.port, timeout: timeout) == result)
            try await server.close()
        }
    }
}

private func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
}
