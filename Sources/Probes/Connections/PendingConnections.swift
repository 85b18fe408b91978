import CLinux
import Glibc
import LinuxSystem

/// Connections whose handshake is under way.
///
/// The probes' loop looks at them once per tick instead of being woken for each: a verdict ten milliseconds later
/// costs nobody anything, a wake-up per connection costs more than the connection. At its first look a connection is
/// asked with all others of its tick in one `poll`, which settles nearly all of them; what is still open then waits in
/// an epoll set, so that thousands of dead servers are not asked about a hundred times a second.
///
/// Together that is `socket`, `connect`, `close` and a share of one `poll` for a check.
final class PendingConnections {
    /// How a handshake ended.
    enum Ending {
        /// The connection is open; the descriptor is the receiver's.
        case connected(descriptor: Int32)
        /// The peer or the network has refused; the descriptor is closed.
        case failed(Errno)
    }

    private struct Fresh {
        var probe: Int
        var descriptor: Int32
    }

    private var fresh: [Fresh] = []
    private var polled: [pollfd] = []
    /// Descriptors in the epoll set by probe.
    private var waiting: [Int: Int32] = [:]
    private var epoll: Int32 = -1
    private var events = [epoll_event](repeating: epoll_event(), count: 256)

    deinit {
        removeAll()
        if epoll >= 0 { close(epoll) }
    }

    /// Whether nothing is under way.
    var isEmpty: Bool { fresh.isEmpty && waiting.isEmpty }

    /// Takes over a descriptor whose handshake is under way.
    func add(_ descriptor: Int32, probe: Int) { fresh.append(Fresh(probe: probe, descriptor: descriptor)) }

    /// Gives up a probe's connection.
    func remove(_ probe: Int) {
        if let descriptor = waiting.removeValue(forKey: probe) {
            // Closing takes it out of the epoll set.
            close(descriptor)
        } else if let index = fresh.firstIndex(where: { $0.probe == probe }) {
            close(fresh.remove(at: index).descriptor)
        }
    }

    /// Gives up all.
    func removeAll() {
        for entry in fresh { close(entry.descriptor) }
        for descriptor in waiting.values { close(descriptor) }
        fresh.removeAll()
        waiting.removeAll()
    }

    /// Looks at all and takes out those that have ended.
    func takeEnded() -> [(probe: Int, ending: Ending)] {
        var ended: [(probe: Int, ending: Ending)] = []
        takeEndedWaiting(&ended)
        takeEndedFresh(&ended)
        return ended
    }

    private func takeEndedFresh(_ ended: inout [(probe: Int, ending: Ending)]) {
        guard !fresh.isEmpty else { return }
        polled.removeAll(keepingCapacity: true)
        for entry in fresh { polled.append(pollfd(fd: entry.descriptor, events: Int16(POLLOUT), revents: 0)) }
        // Interrupted or refused for want of memory: the same look again at the next tick.
        guard poll(&polled, nfds_t(polled.count), 0) >= 0 else { return }
        var kept: [Fresh] = []
        for (entry, look) in zip(fresh, polled) {
            if look.revents != 0 {
                let hasProblem = look.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
                ended.append((entry.probe, ending(entry.descriptor, hasProblem: hasProblem)))
            } else if watch(entry) {
                waiting[entry.probe] = entry.descriptor
            } else {
                kept.append(entry)
            }
        }
        fresh = kept
    }

    private func watch(_ entry: Fresh) -> Bool {
        if epoll < 0 { epoll = epoll_create1(Int32(EPOLL_CLOEXEC)) }
        var event = epoll_event()
        event.events = EPOLLOUT.rawValue
        event.data.u64 = UInt64(UInt(bitPattern: entry.probe))
        return epoll_ctl(epoll, EPOLL_CTL_ADD, entry.descriptor, &event) == 0
    }

    private func takeEndedWaiting(_ ended: inout [(probe: Int, ending: Ending)]) {
        guard !waiting.isEmpty else { return }
        let count = epoll_wait(epoll, &events, Int32(events.count), 0)
        guard count > 0 else { return }
        for event in events.prefix(Int(count)) {
            let probe = Int(bitPattern: UInt(event.data.u64))
            guard let descriptor = waiting.removeValue(forKey: probe) else { continue }
            let hasProblem = event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            var own = epoll_event()
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &own)
            ended.append((probe, ending(descriptor, hasProblem: hasProblem)))
        }
    }

    /// Writable without an error means connected; only an error has to be asked for.
    private func ending(_ descriptor: Int32, hasProblem: Bool) -> Ending {
        guard hasProblem else { return .connected(descriptor: descriptor) }
        let error = pendingError(of: descriptor)
        guard error.rawValue != 0 else { return .connected(descriptor: descriptor) }
        close(descriptor)
        return .failed(error)
    }
}
