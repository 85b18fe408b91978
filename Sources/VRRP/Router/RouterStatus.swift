public import Addressing
public import Timing

/// What one virtual router is at, for status output.
public struct RouterStatus: Sendable, Hashable {
    /// The router.
    public var id: RouterID
    /// Its state.
    public var state: RouterState
    /// Whether its own timer has expired: in a sync group it may wait for the other members.
    public var wantsMaster: Bool
    /// The configured priority; 254 while an owner gives way to another owner.
    public var basePriority: UInt8
    /// The priority of its adverts: base and trackers.
    public var effectivePriority: UInt8
    /// Base and trackers, before they are brought within what a priority can be.
    public var totalPriority: Int = 0
    /// The address that it sends from.
    public var sourceAddress: IPAddress?
    /// The master that it knows of, itself included.
    public var masterAddress: IPAddress?
    /// That master's priority.
    public var masterPriority: UInt8?
    /// That master's advertisement interval; in version 3 it is learnt from the adverts.
    public var masterInterval: Duration
    /// When the state changed last.
    public var lastTransition: Instant?
    /// As backup: when it takes over unless an advert comes.
    public var masterDownDeadline: Instant?
    /// As master: when the next advert is due.
    public var nextAdvert: Instant?
    /// When a lower-priority master is no longer tolerated (`preempt_delay`).
    public var preemptionDeadline: Instant?
    /// Why it is in FAULT.
    public var faults: [RouterFault]
    /// Since when each of the faults lasts.
    public var faultsSince: [RouterFault: Instant] = [:]
    /// Scripts of weight 0 whose first result it waits for before it takes part.
    public var pendingScripts: [String]
    /// BFD sessions of weight 0 that have neither come up nor been silent for long enough yet.
    public var pendingSessions: [String]
    /// Tracked files whose number is not known yet.
    public var pendingFiles: [String] = []
    /// Tracked processes that have not been looked for yet.
    public var pendingProcesses: [String] = []
    /// Before it takes part: since when it waits.
    public var waitsSince: Instant?
    /// As master: another one beside it; nil where there is none.
    public var rival: RivalMaster?
    /// Its counters.
    public var statistics: RouterStatistics
}

/// What one sync group is at.
public struct SyncGroupStatus: Sendable, Hashable {
    /// The group's name.
    public var name: String
    /// Its state.
    public var state: RouterState
    /// Its members that exist.
    public var members: [RouterID]

    /// Creates a status.
    public init(name: String, state: RouterState, members: [RouterID]) {
        self.name = name
        self.state = state
        self.members = members
    }
}
