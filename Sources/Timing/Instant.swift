/// A point on the shell's monotonic clock, as a number that pure code can compare and add to.
///
/// The epoch is the shell's choice (boot, in practice); only differences mean anything. Pure code never reads a
/// clock: the current instant comes in with every event.
public struct Instant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the shell's epoch.
    public let nanoseconds: Int64

    /// The shell's epoch.
    public static let epoch = Instant(nanoseconds: 0)

    /// Creates an instant.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The instant `duration` later; saturates at the ends of the range.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The instant `duration` earlier; saturates at the ends of the range.
    public static func - (instant: Instant, duration: Duration) -> Instant {
        let (difference, overflow) = instant.nanoseconds.subtractingReportingOverflow(duration.wholeNanoseconds)
        return Instant(nanoseconds: overflow ? (duration < .zero ? .max : .min) : difference)
    }

    /// How much later the left instant is.
    public static func - (left: Instant, right: Instant) -> Duration {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return .nanoseconds(overflow ? (left > right ? .max : .min) : difference)
    }

    /// Earlier than.
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration {
    /// The duration in nanoseconds, saturated to 64 bits; the rest below a nanosecond is cut off.
    public var wholeNanoseconds: Int64 {
        // Not by way of `components`, which traps on a duration whose seconds do not fit 64 bits.
        Int64(clamping: attoseconds / 1_000_000_000)
    }
}
