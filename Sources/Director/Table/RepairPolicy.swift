import IPVS
import Timing

/// How a director deals with a table that others change: what it says about it, and how often it tries again what the
/// kernel refuses. A value that knows no clock.
struct RepairPolicy: Sendable {
    /// What is to be said about a service that was changed.
    enum Saying: Sendable, Hashable {
        /// What was found.
        case found
        /// What was found, and that the next changes will only be counted.
        case foundAndSilent
        /// Nothing: it goes on and on.
        case nothing
    }

    /// Lines about one service before it is left at that.
    static let lines = 5
    /// So long without a change, and there are lines again.
    static let quiet: Duration = .seconds(60)
    /// Between two attempts at what the kernel refuses: the first pause, and the longest.
    static let pauses: ClosedRange<Duration> = .seconds(1) ... .seconds(60)

    private struct Record {
        var changes: Int
        var last: Instant
    }

    private var records: [VirtualService.ID: Record] = [:]
    private var refusals = 0
    /// What a look costs, as far as the last ones tell.
    private var lookCost: Duration = .milliseconds(1)

    /// A service was found changed.
    mutating func say(about id: VirtualService.ID, at now: Instant) -> Saying {
        var record = records[id] ?? Record(changes: 0, last: now)
        if now - record.last >= Self.quiet { record.changes = 0 }
        record.changes += 1
        record.last = now
        records[id] = record
        if record.changes == Self.lines { return .foundAndSilent }
        return record.changes < Self.lines ? .found : .nothing
    }

    /// Forgets services that were left alone for long enough.
    mutating func forgetQuiet(at now: Instant) {
        guard !records.isEmpty else { return }
        records = records.filter { now - $0.value.last < Self.quiet }
    }

    /// A look has taken so long: how long to wait before the next one. At most a twentieth of the time is to go into
    /// looks. One that took long because the host was busy with other things says little, so the cost is believed to
    /// rise by half with every look, and to fall at once.
    mutating func pause(afterLookOf time: Duration, interval: Duration) -> Duration {
        lookCost = max(min(time, lookCost * 3 / 2), .milliseconds(1))
        return max(interval, lookCost * 20)
    }

    /// The kernel has taken everything.
    mutating func succeeded() { refusals = 0 }

    /// The kernel has refused something: how long to wait before the next attempt. Twice as long each time.
    mutating func refused() -> Duration {
        refusals = min(refusals + 1, 16)
        return min(Self.pauses.lowerBound * (1 << (refusals - 1)), Self.pauses.upperBound)
    }
}
