public import Addressing
import Timing

/// An echo request or reply (RFC 792; RFC 4443, sections 4.1 and 4.2).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Type      |     Code      |          Checksum             |
/// |           Identifier          |        Sequence Number        |
/// |     Data ...
/// ```
public struct ICMPEcho: Sendable, Hashable {
    /// Which of the two it is.
    public enum Kind: Sendable, Hashable {
        /// It asks for a reply.
        case request
        /// It repeats the data of a request.
        case reply
    }

    static let headerLength = 8

    /// Which of the two it is.
    public var kind: Kind
    /// Tells the requests of one sender from those of others.
    public var identifier: UInt16
    /// Tells the requests of one identifier apart.
    public var sequence: UInt16
    /// What a reply repeats.
    public var payload: [UInt8]

    /// Creates a message.
    public init(_ kind: Kind, identifier: UInt16, sequence: UInt16, payload: [UInt8] = []) {
        self.kind = kind
        self.identifier = identifier
        self.sequence = sequence
        self.payload = payload
    }

    /// The message as it is sent. For IPv6 the checksum, which covers addresses as well, is left to the kernel (RFC
    /// 3542, section 3.1).
    public func encoded(for family: AddressFamily) -> [UInt8] {
        var bytes: [UInt8] = [Self.type(kind, family), 0, 0, 0]
        for word in [identifier, sequence] {
            bytes.append(UInt8(word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
        }
        bytes += payload
        guard family == .ipv4 else { return bytes }
        var checksum = InternetChecksum()
        checksum.add(bytes)
        bytes[2] = UInt8(checksum.value >> 8)
        bytes[3] = UInt8(truncatingIfNeeded: checksum.value)
        return bytes
    }

    /// Reads a message that has come without its IP header; nil when it is none of the two kinds, too short, or (IPv4)
    /// its checksum is wrong.
    public init?(_ bytes: some Collection<UInt8>, family: AddressFamily) {
        let bytes = Array(bytes)
        guard bytes.count >= Self.headerLength, bytes[1] == 0 else { return nil }
        switch bytes[0] {
        case Self.type(.request, family): kind = .request
        case Self.type(.reply, family): kind = .reply
        default: return nil
        }
        if family == .ipv4 {
            var checksum = InternetChecksum()
            checksum.add(bytes)
            guard checksum.value == 0 else { return nil }
        }
        identifier = UInt16(bytes[4]) << 8 | UInt16(bytes[5])
        sequence = UInt16(bytes[6]) << 8 | UInt16(bytes[7])
        payload = Array(bytes.dropFirst(Self.headerLength))
    }

    /// The type of replies, which a filter of a raw socket has to let through.
    public static func replyType(_ family: AddressFamily) -> UInt8 { type(.reply, family) }

    private static func type(_ kind: Kind, _ family: AddressFamily) -> UInt8 {
        switch (family, kind) {
        case (.ipv4, .request): 8
        case (.ipv4, .reply): 0
        case (.ipv6, .request): 128
        case (.ipv6, .reply): 129
        }
    }

    /// What stands behind the header of an IPv4 packet, which a raw socket hands out whole; nil when there is no header.
    public static func messageInPacket(_ packet: some Collection<UInt8>) -> ArraySlice<UInt8>? {
        let packet = Array(packet)
        guard let first = packet.first, first >> 4 == 4 else { return nil }
        let headerLength = Int(first & 0xF) * 4
        guard headerLength >= 20, packet.count >= headerLength else { return nil }
        return packet[headerLength...]
    }
}

/// One echo request of a check and its replies.
public struct PingExchange: Sendable {
    private let request: ICMPEcho
    private let family: AddressFamily
    /// Whether the kernel has put an identifier of its own into the request and lets only its replies through.
    private let kernelIdentifies: Bool

    /// - Parameters:
    ///   - identifier: that of the request where the kernel does not choose it.
    ///   - token: random bytes that the reply has to repeat.
    ///   - kernelIdentifies: whether it is sent through a socket whose identifier the kernel chooses.
    public init(
        family: AddressFamily, identifier: UInt16, sequence: UInt16, token: UInt64, kernelIdentifies: Bool
    ) {
        // As long as that of ping(8): a path that loses larger packets only is another matter.
        let payload = (0..<8).map { UInt8(truncatingIfNeeded: token >> (8 * $0)) } + [UInt8](repeating: 0x2E, count: 48)
        request = ICMPEcho(.request, identifier: identifier, sequence: sequence, payload: payload)
        self.family = family
        self.kernelIdentifies = kernelIdentifies
    }

    /// The request as it is sent.
    public var requestBytes: [UInt8] { request.encoded(for: family) }

    /// Whether this is the reply to the request.
    ///
    /// - Parameter message: what has come, without an IP header.
    public func isAnswered(by message: some Collection<UInt8>) -> Bool {
        guard let echo = ICMPEcho(message, family: family), echo.kind == .reply else { return false }
        guard kernelIdentifies || echo.identifier == request.identifier else { return false }
        return echo.sequence == request.sequence && echo.payload == request.payload
    }
}

/// Why a host does not answer.
public enum PingFailure: Error, Sendable, Hashable {
    /// The network sends the request back; the system's reason.
    case unreachable(String)
    /// No reply came in time.
    case noReply(after: Duration)
}

extension PingFailure: CustomStringConvertible {
    /// The cause in words, to stand behind "because".
    public var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .noReply(let timeout): "no echo reply within \(timeout.inWords)"
        }
    }
}
