public import Addressing
import CLinux

/// An interface with an address of its own that is stacked on another: what `ip link add … link BASE type macvlan`
/// makes.
public struct VirtualLink: Sendable, Hashable {
    /// What kind of interface, and how interfaces on one base see each other.
    public enum Kind: Sendable, Hashable {
        /// Has a link-layer address of its own (`macvlan`).
        case macvlan(MACVLANMode)
        /// Shares the link-layer address of its base (`ipvlan`), layer 2 mode.
        case ipvlan(IPVLANMode)
    }

    /// `enum macvlan_mode` of `linux/if_link.h`, the modes that an interface on a shared base can have.
    public enum MACVLANMode: UInt32, Sendable, Hashable {
        /// Interfaces on one base do not talk to each other.
        case isolated = 1
        /// They do by way of the switch.
        case vepa = 2
        /// They do directly.
        case bridge = 4
    }

    /// `IPVLAN_F_*` of `linux/if_link.h`.
    public enum IPVLANMode: UInt16, Sendable, Hashable {
        /// Interfaces on one base talk to each other directly.
        case bridge = 0
        /// They do not.
        case isolated = 1
        /// They do by way of the switch.
        case vepa = 2
    }

    /// The name, at most 15 bytes.
    public var name: String
    /// The interface below.
    public var baseIndex: UInt32
    /// The kind.
    public var kind: Kind
    /// The link-layer address; nil lets the kernel choose. Only for a macvlan.
    public var hardwareAddress: MACAddress?
    /// The interface group.
    public var group: UInt32
    /// The VRF that it belongs to; nil is none.
    public var masterIndex: UInt32?

    /// Creates a description.
    public init(
        name: String, baseIndex: UInt32, kind: Kind, hardwareAddress: MACAddress? = nil, group: UInt32 = 0,
        masterIndex: UInt32? = nil
    ) {
        self.name = name
        self.baseIndex = baseIndex
        self.kind = kind
        self.hardwareAddress = hardwareAddress
        self.group = group
        self.masterIndex = masterIndex
    }
}

extension VirtualLink {
    /// Appends `struct ifinfomsg` and the attributes of `RTM_NEWLINK`.
    func write(to writer: inout MessageWriter) {
        Link.writeHeader(index: 0, to: &writer)
        writer.attribute(UInt16(IFLA_IFNAME), string: name)
        writer.attribute(UInt16(IFLA_LINK), baseIndex)
        if let hardwareAddress { writer.attribute(UInt16(IFLA_ADDRESS), bytes: hardwareAddress.bytes) }
        if group != 0 { writer.attribute(UInt16(IFLA_GROUP), group) }
        if let masterIndex { writer.attribute(UInt16(IFLA_MASTER), masterIndex) }
        writer.nested(UInt16(IFLA_LINKINFO)) { writer in
            switch kind {
            case .macvlan(let mode):
                writer.attribute(UInt16(IFLA_INFO_KIND), string: "macvlan")
                writer.nested(UInt16(IFLA_INFO_DATA)) { $0.attribute(UInt16(IFLA_MACVLAN_MODE), mode.rawValue) }
            case .ipvlan(let mode):
                writer.attribute(UInt16(IFLA_INFO_KIND), string: "ipvlan")
                writer.nested(UInt16(IFLA_INFO_DATA)) { writer in
                    writer.attribute(UInt16(IFLA_IPVLAN_MODE), UInt16(truncatingIfNeeded: IPVLAN_MODE_L2.rawValue))
                    writer.attribute(UInt16(IFLA_IPVLAN_FLAGS), mode.rawValue)
                }
            }
        }
    }
}

/// What is to change about a link; what is nil stays.
public struct LinkChange: Sendable, Hashable {
    /// How an IPv6 link-local address comes to an interface (`enum in6_addr_gen_mode`).
    public enum IPv6AddressGeneration: UInt8, Sendable, Hashable {
        /// From the link-layer address.
        case eui64 = 0
        /// Not at all.
        case none = 1
    }

    /// Sets it up or down.
    public var isUp: Bool?
    /// Another name, at most 15 bytes. Before Linux 6.2 the kernel refuses it (`EBUSY`) for a link that is up.
    public var name: String?
    /// The link-layer address.
    public var hardwareAddress: MACAddress?
    /// The bridge, bond or VRF that it is to belong to; 0 takes it out of the one it belongs to.
    public var masterIndex: UInt32?
    /// The interface group.
    public var group: UInt32?
    /// The text that `ip link` shows as `alias`, at most 255 bytes; an empty one takes it away.
    public var alias: String?
    /// How an IPv6 link-local address comes to it. The kernel sets a link up before it comes to this, so a change that
    /// does both is too late.
    public var ipv6AddressGeneration: IPv6AddressGeneration?
    /// An open descriptor of the network namespace that it moves to.
    public var namespaceDescriptor: Int32?

    /// A change of what is named.
    public init(
        isUp: Bool? = nil, name: String? = nil, hardwareAddress: MACAddress? = nil, masterIndex: UInt32? = nil,
        group: UInt32? = nil, alias: String? = nil, ipv6AddressGeneration: IPv6AddressGeneration? = nil,
        namespaceDescriptor: Int32? = nil
    ) {
        self.isUp = isUp
        self.name = name
        self.hardwareAddress = hardwareAddress
        self.masterIndex = masterIndex
        self.group = group
        self.alias = alias
        self.ipv6AddressGeneration = ipv6AddressGeneration
        self.namespaceDescriptor = namespaceDescriptor
    }

    /// Appends `struct ifinfomsg` and the attributes of `RTM_NEWLINK` for a link that exists.
    func write(index: UInt32, to writer: inout MessageWriter) {
        Link.writeHeader(
            index: index, flags: isUp == true ? .up : [], changing: isUp == nil ? [] : .up, to: &writer)
        if let name { writer.attribute(UInt16(IFLA_IFNAME), string: name) }
        if let hardwareAddress { writer.attribute(UInt16(IFLA_ADDRESS), bytes: hardwareAddress.bytes) }
        if let masterIndex { writer.attribute(UInt16(IFLA_MASTER), masterIndex) }
        if let group { writer.attribute(UInt16(IFLA_GROUP), group) }
        // Without the NUL: the kernel counts the bytes, and takes none for "no alias".
        if let alias { writer.attribute(UInt16(IFLA_IFALIAS), bytes: alias.utf8.prefix(255)) }
        if let ipv6AddressGeneration {
            writer.nested(UInt16(IFLA_AF_SPEC)) { writer in
                writer.nested(UInt16(AddressFamily.ipv6.rawValue)) {
                    $0.attribute(UInt16(IFLA_INET6_ADDR_GEN_MODE), ipv6AddressGeneration.rawValue)
                }
            }
        }
        if let namespaceDescriptor { writer.attribute(UInt16(IFLA_NET_NS_FD), namespaceDescriptor) }
    }
}
