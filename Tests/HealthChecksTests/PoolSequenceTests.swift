import Addressing
import HealthChecks
import IPVS
import Testing

/// What a pool desires, step by step, and that the way from one step to the next never leaves it without a server.
@Suite("Pools step by step")
struct PoolSequenceTests {
    /// A service, what happens to its servers, and what is in its pool at the start and after each step.
    struct Story: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var quorum: UInt32 = 1
        var hysteresis: UInt32 = 0
        var sorry: ServicePool.SorryServer?
        var servers: [ServicePool.Server]
        /// Last octets of the servers: positive goes up, negative goes down.
        var steps: [Int]
        var pools: [[UInt8: Int32]]
        /// Whether the quorum is there, at the start and after each step.
        var quorums: [Bool]
    }

    private static let sorry = ServicePool.SorryServer(destination: destination(99))
    private static let inhibitingSorry = ServicePool.SorryServer(destination: destination(99), inhibits: true)

    static let stories: [Story] = [
        Story(
            testDescription: "without a sorry server each server stands for itself", quorum: 2,
            servers: [server(1), server(2)], steps: [-1, -2, 2, 1],
            pools: [[1: 1, 2: 1], [2: 1], [:], [2: 1], [1: 1, 2: 1]], quorums: [true, false, false, false, true]),
        Story(
            testDescription: "a sorry server takes over below the quorum", quorum: 2, sorry: sorry,
            servers: [server(1), server(2)], steps: [-1, -2, 2, 1],
            pools: [[1: 1, 2: 1], [99: 1], [99: 1], [99: 1], [1: 1, 2: 1]],
            quorums: [true, false, false, false, true]),
        Story(
            testDescription: "hysteresis counts weights on both sides", quorum: 4, hysteresis: 1, sorry: sorry,
            servers: [server(1, weight: 1), server(2, weight: 2), server(3, weight: 3)], steps: [-3, -1, 1, 3],
            pools: [
                [1: 1, 2: 2, 3: 3], [1: 1, 2: 2], [99: 1], [99: 1], [1: 1, 2: 2, 3: 3],
            ], quorums: [true, true, false, false, true]),
        Story(
            testDescription: "a start between the thresholds is without quorum", quorum: 3, hysteresis: 1, sorry: sorry,
            servers: [server(1), server(2), server(3), server(4, alpha: true)], steps: [4, -4, -1, -2],
            pools: [[99: 1], [1: 1, 2: 1, 3: 1, 4: 1], [1: 1, 2: 1, 3: 1], [2: 1, 3: 1], [99: 1]],
            quorums: [false, true, true, true, false]),
        Story(
            testDescription: "inhibited servers stay, the sorry server comes and goes", sorry: sorry,
            servers: [server(1, weight: 5, inhibits: true), server(2, inhibits: true)], steps: [-1, -2, 1],
            pools: [[1: 5, 2: 1], [1: 0, 2: 1], [1: 0, 2: 0, 99: 1], [1: 5, 2: 0]],
            quorums: [true, true, false, true]),
        Story(
            testDescription: "an inhibited sorry server stays, the servers come and go", sorry: inhibitingSorry,
            servers: [server(1), server(2)], steps: [-1, -2, 2],
            pools: [[1: 1, 2: 1, 99: 0], [2: 1, 99: 0], [99: 1], [2: 1, 99: 0]], quorums: [true, true, false, true]),
        Story(
            testDescription: "everything inhibited: only weights change", sorry: inhibitingSorry,
            servers: [server(1, inhibits: true), server(2, inhibits: true)], steps: [-1, -2, 1, 2],
            pools: [
                [1: 1, 2: 1, 99: 0], [1: 0, 2: 1, 99: 0], [1: 0, 2: 0, 99: 1], [1: 1, 2: 0, 99: 0],
                [1: 1, 2: 1, 99: 0],
            ], quorums: [true, true, false, true, true]),
        Story(
            testDescription: "a real server that says sorry is one entry", quorum: 2,
            sorry: .init(destination: destination(1)), servers: [server(1, weight: 7), server(2, weight: 1)],
            steps: [-1, -2, 1, 2], pools: [[1: 7, 2: 1], [1: 1], [1: 1], [1: 7], [1: 7, 2: 1]],
            quorums: [true, false, false, true, true]),
        Story(
            testDescription: "alpha servers wait, inhibited ones with weight 0", sorry: sorry,
            servers: [server(1, alpha: true), server(2, inhibits: true, alpha: true)], steps: [1, 2, -1, -2],
            pools: [[2: 0, 99: 1], [1: 1, 2: 0], [1: 1, 2: 1], [2: 1], [2: 0, 99: 1]],
            quorums: [false, true, true, true, false]),
        Story(
            testDescription: "a server with weight 0 is up, takes nothing and counts for no quorum",
            servers: [server(1, weight: 0), server(2)], steps: [-2, -1, 2, 1],
            pools: [[1: 0, 2: 1], [1: 0], [:], [2: 1], [1: 0, 2: 1]], quorums: [true, false, false, true, true]),
        Story(
            testDescription: "servers without checks are always up", sorry: sorry, servers: [server(1, ports: [])],
            steps: [], pools: [[1: 1]], quorums: [true]),
    ]

    @Test("what is in the pool follows from who is up", arguments: stories)
    func story(_ story: Story) {
        var (pool, _) = ServicePool.start(
            .init(
                service: service, quorum: story.quorum, hysteresis: story.hysteresis,
                sorryServer: story.sorry, servers: story.servers))
        var pools = [pool.desiredWeights]
        var quorums = [pool.hasQuorum]
        for step in story.steps {
            let before = pool.desired
            let octet = UInt8(abs(step))
            let index = story.servers.firstIndex { $0.destination.id == destination(octet).id } ?? .max
            _ = pool.record(step > 0 ? up : down, server: index, checker: 0)
            expectNoGap(from: before, to: pool.desired, "step \(step)")
            pools.append(pool.desiredWeights)
            quorums.append(pool.hasQuorum)
        }
        #expect(pools == story.pools)
        #expect(quorums == story.quorums)
    }

    @Test("no event leaves a pool without a server between two commands, nor does any reload")
    func noGap() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        func configuration() -> ServicePool.Configuration {
            let servers = (1...UInt8.random(in: 1...4, using: &generator)).map { last in
                server(
                    last, weight: .random(in: 0...2, using: &generator), inhibits: .random(using: &generator),
                    alpha: .random(using: &generator))
            }
            let quorum = UInt32.random(in: 1...4, using: &generator)
            return .init(
                service: service, quorum: quorum, hysteresis: .random(in: 0..<quorum, using: &generator),
                sorryServer: Bool.random(using: &generator)
                    ? .init(
                        destination: destination(.random(in: 1...6, using: &generator)),
                        inhibits: .random(using: &generator)) : nil,
                servers: servers)
        }
        for _ in 0..<300 {
            var board = HealthBoard()
            _ = board.apply([configuration()])
            for step in 0..<20 {
                let before = board.pools[0].desired
                if step.isMultiple(of: 7) {
                    _ = board.apply([configuration()])
                } else if let check = board.checks.sorted(by: { "\($0)" < "\($1)" }).randomElement(using: &generator) {
                    _ = board.record(Bool.random(using: &generator) ? up : down, of: check)
                }
                expectNoGap(from: before, to: board.pools[0].desired, "seed \(seed)")
            }
        }
    }

    private func expectNoGap(from before: Pool, to after: Pool, _ occasion: String) {
        var table = Table([before])
        func takesTraffic(_ pool: Pool?) -> Bool { pool?.destinations.contains { $0.weight > 0 } == true }
        guard takesTraffic(before), takesTraffic(after) else { return }
        for command in Planner.plan(desired: Table([after]), actual: table, owned: []) {
            table.apply(command)
            #expect(takesTraffic(table.pools[after.service.id]), "\(occasion): nobody takes traffic after \(command)")
        }
    }
}
