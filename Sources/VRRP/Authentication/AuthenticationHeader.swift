import Addressing
import Digests

/// The IPsec authentication header before an advert of version 2 (`auth_type AH`; RFC 2338 section 5.3.6.3, RFC 2402
/// section 2), with what of the IP header it vouches for.
///
/// ```
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  Next Header  |  Payload Len  |           Reserved            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |       Security Parameters Index: the source address           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                        Sequence Number                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           Integrity Check Value: HMAC-MD5-96 (3 words)        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct AuthenticationHeader: Sendable, Hashable {
    /// The protocol number of packets that have it.
    public static let protocolNumber: UInt8 = 51
    /// Bytes of the header.
    public static let length = 24
    private static let codeLength = 12
    /// The payload length field counts words of 32 bits, less two.
    private static let payloadLength = UInt8(length / 4 - 2)

    /// The IP header before it.
    public var packet: IPv4Header
    /// Where the packet stands in the order of its senders.
    var sequence: UInt32
    private var nextHeader = IPv4Header.vrrpProtocol
    private var words = payloadLength
    private var index: [UInt8]
    private var code = [UInt8](repeating: 0, count: codeLength)

    /// A header for an own packet, its integrity check value computed.
    init(packet: IPv4Header, sequence: UInt32, message: [UInt8], password: [UInt8]) {
        self.packet = packet
        self.sequence = sequence
        index = packet.source.bytes
        let computed = integrityCheckValue(of: message, password: password)
        if computed.count == Self.codeLength { code = computed }
    }

    /// Takes a payload apart; nil where there is nothing behind the header. What its fields hold is not judged.
    public static func split(
        _ payload: [UInt8], of packet: IPv4Header
    ) -> (header: AuthenticationHeader, message: [UInt8])? {
        guard payload.count > length else { return nil }
        return (AuthenticationHeader(packet: packet, bytes: payload), Array(payload[length...]))
    }

    private init(packet: IPv4Header, bytes: [UInt8]) {
        self.packet = packet
        nextHeader = bytes[0]
        words = bytes[1]
        index = Array(bytes[4..<8])
        sequence = bytes[8..<12].reduce(0) { $0 << 8 | UInt32($1) }
        code = Array(bytes[12..<Self.length])
    }

    /// Whether it is one that can precede an advert.
    var isWellFormed: Bool { nextHeader == IPv4Header.vrrpProtocol && words == Self.payloadLength }

    /// Whether its security parameters index is the source address, as keepalived chooses it.
    var namesSource: Bool { index == packet.source.bytes }

    /// The bytes on the wire.
    var bytes: [UInt8] { bytes(with: code) }

    /// Whether a message comes from somebody who has the password, and is what was sent.
    func vouches(for message: [UInt8], password: [UInt8]) -> Bool {
        let computed = integrityCheckValue(of: message, password: password)
        return computed.count == Self.codeLength && isEqualInConstantTime(computed, code)
    }

    /// The first 12 bytes of the HMAC-MD5 over the packet, in which fields are zero that may change on the way, and this
    /// value; the time to live counts where every router expects 255, which is multicast.
    private func integrityCheckValue(of message: [UInt8], password: [UInt8]) -> [UInt8] {
        let length = UInt16(clamping: IPv4Header.length + Self.length + message.count)
        let ttl = IPAddress.v4(packet.destination).isMulticast ? packet.ttl : 0
        var input: [UInt8] = [0x45, 0, UInt8(length >> 8), UInt8(length & 0xFF)]
        input += [UInt8(packet.identification >> 8), UInt8(packet.identification & 0xFF), 0, 0]
        input += [ttl, Self.protocolNumber, 0, 0]
        input += packet.source.bytes + packet.destination.bytes
        input += bytes(with: Array(repeating: 0, count: Self.codeLength))
        input += message
        return Array(HMAC.md5(of: input, key: password).prefix(Self.codeLength))
    }

    private func bytes(with code: [UInt8]) -> [UInt8] {
        [nextHeader, words, 0, 0] + index + (0..<4).map { UInt8(truncatingIfNeeded: sequence >> UInt32(24 - 8 * $0)) }
            + code
    }
}

extension Router {
    /// Verifies what stands before the message. The order is judged last: only the password proves who the sender is.
    func judgeHeader(of judged: inout JudgedAdvert, _ datagram: Datagram) throws(AdvertRejection) {
        guard let password = configuration.headerPassword else { return }
        guard let header = datagram.authenticationHeader, header.isWellFormed else {
            throw Self.refusal(.header, "received no authentication header from \(datagram.source)")
        }
        guard header.namesSource else {
            throw Self.refusal(.header, "IPSEC AH : invalid IPSEC SPI value from \(datagram.source)")
        }
        guard header.vouches(for: datagram.payload, password: password) else {
            throw Self.refusal(
                .header,
                "IPSEC-AH : invalid IPSEC HMAC-MD5 value from \(datagram.source). "
                    + "Due to fields mutation or bad password !")
        }
        guard header.sequence > headerSequence else {
            throw Self.refusal(
                .headerSequence,
                "IPSEC-AH : sequence number \(header.sequence) from \(datagram.source) already processed. "
                    + "Packet dropped. Local(\(headerSequence))")
        }
        judged.headerSequence = header.sequence
    }

    private static func refusal(_ kind: ReportLimiter.Kind, _ sentence: String) -> AdvertRejection {
        AdvertRejection(counter: \.authenticationFailures, kind: kind, sentence: sentence)
    }

    /// The header of the next packet that the router sends.
    ///
    /// All routers of a segment count on from the highest number that any of them was heard with. A router that has
    /// just started knows none: the clock lets it begin above what it sent before.
    mutating func nextHeader(for message: [UInt8], in packet: IPv4Header, utc: Int64) -> AuthenticationHeader? {
        guard let password = configuration.headerPassword else { return nil }
        let seconds = UInt32(clamping: utc / 1_000_000_000)
        headerSequence = max(headerSequence < .max ? headerSequence + 1 : .max, seconds)
        return AuthenticationHeader(packet: packet, sequence: headerSequence, message: message, password: password)
    }
}

extension VirtualRouters {
    /// What follows the IP header of an advert: the payload of a ``RouterAction/sendAdvert(_:payload:)``, behind an
    /// authentication header where the router uses them.
    ///
    /// To be called once for each packet; it says in the IP header which protocol follows.
    public mutating func packetPayload(
        _ payload: [UInt8], of id: RouterID, under packet: inout IPv4Header
    ) -> [UInt8] {
        guard let position = positions[id], let header = list[position].nextHeader(for: payload, in: packet, utc: utc)
        else { return payload }
        packet.transportProtocol = AuthenticationHeader.protocolNumber
        return header.bytes + payload
    }
}
