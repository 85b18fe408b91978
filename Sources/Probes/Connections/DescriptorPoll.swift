import CLinux
import Glibc
import HealthChecks
import LinuxSystem
import NIOCore
import Timing

/// The sockets that runs wait for, looked at together. Used on its loop alone.
///
/// Like ``PendingConnections`` it trades up to ten milliseconds of a verdict for a wake-up per socket: it looks a
/// millisecond after a wait has begun, then once per tick, and wakes the loop only while there is something to wait for.
final class DescriptorPoll {
    /// What is waited for.
    enum Interest {
        case readable
        case writable

        fileprivate var events: UInt32 { self == .readable ? EPOLLIN.rawValue : EPOLLOUT.rawValue }
    }

    /// A descriptor that is waited for; its owner closes it after ``DescriptorPoll/remove(_:)``.
    struct Entry: Hashable {
        fileprivate var token: UInt64
        fileprivate var descriptor: Int32
    }

    /// Longest that one look takes in, in batches of ``batch`` sockets; the rest is seen at the next tick.
    private static let batches = 16
    private static let batch = 256

    let loop: any EventLoop
    /// Where everyone receives: what a datagram can hold, once for all runs of the loop.
    var buffer = [UInt8](repeating: 0, count: 65_536)
    private var epoll: Int32 = -1
    private var events = [epoll_event](repeating: epoll_event(), count: batch)
    private var waiters: [UInt64: () -> Void] = [:]
    private var nextToken: UInt64 = 0
    private var wakeUp: (at: Instant, timer: Scheduled<Void>)?

    /// How long after the beginning of a wait the first look comes.
    private static let firstLook = Duration.milliseconds(1)

    init(loop: any EventLoop) { self.loop = loop }

    deinit { if epoll >= 0 { close(epoll) } }

    /// Now on the clock of the loop's timers.
    var now: Instant { Instant(nanoseconds: Int64(clamping: loop.now.uptimeNanoseconds)) }

    /// Calls `ready` at every look that finds the descriptor ready or failed, until it is removed.
    ///
    /// - Returns: nil when the kernel cannot take it on; the reason is in `errno`.
    func add(_ descriptor: Int32, for interest: Interest, ready: @escaping () -> Void) -> Entry? {
        if epoll < 0 { epoll = epoll_create1(Int32(EPOLL_CLOEXEC)) }
        nextToken &+= 1
        let entry = Entry(token: nextToken, descriptor: descriptor)
        guard control(EPOLL_CTL_ADD, entry, interest) else { return nil }
        waiters[entry.token] = ready
        arm(at: now + Self.firstLook)
        return entry
    }

    /// Waits for something else from now on.
    func change(_ entry: Entry, to interest: Interest) {
        _ = control(EPOLL_CTL_MOD, entry, interest)
        arm(at: now + Self.firstLook)
    }

    /// Waits for it no longer.
    func remove(_ entry: Entry) {
        guard waiters.removeValue(forKey: entry.token) != nil else { return }
        _ = control(EPOLL_CTL_DEL, entry, .readable)
    }

    private func control(_ operation: Int32, _ entry: Entry, _ interest: Interest) -> Bool {
        var event = epoll_event()
        event.events = interest.events
        event.data.u64 = entry.token
        return epoll_ctl(epoll, operation, entry.descriptor, &event) == 0
    }

    private func arm(at next: Instant) {
        guard !waiters.isEmpty else { return }
        if let wakeUp {
            guard next < wakeUp.at else { return }
            wakeUp.timer.cancel()
        }
        let timer = loop.assumeIsolated().scheduleTask(
            deadline: .uptimeNanoseconds(UInt64(clamping: next.nanoseconds))
        ) { [weak self] () -> Void in self?.look() }
        wakeUp = (next, timer)
    }

    private func look() {
        wakeUp = nil
        for _ in 0..<Self.batches {
            let count = epoll_wait(epoll, &events, Int32(Self.batch), 0)
            guard count > 0 else { break }
            // A call may remove others of this batch, so each is looked up when its turn comes.
            for token in events.prefix(Int(count)).map(\.data.u64) { waiters[token]?() }
            guard count == Self.batch else { break }
        }
        arm(at: ProbeSchedule.tickAfter(now))
    }
}
