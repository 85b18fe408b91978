public import Addressing
public import Netlink

/// An interface that the runtime makes on top of another, keeps while it runs and takes away at its end (`use_vmac`,
/// `use_ipvlan`).
public struct VirtualInterface: Sendable, Hashable {
    /// What kind of interface.
    public enum Kind: Sendable, Hashable {
        /// With this link-layer address: a macvlan in private mode, which is set up only while its router is master, so
        /// that no other router's segment learns the address at the wrong port.
        case virtualMAC(MACAddress)
        /// With the link-layer address of its base: an ipvlan in layer 2 mode, which is always set up.
        case ipvlan(VirtualLink.IPVLANMode, address: Prefix?)
    }

    /// Its name, at most 15 bytes, unique among all interfaces.
    public var name: String
    /// The interface below.
    public var base: String
    /// The kind.
    public var kind: Kind
    /// The families of the addresses that it is to carry.
    public var families: Set<AddressFamily>
    /// The interface group; nil is that of the base.
    public var group: UInt32?

    /// Creates a description.
    public init(
        name: String, base: String, kind: Kind, families: Set<AddressFamily>, group: UInt32? = nil
    ) {
        self.name = name
        self.base = base
        self.kind = kind
        self.families = families
        self.group = group
    }

    /// The virtual MAC address of a virtual router (RFC 9568 section 7.3): 00-00-5E-00-01-ID for IPv4, 00-00-5E-00-02-ID
    /// for IPv6.
    public static func virtualMACAddress(virtualRouterID: UInt8, family: AddressFamily) -> MACAddress {
        MACAddress(octets: [0x00, 0x00, 0x5E, 0x00, family == .ipv4 ? 0x01 : 0x02, virtualRouterID])
    }

    /// The address that frames from it bear; nil where it is that of the base.
    var hardwareAddress: MACAddress? {
        if case .virtualMAC(let address) = kind { address } else { nil }
    }
}
