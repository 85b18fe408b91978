import Glibc
public import Timing

extension Instant {
    /// Now on `CLOCK_MONOTONIC`, the clock of timers and of SwiftNIO's deadlines. A leap of the wall clock does not
    /// move it.
    public static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// What to add to an instant of this clock to get the time since 1970 in UTC, as the host's clock has it now.
    public static var utcOffset: Duration {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - Instant.now.nanoseconds)
    }
}
