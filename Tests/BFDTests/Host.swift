import Addressing
import BFD
import TestKit
import Timing

/// One end of a session in a table, with a clock of its own that the test moves.
struct Host {
    static let addresses = [IPv4Address(10, 1, 80, 1), IPv4Address(10, 1, 80, 2)]

    var table: SessionTable
    let number: Int
    var now = Instant.epoch
    var changes: [(at: Instant, change: SessionChange)] = []
    var id: SessionID?

    init(_ number: Int, seed: UInt64) {
        self.number = number
        table = SessionTable(generator: SeededGenerator(seed: seed))
    }

    /// The default session with the other host.
    static func configuration(
        _ number: Int, _ change: (inout SessionConfiguration) -> Void = { _ in }
    ) -> SessionConfiguration {
        var configuration = SessionConfiguration(
            name: "B\(number)",
            identity: .init(neighbor: .v4(addresses[1 - number]), source: .v4(addresses[number])))
        change(&configuration)
        return configuration
    }

    var status: SessionStatus? { table.status.first }
    var state: SessionState { status?.state ?? .adminDown }

    mutating func apply(_ configuration: SessionConfiguration) -> [ControlPacket] {
        carryOut(table.apply([configuration], at: now))
    }

    mutating func stop() -> [ControlPacket] { carryOut(table.stop(at: now)) }

    mutating func receive(_ packet: ControlPacket, ttl: UInt8 = 255) -> [ControlPacket] {
        receive(packet.encoded, ttl: ttl)
    }

    mutating func receive(_ bytes: [UInt8], ttl: UInt8 = 255) -> [ControlPacket] {
        carryOut(
            table.received(
                ReceivedDatagram(
                    source: .v4(Self.addresses[1 - number]), destination: .v4(Self.addresses[number]), ttl: ttl,
                    payload: bytes), at: now
            ).actions)
    }

    /// Lets time pass up to an instant; returns what was sent, and when.
    mutating func pass(until end: Instant) -> [(at: Instant, packet: ControlPacket)] {
        var sent: [(at: Instant, packet: ControlPacket)] = []
        while let deadline = table.nextDeadline, deadline <= end {
            now = max(now, deadline)
            let at = now
            sent += carryOut(table.deadlineReached(at: now)).map { (at, $0) }
        }
        now = end
        return sent
    }

    private mutating func carryOut(_ actions: [TableAction]) -> [ControlPacket] {
        var packets: [ControlPacket] = []
        for action in actions {
            switch action {
            case .opened(let id, _): self.id = id
            case .send(_, let packet): packets.append(packet)
            case .changed(_, let change): changes.append((now, change))
            case .reconfigured, .closed: break
            }
        }
        return packets
    }

    /// A packet as the neighbour of this host would send it.
    func fromNeighbor(
        _ state: SessionState, knowsUs: Bool = true, transmit: UInt32 = 10_000, receive: UInt32 = 10_000,
        multiplier: UInt8 = 5, _ change: (inout ControlPacket) -> Void = { _ in }
    ) -> ControlPacket {
        var packet = ControlPacket(
            state: state, multiplier: multiplier, myDiscriminator: 77, desiredTransmitInterval: transmit,
            requiredReceiveInterval: receive)
        packet.yourDiscriminator = knowsUs ? status?.localDiscriminator ?? 0 : 0
        change(&packet)
        return packet
    }

    /// A host whose session is up with a neighbour that has answered its poll.
    static func up(
        seed: UInt64 = 1, _ change: (inout SessionConfiguration) -> Void = { _ in }
    ) -> Host {
        var host = Host(0, seed: seed)
        _ = host.apply(configuration(0, change))
        _ = host.receive(host.fromNeighbor(.down, knowsUs: false))
        _ = host.receive(host.fromNeighbor(.up))
        _ = host.receive(host.fromNeighbor(.up) { $0.isFinal = true })
        return host
    }
}
