import Addressing
import BFD
import TestKit
import Testing
import Timing

@Suite("BFD sessions of a host")
struct SessionTableTests {
    private let us = IPAddress.v4(IPv4Address(10, 1, 80, 1))

    private func neighbor(_ number: Int) -> IPAddress {
        .v4(IPv4Address(10, 1, UInt8(number / 250), UInt8(number % 250 + 2)))
    }

    private func configuration(_ number: Int, name: String? = nil, source: IPAddress? = nil) -> SessionConfiguration {
        SessionConfiguration(
            name: name ?? "B\(number)", identity: .init(neighbor: neighbor(number), source: source))
    }

    private func hello(_ discriminator: UInt32 = 0) -> [UInt8] {
        var packet = ControlPacket(
            state: .down, multiplier: 3, myDiscriminator: 9, desiredTransmitInterval: 1_000_000,
            requiredReceiveInterval: 1_000_000)
        packet.yourDiscriminator = discriminator
        return packet.encoded
    }

    private func datagram(
        _ number: Int, to destination: IPAddress? = nil, ttl: UInt8 = 255, isMultihop: Bool = false, _ payload: [UInt8]
    ) -> ReceivedDatagram {
        ReceivedDatagram(
            source: neighbor(number), destination: destination ?? us, isMultihop: isMultihop, ttl: ttl,
            payload: payload)
    }

    @Test("discriminators are random, never 0 and never given twice")
    func discriminators() {
        var table = SessionTable()
        _ = table.apply((0..<1000).map { configuration($0) }, at: .epoch)
        let numbers = table.status.map(\.localDiscriminator)
        #expect(Set(numbers).count == 1000)
        #expect(!numbers.contains(0))
        #expect(numbers.max() ?? 0 > 1 << 24, "a thousand small numbers are not random")
    }

    @Test("a packet from further away than allowed changes nothing and is counted")
    func timeToLive() {
        var table = SessionTable(generator: SeededGenerator(seed: 1))
        var behindRouters = configuration(1)
        behindRouters.minimumTTL = 250
        _ = table.apply([configuration(0), behindRouters], at: .epoch)
        for (number, ttl, isTaken) in [(0, 254, false), (0, 255, true), (1, 249, false), (1, 250, true)] {
            let outcome = table.received(datagram(number, ttl: UInt8(ttl), hello()), at: .epoch)
            #expect((outcome.refusal == nil) == isTaken)
            #expect(outcome.actions.isEmpty != isTaken)
        }
        #expect(table.status.map(\.statistics.refused) == [1, 1])
        #expect(table.status.first?.lastRefusal == .timeToLive(254, minimum: 255))
    }

    @Test("a packet is for the session that it names, if that is its sender's; else for the one of its addresses")
    func demultiplexing() throws {
        let other = IPAddress.v4(IPv4Address(10, 1, 80, 3))
        var table = SessionTable(generator: SeededGenerator(seed: 1))
        _ = table.apply(
            [configuration(0, name: "A", source: us), configuration(0, name: "B", source: other), configuration(1)],
            at: .epoch)
        let numbers = table.status.map(\.localDiscriminator)
        func states() -> [SessionState] { table.status.map(\.state) }
        _ = table.received(datagram(0, to: other, hello()), at: .epoch)
        #expect(states() == [.down, .initializing, .down])
        _ = table.received(datagram(0, hello(numbers[0])), at: .epoch)
        #expect(states() == [.initializing, .initializing, .down])
        let stolen = table.received(datagram(0, hello(numbers[2])), at: .epoch)
        #expect(stolen.refusal == .unknownDiscriminator(numbers[2]))
        #expect(states() == [.initializing, .initializing, .down])
        #expect(table.received(datagram(5, hello()), at: .epoch).refusal == .unknownNeighbor)
        #expect(table.received(datagram(1, isMultihop: true, hello()), at: .epoch).refusal == .unknownNeighbor)
        #expect(table.received(datagram(1, [1, 2, 3]), at: .epoch).refusal == .malformed(.truncated(count: 3)))
        var authenticated = hello() + [1, 2]
        authenticated[1] |= 0x04
        authenticated[3] = 26
        #expect(table.received(datagram(1, authenticated), at: .epoch).refusal == .authenticated)
        #expect(
            table.strays
                == {
                    var strays = table.strays; strays.malformed = 2; strays.unknown = 3; return strays
                }())
    }

    @Test("a reload keeps sessions whose ends stay, under whatever name, and ends the others with a word")
    func reload() throws {
        var table = SessionTable(generator: SeededGenerator(seed: 1))
        _ = table.apply([configuration(0), configuration(1)], at: .epoch)
        for number in 0...1 { _ = table.received(datagram(number, hello()), at: .epoch) }
        let before = table.status
        let actions = table.apply([configuration(0, name: "renamed"), configuration(2)], at: .epoch)
        #expect(table.status.map(\.configuration.name) == ["renamed", "B2"])
        #expect(table.status.map(\.state) == [.initializing, .down])
        #expect(table.status.first?.localDiscriminator == before.first?.localDiscriminator)
        let packets = actions.compactMap { action in if case .send(_, let packet) = action { packet } else { nil } }
        #expect(packets.map(\.state) == [.adminDown])
        #expect(packets.map(\.myDiscriminator) == [before[1].localDiscriminator])
        #expect(actions.contains { if case .closed = $0 { true } else { false } })
        #expect(table.apply([configuration(0, name: "renamed"), configuration(2)], at: .epoch).isEmpty)
    }

    @Test("of two sessions with the same ends the first one counts")
    func duplicates() {
        var table = SessionTable()
        _ = table.apply([configuration(0, name: "A"), configuration(0, name: "B")], at: .epoch)
        #expect(table.status.map(\.configuration.name) == ["A"])
    }

    @Test("every session of many gets its turn, and no deadline is left behind")
    func manyDeadlines() {
        var table = SessionTable(generator: SeededGenerator(seed: 4))
        _ = table.apply((0..<300).map { configuration($0) }, at: .epoch)
        var now = Instant.epoch
        var sent: [SessionID: Int] = [:]
        while let deadline = table.nextDeadline, deadline <= .epoch + .seconds(20) {
            #expect(deadline >= now)
            now = deadline
            for case .send(let id, _) in table.deadlineReached(at: now) { sent[id, default: 0] += 1 }
        }
        #expect(sent.count == 300)
        #expect(sent.values.allSatisfy { (20...28).contains($0) })
    }
}
