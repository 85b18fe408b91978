/// A complete reply of a mail server (RFC 5321, section 4.2).
public struct SMTPReply: Sendable, Hashable {
    /// What the first digit of the code says about the command (RFC 5321, section 4.2.1).
    public enum Kind: UInt16, Sendable, Hashable {
        /// 2yz: done.
        case completion = 2
        /// 3yz: the server waits for more, such as the text of a mail.
        case intermediate = 3
        /// 4yz: not now; the same command may succeed later.
        case transientFailure = 4
        /// 5yz: the same command will not succeed.
        case permanentFailure = 5
    }

    /// The three digits, 200…599.
    public var code: UInt16
    /// What stands behind the code in each line, at least one line; what is not UTF-8 is replaced, line ends and control
    /// characters are not part of it.
    public var lines: [String]

    /// Creates a reply.
    public init(code: UInt16, lines: [String] = [""]) {
        self.code = code
        self.lines = lines
    }

    /// What the code says; nil for one outside 200…599, which a parser does not make.
    public var kind: Kind? { Kind(rawValue: code / 100) }
}

extension SMTPReply: CustomStringConvertible {
    /// Code and first line, short enough for a log: `554 no service here`.
    public var description: String {
        guard let line = lines.first, !line.isEmpty else { return "\(code)" }
        let excerpt = line.prefix(Self.excerptLength)
        return "\(code) \(excerpt)\(excerpt.endIndex < line.endIndex ? "…" : "")"
    }

    static let excerptLength = 100
}
