import SMTP
import Testing

@Suite("The dialogue of an SMTP check")
struct SMTPCheckDialogueTests {
    /// What a server says in turn, and what comes of it: nil while the dialogue is not over.
    private struct Outcome: Equatable {
        var sent = ""
        var isOver = false
        var failure: SMTPFailure?
    }

    private func play(_ said: [String], pieces: Int = .max, name: String = "check.example.org")
        -> Outcome
    {
        var dialogue = SMTPCheckDialogue(helloName: name)
        var outcome = Outcome()
        for text in said {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                switch dialogue.receive(rest.prefix(pieces)) {
                case .wait: break
                case .send(let bytes): outcome.sent += String(decoding: bytes, as: UTF8.self)
                case .finish(let failure):
                    outcome.isOver = true
                    outcome.failure = failure
                    return outcome
                }
                rest = rest.dropFirst(pieces)
            }
        }
        return outcome
    }

    @Test("a server that greets, answers HELO and says farewell is well, however its bytes are split")
    func success() {
        let said = ["220-mx.example.org\r\n220 ESMTP\r\n", "250 hello\r\n", "221 bye\r\n"]
        for pieces in [1, 2, 5, Int.max] {
            #expect(
                play(said, pieces: pieces)
                    == Outcome(sent: "HELO check.example.org\r\nQUIT\r\n", isOver: true, failure: nil))
        }
        #expect(play([said.joined()]).isOver)
        #expect(play([said.joined()]).failure == nil)
    }

    private static let failures: [(said: [String], failure: SMTPFailure, words: String)] = [
        (
            ["554 no service here\r\n"],
            .unexpectedReply(.greeting, SMTPReply(code: 554, lines: ["no service here"])),
            "greeting 554 no service here"
        ),
        (
            ["250 wrong code\r\n"],
            .unexpectedReply(.greeting, SMTPReply(code: 250, lines: ["wrong code"])),
            "greeting 250 wrong code"
        ),
        (
            ["220 a\r\n", "501 bad name\r\n"],
            .unexpectedReply(.hello, SMTPReply(code: 501, lines: ["bad name"])),
            "answer to HELO 501 bad name"
        ),
        (
            ["220 a\r\n", "252 a\r\n"], .unexpectedReply(.hello, SMTPReply(code: 252, lines: ["a"])),
            "answer to HELO 252 a"
        ),
        (
            ["220 a\r\n", "250 b\r\n", "421 closing\r\n"],
            .unexpectedReply(.quit, SMTPReply(code: 421, lines: ["closing"])),
            "answer to QUIT 421 closing"
        ),
        (
            ["HTTP/1.1 400 Bad Request\r\n"],
            .malformedReply(.greeting, .notAReply("HTTP/1.1 400 Bad Request")),
            "greeting: no SMTP reply: 'HTTP/1.1 400 Bad Request'"
        ),
        (
            ["220 a\r\n", "250-b\r\n220 c\r\n"], .malformedReply(.hello, .codesDiffer(250, 220)),
            "answer to HELO: lines of one reply with codes 250 and 220"
        ),
    ]

    @Test("a server that does anything else is not, for a named reason", arguments: failures)
    func failure(said: [String], failure: SMTPFailure, words: String) {
        for pieces in [1, 3, Int.max] { #expect(play(said, pieces: pieces).failure == failure) }
        #expect("\(failure)" == words)
    }

    @Test("a server may close instead of answering QUIT and at no other point")
    func end() {
        var dialogue = SMTPCheckDialogue(helloName: "a")
        #expect(dialogue.receiveEnd() == .connectionClosed(.greeting))
        _ = dialogue.receive("220 a\r\n".utf8)
        #expect(dialogue.receiveEnd() == .connectionClosed(.hello))
        _ = dialogue.receive("250 a\r\n".utf8)
        #expect(dialogue.receiveEnd() == nil)
        _ = dialogue.receive("22".utf8)
        #expect(dialogue.receiveEnd() == .connectionClosed(.quit))
    }

    @Test("a name cannot smuggle a command in")
    func helloName() {
        #expect(play(["220 a\r\n"], name: "a\r\nMAIL FROM:<b>").sent == "HELO aMAILFROM:<b>\r\n")
        #expect(play(["220 a\r\n"], name: " \r\n").sent == "HELO localhost\r\n")
    }
}
