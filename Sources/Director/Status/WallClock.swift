import Glibc
import LinuxSystem
import Timing

/// Times as people read them.
enum WallClock {
    /// Now, in seconds since 1970.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + (Double(time.tv_nsec) / 1e6).rounded() / 1e3
    }
}

/// One moment on both clocks, to say when something happened that was timed by the other one.
struct Moment: Sendable, Hashable {
    /// On the monotonic clock.
    var instant: Instant
    /// In seconds since 1970.
    var wall: Double

    /// Now.
    static var now: Moment { Moment(instant: .now, wall: WallClock.now) }

    /// The time of another instant in seconds since 1970, to the millisecond.
    func wallTime(of other: Instant) -> Double {
        ((wall + Double((other - instant).wholeNanoseconds) / 1e9) * 1e3).rounded() / 1e3
    }

    /// Seconds from this moment to an instant; 0 when that has passed.
    func seconds(until other: Instant) -> Double {
        max(0, (Double((other - instant).wholeNanoseconds) / 1e6).rounded() / 1e3)
    }
}

extension Duration {
    /// Seconds as reports give them, to the microsecond.
    var inSeconds: Double { Double(wholeNanoseconds / 1000) / 1e6 }
}
