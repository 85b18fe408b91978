import Addressing
import HealthChecks
import Testing

@testable import Probes

@Suite("UDP checks", .timeLimit(.minutes(1)))
struct UDPRunTests {
    private static let short = Duration.milliseconds(100)

    private func check(
        _ port: Port, _ exchange: UDPExchange, timeout: Duration = .seconds(30), host: IPAddress? = nil,
        in harness: RunHarness? = nil
    ) async throws -> CheckResult {
        var target = loopback(port, timeout: timeout)
        if let host { target.address = host }
        let harness = try harness ?? RunHarness()
        return try await harness.result { [target] state, completion in
            UDPRun(target, exchange, poll: state.poll, echoes: state.echoes, completion: completion)
        }
    }

    @Test("a required reply is judged, its absence a failure")
    func required() async throws {
        let server = try await DatagramServer { [$0.reversed()] }
        func exchange(_ expected: [UInt8], maximumLength: Int = 255) -> UDPExchange {
            UDPExchange(
                payload: [1, 2, 3], requiresReply: true, reply: expected.map { .init($0) }, maximumLength: maximumLength
            )
        }
        #expect(try await check(server.port, exchange([])) == .success())
        #expect(try await check(server.port, exchange([3, 2, 1])) == .success())
        #expect(
            try await check(server.port, exchange([3, 4]))
                == .failure(.udp(.unexpectedReply(byte: 2, at: 1))))
        #expect(
            try await check(server.port, exchange([], maximumLength: 2))
                == .failure(.udp(.replyLength(3, minimum: 0, maximum: 2))))
        #expect(server.datagrams.allSatisfy { $0 == [1, 2, 3] })
        try await server.close()
        let silent = try await DatagramServer()
        #expect(
            try await check(silent.port, exchange([]), timeout: Self.short)
                == .failure(.udp(.noReply(after: Self.short))))
        try await silent.close()
    }

    @Test("a reply as long as a datagram can be is measured whole")
    func longReply() async throws {
        let server = try await DatagramServer { _ in [[UInt8](repeating: 7, count: 60_000)] }
        let exchange = UDPExchange(payload: [1], requiresReply: true, minimumLength: 60_000, maximumLength: 60_000)
        #expect(try await check(server.port, exchange) == .success())
        try await server.close()
    }

    @Test("without a required reply silence is a success, and a closed port is not", arguments: [4, 6])
    func silence(family: Int) async throws {
        let server = try await DatagramServer(host: family == 4 ? "127.0.0.1" : "::1")
        let exchange = UDPExchange(payload: [1])
        let host = family == 4 ? nil : IPAddress("::1")
        #expect(try await check(server.port, exchange, timeout: Self.short, host: host) == .success())
        #expect(server.datagrams == [[1]])
        let port = server.port
        try await server.close()
        #expect(try await check(port, exchange, host: host) == .failure(.udp(.unreachable("Connection refused"))))
    }

    @Test("an address that cannot be reached is a failure with the system's reason, one of this host is not")
    func unreachable() async throws {
        let elsewhere = try await RunHarness().result { state, completion in
            var target = loopback(9)
            target.bindAddress = .v4(IPv4Address(192, 0, 2, 1))
            return UDPRun(
                target, UDPExchange(payload: [1]), poll: state.poll, echoes: state.echoes, completion: completion)
        }
        guard case .inconclusive(let reason) = elsewhere else {
            Issue.record("a verdict without a probe: \(elsewhere)")
            return
        }
        #expect(reason.contains("192.0.2.1"))
    }
}
