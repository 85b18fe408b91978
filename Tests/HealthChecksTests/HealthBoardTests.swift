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

    @Test("checks rest while the service's address is not on this host, and go on with what others have found")
    func resting() throws {
        let address = IPAddress.v4(IPv4Address(10, 1, 80, 90))
        var suspended = pool(80, [server(93), server(94)])
        suspended.suspensionAddresses = [address]
        var board = HealthBoard()
        #expect(board.setHostAddresses([]) == HealthBoard.Update())
        let start = board.apply([suspended, pool(81, [server(93)])])
        let suspendedLines = start.events.messages.filter {
            $0.hasPrefix("Suspending healthchecker for service [10.1.80.9")
        }
        #expect(suspendedLines.count == 2)
        #expect(board.rests(board.pools[0].id) && !board.rests(board.pools[1].id))
        #expect(board.checks == [tcpCheck(93)])
        #expect(board.record(down, of: tcpCheck(94)) == HealthBoard.Update())
        #expect(board.record(down, of: tcpCheck(93)).changed == [board.pools[1].id])
        #expect(board.pools[0].desiredWeights == [93: 1, 94: 1])

        let arrival = board.setHostAddresses([address])
        #expect(board.checks == [tcpCheck(93), tcpCheck(94)])
        let activated = arrival.events.messages.filter { $0.hasPrefix("Activating healthchecker") }
        #expect(activated.count == 2)
        #expect(arrival.changed == [board.pools[0].id])
        #expect(arrival.events.notifications == ["10.1.80.93 down"])
        #expect(board.pools[0].desiredWeights == [94: 1])
        #expect(board.setHostAddresses([address]) == HealthBoard.Update())

        _ = board.record(down, of: tcpCheck(94))
        let departure = board.setHostAddresses([])
        #expect(departure.changed.isEmpty && departure.events.notifications.isEmpty)
        #expect(departure.events.messages.count == 2)
        #expect(board.pools[0].desiredWeights == [:])
        #expect(board.apply([suspended, pool(81, [server(93)])]) == HealthBoard.Update())
        _ = board.setHostAddresses(nil)
        #expect(board.checks.count == 2)
    }

    @Test("the services of a group change together and are told of once, by the name of the group")
    func groups() {
        let web = ServiceGroup(name: "web", number: 0)
        func member(_ port: Port) -> ServicePool.Configuration {
            var result = pool(port, [server(93), server(94)])
            result.group = web
            return result
        }
        let alone = pool(90, [server(93)])
        var board = HealthBoard()
        var update = board.apply([member(80), member(81), alone, member(82)])
        #expect(
            update.events.messages == [
                "Gained quorum 1+0=1 <= 2 for VS [web]:0", "Gained quorum 1+0=1 <= 1 for VS [10.1.80.90]:tcp:90",
            ])
        update = board.record(down, of: tcpCheck(93))
        #expect(update.changed.count == 4)
        #expect(
            update.events.messages == [
                "TCP_CHECK on service [10.1.80.93]:tcp:80 failed after 1 retries.",
                "Removing service [10.1.80.93]:tcp:80 from VS [web]:0",
                "Removing service [10.1.80.93]:tcp:80 from VS [10.1.80.90]:tcp:90",
                "Lost quorum 1-0=1 > 0 for VS [10.1.80.90]:tcp:90",
            ])
        #expect(update.events.notifications == ["10.1.80.93 down", "10.1.80.93 down", "quorum down"])
        #expect(board.pools.map { $0.desiredWeights.count } == [1, 1, 0, 1])
        #expect(board.speakingPools.map(\.id) == [board.pools[0].id, board.pools[2].id])

        // The first address goes, another one comes: the group goes on, and so does its state.
        update = board.apply([member(81), member(83), alone])
        #expect(
            update.events.messages == [
                "Removing Virtual Server [10.1.80.90]:tcp:80", "Removing Virtual Server [10.1.80.90]:tcp:82",
            ])
        #expect(update.events.notifications.isEmpty)
        #expect(update.changed.count == 3)
        #expect(board.pools.prefix(2).map(\.desiredWeights) == [[94: 1], [94: 1]])
        #expect(board.pools.prefix(2).map(\.hasQuorum) == [true, true])
        #expect(
            board.speakingPools.flatMap { $0.stopEvents(notifies: true) }.notifications == [
                "10.1.80.94 down", "quorum down",
            ])
        update = board.record(up, of: tcpCheck(93))
        #expect(update.events.notifications == ["10.1.80.93 up", "10.1.80.93 up", "quorum up"])
        #expect(board.speakingPools.flatMap(\.upEvents).map(\.serviceName).prefix(2) == ["[web]:0", "[web]:0"])

        update = board.apply([alone])
        #expect(update.events.messages == ["Removing Virtual Server Group [web]"])
        #expect(update.events.notifications == ["10.1.80.93 down", "10.1.80.94 down", "quorum down"])
    }

    @Test("the checks of a group rest while none of its addresses is on this host")
    func restingGroup() {
        let addresses: [IPAddress] = [.v4(IPv4Address(10, 1, 80, 90)), .v4(IPv4Address(10, 1, 80, 91))]
        let members: [ServicePool.Configuration] = ([80, 81] as [Port]).map { port in
            var result = pool(port, [server(93)])
            result.group = ServiceGroup(name: "web", number: 0)
            result.suspensionAddresses = Set(addresses)
            return result
        }
        var board = HealthBoard()
        _ = board.setHostAddresses([])
        #expect(
            board.apply(members).events.messages.last
                == "Suspending healthchecker for service [10.1.80.93]:tcp:80 for VS [web]:0")
        #expect(board.checks.isEmpty)
        let line = "Activating healthchecker for service [10.1.80.93]:tcp:80 for VS [web]:0"
        #expect(board.setHostAddresses([addresses[1]]).events.messages == [line])
        #expect(board.checks == [tcpCheck(93)])
        #expect(board.setHostAddresses(Set(addresses)) == HealthBoard.Update())
        #expect(board.record(down, of: tcpCheck(93)).changed.count == 2)
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

    @Test("a check whose timing is edited goes on from what is known, with the weight that a script asked for")
    func reloadKeepsWeight() {
        var board = HealthBoard()
        func scripted(_ weight: Int32, _ policy: CheckPolicy) -> ServicePool.Server {
            var result = server(93, weight: weight)
            let script = ScriptTarget(words: ["/bin/check"], timeout: .seconds(1), isDynamic: true)
            result.checkers = [.init(check: Check(target: .script(script), policy: policy))]
            return result
        }
        _ = board.apply([pool(80, [scripted(10, policy)])])
        for check in board.checks { _ = board.record(.up(weight: 40, isFirst: true), of: check) }
        #expect(board.pools[0].desiredWeights == [93: 40])
        var slower = policy
        slower.interval = .seconds(60)
        #expect(board.apply([pool(80, [scripted(20, slower)])]).changed.isEmpty)
        #expect(board.pools[0].desiredWeights == [93: 40])
        #expect(board.checks.map(board.verdict) == [.up(weight: 40)])
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
