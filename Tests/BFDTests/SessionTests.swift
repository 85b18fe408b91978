import BFD
import TestKit
import Testing
import Timing

@Suite("A BFD session")
struct SessionTests {
    /// A host in a state that a neighbour has brought it to.
    private func host(in state: SessionState) -> Host {
        var host = Host(0, seed: 7)
        _ = host.apply(Host.configuration(0))
        if state == .initializing { _ = host.receive(host.fromNeighbor(.down, knowsUs: false)) }
        return state == .up ? Host.up() : host
    }

    static let transitions: [(before: SessionState, heard: SessionState, after: SessionState)] = [
        (.down, .adminDown, .down), (.down, .down, .initializing), (.down, .initializing, .up), (.down, .up, .down),
        (.initializing, .adminDown, .down), (.initializing, .down, .initializing), (.initializing, .initializing, .up),
        (.initializing, .up, .up), (.up, .adminDown, .down), (.up, .down, .down), (.up, .initializing, .up),
        (.up, .up, .up),
    ]

    @Test("each state follows what is heard as RFC 5880 section 6.2 draws it", arguments: transitions)
    func transition(before: SessionState, heard: SessionState, after: SessionState) {
        var host = host(in: before)
        #expect(host.state == before)
        let sent = host.receive(host.fromNeighbor(heard))
        #expect(host.state == after)
        if after != before { #expect(sent.last?.state == after, "a change is told at once") }
        if after == .down, before != .down {
            #expect(host.status?.diagnostic == .neighborSignaledDown)
            #expect(host.changes.last?.change.from == before)
        }
    }

    @Test(
        "silence for the detection time ends a session that is up or coming up, and the neighbour's number is forgotten"
    )
    func silence() throws {
        for state in [SessionState.initializing, .up] {
            var host = host(in: state)
            let heard = host.now
            #expect(host.status?.detectionTime == .milliseconds(50))
            _ = host.pass(until: heard + .microseconds(49_999))
            #expect(host.state == state)
            let sent = host.pass(until: heard + .milliseconds(50))
            #expect(host.state == .down)
            let packet = try #require(sent.last?.packet)
            #expect(packet.state == .down)
            #expect(packet.diagnostic == .detectionTimeExpired)
            #expect(packet.yourDiscriminator == 0)
            #expect(packet.desiredTransmitInterval == 1_000_000)
            #expect(host.changes.last?.change.silence?.detectionTime == .milliseconds(50))
            #expect(host.changes.last?.change.silence?.overdue == .zero)
        }
    }

    @Test(
        "the detection time is the neighbour's multiplier times the slower of its sending and our receiving",
        arguments: [
            (transmit: 10_000, multiplier: 3, receive: 10_000, milliseconds: 30),
            (transmit: 100_000, multiplier: 3, receive: 10_000, milliseconds: 300),
            (transmit: 10_000, multiplier: 4, receive: 200_000, milliseconds: 800),
            (transmit: 1_000_000, multiplier: 255, receive: 10_000, milliseconds: 255_000),
        ])
    func detectionTime(transmit: Int, multiplier: Int, receive: Int, milliseconds: Int) {
        var host = Host.up { $0.receiveInterval = UInt32(receive) }
        _ = host.receive(
            host.fromNeighbor(.up, transmit: UInt32(transmit), multiplier: UInt8(multiplier)))
        #expect(host.status?.detectionTime == .milliseconds(milliseconds))
    }

    @Test("a session that is not up sends once a second, less up to a quarter, whatever was configured")
    func slowStart() {
        for seed in 1...20 {
            var host = Host(0, seed: UInt64(seed))
            _ = host.apply(Host.configuration(0) { $0.idleInterval = 10_000 })
            let sent = host.pass(until: .epoch + .seconds(100))
            #expect((100...135).contains(sent.count))
            for (one, next) in zip(sent, sent.dropFirst()) {
                #expect(next.at - one.at >= .milliseconds(750))
                #expect(next.at - one.at <= .seconds(1))
                #expect(one.packet.desiredTransmitInterval == 1_000_000)
                #expect(one.packet.requiredReceiveInterval == 10_000)
            }
        }
    }

    @Test("packets are jittered by 0 to 25 %, and by 10 to 25 % where one missing packet ends the session")
    func jitter() throws {
        for multiplier in [UInt8(1), 3] {
            // So that the silence of the neighbour does not end the session within the test.
            var host = Host.up {
                $0.multiplier = multiplier
                $0.transmitInterval = 40_000
            }
            _ = host.receive(host.fromNeighbor(.up, transmit: 1_000_000, multiplier: 255))
            let sent = host.pass(until: host.now + .seconds(60)).dropFirst()
            let gaps = zip(sent, sent.dropFirst()).map { $1.at - $0.at }
            let least = try #require(gaps.min())
            let most = try #require(gaps.max())
            #expect(least >= .milliseconds(30) && least < .milliseconds(31))
            let limit: Duration = multiplier == 1 ? .milliseconds(36) : .milliseconds(40)
            #expect(most <= limit && most > limit - .milliseconds(1))
        }
    }

    @Test("the neighbour's shortest interval slows sending down, and 0 ends it")
    func remoteReceiveInterval() {
        var host = Host.up()
        _ = host.receive(host.fromNeighbor(.up, transmit: 1_000_000, receive: 500_000, multiplier: 100))
        _ = host.pass(until: host.now + .milliseconds(20))
        #expect((20...28).contains(host.pass(until: host.now + .seconds(10)).count))
        _ = host.receive(host.fromNeighbor(.up, transmit: 1_000_000, receive: 0, multiplier: 100))
        #expect(host.status?.transmitInterval == nil)
        #expect(host.pass(until: host.now + .seconds(10)).isEmpty)
        // A shorter one counts from the last packet on.
        _ = host.receive(host.fromNeighbor(.up, transmit: 1_000_000, receive: 100_000, multiplier: 100))
        #expect(host.pass(until: host.now + .milliseconds(100)).count >= 1)
    }

    @Test("a neighbour in demand mode is sent nothing while both are up, and its polls are answered")
    func demand() {
        var host = Host.up()
        let demanding = host.fromNeighbor(.up, transmit: 1_000_000, multiplier: 100) { $0.demands = true }
        _ = host.receive(demanding)
        #expect(host.pass(until: host.now + .seconds(10)).isEmpty)
        var poll = demanding
        poll.isPoll = true
        let answer = host.receive(poll)
        #expect(answer.map(\.isFinal) == [true])
        #expect(host.receive(host.fromNeighbor(.down)).first?.state == .down)
        #expect(!host.pass(until: host.now + .seconds(3)).isEmpty)
    }

    @Test("a passive session is silent until it is spoken to")
    func passive() {
        var host = Host(0, seed: 3)
        _ = host.apply(Host.configuration(0) { $0.isPassive = true })
        #expect(host.pass(until: .epoch + .seconds(30)).isEmpty)
        let answer = host.receive(host.fromNeighbor(.down, knowsUs: false, transmit: 1_000_000))
        #expect(answer.map(\.state) == [.initializing])
        #expect(!host.pass(until: host.now + .seconds(2)).isEmpty)
        // The neighbour has gone: silence again.
        _ = host.pass(until: host.now + .seconds(10))
        #expect(host.pass(until: host.now + .seconds(30)).isEmpty)
    }

    @Test("a poll is answered at once with Final and without Poll, in every state")
    func answersPolls() {
        for state in [SessionState.down, .initializing, .up] {
            var host = host(in: state)
            let poll = host.fromNeighbor(state == .up ? .up : .adminDown) { $0.isPoll = true }
            let answers = host.receive(poll).filter(\.isFinal)
            #expect(answers.count == 1)
            #expect(answers.first?.isPoll == false)
        }
    }

    @Test("on going up the fast interval is used at once and announced by polls until one is answered")
    func pollOnUp() {
        var host = Host(0, seed: 5)
        _ = host.apply(Host.configuration(0))
        _ = host.receive(host.fromNeighbor(.down, knowsUs: false, transmit: 1_000_000))
        let first = host.receive(host.fromNeighbor(.initializing, transmit: 1_000_000))
        #expect(first.map(\.isPoll) == [true])
        #expect(first.map(\.desiredTransmitInterval) == [10_000])
        let polls = host.pass(until: host.now + .milliseconds(100)).map(\.packet)
        #expect((10...14).contains(polls.count))
        #expect(polls.allSatisfy { $0.isPoll })
        _ = host.receive(host.fromNeighbor(.up, transmit: 1_000_000) { $0.isFinal = true })
        #expect(host.pass(until: host.now + .milliseconds(50)).allSatisfy { !$0.packet.isPoll })
    }

    @Test("a reload that slows sending down waits for the neighbour to know; one that speeds it up does not")
    func changedTransmitInterval() {
        var host = Host.up()
        let slower = host.apply(Host.configuration(0) { $0.transmitInterval = 200_000 })
        #expect(slower.map(\.isPoll) == [true])
        #expect(slower.map(\.desiredTransmitInterval) == [200_000])
        #expect(host.status?.transmitInterval == .milliseconds(10))
        _ = host.receive(host.fromNeighbor(.up) { $0.isFinal = true })
        #expect(host.status?.transmitInterval == .milliseconds(200))
        let faster = host.apply(Host.configuration(0) { $0.transmitInterval = 20_000 })
        #expect(faster.map(\.isPoll) == [true])
        #expect(host.status?.transmitInterval == .milliseconds(20))
        #expect(host.state == .up)
        #expect(host.status?.statistics.lost == 0)
    }

    @Test("a reload that shortens the detection time waits for the neighbour to know; one that lengthens it does not")
    func changedReceiveInterval() {
        var host = Host.up { $0.receiveInterval = 100_000 }
        #expect(host.status?.detectionTime == .milliseconds(500))
        _ = host.apply(Host.configuration(0) { $0.receiveInterval = 20_000 })
        #expect(host.status?.detectionTime == .milliseconds(500))
        // A Final that answers the poll before must not count for a change that came after it.
        _ = host.apply(Host.configuration(0) { $0.receiveInterval = 40_000 })
        _ = host.receive(host.fromNeighbor(.up) { $0.isFinal = true })
        #expect(host.status?.detectionTime == .milliseconds(500))
        _ = host.receive(host.fromNeighbor(.up) { $0.isFinal = true })
        #expect(host.status?.detectionTime == .milliseconds(200))
        _ = host.apply(Host.configuration(0) { $0.receiveInterval = 300_000 })
        #expect(host.status?.detectionTime == .milliseconds(1500))
    }

    @Test("a changed multiplier is told at once and needs no poll")
    func changedMultiplier() {
        var host = Host.up()
        let sent = host.apply(Host.configuration(0) { $0.multiplier = 9 })
        #expect(sent.map(\.multiplier) == [9])
        #expect(sent.map(\.isPoll) == [false])
        #expect(host.apply(Host.configuration(0) { $0.multiplier = 9 }).isEmpty)
    }

    @Test("a stop tells the neighbour that the session is administratively down")
    func stop() {
        var host = Host.up()
        let sent = host.stop()
        #expect(sent.map(\.state) == [.adminDown])
        #expect(sent.map(\.diagnostic) == [.administrativelyDown])
        #expect(host.changes.last?.change.to == .adminDown)
        #expect(host.table.nextDeadline == nil)
    }

    @Test("a neighbour that starts anew is down first, and up again with its new number")
    func restartedNeighbor() {
        var host = Host.up()
        _ = host.receive(host.fromNeighbor(.down, knowsUs: false) { $0.myDiscriminator = 78 })
        #expect(host.state == .down)
        #expect(host.status?.remoteDiscriminator == 78)
        _ = host.receive(host.fromNeighbor(.initializing) { $0.myDiscriminator = 78 })
        #expect(host.state == .up)
    }
}
