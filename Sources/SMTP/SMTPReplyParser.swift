/// Reads the replies of a mail server, however they are split into pieces (RFC 5321, section 4.2).
///
/// What a peer can make it keep is bounded by the length and the number of the lines of one reply. Bytes behind a reply
/// stay with the caller, so a flood of replies takes no memory here.
public struct SMTPReplyParser: Sendable {
    /// Longest line in bytes without its end: twice what RFC 5321 (4.5.3.1.5) allows a server.
    public static let lineLimit = 1024
    /// Most lines of one reply; a server with many extensions sends twenty.
    public static let linesLimit = 100

    private var line: [UInt8] = []
    private var code: UInt16?
    private var lines: [String] = []

    /// A parser that has seen nothing.
    public init() {}

    /// Whether a reply has begun and not ended.
    public var isInsideReply: Bool { code != nil || !line.isEmpty }

    /// Takes the bytes of one reply off the front.
    ///
    /// - Parameter bytes: what has come; afterwards, what stands behind the reply, or nothing.
    /// - Returns: The reply when its last line is complete, nil when more bytes are needed. Then it is ready for the next.
    /// - Throws: When this is no reply. The connection is of no use after that.
    public mutating func consume(_ bytes: inout ArraySlice<UInt8>) throws(SMTPReplyError)
        -> SMTPReply?
    {
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            try append(bytes[..<end])
            bytes = bytes[(end + 1)...]
            if let reply = try takeLine() { return reply }
        }
        try append(bytes)
        bytes = bytes[bytes.endIndex...]
        return nil
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws(SMTPReplyError) {
        // One more for the carriage return, which is not part of the line.
        guard line.count + bytes.count <= Self.lineLimit + 1 else {
            throw .lineTooLong(limit: Self.lineLimit)
        }
        line += bytes
    }

    private mutating func takeLine() throws(SMTPReplyError) -> SMTPReply? {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        guard line.count <= Self.lineLimit else { throw .lineTooLong(limit: Self.lineLimit) }
        guard let code = Self.code(line) else { throw .notAReply(SMTPText.excerpt(line)) }
        if let first = self.code, first != code { throw .codesDiffer(first, code) }
        guard lines.count < Self.linesLimit else { throw .tooManyLines(limit: Self.linesLimit) }
        lines.append(SMTPText.printable(line.dropFirst(4)))
        guard line.count > 3, line[3] == UInt8(ascii: "-") else {
            let reply = SMTPReply(code: code, lines: lines)
            self.code = nil
            lines = []
            return reply
        }
        self.code = code
        return nil
    }

    /// Three digits, 200…599, and behind them nothing, a blank or a hyphen.
    private static func code(_ line: [UInt8]) -> UInt16? {
        guard line.count >= 3, line.prefix(3).allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        guard line.count == 3 || line[3] == UInt8(ascii: " ") || line[3] == UInt8(ascii: "-") else {
            return nil
        }
        let code = line.prefix(3).reduce(UInt16(0)) { $0 * 10 + UInt16($1 - 0x30) }
        return (200...599).contains(code) ? code : nil
    }
}

/// Why bytes are not a reply.
public enum SMTPReplyError: Error, Sendable, Hashable {
    /// A line that does not begin with a code; its beginning, printable.
    case notAReply(String)
    /// A line is longer than this many bytes.
    case lineTooLong(limit: Int)
    /// A reply has more lines than this.
    case tooManyLines(limit: Int)
    /// The lines of one reply have different codes.
    case codesDiffer(UInt16, UInt16)
}

extension SMTPReplyError: CustomStringConvertible {
    /// In words, to stand behind a colon.
    public var description: String {
        switch self {
        case .notAReply(""): "an empty line instead of an SMTP reply"
        case .notAReply(let line): "no SMTP reply: '\(line)'"
        case .lineTooLong(let limit): "a line of more than \(limit) bytes"
        case .tooManyLines(let limit): "a reply of more than \(limit) lines"
        case .codesDiffer(let first, let other): "lines of one reply with codes \(first) and \(other)"
        }
    }
}

/// Text that came from a peer or goes to one.
enum SMTPText {
    /// The text without control characters, which could forge log lines or commands.
    static func printable(_ bytes: some Sequence<UInt8>) -> String {
        let text = String(decoding: Array(bytes), as: UTF8.self)
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) }))
    }

    /// A name of this host that cannot be more than one word of a command.
    static func hostName(_ name: String) -> String {
        let name = printable(name.utf8).filter { $0 != " " }
        return name.isEmpty ? "localhost" : name
    }

    /// A line for the peer.
    static func command(_ text: String) -> [UInt8] { Array("\(text)\r\n".utf8) }

    /// The beginning of a line for a message.
    static func excerpt(_ line: [UInt8]) -> String {
        let text = printable(line.prefix(60))
        return line.count > 60 ? text + "…" : text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        // C0, DEL, C1, and the two separators that some viewers break lines at.
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
            || scalar.value == 0x2029
    }
}
