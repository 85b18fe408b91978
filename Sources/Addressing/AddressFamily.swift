/// The two network-layer families that virtual services, destinations and virtual addresses come in.
///
/// Raw values are the kernel's `AF_INET` and `AF_INET6`, as netlink messages carry them.
public enum AddressFamily: UInt8, Sendable, Hashable, CaseIterable {
    /// `AF_INET`.
    case ipv4 = 2
    /// `AF_INET6`.
    case ipv6 = 10

    /// Bits in an address of this family: 32 or 128.
    public var bitWidth: Int { self == .ipv4 ? 32 : 128 }

    /// Bytes in an address of this family: 4 or 16.
    public var byteCount: Int { bitWidth / 8 }
}
