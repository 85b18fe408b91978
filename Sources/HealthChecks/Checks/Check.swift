/// A target with the policy by which its results count.
///
/// Checkers of the configuration with the same target and the same policy are one check: a verdict for all. Checks with the
/// same target share its probe and count the results each for itself, see ``SharedProbe``.
public struct Check: Sendable, Hashable {
    /// What is done.
    public var target: CheckTarget
    /// When, and how many failures make a verdict.
    public var policy: CheckPolicy

    /// Creates a check.
    public init(target: CheckTarget, policy: CheckPolicy) {
        self.target = target
        self.policy = policy
    }
}

/// When a check runs and how many failures it takes.
public struct CheckPolicy: Sendable, Hashable {
    /// Further tries before an up server counts as down.
    public var retries: UInt32
    /// From the end of a failed try to the next one.
    public var delayBeforeRetry: Duration
    /// From the end of a check (a script: from its start) to the next one.
    public var interval: Duration
    /// The first check runs after one second and at most this much more, chosen at random, so that the checks of many
    /// servers spread out.
    public var warmup: Duration
    /// Successes in a row, an interval apart, that bring a server back which was down: 1, and 2 for pages without
    /// `fast_recovery`, as keepalived verifies all pages once more after the one that had failed.
    public var successesToReturn: UInt32

    /// Creates a policy.
    public init(
        retries: UInt32, delayBeforeRetry: Duration, interval: Duration, warmup: Duration, successesToReturn: UInt32 = 1
    ) {
        self.retries = retries
        self.delayBeforeRetry = delayBeforeRetry
        self.interval = interval
        self.warmup = warmup
        self.successesToReturn = successesToReturn
    }
}
