import DequeModule

/// Which probes may run at once, and which wait for their turn.
///
/// The limits keep a director from opening more connections than its host can hold, and from asking one server too many
/// things at the same moment. Turns are given in the order in which probes became due; one that waits for its own host
/// does not hold up those behind it.
public struct ProbeQueue<Host: Hashable & Sendable>: Sendable {
    private enum Place {
        case waiting
        case running
    }

    /// How many probes may run at once, at least 1.
    public let limit: Int
    /// How many of them may ask the same host, at least 1.
    public let limitPerHost: Int
    /// How many probes run; without limits nobody counts.
    private var runningCount = 0
    /// How many probes wait for their turn.
    public private(set) var waitingCount = 0
    private var entries: [Int: (place: Place, host: Host?)] = [:]
    private var runningByHost: [Host: Int] = [:]
    /// Those that wait for any place, and those that wait for their host. What was given up meanwhile is passed over.
    private var line = Deque<Int>()
    private var linesByHost: [Host: Deque<Int>] = [:]

    /// An idle queue.
    public init(limit: Int = .max, limitPerHost: Int = .max) {
        self.limit = max(1, limit)
        self.limitPerHost = max(1, limitPerHost)
    }

    /// Whether a probe waits for its turn.
    public func isWaiting(_ probe: Int) -> Bool { entries[probe]?.place == .waiting }

    private var isLimited: Bool { limit != .max || limitPerHost != .max }

    /// A probe is due.
    ///
    /// - Parameter host: whom it asks; nil for one that asks nobody, such as a script.
    /// - Returns: Whether it may run now. If not, it waits until ``next()`` gives it out.
    public mutating func enter(_ probe: Int, host: Host?) -> Bool {
        guard isLimited else { return true }
        guard entries[probe] == nil else { return false }
        if runningCount < limit, hasRoom(for: host) {
            run(probe, host)
            return true
        }
        entries[probe] = (.waiting, host)
        waitingCount += 1
        wait(probe, host)
        return false
    }

    /// A probe has ended, or is given up, while it ran or while it waited.
    public mutating func leave(_ probe: Int) {
        guard let (place, host) = entries.removeValue(forKey: probe) else { return }
        switch place {
        case .waiting: waitingCount -= 1
        case .running:
            runningCount -= 1
            if let host, let count = runningByHost[host] { runningByHost[host] = count > 1 ? count - 1 : nil }
        }
        // One that was given up may have been the one for whom its host had a place.
        if let host, hasRoom(for: host), let next = popWaiting(for: host) { line.append(next) }
    }

    /// The next probe whose turn it is; nil when none waits that may run.
    public mutating func next() -> Int? {
        while waitingCount > 0, runningCount < limit, let probe = line.popFirst() {
            guard let (place, host) = entries[probe], place == .waiting else { continue }
            guard hasRoom(for: host) else {
                wait(probe, host)
                continue
            }
            waitingCount -= 1
            run(probe, host)
            return probe
        }
        return nil
    }

    private func hasRoom(for host: Host?) -> Bool {
        guard limitPerHost != .max, let host else { return true }
        return (runningByHost[host] ?? 0) < limitPerHost
    }

    private mutating func wait(_ probe: Int, _ host: Host?) {
        if let host, !hasRoom(for: host) {
            linesByHost[host, default: []].append(probe)
        } else {
            line.append(probe)
        }
    }

    private mutating func popWaiting(for host: Host) -> Int? {
        while let probe = linesByHost[host]?.popFirst() {
            if let entry = entries[probe], entry.place == .waiting { return probe }
        }
        linesByHost[host] = nil
        return nil
    }

    private mutating func run(_ probe: Int, _ host: Host?) {
        entries[probe] = (.running, host)
        runningCount += 1
        if limitPerHost != .max, let host { runningByHost[host, default: 0] += 1 }
    }
}
