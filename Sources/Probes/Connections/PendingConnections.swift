import CLinux
import Glibc
import HealthChecks
import LinuxSystem
import Timing

/// Connections whose handshake is under way, and those whose peer is to send or to take something.
///
/// The probes' loop looks at them together instead of being woken for each: a wake-up per connection costs more than the
/// connection. What was begun in one tick is asked in one `poll` a millisecond later, which settles nearly all of it on a
/// local network, and in another one at the next tick. What is still open then waits in an epoll set and is looked at
/// once per tick, so that thousands of dead servers are not asked about one by one.
///
/// Together that is `socket`, `connect`, `close` and a share of one `poll` for a check.
final class PendingConnections {
    /// How a handshake ended.
    enum Ending {
        /// The connection is open; the descriptor is the receiver's.
        case connected(descriptor: Int32)
        /// The peer or the network has refused; the descriptor is closed.
        case failed(Errno)
        /// What was waited for behind the handshake is there, or the connection has ended; the descriptor is the
        /// receiver's.
        case ready(descriptor: Int32)
        /// Nothing has come in two looks: this will take longer, and may take too long.
        case slow
    }

    /// A probe's connection that has ended, has what was waited for, or proves to be slow.
    struct Ended {
        var probe: Int
        var ending: Ending
    }

    /// What is waited for.
    enum Wanted {
        case handshake
        case reading
        case writing

        fileprivate var events: Int32 { self == .reading ? POLLIN : POLLOUT }
    }

    private struct Fresh {
        var probe: Int
        var descriptor: Int32
        var wanted: Wanted
        var wasLookedAt = false
        /// Whether its owner knows that it is slow, and watches the time.
        var isKnownAsSlow = false
    }

    /// How long after its start a connection is looked at first.
    private static let firstLook = Duration.milliseconds(1)

    private var fresh: [Fresh] = []
    /// Whether some have not been looked at.
    private var hasNew = false
    private var polled: [pollfd] = []
    /// Descriptors in the epoll set by probe.
    private var waiting: [Int: (descriptor: Int32, wanted: Wanted)] = [:]
    private var epoll: Int32 = -1
    private var events = [epoll_event](repeating: epoll_event(), count: 256)

    deinit {
        removeAll()
        if epoll >= 0 { close(epoll) }
    }

    /// Whether nothing is under way.
    var isEmpty: Bool { fresh.isEmpty && waiting.isEmpty }

    /// When to look next; nil when nothing is under way.
    func nextLook(after now: Instant) -> Instant? {
        guard !isEmpty else { return nil }
        let tick = ProbeSchedule.tickAfter(now)
        return hasNew ? min(tick, now + Self.firstLook) : tick
    }

    /// Takes over a descriptor until what is wanted is there.
    func add(_ descriptor: Int32, probe: Int, wanted: Wanted = .handshake) {
        fresh.append(Fresh(probe: probe, descriptor: descriptor, wanted: wanted))
        hasNew = true
    }

    /// Gives up a probe's connection.
    func remove(_ probe: Int) {
        if let entry = waiting.removeValue(forKey: probe) {
            // Closing takes it out of the epoll set.
            close(entry.descriptor)
        } else if let index = fresh.firstIndex(where: { $0.probe == probe }) {
            close(fresh.remove(at: index).descriptor)
        }
    }

    /// Gives up all.
    func removeAll() {
        for entry in fresh { close(entry.descriptor) }
        for entry in waiting.values { close(entry.descriptor) }
        fresh.removeAll()
        waiting.removeAll()
    }

    /// Looks at all and takes out those that have ended.
    func takeEnded() -> [Ended] {
        var ended: [Ended] = []
        takeEndedWaiting(&ended)
        takeEndedFresh(&ended)
        return ended
    }

    private func takeEndedFresh(_ ended: inout [Ended]) {
        guard !fresh.isEmpty else { return }
        polled.removeAll(keepingCapacity: true)
        for entry in fresh {
            polled.append(pollfd(fd: entry.descriptor, events: Int16(entry.wanted.events), revents: 0))
        }
        // Interrupted or refused for want of memory: the same look again at the next tick.
        guard poll(&polled, nfds_t(polled.count), 0) >= 0 else {
            for index in fresh.indices { tellIfSlow(&fresh[index], &ended) }
            return
        }
        hasNew = false
        var kept: [Fresh] = []
        for (var entry, look) in zip(fresh, polled) {
            if look.revents != 0 {
                let hasProblem = look.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
                ended.append(
                    Ended(
                        probe: entry.probe,
                        ending: ending(entry.descriptor, entry.wanted, hasProblem: hasProblem)))
                continue
            }
            if entry.wasLookedAt {
                tellIfSlow(&entry, &ended)
                if watch(entry) {
                    waiting[entry.probe] = (entry.descriptor, entry.wanted)
                    continue
                }
            }
            entry.wasLookedAt = true
            kept.append(entry)
        }
        fresh = kept
    }

    private func tellIfSlow(_ entry: inout Fresh, _ ended: inout [Ended]) {
        guard entry.wanted == .handshake, !entry.isKnownAsSlow else { return }
        entry.isKnownAsSlow = true
        ended.append(Ended(probe: entry.probe, ending: .slow))
    }

    private func watch(_ entry: Fresh) -> Bool {
        if epoll < 0 { epoll = epoll_create1(Int32(EPOLL_CLOEXEC)) }
        var event = epoll_event()
        event.events = entry.wanted == .reading ? EPOLLIN.rawValue : EPOLLOUT.rawValue
        event.data.u64 = UInt64(UInt(bitPattern: entry.probe))
        return epoll_ctl(epoll, EPOLL_CTL_ADD, entry.descriptor, &event) == 0
    }

    private func takeEndedWaiting(_ ended: inout [Ended]) {
        guard !waiting.isEmpty else { return }
        let count = epoll_wait(epoll, &events, Int32(events.count), 0)
        guard count > 0 else { return }
        for event in events.prefix(Int(count)) {
            let probe = Int(bitPattern: UInt(event.data.u64))
            guard let (descriptor, wanted) = waiting.removeValue(forKey: probe) else { continue }
            let hasProblem = event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            var own = epoll_event()
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &own)
            ended.append(Ended(probe: probe, ending: ending(descriptor, wanted, hasProblem: hasProblem)))
        }
    }

    /// Writable without an error means connected; only an error has to be asked for.
    private func ending(_ descriptor: Int32, _ wanted: Wanted, hasProblem: Bool) -> Ending {
        // Reading or writing says itself what is wrong.
        guard wanted == .handshake else { return .ready(descriptor: descriptor) }
        guard hasProblem else { return .connected(descriptor: descriptor) }
        let error = pendingError(of: descriptor)
        guard error.rawValue != 0 else { return .connected(descriptor: descriptor) }
        close(descriptor)
        return .failed(error)
    }
}
