import Glibc
import TestKit
import Testing

@testable import DNS

/// Inputs of each test that makes them at random; `MARTLET_FUZZ_ROUNDS` sets another number, millions for example.
private let rounds = getenv("MARTLET_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 500
/// The first seed; `MARTLET_FUZZ_SEED` sets another one.
private let firstSeed = getenv("MARTLET_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1

@Suite("Any bytes of a name server")
struct FuzzTests {
    private static let corpus: [[UInt8]] = [
        answer(),
        answer(counts: [1, 2, 1, 1]) + record() + record(name: [1, 0x61, 0xC0, 12], type: 1) + record()
            + record(name: [0], type: 41), answer(flags: 0x8380, counts: [1, 1, 0, 0]) + record(),
        answer(flags: 0x8183), answer(counts: [0, 0, 0, 0], []),
        answer(counts: [1, 3, 0, 0]) + record(name: [0xC0, 20]) + record(name: [0xC0, 29]) + record(name: [0xC0, 41]),
    ]

    @Test("mutated messages are read without a trap, and what is read stays within its bounds")
    func mutations() throws {
        let question = DNSQuestion(name: try DNSName("example.org"), type: .soa)
        for round in 0..<UInt64(rounds) {
            let seed = firstSeed &+ round
            var generator = SeededGenerator(seed: seed)
            let bytes = generator.mutation(of: Self.corpus)
            var exchange = DNSExchange(question, id: 0x1234)
            if case .failed(let failure) = exchange.receive(bytes, over: .datagram) {
                #expect("\(failure)".utf8.count < 100, "seed \(seed)")
            }
            guard let message = try? DNSMessage(bytes) else { continue }
            // Each record takes eleven bytes at least, each name 255 at most.
            #expect(message.answers.count * 11 <= bytes.count, "seed \(seed)")
            for record in message.answers { #expect(record.name.encoded.count <= 255, "seed \(seed)") }
        }
    }

    @Test("mutated streams give the same messages however they are split")
    func streams() {
        let corpus = Self.corpus.map { [UInt8($0.count >> 8), UInt8(truncatingIfNeeded: $0.count)] + $0 }
        for round in 0..<UInt64(rounds) {
            let seed = firstSeed &+ round
            var generator = SeededGenerator(seed: seed)
            let bytes = generator.mutation(of: corpus) + generator.mutation(of: corpus)
            #expect(
                messages(bytes, pieces: Int.random(in: 1...40, using: &generator)) == messages(bytes, pieces: .max),
                "seed \(seed)")
        }
    }

    private func messages(_ bytes: [UInt8], pieces: Int) -> [[UInt8]] {
        var reader = DNSStreamReader()
        var messages: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var piece = rest.prefix(pieces)
            rest = rest.dropFirst(pieces)
            while let message = reader.consume(&piece) { messages.append(message) }
        }
        return messages
    }
}
