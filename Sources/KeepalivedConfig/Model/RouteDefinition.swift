public import Addressing

/// A name out of iproute2's files, or the number that it stands for.
public enum RoutingName: Sendable, Hashable {
    /// The number.
    case number(UInt32)
    /// A name that the files of the host define.
    case name(String)
}

/// One line of `virtual_routes` or `static_routes`.
public struct RouteDefinition: Sendable, Hashable {
    /// What becomes of a packet. Raw values are the kernel's `RTN_*`.
    public enum Kind: UInt8, Sendable, Hashable {
        /// It goes to the gateway or device.
        case unicast = 1
        /// It is for this host.
        case local = 2
        /// It is sent to everybody on the link.
        case broadcast = 3
        /// It is for this host, which is one of several.
        case anycast = 4
        /// It is sent to a group.
        case multicast = 5
        /// It is dropped.
        case blackhole = 6
        /// It is refused as unreachable.
        case unreachable = 7
        /// It is refused as prohibited.
        case prohibit = 8
        /// The search goes on in the next table.
        case `throw` = 9
        /// Historic.
        case nat = 10
        /// Historic.
        case externalResolve = 11
    }

    /// Where the route stands among those of the same destination.
    public enum Placement: Sendable, Hashable {
        /// Before the others, the default.
        case prepend
        /// Refused where there is one already.
        case add
        /// Behind the others.
        case append
    }

    /// `pref` of an IPv6 route.
    public enum Preference: Sendable, Hashable {
        /// `low`.
        case low
        /// `medium`.
        case medium
        /// `high`.
        case high
        /// The kernel's number.
        case number(UInt8)
    }

    /// The destination; nil is `default`.
    public var destination: Prefix?
    /// The family of every address of the line.
    public var family = AddressFamily.ipv4
    /// What becomes of a packet.
    public var kind = Kind.unicast
    /// `via`.
    public var gateway: IPAddress?
    /// `dev`.
    public var device: String?
    /// `src`: the preferred source address.
    public var preferredSource: IPAddress?
    /// `from`, IPv6 only: where packets come from.
    public var source: Prefix?
    /// `table`; nil is the main table.
    public var table: RoutingName?
    /// `vrf`: the table of this routing domain.
    public var vrf: String?
    /// `metric`; nil is the kernel's.
    public var metric: UInt32?
    /// `tos`.
    public var typeOfService: RoutingName?
    /// `scope`; nil is global.
    public var scope: RoutingName?
    /// `protocol`; 18 for a route that is tracked.
    public var origin = RoutingName.number(18)
    /// `onlink`: the gateway is reached directly whatever the addresses say.
    public var isOnLink = false
    /// `encap`.
    public var encapsulation: RouteEncapsulation?
    /// `expires` in seconds, IPv6 only.
    public var expires: UInt32?
    /// `mtu`, `rtt` and the other metrics.
    public var metrics: [RouteMetric: RouteMetricValue] = [:]
    /// `realms`, IPv4 only.
    public var realms: RouteRealms?
    /// `features ecn`.
    public var usesECN = false
    /// `congctl`.
    public var congestionControl: String?
    /// `congctl lock`.
    public var locksCongestionControl = false
    /// `pref`, IPv6 only.
    public var preference: Preference?
    /// `ttl-propagate`; nil is the kernel's.
    public var propagatesTTL: Bool?
    /// `add`, `prepend` or `append`.
    public var placement = Placement.prepend
    /// `nexthop`: several ways that share the packets.
    public var nextHops: [RouteNextHop] = []
    /// `no_track`: that it vanishes is no fault.
    public var isUntracked = false
    /// `track_group`, of static routes only.
    public var trackGroup: String?

    /// A route to `default` with nothing else.
    public init() {}

    /// Every interface that the line names.
    public var interfaces: [String] { ([device] + nextHops.map { $0.device } + [vrf]).compactMap { $0 } }
}

/// `nexthop` of a route.
public struct RouteNextHop: Sendable, Hashable {
    /// `via`.
    public var gateway: IPAddress?
    /// `dev`.
    public var device: String?
    /// `weight`, 1…256; nil is 1.
    public var weight: UInt16?
    /// `onlink`.
    public var isOnLink = false
    /// `encap`.
    public var encapsulation: RouteEncapsulation?
    /// `realms`.
    public var realms: RouteRealms?

    /// A way without anything.
    public init() {}
}

/// `realms [FROM/]TO`.
public struct RouteRealms: Sendable, Hashable {
    /// The realm of the source; nil is none.
    public var source: RoutingName?
    /// The realm of the destination.
    public var destination: RoutingName

    /// Creates realms.
    public init(source: RoutingName? = nil, destination: RoutingName) {
        self.source = source
        self.destination = destination
    }
}

/// A metric of a route. Raw values are the words of a line.
public enum RouteMetric: String, Sendable, Hashable, CaseIterable {
    /// Bytes of a packet.
    case mtu
    /// Hop limit of sent packets.
    case hopLimit = "hoplimit"
    /// Bytes of a segment that is advertised.
    case advertisedSegmentSize = "advmss"
    /// First estimate of the round trip time.
    case roundTripTime = "rtt"
    /// First estimate of its variance.
    case roundTripVariance = "rttvar"
    /// Packets that may overtake each other.
    case reordering
    /// Largest window that is advertised.
    case window
    /// Bound of the congestion window.
    case congestionWindow = "cwnd"
    /// Threshold of slow start.
    case slowStartThreshold = "ssthresh"
    /// Shortest retransmission timeout.
    case minimumRetransmissionTime = "rto_min"
    /// Congestion window at the start.
    case initialCongestionWindow = "initcwnd"
    /// Receive window at the start.
    case initialReceiveWindow = "initrwnd"
    /// Acknowledgements are sent at once.
    case quickAcknowledgement = "quickack"
    /// TCP Fast Open without a cookie.
    case fastOpenWithoutCookie = "fastopen_no_cookie"
}

/// The value of a metric.
public struct RouteMetricValue: Sendable, Hashable {
    /// A number, or a time where the line has a unit.
    public enum Amount: Sendable, Hashable {
        /// In the kernel's unit.
        case number(UInt32)
        /// `10ms`, `0.5s`.
        case time(Interval)
    }

    /// How much.
    public var amount: Amount
    /// `lock`: the kernel does not change it.
    public var isLocked: Bool

    /// Creates a value.
    public init(_ amount: Amount, isLocked: Bool = false) {
        self.amount = amount
        self.isLocked = isLocked
    }
}

/// `encap` of a route.
public enum RouteEncapsulation: Sendable, Hashable {
    /// An IPv4 tunnel.
    case ip(RouteTunnel)
    /// An IPv6 tunnel.
    case ip6(RouteTunnel)
    /// MPLS with these labels.
    case mpls([UInt32])
    /// ILA with this locator.
    case ila(UInt64)
}

/// Tunnel parameters of `encap ip` and `encap ip6`.
public struct RouteTunnel: Sendable, Hashable {
    /// `id`.
    public var id: UInt64?
    /// `dst`.
    public var destination: IPAddress?
    /// `src`.
    public var source: IPAddress?
    /// `tos` or `tc`.
    public var trafficClass: RoutingName?
    /// `ttl` or `hoplimit`.
    public var hopLimit: UInt8?
    /// `flags`.
    public var flags: UInt16?

    /// A tunnel without parameters.
    public init() {}
}
