/// What one `virtual_server` is at. Times are seconds since 1970.
public struct ServiceReport: Codable, Sendable, Hashable {
    /// A `sorry_server`.
    public struct SorryServer: Codable, Sendable, Hashable {
        /// As in the log: `[10.1.80.99]:tcp:80`.
        public var name: String
        /// Whether it takes the traffic.
        public var isActive: Bool

        /// Creates a sorry server.
        public init(name: String, isActive: Bool) {
            self.name = name
            self.isActive = isActive
        }
    }

    /// As in the log: `[10.1.80.90]:tcp:80`, `FWM 5`.
    public var name: String
    /// The `virtual_server_group` whose address or mark it is; nil for one that stands for itself.
    public var group: String?
    /// The scheduler: `rr`, `wrr`, …
    public var scheduler: String
    /// Whether the weight of the live servers reaches the quorum.
    public var hasQuorum: Bool
    /// `quorum`.
    public var quorum: UInt32
    /// `hysteresis`.
    public var hysteresis: UInt32
    /// Sum of the effective weights of the servers that are up.
    public var liveWeight: Int64
    /// Whether its checks rest because its address is not on this host (`ha_suspend`).
    public var isSuspended: Bool
    /// The sorry server; nil without one.
    public var sorryServer: SorryServer?
    /// Commands for it that the kernel refused when they were sent last, with the reason; they are sent again.
    public var refusals: [String]
    /// The real servers in the order of the file.
    public var servers: [ServerReport]

    /// Creates a report.
    public init(
        name: String, group: String? = nil, scheduler: String, hasQuorum: Bool, quorum: UInt32, hysteresis: UInt32,
        liveWeight: Int64,
        isSuspended: Bool = false, sorryServer: SorryServer? = nil, refusals: [String] = [], servers: [ServerReport]
    ) {
        self.name = name
        self.group = group
        self.scheduler = scheduler
        self.hasQuorum = hasQuorum
        self.quorum = quorum
        self.hysteresis = hysteresis
        self.liveWeight = liveWeight
        self.isSuspended = isSuspended
        self.sorryServer = sorryServer
        self.refusals = refusals
        self.servers = servers
    }
}

/// What one `real_server` is at.
public struct ServerReport: Codable, Sendable, Hashable {
    /// As in the log: `[10.1.80.93]:tcp:80`.
    public var name: String
    /// Whether none of its checkers has failed, and the kernel has taken that.
    public var isUp: Bool
    /// Whether every checker has run to a result; a server without checkers is always up and counts as checked.
    public var isChecked: Bool
    /// When it last went up or down; nil before the first result.
    public var since: Double?
    /// Why it is down, one for each checker that failed; or why a try failed that does not count yet.
    public var reasons: [String]
    /// The weight in use: the configured one and what dynamic checks add.
    public var weight: Int32
    /// `weight`.
    public var configuredWeight: Int32
    /// How many checkers it has.
    public var checkers: Int

    /// Creates a report.
    public init(
        name: String, isUp: Bool, isChecked: Bool, since: Double?, reasons: [String], weight: Int32,
        configuredWeight: Int32, checkers: Int
    ) {
        self.name = name
        self.isUp = isUp
        self.isChecked = isChecked
        self.since = since
        self.reasons = reasons
        self.weight = weight
        self.configuredWeight = configuredWeight
        self.checkers = checkers
    }
}
