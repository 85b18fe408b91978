/// The one's complement sum of RFC 1071, as IPv4, VRRP and ICMP use it.
///
/// Feed it every part that the sum covers, a pseudo header included, and take ``value``. Parts may have odd lengths
/// only if they are the last one.
public struct InternetChecksum: Sendable {
    private var sum: UInt64 = 0

    /// An empty sum.
    public init() {}

    /// Adds bytes in network order; an odd last byte counts as the high half of a word.
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        var high: UInt8?
        for byte in bytes {
            if let first = high {
                sum &+= UInt64(first) << 8 | UInt64(byte)
                high = nil
            } else {
                high = byte
            }
        }
        if let last = high { sum &+= UInt64(last) << 8 }
    }

    /// Adds one 16-bit word given in host order.
    public mutating func add(_ word: UInt16) { sum &+= UInt64(word) }

    /// The checksum to put into the packet, in host order. Over a packet that carries a right checksum it is 0.
    public var value: UInt16 {
        var folded = sum
        while folded >> 16 != 0 { folded = (folded & 0xFFFF) + (folded >> 16) }
        return ~UInt16(truncatingIfNeeded: folded)
    }
}
