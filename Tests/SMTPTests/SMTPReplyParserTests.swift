import SMTP
import Testing

@Suite("SMTP replies")
struct SMTPReplyParserTests {
    /// The replies in a text that comes in pieces of this many bytes.
    private func parse(_ text: String, pieces: Int = .max) throws(SMTPReplyError) -> [SMTPReply] {
        var parser = SMTPReplyParser()
        var replies: [SMTPReply] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            var piece = rest.prefix(pieces)
            rest = rest.dropFirst(pieces)
            while let reply = try parser.consume(&piece) { replies.append(reply) }
        }
        return replies
    }

    private static let complete: [(text: String, replies: [SMTPReply])] = [
        ("220 mx.example.org ESMTP\r\n", [SMTPReply(code: 220, lines: ["mx.example.org ESMTP"])]),
        ("250\r\n", [SMTPReply(code: 250, lines: [""])]),
        ("250 \r\n", [SMTPReply(code: 250, lines: [""])]),
        ("220 bare line feed\n", [SMTPReply(code: 220, lines: ["bare line feed"])]),
        (
            "250-mx greets you\r\n250-SIZE 1000\r\n250 HELP\r\n",
            [SMTPReply(code: 250, lines: ["mx greets you", "SIZE 1000", "HELP"])]
        ),
        ("250-one\r\n250-\r\n250\r\n", [SMTPReply(code: 250, lines: ["one", "", ""])]),
        (
            "220 a\r\n554 b\r\n",
            [SMTPReply(code: 220, lines: ["a"]), SMTPReply(code: 554, lines: ["b"])]
        ),
        ("354 go on\r\n", [SMTPReply(code: 354, lines: ["go on"])]),
        ("421 a\u{1B}[31m\u{0}b\r\n", [SMTPReply(code: 421, lines: ["a[31mb"])]),
        ("220-unfinished\r\n", []), ("220 no end", []), ("", []),
    ]

    @Test("replies are the same however their bytes are split", arguments: complete)
    func replies(text: String, replies: [SMTPReply]) throws {
        for pieces in 1...max(1, text.utf8.count) {
            #expect(try parse(text, pieces: pieces) == replies)
        }
    }

    private static let malformed: [(text: String, error: SMTPReplyError)] = [
        ("\r\n", .notAReply("")), ("22\r\n", .notAReply("22")),
        ("abc hello\r\n", .notAReply("abc hello")),
        ("150 too low\r\n", .notAReply("150 too low")),
        ("600 too high\r\n", .notAReply("600 too high")),
        ("220text\r\n", .notAReply("220text")), ("2x0 a\r\n", .notAReply("2x0 a")),
        (" 220 a\r\n", .notAReply(" 220 a")),
        ("SSH-2.0-OpenSSH_9.2\r\n", .notAReply("SSH-2.0-OpenSSH_9.2")),
        ("250-a\r\n251 b\r\n", .codesDiffer(250, 251)), ("250-a\r\nHELP\r\n", .notAReply("HELP")),
        (
            "220 " + String(repeating: "x", count: SMTPReplyParser.lineLimit - 3) + "\r\n",
            .lineTooLong(limit: 1024)
        ),
        (String(repeating: "2", count: 5000), .lineTooLong(limit: 1024)),
        (
            String(repeating: "250-x\r\n", count: SMTPReplyParser.linesLimit + 1),
            .tooManyLines(limit: 100)
        ),
    ]

    @Test("what is no reply is refused by name, however it is split", arguments: malformed)
    func refused(text: String, error: SMTPReplyError) {
        for pieces in [1, 2, 3, 7, 100, Int.max] {
            #expect(throws: error) { try parse(text, pieces: pieces) }
        }
    }

    @Test("a line and a reply may be as long as the limits say")
    func limits() throws {
        let longest = String(repeating: "x", count: SMTPReplyParser.lineLimit - 4)
        #expect(try parse("220 \(longest)\r\n") == [SMTPReply(code: 220, lines: [longest])])
        let lines = String(repeating: "250-x\r\n", count: SMTPReplyParser.linesLimit - 1) + "250 x\r\n"
        #expect(try parse(lines).first?.lines.count == SMTPReplyParser.linesLimit)
    }

    @Test("what stands behind a reply stays with the caller")
    func rest() throws {
        var parser = SMTPReplyParser()
        var bytes = Array("220 a\r\n250 b\r\n".utf8)[...]
        #expect(try parser.consume(&bytes)?.code == 220)
        #expect(!parser.isInsideReply)
        #expect(Array(bytes) == Array("250 b\r\n".utf8))
        var part = Array("25".utf8)[...]
        #expect(try parser.consume(&part) == nil)
        #expect(parser.isInsideReply)
    }

    @Test(
        "a reply in words is short, and its kind is its first digit",
        arguments: [
            (SMTPReply(code: 250), "250", SMTPReply.Kind.completion),
            (SMTPReply(code: 354, lines: ["go on", "b"]), "354 go on", .intermediate),
            (SMTPReply(code: 451, lines: ["later"]), "451 later", .transientFailure),
            (
                SMTPReply(code: 554, lines: [String(repeating: "n", count: 101)]),
                "554 \(String(repeating: "n", count: 100))…", .permanentFailure
            ),
        ])
    func words(reply: SMTPReply, text: String, kind: SMTPReply.Kind) {
        #expect("\(reply)" == text)
        #expect(reply.kind == kind)
    }
}
