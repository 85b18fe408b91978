import CLinux
public import Timing

/// A timer that is waited for like a descriptor, to the nanosecond on `CLOCK_MONOTONIC`, where `poll` knows whole
/// milliseconds alone.
public final class DeadlineTimer: Sendable {
    private let timer: FileDescriptor

    /// Readable once the instant has come, until the timer is set again.
    public var descriptor: Int32 { timer.rawValue }

    /// A timer that is not set.
    public init() throws(SystemError) {
        timer = FileDescriptor(owning: try systemCall("timerfd_create", "make a timer") { clinux_open_timer() })
    }

    /// Sets the timer; nil takes it back. An instant that has passed makes it readable at once.
    public func set(_ deadline: Instant?) {
        // 0 would take it back.
        clinux_set_timer(timer.rawValue, deadline.map { max(1, $0.nanoseconds) } ?? 0)
    }
}
