public import Addressing

/// One line of `virtual_ipaddress`, `virtual_ipaddress_excluded` or `static_ipaddress`.
public struct VirtualAddress: Sendable, Hashable {
    /// `brd`.
    public enum Broadcast: Sendable, Hashable {
        /// `brd ADDRESS`.
        case address(IPv4Address)
        /// `brd +`: host bits set.
        case hostBitsSet
        /// `brd -`: host bits clear.
        case hostBitsClear
    }

    /// Flags of an address.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// One bit for each.
        public let rawValue: UInt8
        /// `home`: the home address of mobile IPv6.
        public static let home = Flags(rawValue: 1)
        /// `-nodad`: duplicate address detection is not left out.
        public static let detectsDuplicates = Flags(rawValue: 2)
        /// `mngtmpaddr`: the kernel makes temporary addresses from it.
        public static let managesTemporaryAddresses = Flags(rawValue: 4)
        /// `noprefixroute`: no route to the prefix is made.
        public static let noPrefixRoute = Flags(rawValue: 8)
        /// `autojoin`: the multicast group is joined.
        public static let autojoin = Flags(rawValue: 16)

        /// Creates flags from bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    /// The address and its prefix length; without one it is a host prefix.
    public var prefix: Prefix
    /// `dev`; nil is the instance's interface.
    public var interface: String?
    /// `label`, IPv4 only, at most 15 bytes.
    public var label: String?
    /// `brd`; nil is none.
    public var broadcast: Broadcast?
    /// `scope` as the kernel's number (`RT_SCOPE_*`): global 0, site 200, link 253, host 254; nil is the default.
    public var scope: UInt8?
    /// `peer`: the other end of a point-to-point link; ``prefix`` has its length then.
    public var peer: IPAddress?
    /// `preferred_lft` in seconds, `forever` being the largest number; nil is the default: forever, and 0 for an IPv6
    /// host prefix, so that it is not chosen as a source.
    public var preferredLifetime: UInt32?
    /// `home`, `-nodad`, `mngtmpaddr`, `noprefixroute` and `autojoin`.
    public var flags: Flags = []
    /// `no_track`: its interface does not fault the instance.
    public var isUntracked = false
    /// `use_vmac`: it is put on a virtual MAC interface of its own.
    public var usesVMAC = false
    /// `track_group`, of static addresses only.
    public var trackGroup: String?

    /// An address line with nothing but the address.
    public init(prefix: Prefix) { self.prefix = prefix }
}
