import TestKit
import Testing

@testable import SMTP

@Suite("Delivering mail")
struct MailDialogueTests {
    private let message = MailMessage(
        date: "d", sender: "lb@example.org", recipients: ["a@b", "c@d"], subject: "s", body: "b", mailer: "m")

    private func dialogue() -> MailDialogue { MailDialogue(helloName: "lb 1\r\n", message: message) }

    /// What comes of replies, one after the other.
    private func play(_ dialogue: inout MailDialogue, _ replies: [String]) -> [MailDialogue.Action] {
        replies.map { dialogue.receive("\($0)\r\n".utf8) }
    }

    private func text(_ action: MailDialogue.Action) -> String? {
        if case .send(let bytes) = action { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    @Test("a mail goes out command by command, several in one session, and QUIT ends it")
    func delivery() {
        var dialogue = dialogue()
        let actions = play(
            &dialogue, ["220-hello\r\n220 there", "250 ok", "250 ok", "250 ok", "251 will forward", "354 go"])
        #expect(
            actions.dropLast().map(text) == [
                "HELO lb1\r\n", "MAIL FROM:<lb@example.org>\r\n", "RCPT TO:<a@b>\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n",
            ])
        #expect(actions.last == .send(message.content))
        #expect(play(&dialogue, ["250 queued"]) == [.delivered(except: [])])
        #expect(String(decoding: dialogue.begin(message), as: UTF8.self) == "MAIL FROM:<lb@example.org>\r\n")
        _ = play(&dialogue, ["250 ok", "250 ok", "250 ok", "354 go"])
        #expect(play(&dialogue, ["250 queued"]) == [.delivered(except: [])])
        #expect(String(decoding: dialogue.quit(), as: UTF8.self) == "QUIT\r\n")
        #expect(play(&dialogue, ["221 bye"]) == [.finished])
    }

    @Test("recipients that are refused are named, the others get the mail; without any it fails")
    func recipients() {
        var dialogue = dialogue()
        _ = play(&dialogue, ["220 x", "250 x", "250 x", "550 nobody", "250 x", "354 x"])
        let refusal = MailDialogue.Refusal(recipient: "a@b", reply: SMTPReply(code: 550, lines: ["nobody"]))
        #expect(play(&dialogue, ["250 x"]) == [.delivered(except: [refusal])])
        #expect(!refusal.isTransient)
        for (second, isPermanent) in [("550 nobody", true), ("450 busy", false)] {
            var dialogue = self.dialogue()
            _ = play(&dialogue, ["220 x", "250 x", "250 x", "550 nobody"])
            guard case .failed(let failure)? = play(&dialogue, [second]).first else {
                Issue.record("no failure")
                continue
            }
            #expect(failure.isPermanent == isPermanent)
        }
    }

    @Test(
        "a refusal is for good where it is about the mail, and for now where it is about the server",
        arguments: [
            (["554 no service"], false, "greeting: 554 no service"),
            (["220 x", "501 bad name"], false, "answer to HELO: 501 bad name"),
            (["220 x", "250 x", "550 not you"], true, "answer to MAIL FROM: 550 not you"),
            (["220 x", "250 x", "451 later"], false, "answer to MAIL FROM: 451 later"),
            (["220 x", "250 x", "250 x", "421 closing"], false, "answer to RCPT TO: 421 closing"),
            (["220 x", "250 x", "250 x", "250 x", "250 x", "554 no"], true, "answer to DATA: 554 no"),
            (
                ["220 x", "250 x", "250 x", "250 x", "250 x", "354 x", "452 full"], false,
                "answer to the mail: 452 full"
            ),
            (["HTTP/1.1 400 Bad Request"], false, "greeting: no SMTP reply: 'HTTP/1.1 400 Bad Request'"),
        ])
    func refusals(replies: [String], isPermanent: Bool, words: String) {
        var dialogue = dialogue()
        guard case .failed(let failure)? = play(&dialogue, replies).last else {
            Issue.record("no failure")
            return
        }
        #expect(failure.isPermanent == isPermanent)
        #expect("\(failure)" == words)
    }

    @Test("the end of the connection is a failure while an answer is due, and none after the mail")
    func end() {
        var dialogue = dialogue()
        #expect(dialogue.receiveEnd() == .failed(MailFailure(.greeting, .connectionClosed)))
        _ = play(&dialogue, ["220 x", "250 x", "250 x", "250 x", "250 x", "354 x", "250 x"])
        #expect(dialogue.receiveEnd() == .finished)
    }

    @Test("whatever a server sends, the dialogue ends or waits, and sends a bounded amount")
    func fuzz() {
        var random = SeededGenerator(seed: 20_261_121)
        let pieces = [
            "220 x\r\n", "250-a\r\n", "250 b\r\n", "354 x\r\n", "421 x\r\n", "550 x\r\n", "\r\n", "2", "\0\u{7F}",
        ]
        for _ in 0..<20_000 {
            var dialogue = dialogue()
            for _ in 0..<12 {
                var bytes = Array(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8)
                if Int.random(in: 0..<4, using: &random) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &random))
                }
                switch dialogue.receive(bytes) {
                case .send(let sent): #expect(sent.count < 1000)
                case .wait: continue
                case .delivered, .failed, .finished: break
                }
            }
        }
    }
}
