public import Addressing

/// Interfaces with an address of their own that an instance uses in place of its interface.
public struct VirtualInterfaceSettings: Sendable, Hashable {
    /// `use_vmac`: an interface with the virtual MAC address; nil is none.
    public var vmac: VirtualMACInterface?
    /// `use_vmac_addr`: one for each other interface that carries a virtual address, and for addresses of the other family.
    public var usesVMACForAddresses = false
    /// `vmac_xmit_base`: adverts leave by the interface below.
    public var transmitsFromBase = false
    /// `use_ipvlan`: an interface with an address of its own; nil is none.
    public var ipvlan: IPVLANInterface?
    /// `vrf`: the routing domain of a unicast instance without interface; nil is the host's.
    public var vrf: String?

    /// None.
    public init() {}
}

/// `use_vmac`.
public struct VirtualMACInterface: Sendable, Hashable {
    /// Its name; nil is `vrrp.ID`.
    public var name: String?
    /// Its MAC address; nil is that of RFC 9568. The last octet is the virtual router id where five are written.
    public var address: MACAddress?
    /// `group`: the interface group, by name or number.
    public var group: String?
    /// `netlink_notify_msg`: the kernel's notification is asked for.
    public var asksForNotification = false

    /// Every default.
    public init() {}
}

/// `use_ipvlan`.
public struct IPVLANInterface: Sendable, Hashable {
    /// How interfaces on one base talk to each other.
    public enum Mode: Sendable, Hashable {
        /// Directly.
        case bridge
        /// Not at all.
        case isolated
        /// By way of the switch.
        case vepa
    }

    /// Its name; nil is `vrrp.ID`.
    public var name: String?
    /// Its address, which adverts have as their source; required for IPv4.
    public var address: Prefix?
    /// `bridge`, `private` or `vepa`.
    public var mode = Mode.bridge
    /// `group`: the interface group, by name or number.
    public var group: String?

    /// Every default.
    public init() {}
}
