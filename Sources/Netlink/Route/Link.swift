public import Addressing
import CLinux

/// A network interface as the kernel reports it (`RTM_NEWLINK`).
public struct Link: Sendable, Hashable {
    /// The interface flags that matter here (`IFF_*` of `linux/if.h`).
    ///
    /// The numbers stand here because that header and the C library's `net/if.h` cannot be included together.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The kernel's number.
        public let rawValue: UInt32

        /// Creates flags from the kernel's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The administrator has set the interface up.
        public static let up = Flags(rawValue: 0x1)
        /// It has a broadcast address.
        public static let broadcast = Flags(rawValue: 0x2)
        /// It is a loopback interface.
        public static let loopback = Flags(rawValue: 0x8)
        /// It is a point-to-point link.
        public static let pointToPoint = Flags(rawValue: 0x10)
        /// It is operational (RFC 2863 state up or unknown).
        public static let running = Flags(rawValue: 0x40)
        /// It does no ARP.
        public static let noARP = Flags(rawValue: 0x80)
        /// It carries multicast.
        public static let multicast = Flags(rawValue: 0x1000)
        /// The driver signals carrier.
        public static let lowerUp = Flags(rawValue: 0x10000)
    }

    /// The interface index, 1 or more.
    public var index: UInt32
    /// The interface name, at most 15 bytes.
    public var name: String
    /// Flags.
    public var flags: Flags
    /// The link-layer address; nil when it has none of six bytes.
    public var hardwareAddress: MACAddress?
    /// Longest packet in bytes.
    public var mtu: UInt32
    /// The driver's kind, such as `veth`, `vlan` or `macvlan`; nil for a physical interface.
    public var kind: String?
    /// The interface that this one is stacked on, in the same namespace or, as for veth, in another.
    public var lowerIndex: UInt32?
    /// The bridge, bond or VRF that this interface belongs to.
    public var masterIndex: UInt32?
    /// The interface group; 0 is the default one.
    public var group: UInt32
    /// The text that an administrator or a program has attached (`ip link set … alias`).
    public var alias: String?
    /// The mode of a macvlan (`enum macvlan_mode` of `linux/if_link.h`).
    public var macvlanMode: UInt32?
    /// The flags of an ipvlan (`IPVLAN_F_*`).
    public var ipvlanFlags: UInt16?
    /// The routing table of a VRF.
    public var routingTable: UInt32?
    /// The protocol that an `ip6tnl` device opens (`IPPROTO_*`); 0 is any.
    public var tunnelProtocol: UInt8?
    /// Whether a `gre` or `ip6gre` device takes packets with a checksum, and only those, or those without.
    public var expectsChecksums: Bool?

    /// Creates a link.
    public init(
        index: UInt32, name: String, flags: Flags = [], hardwareAddress: MACAddress? = nil, mtu: UInt32 = 1500,
        kind: String? = nil, lowerIndex: UInt32? = nil, masterIndex: UInt32? = nil, group: UInt32 = 0,
        alias: String? = nil, macvlanMode: UInt32? = nil, ipvlanFlags: UInt16? = nil
    ) {
        self.index = index
        self.name = name
        self.flags = flags
        self.hardwareAddress = hardwareAddress
        self.mtu = mtu
        self.kind = kind
        self.lowerIndex = lowerIndex
        self.masterIndex = masterIndex
        self.group = group
        self.alias = alias
        self.macvlanMode = macvlanMode
        self.ipvlanFlags = ipvlanFlags
    }

    /// Whether packets can pass: set up and operational, the state that keepalived's interface tracking asks for.
    public var isOperational: Bool { flags.isSuperset(of: [.up, .running]) }
}

extension Link {
    static let messageByteCount = 16

    /// `IFLA_IPTUN_PROTO` of `linux/if_tunnel.h`, which cannot be included beside the C library's `net/if.h`.
    private static let protocolOfTunnel: UInt16 = 9
    /// `IFLA_GRE_IFLAGS`, and `GRE_CSUM` as it is on the wire.
    private static let flagsOfGRE: UInt16 = 2
    private static let checksumOfGRE: UInt16 = 0x8000

    /// Decodes the payload of a link message; nil when the message is about a bridge port or an IPv6 setting of a
    /// link and not about the link itself (`ifi_family` other than `AF_UNSPEC`).
    static func decode(_ payload: borrowing RawSpan) throws(NetlinkError) -> Link? {
        let family: UInt8 = try payload.integer(at: 0)
        guard family == 0 else { return nil }
        var link = Link(
            index: try payload.integer(at: 4), name: "", flags: Flags(rawValue: try payload.integer(at: 8)), mtu: 0)
        try payload.forEachAttribute(from: messageByteCount) { type, value throws(NetlinkError) in
            switch Int(type) {
            case IFLA_IFNAME: link.name = value.text
            case IFLA_ADDRESS: link.hardwareAddress = MACAddress(bytes: value.array)
            case IFLA_MTU: link.mtu = try value.integer()
            case IFLA_LINK: link.lowerIndex = try value.integer()
            case IFLA_MASTER: link.masterIndex = try value.integer()
            case IFLA_GROUP: link.group = try value.integer()
            case IFLA_IFALIAS: link.alias = value.text
            case IFLA_LINKINFO: try link.decodeKind(value)
            default: break
            }
        }
        return link
    }

    /// What `IFLA_LINKINFO` says. The meaning of its data depends on the kind, which the kernel writes first.
    private mutating func decodeKind(_ information: borrowing RawSpan) throws(NetlinkError) {
        var table: UInt32?
        var kind: String?
        var mode: UInt32?
        var flags: UInt16?
        var tunnelProtocol: UInt8?
        var expectsChecksums: Bool?
        try information.forEachAttribute { type, value throws(NetlinkError) in
            switch Int(type) {
            case IFLA_INFO_KIND: kind = value.text
            case IFLA_INFO_DATA where kind == "vrf":
                try value.forEachAttribute { type, value throws(NetlinkError) in
                    if Int(type) == IFLA_VRF_TABLE { table = try value.integer() }
                }
            case IFLA_INFO_DATA where kind == "macvlan":
                try value.forEachAttribute { type, value throws(NetlinkError) in
                    if Int(type) == IFLA_MACVLAN_MODE { mode = try value.integer() }
                }
            case IFLA_INFO_DATA where kind == "ipvlan":
                try value.forEachAttribute { type, value throws(NetlinkError) in
                    if Int(type) == IFLA_IPVLAN_FLAGS { flags = try value.integer() }
                }
            case IFLA_INFO_DATA where kind == "ip6tnl":
                try value.forEachAttribute { type, value throws(NetlinkError) in
                    if type == Self.protocolOfTunnel { tunnelProtocol = try value.integer() }
                }
            case IFLA_INFO_DATA where kind == "gre" || kind == "ip6gre":
                try value.forEachAttribute { type, value throws(NetlinkError) in
                    guard type == Self.flagsOfGRE else { return }
                    let flags: UInt16 = try value.integer()
                    expectsChecksums = UInt16(bigEndian: flags) & Self.checksumOfGRE != 0
                }
            default: break
            }
        }
        self.kind = kind
        self.expectsChecksums = expectsChecksums
        self.tunnelProtocol = tunnelProtocol
        routingTable = table
        macvlanMode = mode
        ipvlanFlags = flags
    }

    /// `struct ifinfomsg` for an interface, 0 for all.
    static func writeHeader(index: UInt32, flags: Flags = [], changing mask: Flags = [], to writer: inout MessageWriter)
    {
        writer.append(UInt32(0))
        writer.append(index)
        writer.append(flags.rawValue)
        writer.append(mask.rawValue)
    }
}
