import Addressing
import HealthChecks
import IPVS
import Testing

/// What a reload makes of pools: the same as a start makes of servers in the same state.
@Suite("Pools after a reload")
struct ReloadedPoolTests {
    private static let sorry = ServicePool.SorryServer(destination: destination(99))

    private func pool(
        _ servers: [ServicePool.Server], quorum: UInt32 = 1, sorry: ServicePool.SorryServer? = sorry, port: Port = 80
    ) -> ServicePool.Configuration {
        .init(
            service: VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), port)), quorum: quorum,
            sorryServer: sorry, servers: servers)
    }

    /// A reload that changes the quorum, with what is desired after it. Server 11 is down before it.
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: [ServicePool.Server] = [server(10), server(11)]
        var quorumBefore: UInt32 = 1
        var after: [ServicePool.Server]
        var quorum: UInt32 = 1
        var isUp: Bool
        var desired: [UInt8: Int32]
    }

    static let changes: [Change] = [
        Change(
            testDescription: "the last live server is removed", after: [server(11)], isUp: false, desired: [99: 1]),
        Change(
            testDescription: "all servers are removed but one that waits", after: [server(12, alpha: true)],
            isUp: false, desired: [99: 1]),
        Change(
            testDescription: "the live server gets weight 0", after: [server(10, weight: 0), server(11)], isUp: false,
            desired: [99: 1]),
        Change(
            testDescription: "the quorum is raised", after: [server(10), server(11)], quorum: 2, isUp: false,
            desired: [99: 1]),
        Change(
            testDescription: "the quorum is lowered", quorumBefore: 2, after: [server(10), server(11)], isUp: true,
            desired: [10: 1]),
        Change(
            testDescription: "a server is added", before: [server(11)], after: [server(11), server(12)], isUp: true,
            desired: [12: 1]),
    ]

    @Test("a reload that changes the quorum is carried out as it is announced", arguments: changes)
    func quorum(_ change: Change) {
        var board = HealthBoard()
        _ = board.apply([pool(change.before, quorum: change.quorumBefore)])
        _ = board.record(down, of: tcpCheck(11))
        let update = board.apply([pool(change.after, quorum: change.quorum)])
        #expect(board.pools[0].hasQuorum == change.isUp)
        #expect(board.pools[0].desiredWeights == change.desired)
        #expect(update.events.notifications.last == "quorum \(change.isUp ? "up" : "down")")
        #expect(update.changed == [board.pools[0].id])
    }

    @Test("after any reload, pools are what a start makes of servers in the same state")
    func sameAsStart() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        func configuration(_ port: Port) -> ServicePool.Configuration {
            let servers = (1...UInt8.random(in: 1...5, using: &generator)).filter { _ in .random(using: &generator) }
                .map { last in
                    server(
                        last, weight: .random(in: 0...3, using: &generator), inhibits: .random(using: &generator),
                        alpha: .random(using: &generator),
                        ports: Bool.random(using: &generator) ? [80] : [80, 81])
                }
            return pool(
                servers, quorum: .random(in: 1...4, using: &generator),
                sorry: Bool.random(using: &generator)
                    ? .init(
                        destination: destination(.random(in: 1...7, using: &generator)),
                        inhibits: .random(using: &generator)) : nil, port: port)
        }
        for _ in 0..<500 {
            var board = HealthBoard()
            for _ in 0..<6 {
                let configurations = [configuration(80), configuration(81)]
                _ = board.apply(configurations)
                for check in board.checks.sorted(by: { "\($0)" < "\($1)" })
                where board.verdict(of: check) == .unknown || Bool.random(using: &generator) {
                    _ = board.record(Bool.random(using: &generator) ? up : down, of: check)
                }
                let next = [configuration(80), configuration(81)]
                _ = board.apply(next)
                // What nobody has asked yet is assumed, and by whom depends on what was before.
                for check in board.checks.sorted(by: { "\($0)" < "\($1)" }) where board.verdict(of: check) == .unknown {
                    _ = board.record(Bool.random(using: &generator) ? up : down, of: check)
                }
                _ = board.apply(next)
                var fresh = HealthBoard()
                _ = fresh.apply(next)
                for check in fresh.checks {
                    switch board.verdict(of: check) {
                    case .up: _ = fresh.record(up, of: check)
                    case .down: _ = fresh.record(down, of: check)
                    case .unknown: Issue.record("seed \(seed): \(check) has no verdict")
                    }
                }
                #expect(board.pools.map(\.desired) == fresh.pools.map(\.desired), "seed \(seed)")
                #expect(board.pools.map(\.hasQuorum) == fresh.pools.map(\.hasQuorum), "seed \(seed)")
                #expect(board.pools.map(\.liveWeight) == fresh.pools.map(\.liveWeight), "seed \(seed)")
            }
        }
    }

    @Test("every DOWN that is told of a server is followed by an UP and the other way round, through any reload")
    func alternating() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        for _ in 0..<200 {
            var board = HealthBoard()
            var told: [String: Bool] = [:]
            for step in 0..<30 {
                let events: [HealthEvent]
                if step.isMultiple(of: 5) {
                    events =
                        board.apply(
                            ([80, 81, 82] as [Port]).filter { _ in .random(using: &generator) }.map { port in
                                pool(
                                    [UInt8](1...4).filter { _ in .random(using: &generator) }.map { server($0) },
                                    sorry: nil,
                                    port: port)
                            }
                        ).events
                } else if let check = board.checks.sorted(by: { "\($0)" < "\($1)" }).randomElement(using: &generator) {
                    let isDown = if case .down = board.verdict(of: check) { true } else { false }
                    events = board.record(isDown ? up : down, of: check).events
                } else {
                    continue
                }
                for event in events {
                    guard case .notifyServer(let id, let isUp) = event.kind else { continue }
                    // A server is up for those who hear nothing of it.
                    let before = told.updateValue(isUp, forKey: "\(id) of \(event.serviceName)") ?? true
                    #expect(before != isUp, "seed \(seed)")
                }
                let names = board.pools.flatMap { pool in
                    pool.servers.map { "\($0.configuration.destination.id) of \(ServiceNames.name(of: pool.id))" }
                }
                told = told.filter { names.contains($0.key) }
            }
        }
    }

    @Test("what others know of the servers of a new service is told as if it had found it")
    func learned() {
        var board = HealthBoard()
        _ = board.apply([pool([server(10), server(11), server(12)], sorry: nil)])
        _ = board.record(down, of: tcpCheck(11))
        _ = board.record(firstUp, of: tcpCheck(10))
        let first = pool([server(10), server(11), server(12)], sorry: nil)
        let update = board.apply([
            first, pool([server(10, alpha: true), server(11), server(12, alpha: true)], sorry: nil, port: 81),
        ])
        #expect(
            update.events.messages == [
                "TCP connection to [10.1.80.10]:tcp:80 success.",
                "Adding service [10.1.80.10]:tcp:80 to VS [10.1.80.90]:tcp:81",
                "TCP_CHECK on service [10.1.80.11]:tcp:80 failed.",
                "Removing service [10.1.80.11]:tcp:80 from VS [10.1.80.90]:tcp:81",
                "Gained quorum 1+0=1 <= 1 for VS [10.1.80.90]:tcp:81",
            ])
        #expect(update.events.notifications == ["10.1.80.10 up", "10.1.80.11 down", "quorum up"])
        #expect(update.events.mails == ["10.1.80.10 up, up, changed", "10.1.80.11 down, down, changed"])
        #expect(board.pools[1].desiredWeights == [10: 1])
        #expect(board.record(up, of: tcpCheck(11)).events.notifications == ["10.1.80.11 up", "10.1.80.11 up"])
    }

    @Test("a new service whose servers are all known to be down tells so, with its quorum")
    func allDown() {
        var board = HealthBoard()
        _ = board.apply([pool([server(11)], sorry: nil)])
        _ = board.record(down, of: tcpCheck(11))
        let update = board.apply([pool([server(11)], sorry: nil), pool([server(11)], sorry: nil, port: 81)])
        #expect(update.events.notifications == ["10.1.80.11 down", "quorum down"])
        #expect(board.record(up, of: tcpCheck(11)).events.notifications.suffix(2) == ["10.1.80.11 up", "quorum up"])
    }

    @Test("a checker that is new to a server and known to fail takes it out with a mail of its own")
    func newChecker() {
        var board = HealthBoard()
        let others = pool([server(11, ports: [81])], sorry: nil, port: 81)
        _ = board.apply([pool([server(11), server(12)], sorry: nil), others])
        _ = board.record(down, of: tcpCheck(11, port: 81))
        let update = board.apply([pool([server(11, ports: [80, 81]), server(12)], sorry: nil), others])
        #expect(update.events.notifications == ["10.1.80.11 down"])
        #expect(update.events.mails == ["10.1.80.11 down, down, changed"])
        #expect(board.pools[0].desiredWeights == [12: 1])
    }
}

extension [HealthEvent] {
    /// What the checker says, what the server is, and whether it changed.
    fileprivate var mails: [String] {
        compactMap { event in
            guard case .checkerChanged(let id, _, let isUp, let serverIsUp, let changes) = event.kind else {
                return nil
            }
            return "\(id.address) \(isUp ? "up" : "down"), \(serverIsUp ? "up" : "down")\(changes ? ", changed" : "")"
        }
    }
}
