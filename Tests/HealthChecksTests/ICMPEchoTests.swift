import Addressing
import Glibc
import HealthChecks
import TestKit
import Testing

private let rounds = getenv("MARTLET_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 500
private let firstSeed = getenv("MARTLET_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1

@Suite("Echo requests and replies")
struct ICMPEchoTests {
    @Test("a message has type, checksum, identifier and sequence where the wire has them")
    func encoding() {
        let echo = ICMPEcho(.request, identifier: 0x1234, sequence: 0x0102, payload: [0x61, 0x62, 0x63])
        #expect(echo.encoded(for: .ipv4) == [8, 0, 0x20, 0x67, 0x12, 0x34, 1, 2, 0x61, 0x62, 0x63])
        #expect(echo.encoded(for: .ipv6) == [128, 0, 0, 0, 0x12, 0x34, 1, 2, 0x61, 0x62, 0x63])
        for family in [AddressFamily.ipv4, .ipv6] {
            #expect(ICMPEcho(echo.encoded(for: family), family: family) == echo)
        }
    }

    @Test("what is no echo is none")
    func refused() {
        let good = ICMPEcho(.reply, identifier: 1, sequence: 2, payload: [3]).encoded(for: .ipv4)
        #expect(ICMPEcho(good, family: .ipv4)?.kind == .reply)
        #expect(ICMPEcho(good, family: .ipv6) == nil)
        #expect(ICMPEcho(good.dropLast(2), family: .ipv4) == nil)
        #expect(ICMPEcho([3] + good.dropFirst(), family: .ipv4) == nil)
        #expect(ICMPEcho([0, 1] + good.dropFirst(2), family: .ipv4) == nil)
        #expect(ICMPEcho(good.dropLast() + [4], family: .ipv4) == nil)
        #expect(ICMPEcho([], family: .ipv6) == nil)
    }

    @Test(
        "the header of a packet is as long as it says",
        arguments: [
            ([0x45] + [UInt8](repeating: 0, count: 19) + [7, 8], [7, 8]),
            ([0x46] + [UInt8](repeating: 0, count: 23) + [7], [7]),
            ([0x45] + [UInt8](repeating: 0, count: 19), []),
            ([0x44] + [UInt8](repeating: 0, count: 40), nil), ([0x65] + [UInt8](repeating: 0, count: 40), nil),
            ([0x4F] + [UInt8](repeating: 0, count: 40), nil), ([], nil),
        ] as [([UInt8], [UInt8]?)])
    func packet(bytes: [UInt8], message: [UInt8]?) {
        #expect(ICMPEcho.messageInPacket(bytes).map(Array.init) == message)
    }

    private func exchange(kernelIdentifies: Bool = false) -> PingExchange {
        PingExchange(
            family: .ipv4, identifier: 7, sequence: 9, token: 0x1122_3344_5566_7788, kernelIdentifies: kernelIdentifies)
    }

    @Test("only a reply with the identifier, sequence and bytes of the request answers it")
    func answers() throws {
        let request = try #require(ICMPEcho(exchange().requestBytes, family: .ipv4))
        #expect(request.kind == .request)
        #expect(request.payload.count == 56)
        #expect(!exchange().isAnswered(by: exchange().requestBytes))
        var reply = request
        reply.kind = .reply
        #expect(exchange().isAnswered(by: reply.encoded(for: .ipv4)))
        var other = reply
        other.identifier = 8
        #expect(!exchange().isAnswered(by: other.encoded(for: .ipv4)))
        #expect(exchange(kernelIdentifies: true).isAnswered(by: other.encoded(for: .ipv4)))
        other = reply
        other.sequence = 8
        #expect(!exchange(kernelIdentifies: true).isAnswered(by: other.encoded(for: .ipv4)))
        other = reply
        other.payload[0] ^= 1
        #expect(!exchange(kernelIdentifies: true).isAnswered(by: other.encoded(for: .ipv4)))
    }

    @Test("mutated packets are read without a trap, and none answers a request of which it does not know the bytes")
    func mutations() {
        let other = PingExchange(
            family: .ipv4, identifier: 7, sequence: 9, token: 1, kernelIdentifies: false)
        let reply = ICMPEcho(.reply, identifier: 7, sequence: 9, payload: [UInt8](repeating: 0x2E, count: 56))
        let corpus = [reply.encoded(for: .ipv4), [0x45] + [UInt8](repeating: 0, count: 19) + reply.encoded(for: .ipv4)]
        for round in 0..<UInt64(rounds) {
            let seed = firstSeed &+ round
            var generator = SeededGenerator(seed: seed)
            let bytes = generator.mutation(of: corpus)
            let message = ICMPEcho.messageInPacket(bytes) ?? bytes[...]
            #expect(!other.isAnswered(by: message), "seed \(seed)")
            _ = ICMPEcho(message, family: .ipv6)
        }
    }
}
