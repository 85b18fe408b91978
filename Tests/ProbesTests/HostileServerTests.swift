import HealthChecks
import Probes
import Testing

/// What a server does, and what the check has to say of it.
private struct HostileCase: Sendable, CustomTestStringConvertible {
    var name: String
    var behaviour: ScriptedServer.Behaviour
    /// Nil is a server that is well.
    var expected: CheckFailure?
    /// Short where the timeout is what is tested; otherwise a busy machine must not make it one.
    var timeout: Duration
    var page: HTTPPage

    init(
        _ name: String, _ behaviour: ScriptedServer.Behaviour, _ expected: CheckFailure?,
        timeout: Duration = .seconds(30), page: HTTPPage = HTTPPage(path: "/")
    ) {
        self.name = name
        self.behaviour = behaviour
        self.expected = expected
        self.timeout = timeout
        self.page = page
    }

    var testDescription: String { name }
}

private let short = Duration.milliseconds(100)
private let tooSlow = CheckFailure.responseTimedOut(path: "/", after: short)
private let kilobyte = String(repeating: "x", count: 1024)
private let ok = "HTTP/1.1 200 OK\r\n"

/// The same inside TLS and without it.
private let anywhere: [HostileCase] = [
    .init("half-open: takes the request and never answers", .silent, tooSlow, timeout: short),
    .init("one byte of body each few milliseconds, for ever", .drip, tooSlow, timeout: short),
    .init("one byte at a time, but to the end", .oneByteAtATime(ok + "Content-Length: 2\r\n\r\nhi"), nil),
    .init(
        "one byte at a time, in chunks", .oneByteAtATime(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
        nil),
    .init("an endless body", .endless(ok + "\r\n", kilobyte), tooSlow, timeout: short),
    .init(
        "an endless body that is searched", .endless(ok + "\r\n", kilobyte), tooSlow, timeout: short,
        page: HTTPPage(path: "/", digest: [1], pattern: PagePattern("y$"))),
    .init(
        "an endless row of chunks", .endless(ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"), tooSlow,
        timeout: short),
    .init("an endless row of interim answers", .endless("", "HTTP/1.1 100 Continue\r\n\r\n"), tooSlow, timeout: short),
    .init(
        "endless headers", .endless(ok, "X: \(kilobyte)\r\n"),
        .malformedResponse(path: "/", .headerTooLarge(limit: HTTPResponseParser.headerLimit))),
    .init(
        "an endless line of a chunk's size", .endless(ok + "Transfer-Encoding: chunked\r\n\r\n", "0"),
        .malformedResponse(path: "/", .chunkSize)),
    .init(
        "an endless trailer", .endless(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", kilobyte),
        .malformedResponse(path: "/", .headerTooLarge(limit: 4096))),
    .init("a length longer than the body", .answerAndClose([ok + "Content-Length: 500\r\n\r\nhi"]), nil),
    .init(
        "a length longer than the body, with a digest", .answerAndClose([ok + "Content-Length: 500\r\n\r\nhi"]),
        .unexpectedDigest(
            path: "/",
            digest: [
                0x49, 0xF6, 0x8A, 0x5C, 0x84, 0x93, 0xEC, 0x2C, 0x0B, 0xF4, 0x89, 0x82, 0x1C, 0x21, 0xFC, 0x3B,
            ]), page: HTTPPage(path: "/", digest: [1])),
    .init("a length shorter than the body", .answerAndStay([ok + "Content-Length: 1\r\n\r\nhi there"]), nil),
    .init("a length that is none", .answerAndClose([ok + "Content-Length: -7\r\n\r\nhi"]), nil),
    .init(
        "a chunk longer than it says", .answerAndStay([ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n"]),
        .malformedResponse(path: "/", .chunkSize)),
    .init("an end before the answer", .answerAndClose([]), .malformedResponse(path: "/", .noData)),
    .init("an end in the header", .answerAndClose([ok + "X: y"]), .malformedResponse(path: "/", .noData)),
    .init("garbage", .answerAndClose(["\u{0}\u{1}\u{2}garbage\r\n\r\n"]), .malformedResponse(path: "/", .statusLine)),
    .init(
        "another protocol", .answerAndStay(["SSH-2.0-OpenSSH_9.2\r\n\r\n"]), .malformedResponse(path: "/", .statusLine)),
    .init("HTTP/2 without being asked", .answerAndClose(["HTTP/2 200\r\n\r\n"]), nil),
    .init("a wrong status", .answerAndClose(["HTTP/1.1 500 No\r\n\r\n"]), .unexpectedStatus(path: "/", status: 500)),
    .init(
        "a page without the pattern", .answerAndClose([ok + "\r\nstarting"]), .patternMissing(path: "/"),
        page: HTTPPage(path: "/", pattern: PagePattern("^ready"))),
    .init(
        "a page with the pattern", .answerAndClose([ok + "\r\nread", "y"]), nil,
        page: HTTPPage(path: "/", pattern: PagePattern("^ready"))),
    .init(
        "a page with what it must not have", .answerAndStay([ok + "Content-Length: 8\r\n\r\nfailure "]),
        .patternFound(path: "/"),
        page: HTTPPage(path: "/", pattern: PagePattern("FAIL", options: [.caseless], mustNotMatch: true))),
    .init(
        "a page made for the pattern", .answerAndClose([ok + "\r\n" + String(repeating: "a", count: 30_000) + "b"]),
        .searchGivenUp(path: "/", reason: "it takes more than 400000 steps at one place"),
        page: HTTPPage(path: "/", pattern: PagePattern("(a+)+$"))),
    .init(
        "a pattern that is none", .answerAndClose([ok + "\r\n"]), nil,
        page: HTTPPage(path: "/", pattern: PagePattern("("))),
]

extension CheckFailure {
    /// The same with another timeout where it names one.
    fileprivate func after(_ timeout: Duration) -> CheckFailure {
        if case .responseTimedOut(let path, _) = self { return .responseTimedOut(path: path, after: timeout) }
        if case .tlsTimedOut(let path, _) = self { return .tlsTimedOut(path: path, after: timeout) }
        return self
    }
}

private let reset = CheckFailure.connectionLost(path: "/", reason: "Connection reset by peer")

@Suite("Servers of pages that misbehave")
struct HostileServerTests {
    private func check(_ example: HostileCase, tls: TLSServerContext?, client: TLSIdentity?) async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer(example.behaviour, tls: tls)
        // Greetings in TLS take a while on a busy machine, and several ask at the same time.
        let timeout = example.timeout == short && tls != nil ? .milliseconds(1500) : example.timeout
        let target = loopback(server.port, timeout: timeout)
        let exchange = HTTPExchange(version: .http11, pages: [example.page], tls: client)
        harness.engine.update([Check(target: .http(target, exchange), policy: quick(interval: .seconds(600)))])
        let report = try await harness.next()
        if example.page.pattern?.text == "(" {
            #expect(
                report.event == .notRun(reason: "regex: missing closing parenthesis at offset 1"), "\(report.event)")
        } else if let expected = example.expected?.after(timeout) {
            // Whether every drop comes in time is up to how busy the machine is.
            let failure: CheckFailure? =
                if case .down(let failure, retries: 0, isFirst: true) = report.event { failure } else { nil }
            #expect(failure?.after(timeout) == expected, "\(report.event)")
        } else {
            #expect(report.event == .up(weight: nil, isFirst: true))
        }
        // Ten timeouts for an answer, and room for a busy machine.
        if example.timeout == short { #expect(report.elapsed < .seconds(20)) }
        // What has been judged is closed, whatever the server goes on with.
        while server.openConnections > 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await harness.stop()
        try await server.close()
    }

    @Test(
        "nothing hangs and the reason is named",
        arguments: anywhere + [
            .init("a reset instead of an answer", .reset, reset),
            .init("a reset in the body", .answerAndReset(ok + "Content-Length: 10\r\n\r\nhi"), reset),
        ])
    fileprivate func plain(_ example: HostileCase) async throws { try await check(example, tls: nil, client: nil) }

    /// One at a time: a handshake is work, and the next one's timeout runs meanwhile. An endless answer takes ten
    /// timeouts, so one stands for all.
    @Test(
        "nothing hangs and the reason is named, inside TLS", .serialized,
        arguments: anywhere.filter { example in
            example.timeout != short || example.name.hasPrefix("half-open") || example.name == "an endless body"
        })
    fileprivate func insideTLS(_ example: HostileCase) async throws {
        try await check(example, tls: try TLSServerContext(), client: TLSIdentity())
    }

    @Test(
        "what is no TLS server is named as what it is",
        arguments: [
            .init(
                "HTTP on the port of TLS", .answerAndClose(["HTTP/1.1 400 Bad Request\r\n\r\n"]),
                .tlsFailed(path: "/", reason: "the answer is not TLS")),
            .init("garbage", .answerAndStay([kilobyte]), .tlsFailed(path: "/", reason: "the answer is not TLS")),
            .init(
                "a record that is none", .answerAndStay(["\u{16}\u{3}\u{3}\u{0}\u{4}abcd"]),
                .tlsFailed(path: "/", reason: "the answer is broken TLS")),
            .init(
                "an end in the handshake", .answerAndClose([]),
                .tlsFailed(path: "/", reason: "the connection ended in the handshake")),
            .init("a reset in the handshake", .reset, reset),
            .init("a handshake that stalls", .silent, .tlsTimedOut(path: "/", after: short), timeout: short),
            .init(
                "a handshake that never gets on", .endless("\u{16}\u{3}\u{3}\u{0}\u{4}", ""),
                .tlsTimedOut(path: "/", after: short), timeout: short),
        ] as [HostileCase])
    fileprivate func noTLS(_ example: HostileCase) async throws {
        try await check(example, tls: nil, client: TLSIdentity())
    }

    @Test("an end without close_notify is a failure only where the file wants it so")
    func closeNotify() async throws {
        for (isCut, wants, expected) in [
            (false, true, nil), (true, false, nil), (true, true, CheckFailure.endNotAnnounced(path: "/")),
        ] {
            for body in ["Content-Length: 2\r\n\r\nhi", "\r\nhi"] {
                let page = HTTPPage(path: "/", requiresCloseNotify: wants)
                let example = HostileCase(
                    "", isCut ? .answerAndCut([ok + body]) : .answerAndClose([ok + body]), expected, page: page)
                try await check(example, tls: try TLSServerContext(), client: TLSIdentity())
            }
        }
    }

    @Test("a certificate that cannot be read is this host's trouble")
    func missingCertificate() async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer(.silent)
        let exchange = HTTPExchange(
            pages: [HTTPPage(path: "/")], tls: TLSIdentity(certificateFile: "/no/such/file.pem"))
        harness.engine.update([Check(target: .http(loopback(server.port), exchange), policy: quick())])
        let report = try await harness.next()
        #expect(
            report.event
                == .notRun(reason: "certificate /no/such/file.pem: No such file or directory"))
        try await harness.stop()
        try await server.close()
    }
}
