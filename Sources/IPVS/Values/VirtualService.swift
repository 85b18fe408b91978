public import Addressing

/// A virtual service as it is wanted: what IPVS is told with `NEW_SERVICE` and `SET_SERVICE`.
public struct VirtualService: Sendable, Hashable {
    /// What makes a service the same service: the kernel looks it up by this alone.
    public enum ID: Sendable, Hashable {
        /// A protocol, address and port; port 0 takes every port.
        case endpoint(TransportProtocol, IPAddress, Port)
        /// A firewall mark other than 0, for packets of one family.
        case firewallMark(UInt32, AddressFamily)

        /// The family of the packets that the service takes.
        public var family: AddressFamily {
            switch self {
            case .endpoint(_, let address, _): address.family
            case .firewallMark(_, let family): family
            }
        }
    }

    /// Connections of one client stay with one destination.
    public struct Persistence: Sendable, Hashable {
        /// Seconds without a connection after which the client may move: 1…2,678,400.
        public var timeout: UInt32
        /// Leading bits of the client address that count as one client: 0…32 or 0…128.
        public var granularity: UInt8
        /// Persistence engine such as `sip`; nil keeps to client addresses.
        public var engine: String?
        /// An IPv4 mask that is no prefix, such as 255.0.255.0: the kernel takes any. It stands in for ``granularity``
        /// where it is there; nil for every mask that a prefix length can say.
        public var irregularMask: IPv4Address?

        /// Creates a persistence setting.
        public init(timeout: UInt32, granularity: UInt8, engine: String? = nil, irregularMask: IPv4Address? = nil) {
            self.timeout = timeout
            self.granularity = granularity
            self.engine = engine
            self.irregularMask = irregularMask
        }
    }

    /// The identity.
    public var id: ID
    /// Scheduler name as the kernel knows it: `rr`, `wrr`, `wlc`, …; at most 15 bytes.
    public var scheduler: String
    /// The scheduler's own flags.
    public var schedulerFlags: SchedulerFlags
    /// Persistence, or nil for none.
    public var persistence: Persistence?
    /// One-packet scheduling (UDP and marks): every datagram is scheduled on its own.
    public var onePacketScheduling: Bool
    /// A persistence engine on a service that is not persistent: the kernel keeps it and does nothing with it.
    public var idleEngine: String?

    /// Creates a service.
    public init(
        id: ID, scheduler: String = "wlc", schedulerFlags: SchedulerFlags = [], persistence: Persistence? = nil,
        onePacketScheduling: Bool = false, idleEngine: String? = nil
    ) {
        self.id = id
        self.scheduler = scheduler
        self.schedulerFlags = schedulerFlags
        self.persistence = persistence
        self.onePacketScheduling = onePacketScheduling
        self.idleEngine = idleEngine
    }
}

/// The three bits that a scheduler gives its own meaning (`IP_VS_SVC_F_SCHED*`).
public struct SchedulerFlags: OptionSet, Sendable, Hashable {
    /// The kernel's number.
    public let rawValue: UInt32

    /// Creates flags from the kernel's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `flag-1`; `sh-fallback` and `mh-fallback`.
    public static let flag1 = SchedulerFlags(rawValue: 0x08)
    /// `flag-2`; `sh-port` and `mh-port`.
    public static let flag2 = SchedulerFlags(rawValue: 0x10)
    /// `flag-3`.
    public static let flag3 = SchedulerFlags(rawValue: 0x20)
}
