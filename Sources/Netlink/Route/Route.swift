public import Addressing
import CLinux

/// A route: what becomes of packets to a prefix (`RTM_NEWROUTE`).
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
        /// To everybody on the link.
        public static let broadcast = Kind(RTN_BROADCAST)
        /// To this host, which is one of several.
        public static let anycast = Kind(RTN_ANYCAST)
        /// To a group.
        public static let multicast = Kind(RTN_MULTICAST)
        /// Dropped without a word.
        public static let blackhole = Kind(RTN_BLACKHOLE)
        /// Refused with an ICMP unreachable message.
        public static let unreachable = Kind(RTN_UNREACHABLE)
        /// Refused with an ICMP prohibited message.
        public static let prohibit = Kind(RTN_PROHIBIT)
        /// The search goes on in the next table.
        public static let `throw` = Kind(RTN_THROW)
    }

    /// How an IPv6 route ranks among router advertisements of equal length (RFC 4191 section 2.1).
    public struct Preference: RawRepresentable, Sendable, Hashable {
        /// The kernel's number (`ICMPV6_ROUTER_PREF_*`).
        public let rawValue: UInt8

        /// Creates a preference from the kernel's number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The default.
        public static let medium = Preference(rawValue: 0)
        /// Before the others.
        public static let high = Preference(rawValue: 1)
        /// Behind the others.
        public static let low = Preference(rawValue: 3)
    }

    /// `RT_TABLE_MAIN`.
    public static let mainTable = UInt32(RT_TABLE_MAIN.rawValue)

    /// Where the route leads; length 0 is the default route.
    public var destination: Prefix
    /// Where packets come from, IPv6 only; nil is anywhere.
    public var source: Prefix?
    /// The type of service that packets must have, IPv4 only; 0 is any.
    public var typeOfService: UInt8 = 0
    /// The next hop; it may be of the other family.
    public var gateway: IPAddress?
    /// The interface that packets leave by.
    public var interfaceIndex: UInt32?
    /// Whether the next hop is on the interface whatever the addresses say.
    public var isOnLink = false
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
    /// What the kernel is to use instead of its own estimates.
    public var metrics = RouteMetrics()
    /// Realms for accounting: that of the source above bit 16, that of the destination below; 0 is none.
    public var realms: UInt32 = 0
    /// Seconds until the route vanishes, IPv6 only; nil is never.
    public var expires: UInt32?
    /// Rank among routes of equal length, IPv6 only; nil is the kernel's.
    public var preference: Preference?
    /// Whether the time to live passes into an MPLS label; nil is the kernel's.
    public var propagatesTTL: Bool?
    /// The tunnel that packets are put into.
    public var encapsulation: RouteEncapsulation?
    /// Several ways that share the packets; gateway and interface of the route mean nothing then.
    public var nextHops: [NextHop] = []

    /// `RTPROT_STATIC`: made by an administrator.
    public static let staticOwner = UInt8(truncatingIfNeeded: RTPROT_STATIC)
    /// `RTPROT_KEEPALIVED`.
    public static let keepalivedOwner = UInt8(truncatingIfNeeded: RTPROT_KEEPALIVED)

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

    /// One way of a route with several.
    public struct NextHop: Sendable, Hashable {
        /// The next hop; nil is the attached link.
        public var gateway: IPAddress?
        /// The interface that packets leave by.
        public var interfaceIndex: UInt32?
        /// Its share of the packets, 1…256.
        public var weight: UInt16
        /// Whether the next hop is on the interface whatever the addresses say.
        public var isOnLink: Bool
        /// Realms, as of the route.
        public var realms: UInt32 = 0
        /// The tunnel that packets are put into.
        public var encapsulation: RouteEncapsulation?

        /// Creates a way.
        public init(
            gateway: IPAddress? = nil, interfaceIndex: UInt32? = nil, weight: UInt16 = 1, isOnLink: Bool = false
        ) {
            self.gateway = gateway
            self.interfaceIndex = interfaceIndex
            self.weight = weight
            self.isOnLink = isOnLink
        }
    }
}

extension Route {
    /// What the kernel tells routes of one destination apart by. IPv6 gives a route without a metric 1024.
    public struct Key: Sendable, Hashable {
        var destination: Prefix
        var source: Prefix?
        var table: UInt32
        var typeOfService: UInt8
        var metric: UInt32
    }

    /// The key: two routes of one key stand in each other's way.
    public var key: Key {
        let isIPv6 = destination.address.family == .ipv6
        return Key(
            destination: destination, source: source.flatMap { $0.length == 0 ? nil : $0 }, table: table,
            typeOfService: isIPv6 ? 0 : typeOfService, metric: isIPv6 && metric == 0 ? Self.ipv6Metric : metric)
    }

    /// `IP6_RT_PRIO_USER`.
    private static let ipv6Metric: UInt32 = 1024
}

/// Metrics of a route (`RTAX_*`), in the kernel's units.
public struct RouteMetrics: Sendable, Hashable {
    /// One of them.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// The kernel's number.
        public let rawValue: UInt16

        /// Creates a kind from the kernel's number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        private init(_ constant: Int) { rawValue = UInt16(truncatingIfNeeded: constant) }

        /// Bytes of a packet.
        public static let mtu = Kind(RTAX_MTU)
        /// Bytes of the largest window that is advertised.
        public static let window = Kind(RTAX_WINDOW)
        /// Round trip time in eighths of a millisecond.
        public static let roundTripTime = Kind(RTAX_RTT)
        /// Its variance in quarters of a millisecond.
        public static let roundTripVariance = Kind(RTAX_RTTVAR)
        /// Threshold of slow start in segments.
        public static let slowStartThreshold = Kind(RTAX_SSTHRESH)
        /// Bound of the congestion window in segments.
        public static let congestionWindow = Kind(RTAX_CWND)
        /// Bytes of a segment that is advertised.
        public static let advertisedSegmentSize = Kind(RTAX_ADVMSS)
        /// Segments that may overtake each other.
        public static let reordering = Kind(RTAX_REORDERING)
        /// Hop limit of packets that are sent.
        public static let hopLimit = Kind(RTAX_HOPLIMIT)
        /// Congestion window at the start, in segments.
        public static let initialCongestionWindow = Kind(RTAX_INITCWND)
        /// Bits of features (`RTAX_FEATURE_*`).
        public static let features = Kind(RTAX_FEATURES)
        /// Shortest retransmission timeout in milliseconds.
        public static let minimumRetransmissionTime = Kind(RTAX_RTO_MIN)
        /// Receive window at the start, in segments.
        public static let initialReceiveWindow = Kind(RTAX_INITRWND)
        /// Whether acknowledgements are sent at once.
        public static let quickAcknowledgement = Kind(RTAX_QUICKACK)
        /// Whether TCP Fast Open needs no cookie.
        public static let fastOpenWithoutCookie = Kind(RTAX_FASTOPEN_NO_COOKIE)
        /// The congestion control algorithm, which is a name: ``RouteMetrics/congestionControl``.
        public static let congestionControl = Kind(RTAX_CC_ALGO)
        /// The bits of ``RouteMetrics/locked``.
        static let lock = Kind(RTAX_LOCK)
    }

    /// `RTAX_FEATURE_ECN`: explicit congestion notification.
    public static let explicitCongestionNotification = UInt32(RTAX_FEATURE_ECN)

    /// The values that are set.
    public var values: [Kind: UInt32] = [:]
    /// The algorithm for congestion control; nil is the host's.
    public var congestionControl: String?
    /// What the kernel is not to change by what it learns.
    public var locked: Set<Kind> = []

    /// No metrics.
    public init() {}

    /// Whether nothing is set.
    public var isEmpty: Bool { values.isEmpty && congestionControl == nil && locked.isEmpty }
}

/// The tunnel of a route (`LWTUNNEL_ENCAP_*`).
public enum RouteEncapsulation: Sendable, Hashable {
    /// An IPv4 tunnel.
    case ip(Tunnel)
    /// An IPv6 tunnel.
    case ip6(Tunnel)
    /// MPLS with these labels of 20 bits, outermost first.
    case mpls([UInt32])
    /// Identifier locator addressing with this locator.
    case ila(UInt64)

    /// What a tunnel needs to know.
    public struct Tunnel: Sendable, Hashable {
        /// The tunnel's id; nil is none.
        public var id: UInt64?
        /// The far end.
        public var destination: IPAddress?
        /// The near end; nil is the kernel's choice.
        public var source: IPAddress?
        /// Type of service or traffic class.
        public var trafficClass: UInt8?
        /// Time to live or hop limit.
        public var hopLimit: UInt8?
        /// Flags (`TUNNEL_*`).
        public var flags: UInt16?

        /// A tunnel without parameters.
        public init() {}
    }
}
