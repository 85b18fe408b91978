public import Addressing

/// The IPv4 header of VRRP datagrams (RFC 791 section 3.1), written for sockets that send it themselves
/// (`IP_HDRINCL`) and read from raw sockets, which deliver it.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version|  IHL  |Type of Service|          Total Length         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         Identification        |Flags|      Fragment Offset    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  Time to Live |    Protocol   |         Header Checksum       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       Source Address                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                    Destination Address                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct IPv4Header: Sendable, Hashable {
    /// VRRP's protocol number.
    public static let vrrpProtocol: UInt8 = 112
    /// Bytes of the header that ``encoded(payload:)`` writes: no options.
    public static let length = 20

    /// Type of service; VRRP is internetwork control, 0xC0.
    public var typeOfService: UInt8
    /// Identification. The kernel replaces 0 by a number of its own, so count from 1.
    public var identification: UInt16
    /// Time to live; 255 for multicast VRRP (RFC 9568 section 5.1.1.3).
    public var ttl: UInt8
    /// The protocol of the payload.
    public var transportProtocol: UInt8
    /// Source address.
    public var source: IPv4Address
    /// Destination address.
    public var destination: IPv4Address

    /// A header as VRRP sends it.
    public init(
        source: IPv4Address, destination: IPv4Address, identification: UInt16, ttl: UInt8 = 255,
        typeOfService: UInt8 = 0xC0, transportProtocol: UInt8 = vrrpProtocol
    ) {
        self.typeOfService = typeOfService
        self.identification = identification
        self.ttl = ttl
        self.transportProtocol = transportProtocol
        self.source = source
        self.destination = destination
    }

    /// The datagram: this header with no options and no flags, its checksum filled in, then the payload.
    ///
    /// A payload beyond 65515 bytes cannot be a datagram; the total length then says 65535 and the kernel refuses it.
    public func encoded(payload: [UInt8]) -> [UInt8] {
        let total = UInt16(clamping: Self.length + payload.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length + payload.count)
        bytes += [0x45, typeOfService, UInt8(total >> 8), UInt8(total & 0xFF)]
        bytes += [UInt8(identification >> 8), UInt8(identification & 0xFF), 0, 0]
        bytes += [ttl, transportProtocol, 0, 0]
        bytes += source.bytes
        bytes += destination.bytes
        var sum = InternetChecksum()
        sum.add(bytes)
        bytes[10] = UInt8(sum.value >> 8)
        bytes[11] = UInt8(sum.value & 0xFF)
        return bytes + payload
    }
}

/// Why bytes are not a whole IPv4 datagram.
public enum IPv4HeaderError: Error, Sendable, Hashable {
    /// Shorter than the header, or than the header says.
    case truncated
    /// The version nibble is not 4.
    case version(UInt8)
    /// A header length below 20 bytes, or a total length below the header's.
    case malformed
    /// A fragment: VRRP is never fragmented, and the kernel reassembles before a raw socket sees it.
    case fragment
    /// The sum over the header does not come out even.
    case checksum
}

extension IPv4Header {
    /// Reads a datagram as a raw socket delivers it: header, options, payload, perhaps padding of the link layer.
    ///
    /// Returns the header and the payload that its total length covers. The checksum is verified; packet sockets see
    /// datagrams that the kernel has not judged yet.
    public static func decode(_ bytes: some RandomAccessCollection<UInt8>) throws(IPv4HeaderError)
        -> (header: IPv4Header, payload: [UInt8])
    {
        let datagram = Array(bytes)
        guard datagram.count >= length else { throw .truncated }
        guard datagram[0] >> 4 == 4 else { throw .version(datagram[0] >> 4) }
        let headerLength = Int(datagram[0] & 0xF) * 4
        let total = Int(datagram[2]) << 8 | Int(datagram[3])
        guard headerLength >= length, total >= headerLength else { throw .malformed }
        guard datagram.count >= total else { throw .truncated }
        guard datagram[6] & 0x3F == 0, datagram[7] == 0 else { throw .fragment }
        var sum = InternetChecksum()
        sum.add(datagram[..<headerLength])
        guard sum.value == 0 else { throw .checksum }
        func address(_ start: Int) -> IPv4Address {
            IPv4Address(datagram[start], datagram[start + 1], datagram[start + 2], datagram[start + 3])
        }
        let header = IPv4Header(
            source: address(12), destination: address(16),
            identification: UInt16(datagram[4]) << 8 | UInt16(datagram[5]), ttl: datagram[8],
            typeOfService: datagram[1], transportProtocol: datagram[9])
        return (header, Array(datagram[headerLength..<total]))
    }
}
