import Addressing
import HealthChecks
import LinuxSystem
import NIOCore
import NIOPosix
import Probes
import Testing

@Suite("Probe engine on loopback", .timeLimit(.minutes(1)))
struct ProbeEngineTests {
    @Test("a listening port is up, and goes down and up with its listener")
    func tcp() async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer()
        let check = Check(target: .tcp(loopback(server.port)), policy: quick(retries: 2))
        harness.engine.update([check])
        #expect(try await harness.next().event == .up(weight: nil, isFirst: true))

        try await server.close()
        let refused = CheckFailure.connectionFailed("Connection refused")
        // A connection that was not accepted yet is reset, not refused.
        guard case .tryFailed(_, number: 1, of: 2) = try await harness.next().event else {
            Issue.record("the first failure of an up check was no failed try")
            return
        }
        #expect(try await harness.next().event == .tryFailed(refused, number: 2, of: 2))
        let down = try await harness.next()
        #expect(down.event == .down(refused, retries: 2, isFirst: false))
        #expect(down.check == check)
        try await harness.stop()
    }

    @Test("a port that answers nothing at all is down after the timeout")
    func tcpTimeout() async throws {
        let listener = FullListener()
        let harness = try EngineHarness()
        let target = loopback(listener.port, timeout: .milliseconds(150))
        harness.engine.update([Check(target: .tcp(target), policy: quick())])
        let report = try await harness.next()
        #expect(report.event == .down(.connectionTimedOut(after: .milliseconds(150)), retries: 0, isFirst: true))
        #expect(report.elapsed >= .milliseconds(150))
        try await harness.stop()
    }

    @Test("a handshake that takes longer than a tick is a success when it comes to its end")
    func slowHandshake() async throws {
        let listener = FullListener()
        let harness = try EngineHarness()
        let check = Check(target: .tcp(loopback(listener.port, timeout: .seconds(30))), policy: quick())
        harness.engine.update([check])
        // The first SYNs are dropped; the next one finds room.
        while !listener.hasDroppedHandshake { try await Task.sleep(for: .milliseconds(5)) }
        listener.makeRoom()
        let report = try await harness.next()
        #expect(report.event == .up(weight: nil, isFirst: true))
        #expect(report.elapsed > ProbeSchedule.tick * 2)
        try await harness.stop()
    }

    @Test("a probe that this host cannot make says nothing about the server")
    func inconclusive() async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer()
        var elsewhere = loopback(server.port)
        elsewhere.bindAddress = .v4(IPv4Address(192, 0, 2, 1))
        harness.engine.update([Check(target: .tcp(elsewhere), policy: quick())])
        guard case .notRun(let reason) = try await harness.next().event else {
            Issue.record("a verdict without a probe")
            return
        }
        #expect(reason.contains("192.0.2.1"))
        try await harness.stop()
        try await server.close()
    }

    @Test("a page is asked for byte for byte as servers know it, and its status decides")
    func httpStatus() async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer(.answerAndClose(["HTTP/1.1 200 OK\r\n\r\nhello"]))
        let target = loopback(server.port)
        let exchange = HTTPExchange(pages: [HTTPPage(path: "/health", virtualHost: "www.example.org")])
        harness.engine.update([Check(target: .http(target, exchange), policy: quick())])
        #expect(try await harness.next().event == .up(weight: nil, isFirst: true))
        #expect(
            server.requests.first
                == "GET /health HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: www.example.org\r\n\r\n")
        server.set(.answerAndClose(["HTTP/1.1 503 Service Unavailable\r\n\r\n"]))
        #expect(
            try await harness.next().event
                == .down(.unexpectedStatus(path: "/health", status: 503), retries: 0, isFirst: false))
        server.set(.answerAndClose(["HTTP/1.1 204\r\n\r\n"]))
        var event = try await harness.next().event
        // The page may have been asked for again before it changed.
        while case .stillDown = event { event = try await harness.next().event }
        #expect(event == .up(weight: nil, isFirst: false))
        try await harness.stop()
        try await server.close()
    }

    @Test("an answer with a length or in chunks is complete although the server keeps the connection open")
    func httpStay() async throws {
        let harness = try EngineHarness()
        for answer in [
            ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "\r\nhello"],
            ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n", "3\r\nllo\r\n0\r\n\r\n"],
        ] {
            let server = try await ScriptedServer(.answerAndStay(answer))
            let digest: [UInt8] = [
                0x5D, 0x41, 0x40, 0x2A, 0xBC, 0x4B, 0x2A, 0x76, 0xB9, 0x71, 0x9D, 0x91, 0x10, 0x17, 0xC5, 0x92,
            ]
            let exchange = HTTPExchange(pages: [HTTPPage(path: "/", digest: digest)])
            let target = CheckTarget.http(loopback(server.port), exchange)
            harness.engine.update([Check(target: target, policy: quick(interval: .seconds(60)))])
            #expect(try await harness.next().event == .up(weight: nil, isFirst: true))
            try await server.close()
        }
        try await harness.stop()
    }

    @Test(
        "a server that misbehaves is down with a reason and holds nothing up",
        arguments: [
            (ScriptedServer.Behaviour.silent, CheckFailure.responseTimedOut(path: "/", after: .milliseconds(100))),
            (.drip, .responseTimedOut(path: "/", after: .seconds(1))),
            (.reset, .connectionLost(path: "/", reason: "Connection reset by peer")),
            (.answerAndClose([]), .malformedResponse(path: "/", .noData)),
            (.answerAndClose(["garbage\r\n\r\n"]), .malformedResponse(path: "/", .statusLine)),
        ])
    func httpFailures(behaviour: ScriptedServer.Behaviour, failure: CheckFailure) async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer(behaviour)
        // Where the timeout is not the point, a busy machine must not make it one.
        let isTooSlow = if case .responseTimedOut = failure { true } else { false }
        let target = loopback(server.port, timeout: isTooSlow ? .milliseconds(100) : .seconds(30))
        harness.engine.update([
            Check(target: .http(target, HTTPExchange(pages: [HTTPPage(path: "/")])), policy: quick())
        ])
        let event = try await harness.next().event
        if isTooSlow, case .down(.responseTimedOut(path: "/", _), retries: 0, isFirst: true) = event {
            // After how long is up to how often a drop is late on a busy machine.
        } else {
            #expect(event == .down(failure, retries: 0, isFirst: true))
        }
        try await harness.stop()
        try await server.close()
    }

    @Test("all pages are fetched in one run, in order, and the first bad one decides")
    func severalPages() async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer(.answerAndClose(["HTTP/1.0 200 OK\r\n\r\n"]))
        let pages = [
            HTTPPage(path: "/one"), HTTPPage(path: "/two", statusCodes: [404...404]), HTTPPage(path: "/three"),
        ]
        harness.engine.update([
            Check(
                target: .http(loopback(server.port), HTTPExchange(pages: pages)), policy: quick(interval: .seconds(60)))
        ])
        #expect(
            try await harness.next().event
                == .down(.unexpectedStatus(path: "/two", status: 200), retries: 0, isFirst: true))
        #expect(server.requests.map { $0.split(separator: " ")[1] } == ["/one", "/two"])
        try await harness.stop()
        try await server.close()
    }

    @Test("the exit status of a script is its verdict, and a dynamic one its weight")
    func scripts() async throws {
        for (words, isDynamic, event) in [
            (["true"], false, CheckEvent.up(weight: nil, isFirst: true)),
            (["/bin/sh", "-c", "exit 12"], true, .up(weight: 10, isFirst: true)),
            (["/bin/sh", "-c", "exit 12"], false, .down(.exited(status: 12), retries: 0, isFirst: true)),
            (["sleep", "100"], false, .down(.scriptTimedOut(after: .milliseconds(100)), retries: 0, isFirst: true)),
            (
                ["/no/such/script"], false,
                .down(.notExecuted("/no/such/script: No such file or directory"), retries: 0, isFirst: true)
            ),
        ] {
            let harness = try EngineHarness()
            let script = ScriptTarget(
                words: words, timeout: .milliseconds(isDynamic || words[0] != "sleep" ? 5000 : 100),
                isDynamic: isDynamic)
            harness.engine.update([Check(target: .script(script), policy: quick(interval: .seconds(60)))])
            #expect(try await harness.next().event == event)
            try await harness.stop()
        }
    }

    @Test("a script that waits for a place is said to wait, and what never ran has no latency")
    func waitingScripts() async throws {
        let harness = try EngineHarness()
        let policy = quick(interval: .seconds(60))
        // The supervisor lets 16 run at once.
        let hanging = (0..<20).map { number in
            Check(
                target: .script(ScriptTarget(words: ["sleep", "\(1000 + number)"], timeout: .seconds(900))),
                policy: policy)
        }
        harness.engine.update(Set(hanging))
        while true {
            let statuses = try await harness.engine.statuses().get()
            if statuses.count(where: \.isWaiting) == 4, statuses.count(where: \.isRunning) == 16 { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        let refused = Check(
            target: .script(ScriptTarget(words: ["true"], timeout: .seconds(5), refusal: "no")), policy: policy)
        harness.engine.update([refused])
        #expect(try await harness.next().event == .down(.notExecuted("no"), retries: 0, isFirst: true))
        #expect(try await harness.engine.statuses().get().map(\.latency.count) == [0])
        try await harness.stop()
    }

    @Test("a check that stays keeps its state when the set changes, one that goes is not heard of again")
    func update() async throws {
        let harness = try EngineHarness()
        let server = try await ScriptedServer()
        let stays = Check(target: .tcp(loopback(server.port)), policy: quick())
        let goes = Check(target: .tcp(loopback(try await closedPort())), policy: quick(interval: .milliseconds(30)))
        harness.engine.update([stays, goes])
        var first = [try await harness.next().check, try await harness.next().check]
        first.removeAll { $0 != stays }
        #expect(first == [stays])
        harness.engine.update([stays])
        let statuses = try await harness.engine.statuses().get()
        #expect(statuses.map(\.target) == [stays.target])
        #expect(statuses.first?.users.map(\.check) == [stays])
        #expect(statuses.first?.users.first?.state.verdict == .up(weight: nil))
        try await server.close()
        // Not the first result of a new check but a fall from a known state.
        var report = try await harness.next()
        while report.check == goes { report = try await harness.next() }
        guard case .down(_, retries: 0, isFirst: false) = report.event else {
            Issue.record("not a fall from a known state: \(report.event)")
            return
        }
        try await harness.stop()
    }

    @Test("checks that ask the same share one probe, and each counts its results by its own retries")
    func shared() async throws {
        let harness = try EngineHarness()
        let target = CheckTarget.tcp(loopback(try await closedPort()))
        let known = CheckState.Verdict.up(weight: nil)
        let checks = [0, 2].map { Check(target: target, policy: quick(retries: $0, interval: .seconds(60))) }
        harness.engine.update(Set(checks)) { _ in known }
        var events: [Check: [CheckEvent]] = [:]
        while events[checks[1]]?.count != 3 {
            let report = try await harness.next()
            events[report.check, default: []].append(report.event)
        }
        let refused = CheckFailure.connectionFailed("Connection refused")
        #expect(events[checks[0]]?.first == .down(refused, retries: 0, isFirst: false))
        #expect(
            events[checks[1]] == [
                .tryFailed(refused, number: 1, of: 2), .tryFailed(refused, number: 2, of: 2),
                .down(refused, retries: 2, isFirst: false),
            ])
        let probe = try #require(try await harness.engine.statuses().get().first)
        #expect(probe.runs == 3)
        #expect(probe.users.count == 2)
        #expect(probe.lastResult == .failure(refused))
        #expect(probe.latency.count == 3)
        try await harness.stop()
    }

    @Test("no more probes run at once than the limit says, and every one gets its turn")
    func limits() async throws {
        let server = try await ScriptedServer(.silent)
        let harness = try EngineHarness(limits: ProbeLimits(total: 3))
        let checks = (0..<12).map { index in
            Check(
                target: .http(
                    loopback(server.port, timeout: .milliseconds(50)),
                    HTTPExchange(pages: [HTTPPage(path: "/\(index)")])),
                policy: quick(interval: .seconds(3600)))
        }
        harness.engine.update(Set(checks))
        var seen: Set<Check> = []
        while seen.count < checks.count {
            seen.insert(try await harness.next().check)
            let running = try await harness.engine.statuses().get().count(where: \.isRunning)
            #expect(running <= 3)
        }
        try await harness.stop()
        try await server.close()
    }

    @Test("after a stop in the middle of everything no connection is left")
    func noLeak() async throws {
        let silent = try await ScriptedServer(.silent)
        let harness = try EngineHarness(loops: Array(MultiThreadedEventLoopGroup.singleton.makeIterator()))
        var checks: Set<Check> = []
        for index in 0..<40 {
            var target = loopback(silent.port)
            target.timeout = .milliseconds(2000 + index)
            checks.insert(Check(target: .tcp(target), policy: quick()))
            checks.insert(
                Check(target: .http(target, HTTPExchange(pages: [HTTPPage(path: "/\(index)")])), policy: quick()))
        }
        harness.engine.update(checks)
        for _ in 0..<40 { _ = try await harness.next() }
        while silent.requests.count < 40 { try await Task.sleep(for: .milliseconds(5)) }
        try await harness.stop()
        while silent.openConnections > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(silent.openConnections == 0)
        try await silent.close()
    }
}
