/// What one probe is at: one question to one target, however many servers of the configuration depend on it. Times are
/// seconds since 1970, durations seconds.
public struct ProbeReport: Codable, Sendable, Hashable {
    /// How long the last hundred runs took.
    public struct Latency: Codable, Sendable, Hashable {
        /// The shortest.
        public var minimum: Double
        /// Half of them took no longer.
        public var median: Double
        /// 99 of a hundred took no longer.
        public var p99: Double

        /// Creates a summary.
        public init(minimum: Double, median: Double, p99: Double) {
            self.minimum = minimum
            self.median = median
            self.p99 = p99
        }
    }

    /// What is asked of whom: `TCP [10.1.80.93]:80`.
    public var target: String
    /// Every `real_server` that depends on it, with its service: `[10.1.80.93]:tcp:80 of [10.1.80.90]:tcp:80`.
    public var users: [String]
    /// How many policies (`retry`, `delay_before_retry`, `delay_loop`) count its results.
    public var policies: Int
    /// Runs that came to an end.
    public var runs: UInt64
    /// Whether the last one was a success; nil before the first, and when it could not be made.
    public var isUp: Bool?
    /// Why it was not.
    public var reason: String?
    /// When the last one ended.
    public var lastRun: Double?
    /// How long the last runs took; nil before the first. Plain connections are looked at every 10 ms.
    public var latency: Latency?
    /// It runs at this moment.
    public var isRunning: Bool
    /// It is due and waits for its turn, see `checker_max_probes`.
    public var isWaiting: Bool
    /// When it runs next; nil for what is watched and not asked.
    public var nextRun: Double?

    /// Creates a report.
    public init(
        target: String, users: [String], policies: Int, runs: UInt64, isUp: Bool? = nil, reason: String? = nil,
        lastRun: Double? = nil, latency: Latency? = nil, isRunning: Bool = false, isWaiting: Bool = false,
        nextRun: Double? = nil
    ) {
        self.target = target
        self.users = users
        self.policies = policies
        self.runs = runs
        self.isUp = isUp
        self.reason = reason
        self.lastRun = lastRun
        self.latency = latency
        self.isRunning = isRunning
        self.isWaiting = isWaiting
        self.nextRun = nextRun
    }
}
