import Testing

@testable import SMTP

@Suite("Mail messages")
struct MailMessageTests {
    private func message(subject: String = "s", body: String = "b", recipients: [String] = ["a@b"]) -> MailMessage {
        MailMessage(
            date: "Sat, 21 Nov 2026 23:05:00 +0000", sender: "lb@example.org", recipients: recipients,
            subject: subject, body: body, mailer: "m")
    }

    private func text(_ message: MailMessage) -> String { String(decoding: message.content, as: UTF8.self) }

    @Test("headers come in a fixed order, then an empty line, the text, and the dot")
    func layout() {
        #expect(
            text(message(recipients: ["a@b", "c@d"]))
                == "Date: Sat, 21 Nov 2026 23:05:00 +0000\r\nFrom: lb@example.org\r\nSubject: s\r\nX-Mailer: m\r\n"
                + "To: a@b,\r\n c@d\r\n\r\nb\r\n\r\n.\r\n")
    }

    @Test("no name makes a further header, line or end of the mail")
    func injection() {
        let bad = "x\r\nBcc: evil@example.org\r\n\r\n.\r\nMAIL FROM:<x>\u{2028}\u{85}\0"
        let lines = text(message(subject: bad, body: bad, recipients: ["a@b\r\nBcc: c@d"])).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.count == 10)
        #expect(!lines.contains { $0.hasPrefix("Bcc") || $0.hasPrefix("MAIL") })
        #expect(lines.filter { $0 == "." }.count == 1)
    }

    @Test("a line that begins with a dot gets another one, and a long line is cut")
    func dotsAndLength() {
        #expect(text(message(body: ".")).contains("\r\n\r\n..\r\n\r\n.\r\n"))
        let longest = text(message(subject: String(repeating: "ä", count: 5000))).split(separator: "\r\n").map(
            \.utf8.count)
        #expect((longest.max() ?? 0) <= 998)
    }

    @Test(
        "the address of a command is what stands in angle brackets, and nothing that could end the command",
        arguments: [
            ("a@b", "a@b"), ("Load balancer <lb@example.org>", "lb@example.org"), ("", nil), ("a b@c", nil),
            ("a@b>\r\nDATA", nil), ("a@b\n", nil), ("<>", nil), ("root", "root"),
            (String(repeating: "x", count: 400), nil),
        ] as [(String, String?)])
    func address(text: String, expected: String?) {
        #expect(MailMessage.address(text) == expected)
    }
}
