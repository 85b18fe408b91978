import Addressing
import Timing

/// One virtual router: its configuration, where it is in the election, and its timers.
///
/// The transitions are in ``VirtualRouters``, because a sync group makes them common to several routers.
struct Router: Sendable {
    /// An owner that heard another owner with a lower address and waits for it to yield.
    struct OwnerConflict: Sendable {
        /// From here on we yield if it still talks.
        var deadline: Instant
        /// When it was heard last.
        var heard: Instant
    }

    /// A worse master that was heard beside the one that is followed.
    struct OtherMaster: Sendable {
        var address: IPAddress
        var priority: UInt8
        var heard: Instant
    }

    var configuration: RouterConfiguration
    /// Position of its sync group.
    var group: Int?
    var state = RouterState.initialize
    /// The timer has expired, or nothing but the group holds it back (keepalived's `wantstate`).
    var wantsMaster = false
    var basePriority: UInt8
    var effectivePriority: UInt8
    var source: IPAddress?
    /// Why its own interface cannot carry its addresses.
    var obstacle: RouterObstacle?
    var masterAddress: IPAddress?
    var masterPriority: UInt8?
    var otherMaster: OtherMaster?
    var masterInterval: Duration
    var lastTransition: Instant?
    /// As backup the master down timer, as master the advert timer.
    var election: Instant?
    var secondBurst: Instant?
    var refresh: Instant?
    var lowerPriorityBurst: Instant?
    /// A lower-priority master is tolerated until then; nil before its first advert.
    var preemption: Instant?
    /// After addresses did not hold: until then another master is let be, whatever its priority.
    var rest: Instant?
    var ownerConflict: OwnerConflict?
    /// Another master that is heard while this one is master.
    var rival: Rival?
    /// The current silence of the master has been granted its one extension for lateness.
    var hasBeenGranted = false
    /// See ``note(_:at:)``.
    private(set) var faults: [RouterFault] = []
    private(set) var faultsSince: [RouterFault: Instant] = [:]
    /// When it began to wait for what it needs before it takes part.
    var introduced: Instant?
    /// Of the last signed advert of our own.
    var sentSequence: AdvertSequence?
    /// The highest number of an authentication header that was sent or believed.
    var headerSequence: UInt32 = 0
    /// The newest signed advert of each other sender.
    var replays = ReplayGuard()
    /// Peers that were heard to use the former checksum.
    var formerChecksumPeers: Set<IPAddress> = []
    var statistics = RouterStatistics()
    var reported = ReportLimiter()

    init(_ configuration: RouterConfiguration) {
        self.configuration = configuration
        basePriority = configuration.priority
        effectivePriority = configuration.priority
        masterInterval = configuration.advertInterval
    }

    var id: RouterID { configuration.id }

    var isOwner: Bool { configuration.isOwner }

    /// The family of the adverts.
    var family: AddressFamily { configuration.family }

    var skew: Duration {
        ElectionTimers.skew(
            version: configuration.version, priority: effectivePriority, masterInterval: masterInterval)
    }

    var masterDown: Duration {
        ElectionTimers.masterDown(
            version: configuration.version, priority: effectivePriority, masterInterval: masterInterval,
            adverts: configuration.downTimerAdverts)
    }

    /// Whether the master that is followed was heard within its last interval.
    func hearsMaster(at now: Instant) -> Bool {
        guard masterAddress != nil, let election else { return false }
        return now < election - masterDown + masterInterval
    }

    /// The earliest of the timers.
    var nextDeadline: Instant? {
        [election, secondBurst, refresh, lowerPriorityBurst].lazy.compactMap { $0 }.min()
    }

    mutating func stopTimers() {
        election = nil
        secondBurst = nil
        refresh = nil
        lowerPriorityBurst = nil
    }

    /// The advert that the router sends now, for the group or the first peer; nil without an address to send from.
    mutating func advert(priority: UInt8, utc: Int64) -> [UInt8]? {
        guard let source else { return nil }
        let destination: IPAddress
        switch configuration.delivery {
        case .multicast(let group): destination = group
        case .unicast(let peers, _, _): destination = peers.first?.address ?? source
        }
        var payload = Advert(
            version: configuration.version, virtualRouterID: configuration.virtualRouterID, priority: priority,
            interval: configuration.advertInterval, addresses: configuration.addresses,
            authentication: configuration.advertAuthentication
        ).encoded(source: source, destination: destination)
        if let authentication = configuration.authentication, authentication.signs {
            let clock = AdvertSequence(utc: utc)
            let sequence = sentSequence?.next(utc: clock, window: authentication.timeWindow) ?? clock
            sentSequence = sequence
            payload += authentication.trailer(for: payload, sequence: sequence, source: source).bytes
        }
        Advert.fillChecksum(&payload, source: source, coverage: coverage(towards: destination))
        return payload
    }

    /// What the checksum of an advert covers that goes to a destination.
    func coverage(towards destination: IPAddress) -> ChecksumCoverage {
        configuration.checksum.coverage(
            version: configuration.version, destination: destination,
            isFormer: formerChecksumPeers.contains(destination))
    }

    /// Takes in what forbids taking part now; what was there before keeps its beginning.
    mutating func note(_ faults: [RouterFault], at now: Instant) {
        self.faults = faults
        faultsSince = Dictionary(faults.map { ($0, faultsSince[$0] ?? now) }, uniquingKeysWith: { first, _ in first })
    }

    /// Notes how late a timer was handled.
    mutating func noteLateness(_ lateness: Duration) {
        statistics.lateDeadlines += 1
        statistics.largestLateness = max(statistics.largestLateness, lateness)
    }
}

/// Keeps a peer from filling the log: what it can provoke is said once per kind until the state changes or another
/// master is accepted, and what describes a lasting situation at most twice per advertisement interval.
struct ReportLimiter: Sendable {
    /// Kinds of lines that a peer can provoke.
    enum Kind: Int, CaseIterable {
        case length, ttl, version, virtualRouterID, authenticationType, password, interval, type, checksum, delivery
        case addressCount, addressList, source, ownAddress, ownerConflict, lateness
        case trailerMissing, trailerMalformed, trailerKey, trailerTag, trailerStale, trailerReplayed, clockSkew,
            droppedByOwner, header, headerSequence
    }

    private var said: UInt32 = 0
    private var lowerPriorityAt: Instant?

    /// Whether to say a line of this kind now.
    mutating func allows(_ kind: Kind) -> Bool {
        let bit: UInt32 = 1 << UInt32(kind.rawValue)
        defer { said |= bit }
        return said & bit == 0
    }

    /// Whether to say that a lower priority was heard, and to answer it with announcements.
    mutating func allowsLowerPriority(at now: Instant, interval: Duration) -> Bool {
        if let last = lowerPriorityAt, now - last < interval / 2 { return false }
        lowerPriorityAt = now
        return true
    }

    /// Every kind may be said again.
    mutating func reset() { self = ReportLimiter() }
}
