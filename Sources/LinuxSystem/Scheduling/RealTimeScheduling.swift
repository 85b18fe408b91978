import Glibc

/// Real-time scheduling of single threads, so that a timer on a busy machine is late by fractions of a millisecond and
/// not by tens.
public enum RealTimeScheduling {
    /// Gives the calling thread `SCHED_RR` at a priority; children that it starts do not inherit it.
    ///
    /// - Parameter priority: 1…99, clamped to what the kernel offers.
    public static func adopt(priority: Int) throws(SystemError) {
        var parameters = sched_param()
        let lowest = Int(sched_get_priority_min(SCHED_RR))
        let highest = Int(sched_get_priority_max(SCHED_RR))
        parameters.sched_priority = Int32(min(max(priority, lowest), highest))
        try systemCall(
            "sched_setscheduler", "give the thread real-time priority \(priority)",
            advice: "run as root or grant CAP_SYS_NICE"
        ) {
            sched_setscheduler(0, SCHED_RR | resetOnFork, &parameters)
        }
    }

    /// `SCHED_RESET_ON_FORK` of `linux/sched.h`, which Glibc hides without `_GNU_SOURCE`.
    private static let resetOnFork: Int32 = 0x4000_0000
}
