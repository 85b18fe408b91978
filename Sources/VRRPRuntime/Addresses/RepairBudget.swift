import Timing

/// How often a thing that somebody takes away is put back before it is given up.
///
/// What is removed once, or by a network manager that sets an interface up anew, is put back. What something removes
/// again and again would otherwise be fought over for ever, while another host could hold it in peace.
struct RepairBudget<Thing: Sendable & Hashable>: Sendable {
    /// So many repairs of one thing within ``window``.
    static var limit: Int { 5 }
    /// The time in which they are counted.
    static var window: Duration { .seconds(10) }

    private var repairs: [Thing: [Instant]] = [:]

    /// Counts a repair and returns how many there were within the window, this one included; nil when there may be no
    /// more.
    mutating func spend(on thing: Thing, at now: Instant) -> Int? {
        var times = repairs[thing, default: []].filter { now - $0 < Self.window }
        defer { repairs[thing] = times }
        guard times.count < Self.limit else { return nil }
        times.append(now)
        return times.count
    }

    /// When a thing may be repaired again; nil when it may be now.
    func nextChance(for thing: Thing, at now: Instant) -> Instant? {
        let times = (repairs[thing] ?? []).filter { now - $0 < Self.window }
        guard times.count >= Self.limit, let first = times.first else { return nil }
        return first + Self.window
    }

    /// Drops what has not been repaired for a window.
    mutating func forgetOld(at now: Instant) {
        repairs = repairs.filter { $0.value.last.map { now - $0 < Self.window } ?? false }
    }
}
