public import HealthChecks
public import Timing

/// How a probe stands, for people who ask.
public struct ProbeStatus: Sendable, Hashable {
    /// A check that counts its results.
    public struct User: Sendable, Hashable {
        /// The check.
        public var check: Check
        /// Where it stands.
        public var state: CheckState
    }

    /// What is asked.
    public var target: CheckTarget
    /// Who counts the results, at least one.
    public var users: [User]
    /// Runs that came to an end.
    public var runs: UInt64
    /// What the last one found; nil before the first.
    public var lastResult: CheckResult?
    /// When the last one ended.
    public var lastEnded: Instant?
    /// How long the last runs took, to the moment at which their end was seen: a connection is looked at a millisecond
    /// after it was begun, then at every tick.
    public var latency: LatencySample
    /// Whether it is being asked at this moment.
    public var isRunning: Bool
    /// Whether it is due and waits until others have ended.
    public var isWaiting: Bool
    /// When it is due next; nil for one that is watched rather than asked.
    public var nextRun: Instant?
}

/// How many probes may run at the same moment.
public struct ProbeLimits: Sendable, Hashable {
    /// In all.
    public var total: Int
    /// With one address.
    public var perAddress: Int

    /// Creates limits; without arguments there are none.
    public init(total: Int = .max, perAddress: Int = .max) {
        self.total = total
        self.perAddress = perAddress
    }
}
