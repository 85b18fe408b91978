import Glibc
import SMTP
import TestKit
import Testing

/// Inputs of each test that makes them at random; `MARTLET_FUZZ_ROUNDS` sets another number, millions for example.
private let rounds = getenv("MARTLET_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 500
/// The first seed; `MARTLET_FUZZ_SEED` sets another one.
private let firstSeed = getenv("MARTLET_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1

@Suite("Any bytes of a mail server")
struct FuzzTests {
    private static let corpus: [[UInt8]] = [
        "220 mx.example.org ESMTP\r\n250-mx\r\n250-SIZE 10240000\r\n250 HELP\r\n221 bye\r\n",
        "220-a\r\n220-b\r\n220 c\r\n250 d\r\n221 e\r\n", "554 no\r\n", "421 a\r\n",
        "220 x\n250 y\n221 z\n",
    ].map { Array($0.utf8) }

    @Test("mutated dialogues give a bounded answer that does not depend on how they are split")
    func mutations() {
        for round in 0..<UInt64(rounds) {
            let seed = firstSeed &+ round
            var generator = SeededGenerator(seed: seed)
            let bytes = generator.mutation(of: Self.corpus)
            let whole = play(bytes, pieces: Int.max)
            #expect(
                play(bytes, pieces: Int.random(in: 1...8, using: &generator)) == whole, "seed \(seed)")
            #expect(whole.utf8.count < 400, "seed \(seed)")
        }
    }

    @Test("mutated answers to mails end the session or wait, whatever they say, and what is sent is bounded")
    func deliveries() {
        let sessions = [
            "220 a\r\n250 b\r\n250 c\r\n250 d\r\n550 e\r\n354 f\r\n250 g\r\n221 h\r\n",
            "220 a\r\n250-b\r\n250 SIZE\r\n250 c\r\n450 d\r\n550 e\r\n221 f\r\n",
        ]
        let corpus = Self.corpus + sessions.map { Array($0.utf8) }
        let message = MailMessage(
            date: "d", sender: "a@example.org", recipients: ["b@example.org", "c@example.org"], subject: "s", body: "b",
            mailer: "m")
        for round in 0..<UInt64(rounds) {
            let seed = firstSeed &+ round
            var generator = SeededGenerator(seed: seed)
            let bytes = generator.mutation(of: corpus)
            let whole = deliver(message, bytes, pieces: Int.max)
            let split = deliver(message, bytes, pieces: Int.random(in: 1...8, using: &generator))
            #expect(split.end == whole.end, "seed \(seed)")
            #expect(max(split.sent, whole.sent) < 4096 && whole.end.utf8.count < 400, "seed \(seed)")
        }
    }

    /// How a delivery ends, in words, and how many bytes were sent until then.
    private func deliver(_ message: MailMessage, _ bytes: [UInt8], pieces: Int) -> (sent: Int, end: String) {
        var dialogue = MailDialogue(helloName: "a", message: message)
        var sent = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            switch dialogue.receive(rest.prefix(pieces)) {
            case .send(let bytes): sent += bytes.count
            case .wait: break
            case .delivered(let refusals): return (sent, "delivered except \(refusals.map(\.recipient))")
            case .failed(let failure): return (sent, "\(failure)")
            case .finished: return (sent, "finished")
            }
            rest = rest.dropFirst(pieces)
        }
        return (sent, "waiting")
    }

    /// How a dialogue ends, in words.
    private func play(_ bytes: [UInt8], pieces: Int) -> String {
        var dialogue = SMTPCheckDialogue(helloName: "a")
        var rest = bytes[...]
        while !rest.isEmpty {
            if case .finish(let failure) = dialogue.receive(rest.prefix(pieces)) {
                return failure.map { "\($0)" } ?? "well"
            }
            rest = rest.dropFirst(pieces)
        }
        return dialogue.receiveEnd().map { "\($0)" } ?? "closed"
    }
}
