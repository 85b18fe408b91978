public import HealthChecks

/// What a run of a check changed, or that a try has failed. Runs that confirm that all is well are not reported.
public struct CheckReport: Sendable, Hashable {
    /// The check.
    public var check: Check
    /// What its result means.
    public var event: CheckEvent
    /// How long the run took; for connections with the resolution of a tick.
    public var elapsed: Duration

    /// Creates a report.
    public init(check: Check, event: CheckEvent, elapsed: Duration) {
        self.check = check
        self.event = event
        self.elapsed = elapsed
    }
}

/// How a check stands, for people who ask.
public struct CheckStatus: Sendable, Hashable {
    /// Its verdict.
    public var verdict: CheckState.Verdict
    /// Failed tries since, while the verdict is still up.
    public var failedTries: UInt32
    /// Runs that came to an end.
    public var runs: UInt64
    /// How long the last one took; nil before the first.
    public var lastElapsed: Duration?
}
