public import HealthChecks

/// What a run of a check changed, or that a try has failed. Runs that confirm that all is well are not reported.
public struct CheckReport: Sendable, Hashable {
    /// The check.
    public var check: Check
    /// What its result means.
    public var event: CheckEvent
    /// How long the run took, to the moment at which its end was seen.
    public var elapsed: Duration

    /// Creates a report.
    public init(check: Check, event: CheckEvent, elapsed: Duration) {
        self.check = check
        self.event = event
        self.elapsed = elapsed
    }
}
