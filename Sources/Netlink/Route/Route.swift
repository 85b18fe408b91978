public import Addressing
import CLinux

/// A route with at most one next hop.
public struct Route: Sendable, Hashable {
    /// What happens to packets that take the route (`RTN_*`).
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// The kernel's number.
        public let rawValue: UInt8

        /// Creates a kind from the kernel's number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        private init(_ constant: Int) { rawValue = UInt8(truncatingIfNeeded: constant) }

        /// To a next hop or an attached link.
        public static let unicast = Kind(RTN_UNICAST)
        /// To this host.
        public static let local = Kind(RTN_LOCAL)
        /// Dropped without a word.
        public static let blackhole = Kind(RTN_BLACKHOLE)
        /// Refused with an ICMP unreachable message.
        public static let unreachable = Kind(RTN_UNREACHABLE)
        /// Refused with an ICMP prohibited message.
        public static let prohibit = Kind(RTN_PROHIBIT)
    }

    /// `RT_TABLE_MAIN`.
    public static let mainTable = UInt32(RT_TABLE_MAIN.rawValue)

    /// Where the route leads; length 0 is the default route.
    public var destination: Prefix
    /// The next hop.
    public var gateway: IPAddress?
    /// The interface that packets leave by.
    public var interfaceIndex: UInt32?
    /// The source address that local packets get.
    public var preferredSource: IPAddress?
    /// The metric; lower wins, 0 is not set.
    public var metric: UInt32
    /// The routing table.
    public var table: UInt32
    /// What happens to packets.
    public var kind: Kind
    /// The scope; nil lets it follow from gateway and kind as iproute2 does.
    public var scope: RouteScope?
    /// Who made the route (`RTPROT_*`).
    public var owner: UInt8

    /// `RTPROT_STATIC`: made by an administrator.
    public static let staticOwner = UInt8(truncatingIfNeeded: RTPROT_STATIC)

    /// Creates a route.
    public init(
        destination: Prefix, gateway: IPAddress? = nil, interfaceIndex: UInt32? = nil,
        preferredSource: IPAddress? = nil, metric: UInt32 = 0, table: UInt32 = Route.mainTable, kind: Kind = .unicast,
        scope: RouteScope? = nil, owner: UInt8 = Route.staticOwner
    ) {
        self.destination = destination
        self.gateway = gateway
        self.interfaceIndex = interfaceIndex
        self.preferredSource = preferredSource
        self.metric = metric
        self.table = table
        self.kind = kind
        self.scope = scope
        self.owner = owner
    }
}

extension Route {
    static let messageByteCount = 12

    /// Decodes the payload of a route message; nil for a family other than IPv4 and IPv6. Of a route with several
    /// next hops none is kept.
    static func decode(_ payload: borrowing RawSpan) throws(NetlinkError) -> Route? {
        guard let family = AddressFamily(rawValue: try payload.integer(at: 0)) else { return nil }
        let length: UInt8 = try payload.integer(at: 1)
        let shortTable: UInt8 = try payload.integer(at: 4)
        let owner: UInt8 = try payload.integer(at: 5)
        let scope: UInt8 = try payload.integer(at: 6)
        let kind: UInt8 = try payload.integer(at: 7)
        let unspecified = family == .ipv4 ? IPAddress.v4(.any) : .v6(.any)
        guard let anywhere = Prefix(unspecified, length: length) else {
            throw .malformed("route with a prefix length of \(length)")
        }
        var route = Route(
            destination: anywhere, table: UInt32(shortTable), kind: Kind(rawValue: kind),
            scope: RouteScope(rawValue: scope), owner: owner)
        try payload.forEachAttribute(from: messageByteCount) { type, value throws(NetlinkError) in
            switch Int(type) {
            case RouteAttribute.destination:
                if let prefix = Prefix(try value.address(family), length: length) { route.destination = prefix }
            case RouteAttribute.gateway: route.gateway = try value.address(family)
            case RouteAttribute.outgoingInterface: route.interfaceIndex = try value.integer()
            case RouteAttribute.preferredSource: route.preferredSource = try value.address(family)
            case RouteAttribute.priority: route.metric = try value.integer()
            case RouteAttribute.table: route.table = try value.integer()
            default: break
            }
        }
        return route
    }

    /// Appends `struct rtmsg` and attributes.
    func write(to writer: inout MessageWriter) {
        writer.append(destination.address.family.rawValue)
        writer.append(destination.length)
        writer.append(UInt16(0))
        // Tables above 255 do not fit the header and go into the attribute, `RT_TABLE_UNSPEC` into the header.
        writer.append(UInt8(exactly: table) ?? 0)
        writer.append(owner)
        writer.append((scope ?? impliedScope).rawValue)
        writer.append(kind.rawValue)
        writer.append(UInt32(0))
        writer.attribute(UInt16(RouteAttribute.table), table)
        if destination.length > 0 {
            writer.attribute(UInt16(RouteAttribute.destination), bytes: destination.address.bytes)
        }
        if let gateway { writer.attribute(UInt16(RouteAttribute.gateway), bytes: gateway.bytes) }
        if let interfaceIndex { writer.attribute(UInt16(RouteAttribute.outgoingInterface), interfaceIndex) }
        if let preferredSource {
            writer.attribute(UInt16(RouteAttribute.preferredSource), bytes: preferredSource.bytes)
        }
        if metric != 0 { writer.attribute(UInt16(RouteAttribute.priority), metric) }
    }

    private var impliedScope: RouteScope {
        if kind == .local { return .host }
        return kind == .unicast && gateway == nil && destination.address.family == .ipv4 ? .link : .universe
    }
}

/// `RTA_*` as integers.
private enum RouteAttribute {
    static let destination = Int(RTA_DST.rawValue)
    static let gateway = Int(RTA_GATEWAY.rawValue)
    static let outgoingInterface = Int(RTA_OIF.rawValue)
    static let preferredSource = Int(RTA_PREFSRC.rawValue)
    static let priority = Int(RTA_PRIORITY.rawValue)
    static let table = Int(RTA_TABLE.rawValue)
}
