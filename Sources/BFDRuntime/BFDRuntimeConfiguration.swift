public import BFD

/// What a ``BFDRuntime`` is to run.
public struct BFDRuntimeConfiguration: Sendable, Hashable {
    /// The sessions.
    public var sessions: [SessionConfiguration]
    /// `SCHED_RR` priority of the thread, 1…99; nil is ordinary scheduling. That of the start counts.
    public var realTimePriority: Int?

    /// Creates a configuration.
    public init(sessions: [SessionConfiguration], realTimePriority: Int? = nil) {
        self.sessions = sessions
        self.realTimePriority = realTimePriority
    }
}

/// A session has a verdict: the first one, or another one than before.
public struct BFDVerdict: Sendable, Hashable {
    /// The session's name.
    public var session: String
    /// Whether it is up.
    public var isUp: Bool
    /// Why it is not up, in words; nil where it is.
    public var reason: String?
    /// Whether it is not up because the neighbour has taken its end out of service.
    public var isWithdrawn: Bool

    /// Creates a verdict.
    public init(session: String, isUp: Bool, reason: String? = nil, isWithdrawn: Bool = false) {
        self.session = session
        self.isUp = isUp
        self.reason = reason
        self.isWithdrawn = isWithdrawn
    }
}

/// What the sessions are at.
public struct BFDRuntimeStatus: Sendable, Hashable {
    /// One session.
    public struct Session: Sendable, Hashable {
        /// What the state machine says.
        public var status: SessionStatus
        /// Why packets cannot be sent or heard; nil where they can.
        public var problem: String?
    }

    /// The sessions in the order of the configuration.
    public var sessions: [Session] = []
    /// Datagrams that belonged to no session.
    public var strays = SessionTable.Strays()
    /// By how much the thread's timers were late at worst since the start.
    public var largestLateness = Duration.zero

    /// No sessions.
    public init() {}
}
