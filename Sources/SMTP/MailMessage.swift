/// A mail of one line, as it goes to a mail server.
///
/// Whatever the values hold, they make no further header, command or line: control characters are left out.
public struct MailMessage: Sendable, Hashable {
    /// When the mail was written, as the `Date` header has it (RFC 5322, section 3.3).
    public var date: String
    /// Who sends it: an address, or `Name <address>`.
    public var sender: String
    /// Who gets it.
    public var recipients: [String]
    /// What it is about.
    public var subject: String
    /// What it says.
    public var body: String
    /// What wrote it, for the `X-Mailer` header.
    public var mailer: String

    /// Creates a mail.
    public init(
        date: String, sender: String, recipients: [String], subject: String, body: String, mailer: String
    ) {
        self.date = date
        self.sender = sender
        self.recipients = recipients
        self.subject = subject
        self.body = body
        self.mailer = mailer
    }

    /// The address of a sender or recipient as a command may carry it; nil for what is none. Of `Name <address>` it is
    /// the part in angle brackets.
    public static func address(_ text: String) -> String? {
        var address = text[...]
        if let open = text.lastIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close {
            address = text[text.index(after: open)..<close]
        }
        let isPlain = address.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0.value != 0x7F && $0 != "<" && $0 != ">"
        }
        guard !address.isEmpty, isPlain, address.utf8.count <= 320 else { return nil }
        return SMTPText.printable(address.utf8) == address ? String(address) : nil
    }

    /// Headers, an empty line and the text, ready to follow `DATA`, with the dot that ends it.
    public var content: [UInt8] {
        let lines =
            [
                "Date: \(line(date))", "From: \(line(sender))", "Subject: \(line(subject))",
                "X-Mailer: \(line(mailer))", "To: \(recipients.map(line).joined(separator: ",\r\n "))", "",
            ] + [line(body)].map { $0.hasPrefix(".") ? ".\($0)" : $0 } + ["", "."]
        return lines.flatMap { Array("\($0)\r\n".utf8) }
    }

    /// What a server takes as one line has at most 998 bytes (RFC 5322, section 2.1.1).
    private func line(_ text: String) -> String {
        let text = SMTPText.printable(text.utf8)
        guard text.utf8.count > 900 else { return text }
        return String(decoding: text.utf8.prefix(900), as: UTF8.self)
    }
}
