/// Names, scheduling and limits of processes in `global_defs`.
public struct ProcessSettings: Sendable, Hashable {
    /// `process_name`, at most 15 bytes.
    public var name: String?
    /// The process of elections.
    public var vrrp = ProcessLimits()
    /// The process of checks.
    public var checker = ProcessLimits()
    /// The process of BFD.
    public var bfd = ProcessLimits()
    /// `max_auto_priority`: the highest SCHED_RR priority that late wake-ups may lead to; 0 is off, -1 is off without
    /// a word about it.
    public var maximumAutomaticPriority: Int8 = 0
    /// `min_auto_priority_delay`: the lateness that raises the priority, in microseconds.
    public var automaticPriorityDelay: UInt32 = 1_000_000
    /// `umask`: permission bits that created files do not have.
    public var umask: UInt16 = 0o177
    /// `random_seed`; nil is the time.
    public var randomSeed: UInt32?

    /// Every default.
    public init() {}
}

/// Name, scheduling and limits of one process.
public struct ProcessLimits: Sendable, Hashable {
    /// `vrrp_process_name` and the like, at most 15 bytes.
    public var name: String?
    /// `vrrp_priority` and the like: the nice value, -20…19.
    public var niceness: Int8 = 0
    /// `vrrp_rt_priority` and the like: SCHED_RR priority, 1…99; 0 is off.
    public var realTimePriority = 0
    /// `vrrp_rlimit_rttime` and the like: processor time without a pause under SCHED_RR, in microseconds.
    public var realTimeLimit: UInt32 = 10_000
    /// `vrrp_no_swap` and the like: all memory is locked.
    public var isLockedInMemory = false
    /// `vrrp_cpu_affinity` and the like: processors by number; empty is all.
    public var processors: [UInt16] = []

    /// Every default.
    public init() {}
}
