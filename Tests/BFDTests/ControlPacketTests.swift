import Addressing
import BFD
import Glibc
import TestKit
import Testing
import Timing

/// Inputs of the tests that make them at random; `MARTLET_FUZZ_ROUNDS` sets another number, millions for example.
private let rounds = getenv("MARTLET_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 20_000

@Suite("BFD control packets")
struct ControlPacketTests {
    /// Up, Poll, diagnostic 3, multiplier 5, 0x01020304 and 0x0A0B0C0D, 10 ms, 20 ms, no echo.
    static let bytes: [UInt8] = [
        0x23, 0xE0, 0x05, 0x18, 0x01, 0x02, 0x03, 0x04, 0x0A, 0x0B, 0x0C, 0x0D, 0x00, 0x00, 0x27, 0x10, 0x00, 0x00,
        0x4E, 0x20, 0x00, 0x00, 0x00, 0x00,
    ]

    static var packet: ControlPacket {
        var packet = ControlPacket(
            state: .up, multiplier: 5, myDiscriminator: 0x0102_0304, desiredTransmitInterval: 10_000,
            requiredReceiveInterval: 20_000)
        packet.diagnostic = .neighborSignaledDown
        packet.isPoll = true
        packet.yourDiscriminator = 0x0A0B_0C0D
        return packet
    }

    @Test("a packet is laid out as RFC 5880 section 4.1 says")
    func layout() throws {
        #expect(Self.packet.encoded == Self.bytes)
        #expect(try ControlPacket(decoding: Self.bytes) == Self.packet)
    }

    @Test("what follows the packet, and authentication up to its length, is passed over")
    func trailingBytes() throws {
        #expect(try ControlPacket(decoding: Self.bytes + [1, 2, 3]) == Self.packet)
        var authenticated = Self.bytes + [1, 4, 0, 0]
        authenticated[1] |= 0x04
        authenticated[3] = 28
        #expect(try ControlPacket(decoding: authenticated).isAuthenticated)
    }

    @Test(
        "a packet that no session could have is refused with its reason",
        arguments: [
            (0, 0x03, ControlPacketError.version(0)), (0, 0x43, .version(2)), (0, 0xE3, .version(7)),
            (2, 0, .zeroMultiplier), (3, 0, .shortLength(0)), (3, 23, .shortLength(23)),
            (3, 25, .longLength(25, count: 24)), (3, 255, .longLength(255, count: 24)), (1, 0xE1, .multipoint),
            (1, 0xE4, .shortLength(24)),
        ])
    func refused(offset: Int, value: Int, error: ControlPacketError) {
        var bytes = Self.bytes
        bytes[offset] = UInt8(value)
        #expect(throws: error) { try ControlPacket(decoding: bytes) }
    }

    @Test("a packet that is cut anywhere is refused")
    func truncated() {
        for count in 0..<24 {
            #expect(throws: ControlPacketError.truncated(count: count)) {
                try ControlPacket(decoding: Array(Self.bytes.prefix(count)))
            }
        }
    }

    @Test("a discriminator of 0 is refused for the sender, and for us unless the sender is down")
    func discriminators() throws {
        var bytes = Self.bytes
        bytes.replaceSubrange(4..<8, with: [0, 0, 0, 0])
        #expect(throws: ControlPacketError.zeroDiscriminator) { try ControlPacket(decoding: bytes) }
        bytes = Self.bytes
        bytes.replaceSubrange(8..<12, with: [0, 0, 0, 0])
        for state in SessionState.allCases {
            bytes[1] = state.rawValue << 6
            switch state {
            case .adminDown, .down: #expect(try ControlPacket(decoding: bytes).state == state)
            case .initializing, .up:
                #expect(throws: ControlPacketError.stateWithoutDiscriminator(state)) {
                    try ControlPacket(decoding: bytes)
                }
            }
        }
    }

    @Test("any packet reads as it was written")
    func roundTrip() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let packet = Self.random(using: &random)
            #expect(try ControlPacket(decoding: packet.encoded) == packet, "seed \(seed)")
        }
    }

    @Test("no mutated or random bytes crash the decoder or a session, and what is taken is written as it was read")
    func mutations() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        var table = SessionTable(generator: SeededGenerator(seed: seed))
        _ = table.apply(
            [SessionConfiguration(name: "B", identity: .init(neighbor: .v4(Host.addresses[1])))], at: .epoch)
        for round in 0..<rounds {
            var bytes =
                random.chance(0.1)
                ? (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                : Self.random(using: &random).encoded
            for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[position] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
                case 2: bytes.removeSubrange(position...)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
                }
            }
            if let packet = try? ControlPacket(decoding: bytes), !packet.isAuthenticated {
                let again = try? ControlPacket(decoding: packet.encoded)
                if again != packet { Issue.record("seed \(seed), round \(round)") }
                // So that some get past the look for the session.
                if random.chance(0.5), let status = table.status.first {
                    bytes.replaceSubrange(
                        8..<12,
                        with: (0..<4).map { UInt8(truncatingIfNeeded: status.localDiscriminator >> (24 - 8 * $0)) })
                }
            }
            let now = Instant.epoch + .milliseconds(round)
            _ = table.received(
                ReceivedDatagram(source: .v4(Host.addresses[1]), destination: nil, ttl: 255, payload: bytes), at: now)
            _ = table.deadlineReached(at: now)
        }
        #expect(table.status.count == 1)
    }

    static func random(using random: inout SeededGenerator) -> ControlPacket {
        var packet = ControlPacket(
            state: SessionState.allCases.randomElement(using: &random) ?? .up,
            multiplier: .random(in: 1...255, using: &random), myDiscriminator: .random(in: 1 ... .max, using: &random),
            desiredTransmitInterval: .random(in: 0 ... .max, using: &random),
            requiredReceiveInterval: .random(in: 0 ... .max, using: &random))
        packet.diagnostic = DiagnosticCode(rawValue: .random(in: 0...31, using: &random))
        packet.isPoll = random.chance(0.5)
        packet.isFinal = random.chance(0.5)
        packet.isControlPlaneIndependent = random.chance(0.5)
        packet.demands = random.chance(0.5)
        packet.yourDiscriminator = .random(in: 1 ... .max, using: &random)
        packet.requiredEchoInterval = .random(in: 0 ... .max, using: &random)
        return packet
    }
}
