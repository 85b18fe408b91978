import Addressing
import HealthChecks
import IPVS
import Testing

@Suite("Service pool")
struct ServicePoolTests {
    @Test("servers are used before their first check, and the quorum is gained at once")
    func start() {
        let (pool, events) = ServicePool.start(.init(service: service, servers: [server(93), server(94, weight: 3)]))
        #expect(pool.desiredWeights == [93: 1, 94: 3])
        #expect(events.messages == ["Gained quorum 1+0=1 <= 4 for VS [10.1.80.90]:tcp:80"])
        #expect(events.notifications == ["quorum up"])
    }

    @Test("a server leaves at its checker's verdict and comes back, with the lines that monitoring looks for")
    func serverDownAndUp() {
        var (pool, _) = ServicePool.start(.init(service: service, servers: [server(93), server(94)]))
        var events = pool.record(down, server: 0, checker: 0)
        #expect(
            events.messages == [
                "TCP_CHECK on service [10.1.80.93]:tcp:80 failed after 1 retries.",
                "Removing service [10.1.80.93]:tcp:80 from VS [10.1.80.90]:tcp:80",
            ])
        #expect(events.allSatisfy { $0.cause == refused })
        #expect(events.notifications == ["10.1.80.93 down"])
        #expect(pool.desiredWeights == [94: 1])
        events = pool.record(up, server: 0, checker: 0)
        #expect(
            events.messages == [
                "TCP connection to [10.1.80.93]:tcp:80 success.",
                "Adding service [10.1.80.93]:tcp:80 to VS [10.1.80.90]:tcp:80",
            ])
        #expect(pool.desiredWeights == [93: 1, 94: 1])
    }

    @Test("the first success of a check confirms what was assumed: a line, no change, no notification")
    func firstSuccess() {
        var (pool, _) = ServicePool.start(.init(service: service, servers: [server(93)]))
        let events = pool.record(firstUp, server: 0, checker: 0)
        #expect(events.messages == ["TCP connection to [10.1.80.93]:tcp:80 success."])
        #expect(events.notifications.isEmpty)
    }

    @Test("without a sorry server the quorum only notifies, and the last server leaves an empty pool")
    func lostQuorum() {
        var (pool, _) = ServicePool.start(.init(service: service, servers: [server(93)]))
        let events = pool.record(down, server: 0, checker: 0)
        #expect(events.messages.last == "Lost quorum 1-0=1 > 0 for VS [10.1.80.90]:tcp:80")
        #expect(events.notifications == ["10.1.80.93 down", "quorum down"])
        #expect(pool.desired == Pool(service: service))
    }

    @Test("the sorry server replaces the servers when the quorum is lost and leaves when it is back")
    func sorryServer() {
        var (pool, _) = ServicePool.start(
            .init(
                service: service, quorum: 2, sorryServer: .init(destination: destination(99)),
                servers: [server(93), server(94)]))
        var events = pool.record(down, server: 0, checker: 0)
        #expect(
            events.messages.suffix(3) == [
                "Lost quorum 2-0=2 > 1 for VS [10.1.80.90]:tcp:80",
                "Adding sorry server [10.1.80.99]:tcp:80 to VS [10.1.80.90]:tcp:80",
                "Removing alive servers from the pool for VS [10.1.80.90]:tcp:80",
            ])
        #expect(pool.desiredWeights == [99: 1])
        events = pool.record(up, server: 0, checker: 0)
        #expect(
            events.messages.suffix(3) == [
                "Gained quorum 2+0=2 <= 2 for VS [10.1.80.90]:tcp:80",
                "Removing sorry server [10.1.80.99]:tcp:80 from VS [10.1.80.90]:tcp:80",
                "Adding alive servers to the pool for VS [10.1.80.90]:tcp:80",
            ])
        #expect(pool.desiredWeights == [93: 1, 94: 1])
    }

    @Test(
        "hysteresis keeps the quorum until the weight is below quorum − hysteresis and away until quorum + hysteresis")
    func hysteresis() {
        let servers = (1...5).map { server($0) }
        var (pool, _) = ServicePool.start(.init(service: service, quorum: 3, hysteresis: 1, servers: servers))
        var quorums: [Bool] = []
        for index in [0, 1, 2, 3] {
            _ = pool.record(down, server: index, checker: 0)
            quorums.append(pool.hasQuorum)
        }
        // Live weights 4, 3, 2, 1 against 3 − 1.
        #expect(quorums == [true, true, true, false])
        quorums = []
        for index in [0, 1, 2] {
            _ = pool.record(up, server: index, checker: 0)
            quorums.append(pool.hasQuorum)
        }
        // Live weights 2, 3, 4 against 3 + 1.
        #expect(quorums == [false, false, true])
    }

    @Test("an inhibiting server stays with weight 0 while down, also while the sorry server is used")
    func inhibit() {
        var (pool, _) = ServicePool.start(
            .init(
                service: service, sorryServer: .init(destination: destination(99)),
                servers: [server(93, weight: 5, inhibits: true), server(94)]))
        var events = pool.record(down, server: 0, checker: 0)
        #expect(events.messages.last == "Disabling service [10.1.80.93]:tcp:80 of VS [10.1.80.90]:tcp:80")
        #expect(pool.desiredWeights == [93: 0, 94: 1])
        _ = pool.record(down, server: 1, checker: 0)
        #expect(pool.desiredWeights == [93: 0, 99: 1])
        events = pool.record(up, server: 0, checker: 0)
        #expect(events.messages[1] == "Enabling service [10.1.80.93]:tcp:80 of VS [10.1.80.90]:tcp:80")
        #expect(pool.desiredWeights == [93: 5])
    }

    @Test("an inhibiting sorry server waits with weight 0; one that is a real server has no second entry")
    func sorryInhibit() {
        var (pool, _) = ServicePool.start(
            .init(
                service: service, sorryServer: .init(destination: destination(99), inhibits: true),
                servers: [server(93)]))
        #expect(pool.desiredWeights == [93: 1, 99: 0])
        let events = pool.record(down, server: 0, checker: 0)
        #expect(events.messages.contains("Enabling sorry server [10.1.80.99]:tcp:80 to VS [10.1.80.90]:tcp:80"))
        #expect(pool.desiredWeights == [99: 1])

        var (shared, _) = ServicePool.start(
            .init(
                service: service, quorum: 2,
                sorryServer: .init(destination: destination(93, weight: 7), inhibits: true),
                servers: [server(93), server(94)]))
        #expect(shared.desiredWeights == [93: 1, 94: 1])
        _ = shared.record(down, server: 1, checker: 0)
        #expect(shared.desiredWeights == [93: 7])
    }

    @Test("alpha servers are not used until they have succeeded; a first failure is announced although nothing changed")
    func alpha() {
        var (pool, events) = ServicePool.start(
            .init(
                service: service, sorryServer: .init(destination: destination(99)),
                servers: [server(93, alpha: true), server(94, inhibits: true, alpha: true)]))
        #expect(pool.desiredWeights == [94: 0, 99: 1])
        #expect(
            events.messages == [
                "Starting with quorum down 1-0=1 > 0 for VS [10.1.80.90]:tcp:80",
                "Adding sorry server [10.1.80.99]:tcp:80 to VS [10.1.80.90]:tcp:80",
                "Removing alive servers from the pool for VS [10.1.80.90]:tcp:80",
            ])
        events = pool.record(firstDown, server: 0, checker: 0)
        #expect(events.messages == ["TCP_CHECK on service [10.1.80.93]:tcp:80 failed."])
        #expect(events.notifications == ["10.1.80.93 down"])
        events = pool.record(firstUp, server: 1, checker: 0)
        #expect(events.notifications == ["10.1.80.94 up", "quorum up"])
        #expect(pool.desiredWeights == [94: 1])
    }

    @Test("without a sorry server an alpha start says nothing")
    func alphaSilent() {
        let (pool, events) = ServicePool.start(.init(service: service, servers: [server(93, alpha: true)]))
        #expect(events.isEmpty)
        #expect(pool.desired.destinations.isEmpty)
    }

    @Test("a server is down while any of its checkers is, and up with the last one that recovers")
    func severalCheckers() {
        var (pool, _) = ServicePool.start(
            .init(service: service, servers: [server(93, ports: [80, 81, 82]), server(94)]))
        #expect(pool.record(down, server: 0, checker: 0).notifications == ["10.1.80.93 down"])
        #expect(pool.record(down, server: 0, checker: 1).notifications.isEmpty)
        #expect(pool.record(up, server: 0, checker: 0).notifications.isEmpty)
        #expect(pool.desiredWeights == [94: 1])
        #expect(pool.record(up, server: 0, checker: 1).notifications == ["10.1.80.93 up"])
        #expect(pool.desiredWeights == [93: 1, 94: 1])
    }

    @Test("a dynamic check sets the weight: 0 keeps the server and leaves the quorum, a failure resets it")
    func dynamicWeight() {
        let script = ScriptTarget(words: ["/opt/load", "web"], timeout: .seconds(1), isDynamic: true)
        let check = Check(target: .script(script), policy: policy)
        var (pool, _) = ServicePool.start(
            .init(
                service: service,
                servers: [.init(destination: destination(93, weight: 10), checkers: [.init(check: check)])]))
        var events = pool.record(.up(weight: 4, isFirst: true), server: 0, checker: 0)
        #expect(
            events.messages == [
                "Misc check for [[10.1.80.93]:tcp:80 VS [10.1.80.90]:tcp:80] by [/opt/load] succeeded.",
                "Changing weight from 10 to 4 for active service [10.1.80.93]:tcp:80 of VS [10.1.80.90]:tcp:80",
            ])
        #expect(pool.desiredWeights == [93: 4])
        events = pool.record(.weightChanged(0), server: 0, checker: 0)
        #expect(events.messages.last == "Lost quorum 1-0=1 > 0 for VS [10.1.80.90]:tcp:80")
        #expect(events.notifications == ["quorum down"])
        #expect(pool.desiredWeights == [93: 0])
        _ = pool.record(.down(.exited(status: 1), retries: 0, isFirst: false), server: 0, checker: 0)
        events = pool.record(.up(weight: nil, isFirst: false), server: 0, checker: 0)
        #expect(pool.desiredWeights == [93: 10])
        #expect(events.messages.last == "Gained quorum 1+0=1 <= 10 for VS [10.1.80.90]:tcp:80")
    }

    @Test("a web server says which pages are right again")
    func pages() {
        let exchange = HTTPExchange(pages: [HTTPPage(path: "/a"), HTTPPage(path: "/b", digest: [1])])
        let target = ConnectionTarget(address: .v4(IPv4Address(10, 1, 80, 93)), port: 80)
        let check = Check(target: .http(target, exchange), policy: policy)
        var (pool, _) = ServicePool.start(
            .init(service: service, servers: [.init(destination: destination(93), checkers: [.init(check: check)])]))
        #expect(
            pool.record(firstUp, server: 0, checker: 0).messages
                == ["Remote Web server [10.1.80.93]:tcp:80 succeed on service."])
        let failure = CheckFailure.unexpectedStatus(path: "/a", status: 500)
        #expect(
            pool.record(.down(failure, retries: 3, isFirst: false), server: 0, checker: 0).messages.first
                == "HTTP_CHECK on service [10.1.80.93]:tcp:80 failed after 3 retries.")
        #expect(
            pool.record(up, server: 0, checker: 0).messages.prefix(3) == [
                "HTTP status code success to [10.1.80.93]:tcp:80 url(/a)",
                "MD5 digest success to [10.1.80.93]:tcp:80 url(/b)",
                "Remote Web server [10.1.80.93]:tcp:80 succeed on service.",
            ])
    }

    @Test(
        "a script's line says how it ended and how many tries are left",
        arguments: [
            (
                CheckEvent.tryFailed(.exited(status: 2), number: 1, of: 2),
                "failed, will do 2 retries (exited with status 2)"
            ),
            (.tryFailed(.exited(status: 2), number: 2, of: 2), "failed on retry 1/2 (exited with status 2)"),
            (.down(.killed(signal: 9), retries: 1, isFirst: false), "failed after 1 retry (due to signal 9)"),
            (.down(.scriptTimedOut(after: .seconds(1)), retries: 0, isFirst: false), "timed out with retry disabled"),
            (.down(.exited(status: 1), retries: 0, isFirst: true), "failed (exited with status 1)"),
            (
                .down(.notExecuted("/opt/load: Permission denied"), retries: 0, isFirst: true),
                "failed (could not be executed: /opt/load: Permission denied)"
            ),
        ])
    func scriptLines(event: CheckEvent, expected: String) {
        let check = Check(
            target: .script(ScriptTarget(words: ["/opt/load", "web"], timeout: .seconds(1))), policy: policy)
        var (pool, _) = ServicePool.start(
            .init(
                service: service,
                servers: [
                    .init(destination: destination(93), checkers: [.init(check: check, logsAllFailures: true)])
                ]))
        #expect(
            pool.record(event, server: 0, checker: 0).messages.first
                == "Misc check for [[10.1.80.93]:tcp:80 VS [10.1.80.90]:tcp:80] by [/opt/load] \(expected).")
    }

    @Test("an extreme weight is clamped and traps nothing")
    func extremes() {
        let servers = [server(93, weight: .max), server(94, weight: .max)]
        var (pool, events) = ServicePool.start(
            .init(service: service, quorum: .max, hysteresis: .max, servers: servers))
        #expect(events.messages.isEmpty)
        _ = pool.record(.up(weight: .min, isFirst: true), server: 0, checker: 0)
        #expect(pool.desiredWeights[93] == 0)
        events = pool.record(.up(weight: .max, isFirst: true), server: 0, checker: 0)
        #expect(pool.desiredWeights[93] == .max)
        #expect(pool.record(down, server: 7, checker: 0).isEmpty)
        #expect(pool.record(down, server: 0, checker: 7).isEmpty)
    }

    @Test("a failed try is said only where log_all_failures asks for it")
    func failedTries() {
        var quiet = server(93)
        var (pool, _) = ServicePool.start(.init(service: service, servers: [quiet]))
        #expect(pool.record(.tryFailed(refused, number: 1, of: 3), server: 0, checker: 0).isEmpty)
        quiet.checkers[0].logsAllFailures = true
        (pool, _) = ServicePool.start(.init(service: service, servers: [quiet]))
        #expect(
            pool.record(.tryFailed(refused, number: 1, of: 3), server: 0, checker: 0).messages
                == ["TCP connection to [10.1.80.93]:tcp:80 failed."])
    }

    @Test("a stop has a line for every server; with omega what is up is announced as down")
    func stop() {
        var (pool, _) = ServicePool.start(
            .init(service: service, servers: [server(93), server(94, inhibits: true), server(95)]))
        _ = pool.record(down, server: 1, checker: 0)
        _ = pool.record(down, server: 2, checker: 0)
        #expect(
            pool.stopEvents(notifies: false).messages == [
                "Shutting down service [10.1.80.93]:tcp:80 from VS [10.1.80.90]:tcp:80",
                "Shutting down (inhibited) service [10.1.80.94]:tcp:80 from VS [10.1.80.90]:tcp:80",
                "Shutting down service [10.1.80.95]:tcp:80 from VS [10.1.80.90]:tcp:80",
            ])
        #expect(pool.stopEvents(notifies: false).notifications.isEmpty)
        #expect(pool.stopEvents(notifies: true).notifications == ["10.1.80.93 down", "quorum down"])
    }

    @Test("services behind marks and IPv6 addresses have their names")
    func names() throws {
        let address = try #require(IPAddress("2001:db8::1"))
        #expect(ServiceNames.name(of: .endpoint(.udp, address, 53)) == "[2001:db8::1]:udp:53")
        #expect(ServiceNames.name(of: .firewallMark(5, .ipv6)) == "FWM 5")
        #expect(
            ServiceNames.name(of: Destination.ID(address: address, port: 0), in: .firewallMark(5, .ipv6))
                == "[2001:db8::1]:none:0")
    }

    @Test("under any sequence of events what is desired follows from which checkers are up")
    func property() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        for _ in 0..<300 {
            let servers = (1...UInt8.random(in: 1...5, using: &generator)).map { last in
                server(
                    last, weight: .random(in: 0...3, using: &generator), inhibits: .random(using: &generator),
                    alpha: .random(using: &generator), ports: Bool.random(using: &generator) ? [80] : [80, 81])
            }
            let sorry: ServicePool.SorryServer? =
                Bool.random(using: &generator)
                ? .init(
                    destination: destination(.random(in: 1...9, using: &generator)),
                    inhibits: .random(using: &generator)) : nil
            let quorum = UInt32.random(in: 1...4, using: &generator)
            var (pool, events) = ServicePool.start(
                .init(
                    service: service, quorum: quorum, hysteresis: .random(in: 0..<quorum, using: &generator),
                    sorryServer: sorry, servers: servers))
            var announced = events.notifications.last == "quorum up"
            for _ in 0..<40 {
                let index = servers.indices.randomElement(using: &generator) ?? 0
                let checker = servers[index].checkers.indices.randomElement(using: &generator) ?? 0
                let wasUp = pool.servers[index].isUp
                events = pool.record(Bool.random(using: &generator) ? up : down, server: index, checker: checker)
                if let last = events.notifications.last, last.hasPrefix("quorum") { announced = last.hasSuffix("up") }
                #expect(announced == pool.hasQuorum, "seed \(seed)")
                #expect(
                    events.notifications.contains { !$0.hasPrefix("quorum") } || wasUp == pool.servers[index].isUp,
                    "seed \(seed)")
                let ids = pool.desired.destinations.map(\.id)
                #expect(Set(ids).count == ids.count, "seed \(seed)")
                if let sorry, !pool.hasQuorum {
                    #expect(pool.desired.destinations.contains { $0 == sorry.destination }, "seed \(seed)")
                }
                if !pool.usesSorryServer {
                    let used = pool.desired.destinations.filter { $0.weight > 0 }
                    let live = pool.servers.filter { $0.isUp && $0.effectiveWeight > 0 }
                    #expect(used.map(\.id) == live.map(\.configuration.destination.id), "seed \(seed)")
                }
                let weight = pool.servers.reduce(Int64(0)) { $0 + ($1.isUp ? Int64($1.effectiveWeight) : 0) }
                #expect(pool.liveWeight == weight, "seed \(seed)")
                if pool.hasQuorum { #expect(pool.liveWeight > 0, "seed \(seed)") }
            }
        }
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
