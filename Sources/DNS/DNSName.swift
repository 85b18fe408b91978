/// A domain name as the wire carries it: labels of 1 to 63 bytes, 255 bytes together with their lengths and the root's
/// empty label (RFC 1035, sections 2.3.4 and 3.1).
///
/// Two names are equal when they differ in the case of ASCII letters at most (RFC 4343).
public struct DNSName: Sendable {
    /// Longest label in bytes.
    public static let labelLimit = 63
    /// Longest encoded name in bytes.
    public static let limit = 255

    /// The labels from the host to the top, without the root.
    public let labels: [[UInt8]]

    /// The root.
    public static let root = DNSName(unchecked: [])

    /// Reads `www.example.org`, with or without the dot at its end; `.` is the root.
    ///
    /// Bytes stand for themselves: there are no escapes, so a label cannot contain a dot.
    public init(_ text: String) throws(DNSNameError) {
        guard text != "." else {
            self = .root
            return
        }
        let bytes = text.hasSuffix(".") ? Array(text.utf8.dropLast()) : Array(text.utf8)
        try self.init(
            labels: bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init))
    }

    init(labels: [[UInt8]]) throws(DNSNameError) {
        var length = 1
        for label in labels {
            guard !label.isEmpty else { throw .emptyLabel }
            guard label.count <= Self.labelLimit else { throw .labelTooLong(label.count) }
            length += label.count + 1
        }
        guard length <= Self.limit else { throw .nameTooLong(length) }
        self.labels = labels
    }

    private init(unchecked labels: [[UInt8]]) { self.labels = labels }

    /// The name with every label behind its length, uncompressed.
    var encoded: [UInt8] {
        labels.reduce(into: []) { bytes, label in
            bytes.append(UInt8(truncatingIfNeeded: label.count))
            bytes += label
        } + [0]
    }

    fileprivate var folded: [[UInt8]] {
        labels.map { $0.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
    }
}

extension DNSName: Hashable {
    /// Whether the names are the same but for the case of ASCII letters.
    public static func == (first: DNSName, second: DNSName) -> Bool { first.folded == second.folded }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

extension DNSName: CustomStringConvertible {
    /// As zone files write it: bytes that are not printable as `\DDD`, dots inside labels escaped, no dot at the end.
    public var description: String {
        guard !labels.isEmpty else { return "." }
        return labels.map { $0.map(Self.character).joined() }.joined(separator: ".")
    }

    private static func character(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): "\\" + String(Unicode.Scalar(byte))
        case 0x21...0x7E: String(Unicode.Scalar(byte))
        default: "\\" + String(repeating: "0", count: byte < 10 ? 2 : byte < 100 ? 1 : 0) + String(byte)
        }
    }
}

/// Why a text or bytes are no domain name.
public enum DNSNameError: Error, Sendable, Hashable {
    /// Two dots in a row, or nothing at all.
    case emptyLabel
    /// A label has this many bytes.
    case labelTooLong(Int)
    /// The encoded name has this many bytes.
    case nameTooLong(Int)
}

extension DNSNameError: CustomStringConvertible {
    /// In words.
    public var description: String {
        switch self {
        case .emptyLabel: "an empty label"
        case .labelTooLong(let length): "a label of \(length) bytes; \(DNSName.labelLimit) are the most"
        case .nameTooLong(let length): "a name of \(length) bytes; \(DNSName.limit) are the most"
        }
    }
}
