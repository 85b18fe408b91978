import Addressing
import HealthChecks
import IPVS
import Testing

@Suite("Health board")
struct HealthBoardTests {
    private func pool(_ port: Port, _ servers: [ServicePool.Server]) -> ServicePool.Configuration {
        .init(
            service: VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), port)), servers: servers)
    }

    @Test("five hundred services that share fifty servers need fifty checks, and a verdict reaches all")
    func sharing() {
        var board = HealthBoard()
        let servers = (1...50).map { server($0) }
        _ = board.apply((1...500).map { pool(Port(rawValue: $0), servers) })
        #expect(board.checks.count == 50)
        let update = board.record(down, of: tcpCheck(7))
        #expect(update.changed.count == 500)
        #expect(board.pools.allSatisfy { $0.desired.destinations.count == 49 })
        // Said once for the server, and once for each service that it leaves.
        #expect(update.events.messages.filter { $0.hasPrefix("TCP_CHECK") }.count == 1)
        #expect(update.events.messages.filter { $0.hasPrefix("Removing service") }.count == 500)
    }

    @Test("equal targets under different policies are checked apart")
    func policies() {
        var slow = policy
        slow.interval = .seconds(60)
        var other = server(93)
        other.checkers = [.init(check: tcpCheck(93, policy: slow))]
        var board = HealthBoard()
        _ = board.apply([pool(80, [server(93)]), pool(81, [other])])
        #expect(board.checks.count == 2)
        #expect(board.record(down, of: tcpCheck(93)).changed == [board.pools[0].id])
    }

    @Test("an event of a check that nobody has any more changes nothing")
    func stranger() {
        var board = HealthBoard()
        _ = board.apply([pool(80, [server(93)])])
        #expect(board.record(down, of: tcpCheck(94)) == HealthBoard.Update())
    }

    @Test("a reload with the same file changes and says nothing")
    func reloadUnchanged() {
        var board = HealthBoard()
        let configuration = [pool(80, [server(93), server(94)]), pool(81, [server(93, alpha: true)])]
        _ = board.apply(configuration)
        _ = board.record(down, of: tcpCheck(93))
        let before = board.desired
        #expect(board.apply(configuration) == HealthBoard.Update())
        #expect(board.desired == before)
    }

    @Test("a reload keeps verdicts, also for a new service that shares a running check")
    func reloadShares() {
        var board = HealthBoard()
        _ = board.apply([pool(80, [server(93), server(94)])])
        _ = board.record(down, of: tcpCheck(93))
        let update = board.apply([pool(80, [server(93), server(94)]), pool(81, [server(93), server(94)])])
        #expect(update.changed == [board.pools[1].id])
        #expect(board.pools[1].desiredWeights == [94: 1])
    }

    @Test("a server that is down stays down when only the timing of its check is edited")
    func reloadPolicy() {
        var board = HealthBoard()
        _ = board.apply([pool(80, [server(93), server(94)])])
        _ = board.record(down, of: tcpCheck(93))
        var edited = server(93)
        var faster = policy
        faster.interval = .seconds(1)
        edited.checkers = [.init(check: tcpCheck(93, policy: faster))]
        #expect(board.apply([pool(80, [edited, server(94)])]) == HealthBoard.Update())
        #expect(board.pools[0].desiredWeights == [94: 1])
        _ = board.record(firstUp, of: tcpCheck(93, policy: faster))
        #expect(board.pools[0].desiredWeights == [93: 1, 94: 1])
    }

    @Test("what a reload takes away, adds and edits is said, with the notifications of what was up")
    func reloadChanges() {
        var board = HealthBoard()
        _ = board.apply([pool(80, [server(93), server(94)]), pool(81, [server(93)])])
        let update = board.apply([pool(80, [server(94, weight: 4), server(95), server(96, alpha: true)])])
        #expect(
            update.events.messages == [
                "service [10.1.80.93]:tcp:80 no longer exist",
                "Removing service [10.1.80.93]:tcp:80 from VS [10.1.80.90]:tcp:80",
                "Changing weight from 1 to 4 for active service [10.1.80.94]:tcp:80 of VS [10.1.80.90]:tcp:80",
                "Adding service [10.1.80.95]:tcp:80 to VS [10.1.80.90]:tcp:80",
                "Removing Virtual Server [10.1.80.90]:tcp:81",
            ])
        #expect(update.events.notifications == ["10.1.80.93 down", "10.1.80.93 down", "quorum down"])
        #expect(board.pools[0].desiredWeights == [94: 4, 95: 1])
        #expect(board.desired.pools.count == 1)
    }

    @Test("a server that was down comes up when its failed checker is taken away")
    func reloadWithoutChecker() {
        var board = HealthBoard()
        _ = board.apply([pool(80, [server(93), server(94)])])
        _ = board.record(down, of: tcpCheck(93))
        let update = board.apply([pool(80, [server(93, ports: []), server(94)])])
        #expect(update.events.notifications == ["10.1.80.93 up"])
        #expect(board.pools[0].desiredWeights == [93: 1, 94: 1])
    }
}
