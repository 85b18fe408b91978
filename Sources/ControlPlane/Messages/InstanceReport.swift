/// What one `vrrp_instance` is at. Times are seconds since 1970.
public struct InstanceReport: Codable, Sendable, Hashable {
    /// A master that was seen, by its adverts.
    public struct Master: Codable, Sendable, Hashable {
        /// The address that it sends from.
        public var address: String
        /// Its priority; nil where none has been heard yet.
        public var priority: Int?

        /// Creates a master.
        public init(address: String, priority: Int?) {
            self.address = address
            self.priority = priority
        }
    }

    /// Another router that is master at the same time.
    public struct Rival: Codable, Sendable, Hashable {
        /// The address that it sends from.
        public var address: String
        /// Its hardware address; nil until it is known.
        public var hardwareAddress: String?
        /// Its priority.
        public var priority: Int
        /// Since when it is heard.
        public var since: Double
        /// Why its adverts are refused; nil when they are taken.
        public var refusal: String?

        /// Creates a rival.
        public init(address: String, hardwareAddress: String?, priority: Int, since: Double, refusal: String?) {
            self.address = address
            self.hardwareAddress = hardwareAddress
            self.priority = priority
            self.since = since
            self.refusal = refusal
        }
    }

    /// The instance's name.
    public var name: String
    /// `INIT`, `BACKUP`, `MASTER`, `FAULT` or `STOP`.
    public var state: String
    /// When the state changed last; nil before the first change.
    public var since: Double?
    /// The priority of its adverts: ``basePriority`` and what trackers add.
    public var priority: Int
    /// The configured priority.
    public var basePriority: Int
    /// The interface that adverts travel on; nil for unicast without one.
    public var interface: String?
    /// The virtual router id.
    public var virtualRouterID: Int
    /// The addresses that it holds as master, with their prefix lengths.
    public var addresses: [String]
    /// The address that it sends from; nil while there is none.
    public var sourceAddress: String?
    /// The master that it knows of; nil when it is the master itself or knows of none.
    public var master: Master?
    /// As master: another one that is heard to be master too; nil where there is none.
    public var rival: Rival?
    /// Why it is in FAULT.
    public var faults: [String]
    /// What it waits for, in words; empty when it waits for nothing.
    public var waitsFor: [String]
    /// Transitions to MASTER since it came into being.
    public var becameMaster: UInt64
    /// Adverts received and sent.
    public var advertsReceived: UInt64
    /// Adverts sent.
    public var advertsSent: UInt64
    /// Adverts that were refused.
    public var advertsRefused: UInt64

    /// Creates a report.
    public init(
        name: String, state: String, since: Double?, priority: Int, basePriority: Int, interface: String?,
        virtualRouterID: Int, addresses: [String] = [], sourceAddress: String? = nil, master: Master? = nil,
        faults: [String] = [], waitsFor: [String] = [], becameMaster: UInt64 = 0, advertsReceived: UInt64 = 0,
        advertsSent: UInt64 = 0, advertsRefused: UInt64 = 0
    ) {
        self.name = name
        self.state = state
        self.since = since
        self.priority = priority
        self.basePriority = basePriority
        self.interface = interface
        self.virtualRouterID = virtualRouterID
        self.addresses = addresses
        self.sourceAddress = sourceAddress
        self.master = master
        self.faults = faults
        self.waitsFor = waitsFor
        self.becameMaster = becameMaster
        self.advertsReceived = advertsReceived
        self.advertsSent = advertsSent
        self.advertsRefused = advertsRefused
    }
}

/// What one `vrrp_sync_group` is at.
public struct SyncGroupReport: Codable, Sendable, Hashable {
    /// The group's name.
    public var name: String
    /// `INIT`, `BACKUP`, `MASTER`, `FAULT` or `STOP`.
    public var state: String
    /// Its instances.
    public var members: [String]

    /// Creates a report.
    public init(name: String, state: String, members: [String]) {
        self.name = name
        self.state = state
        self.members = members
    }
}
