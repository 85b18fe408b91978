/// The `auth_hmac` block: signed adverts.
public struct HMACAuthentication: Sendable, Hashable {
    /// `mode`.
    public enum Mode: Sendable, Hashable {
        /// Adverts are signed, and those without a signature dropped.
        case enforce
        /// Adverts are signed, and those without a signature accepted.
        case permissive
        /// Adverts are not signed, and those without a signature accepted.
        case receiveOnly
    }

    /// What a key is made of.
    public enum Secret: Sendable, Hashable {
        /// 32…64 bytes, as text or behind `hex:`.
        case bytes([UInt8])
        /// `file:PATH`, read when it is used; the file holds what would otherwise stand in the line.
        case file(String)
    }

    /// `key ID SECRET`.
    public struct Key: Sendable, Hashable {
        /// 1…255, unique.
        public var id: UInt8
        /// The key.
        public var secret: Secret

        /// Creates a key.
        public init(id: UInt8, secret: Secret) {
            self.id = id
            self.secret = secret
        }
    }

    /// Every key: adverts signed with any of them are accepted.
    public var keys: [Key] = []
    /// `active_key`: the one that own adverts are signed with.
    public var activeKey: UInt8
    /// `time_window` in seconds, 1…300: how far the sender's clock may be off; nil with `anti_replay monotonic`.
    /// Where it is not said, three advert intervals, at least 5 s and at most 300 s.
    public var timeWindow: UInt16?
    /// `mode`.
    public var mode = Mode.enforce

    /// A block with one key.
    public init(activeKey: UInt8) { self.activeKey = activeKey }
}

extension HMACAuthentication {
    /// How many bytes a key may have.
    public static let keyLengths = 32...64

    /// The key that a text stands for: its own bytes, or those behind `hex:`. A line end is no part of it.
    ///
    /// - Returns: nil where what follows `hex:` is not pairs of hexadecimal digits; the length is not judged.
    public static func key(from text: String) -> [UInt8]? {
        var bytes = Array(text.utf8)
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard text.hasPrefix("hex:") else { return bytes }
        let digits = bytes.dropFirst(4).compactMap { ScriptWords.hexadecimal($0) }
        guard digits.count == bytes.count - 4, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
