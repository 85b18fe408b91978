import Addressing
import Digests

/// How adverts are signed and verified: keepalived's `auth_hmac` as of 2.4.2.
///
/// A trailer behind the message carries the number of a key, a sequence made of the sender's clock, and half of an
/// HMAC-SHA256 over the message, so that nobody without a key can make an advert, and nobody can send one again.
public struct AdvertAuthentication: Sendable, Hashable {
    /// What is signed, and what is accepted without a signature. A signature that is there and wrong is refused in every
    /// mode.
    public enum Mode: Sendable, Hashable {
        /// Own adverts are signed; those without a signature are refused.
        case enforce
        /// Own adverts are signed; those without a signature are accepted.
        case permissive
        /// Own adverts are not signed; those without a signature are accepted.
        case receiveOnly
    }

    /// The keys by their numbers, 32…64 bytes each. Adverts signed with any of them are accepted.
    public var keys: [UInt8: [UInt8]]
    /// The key that own adverts are signed with. Without it they carry a signature that is valid nowhere.
    public var activeKey: UInt8
    /// How many seconds a sender's clock may be off; nil lets only the order count (`anti_replay monotonic`).
    public var timeWindow: UInt16?
    /// What is signed and what is accepted.
    public var mode: Mode

    /// Creates settings.
    public init(keys: [UInt8: [UInt8]], activeKey: UInt8, timeWindow: UInt16? = 5, mode: Mode = .enforce) {
        self.keys = keys
        self.activeKey = activeKey
        self.timeWindow = timeWindow
        self.mode = mode
    }

    /// Whether own adverts carry a trailer.
    var signs: Bool { mode != .receiveOnly }

    /// The trailer of a message; its tag is zero where the active key is missing.
    ///
    /// - Parameter message: what stands before the trailer, the checksum in any state.
    func trailer(for message: [UInt8], sequence: AdvertSequence, source: IPAddress) -> AdvertTrailer {
        var trailer = AdvertTrailer(keyID: activeKey, sequence: sequence)
        if let key = keys[activeKey] { trailer.tag = Self.tag(key, of: message, trailer, source: source) }
        return trailer
    }

    /// The first half of the HMAC over a pseudo header, the message without its checksum, and the trailer without its
    /// tag. The destination is left out, so that one signature is good for every unicast peer.
    static func tag(
        _ key: [UInt8], of message: [UInt8], _ trailer: AdvertTrailer, source: IPAddress
    ) -> [UInt8] {
        guard message.count >= AdvertView.headerLength else { return [] }
        let family: UInt8 = source.family == .ipv4 ? 4 : 6
        let padding = [UInt8](repeating: 0, count: 16 - source.family.byteCount)
        var input: [UInt8] = [family, message[0] >> 4, message[1], 0]
        input.reserveCapacity(20 + message.count + AdvertTrailer.length)
        input += source.bytes
        input += padding
        input += message[..<6]
        input += [0, 0]
        input += message[8...]
        input += trailer.prefix
        input += [UInt8](repeating: 0, count: AdvertTrailer.tagLength)
        return Array(HMAC.sha256(of: input, key: key).prefix(AdvertTrailer.tagLength))
    }
}

/// Where an advert stands in the order of its sender's: 32 bits of UTC seconds, 16 of a fraction, 16 of a counter.
///
/// The numbers go round (RFC 1982), in 2106 at the latest.
struct AdvertSequence: Sendable, Hashable {
    var rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The number of a moment, given in nanoseconds since 1970 in UTC.
    init(utc nanoseconds: Int64) {
        let time = UInt64(max(0, nanoseconds))
        let fraction = (time % 1_000_000_000) << 16 / 1_000_000_000
        rawValue = UInt64(UInt32(truncatingIfNeeded: time / 1_000_000_000)) << 32 | fraction << 16
    }

    /// The seconds.
    var seconds: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }

    /// Whether this one comes after another.
    func follows(_ other: AdvertSequence) -> Bool { Int64(bitPattern: rawValue &- other.rawValue) > 0 }

    /// By how many seconds this one is ahead of another; negative when it is behind.
    func lead(over other: AdvertSequence) -> Int32 { Int32(bitPattern: seconds &- other.seconds) }

    /// What is sent after this one: the clock, or one more where the clock stands still or went back. A clock that was
    /// set back by more than the window would make everything stale: then it counts from the clock again.
    func next(utc: AdvertSequence, window: UInt16?) -> AdvertSequence {
        if utc.follows(self) { return utc }
        if let window, lead(over: utc) > Int32(window) { return utc }
        return AdvertSequence(rawValue: rawValue &+ 1)
    }
}

/// The 28 bytes behind a signed message.
///
/// ```
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   Type (1)    |    Key ID     |           Reserved            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Seconds (UTC)                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           Fraction            |            Counter            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Tag (4 words)                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
struct AdvertTrailer: Sendable, Hashable {
    static let length = 28
    static let tagLength = 16
    private static let type: UInt8 = 1

    var keyID: UInt8
    var sequence: AdvertSequence
    var tag = [UInt8](repeating: 0, count: tagLength)

    init(keyID: UInt8, sequence: AdvertSequence) {
        self.keyID = keyID
        self.sequence = sequence
    }

    /// Reads a trailer; nil where its type is another one, or what is reserved is not zero.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.length, bytes[0] == Self.type, bytes[2] == 0, bytes[3] == 0 else { return nil }
        keyID = bytes[1]
        sequence = AdvertSequence(rawValue: bytes[4..<12].reduce(0) { $0 << 8 | UInt64($1) })
        tag = Array(bytes[12...])
    }

    /// What stands before the tag.
    var prefix: [UInt8] {
        [Self.type, keyID, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: sequence.rawValue >> UInt64(56 - 8 * $0)) }
    }

    /// The bytes on the wire.
    var bytes: [UInt8] { prefix + tag }
}
