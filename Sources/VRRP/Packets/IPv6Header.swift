public import Addressing

/// The IPv6 header of VRRP datagrams (RFC 8200 section 3), written for sockets that send it themselves. Raw sockets
/// receive without it.
///
/// ```
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version| Traffic Class |           Flow Label                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         Payload Length        |  Next Header  |   Hop Limit   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                 Source Address, Destination Address           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct IPv6Header: Sendable, Hashable {
    /// Bytes of the header.
    public static let length = 40

    /// Traffic class; VRRP is internetwork control, 0xC0.
    public var trafficClass: UInt8
    /// Hop limit; 255 for multicast VRRP (RFC 9568 section 5.1.2.3).
    public var hopLimit: UInt8
    /// Source address; a link-local address of the sender for multicast VRRP (RFC 9568 section 5.1.2.1).
    public var source: IPv6Address
    /// Destination address.
    public var destination: IPv6Address

    /// A header as VRRP sends it.
    public init(source: IPv6Address, destination: IPv6Address, hopLimit: UInt8 = 255, trafficClass: UInt8 = 0xC0) {
        self.trafficClass = trafficClass
        self.hopLimit = hopLimit
        self.source = source
        self.destination = destination
    }

    /// The datagram: this header without extensions and flow label, then the payload.
    ///
    /// A payload beyond 65535 bytes cannot be a datagram; the length then says 65535 and the kernel refuses it.
    public func encoded(payload: [UInt8]) -> [UInt8] {
        let length = UInt16(clamping: payload.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length + payload.count)
        bytes += [0x60 | trafficClass >> 4, trafficClass << 4, 0, 0]
        bytes += [UInt8(length >> 8), UInt8(length & 0xFF), IPv4Header.vrrpProtocol, hopLimit]
        bytes += source.bytes
        bytes += destination.bytes
        return bytes + payload
    }
}
