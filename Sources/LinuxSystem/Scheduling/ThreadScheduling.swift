import CLinux

/// How the calling thread runs beside everything else on the host.
public struct ThreadScheduling: Sendable, Hashable {
    /// `SCHED_RR` priority, 1…99; nil leaves it an ordinary thread.
    public var realTimePriority: Int?
    /// How far ``raisePriority()`` goes, 1…99; 0 is not at all.
    public var maximumAutomaticPriority = 0
    /// Microseconds that it may run for without a pause under `SCHED_RR` before the process gets `SIGXCPU`.
    public var realTimeLimit: UInt32 = 10_000
    /// The nice value, -20…19; 0 leaves what it has.
    public var niceness: Int8 = 0
    /// The processors that it runs on; empty is all.
    public var processors: [UInt16] = []
    /// Whether all memory of the process is locked as it is used.
    public var locksMemory = false

    /// An ordinary thread.
    public init() {}

    /// Gives the calling thread the next higher `SCHED_RR` priority, the lowest one if it had none.
    ///
    /// - Returns: the new priority; nil at the end of what is allowed.
    public mutating func raisePriority() throws(SystemError) -> Int? {
        let next = (realTimePriority ?? 0) + 1
        guard next <= maximumAutomaticPriority else { return nil }
        if realTimePriority == nil { try limitRealTime() }
        try RealTimeScheduling.adopt(priority: next)
        realTimePriority = next
        return next
    }

    private func limitRealTime() throws(SystemError) {
        try systemCall("setrlimit(RLIMIT_RTTIME)", "limit the time under SCHED_RR") {
            clinux_limit_real_time(realTimeLimit)
        }
    }

    /// Puts all of it in force for the calling thread; what the kernel refuses is returned, and the rest holds.
    public func adopt() -> [SystemError] {
        var failures: [SystemError] = []
        func attempt(_ body: () throws(SystemError) -> Void) {
            do throws(SystemError) { try body() } catch { failures.append(error) }
        }
        if niceness != 0 {
            attempt { () throws(SystemError) in
                try systemCall("setpriority", "give the thread the nice value \(niceness)") {
                    clinux_set_niceness(Int32(niceness))
                }
            }
        }
        if !processors.isEmpty {
            attempt { () throws(SystemError) in
                try systemCall(
                    "sched_setaffinity", "bind the thread to the processors \(processors)",
                    advice: "name processors of this host"
                ) { clinux_set_processors(processors, processors.count) }
            }
        }
        if locksMemory {
            attempt { () throws(SystemError) in
                try systemCall("mlockall", "lock the memory", advice: "run as root or grant CAP_IPC_LOCK") {
                    clinux_lock_memory()
                }
            }
        }
        if let realTimePriority {
            attempt { () throws(SystemError) in try limitRealTime() }
            attempt { () throws(SystemError) in try RealTimeScheduling.adopt(priority: realTimePriority) }
        }
        return failures
    }
}
