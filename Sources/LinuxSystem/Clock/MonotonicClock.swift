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
}
