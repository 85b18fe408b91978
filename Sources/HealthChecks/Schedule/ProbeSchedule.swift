import HeapModule
public import Timing

/// When which probe is due, coalesced into ticks.
///
/// A due time is rounded up to the next multiple of the tick, so that a thousand checks per second wake their loop a
/// hundred times and not a thousand. A probe never runs early and at most one tick late.
public struct ProbeSchedule: Sendable {
    /// The tick: what a human or a service cannot tell from "at once" in a check every few seconds.
    public static let tick: Duration = .milliseconds(10)
    private static let tickNanoseconds: Int64 = 10_000_000

    /// The tick in which each waiting probe is due. What a bucket holds beyond that has been moved or removed.
    private var dueTick: [Int: Int64] = [:]
    private var buckets: [Int64: [Int]] = [:]
    /// The keys of `buckets`.
    private var ticks = Heap<Int64>()

    /// An empty schedule.
    public init() {}

    /// How long the first run waits: one second and a random part of the warm-up.
    public static func firstDelay(
        warmup: Duration, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let range = max(0, warmup.wholeNanoseconds)
        return .seconds(1) + .nanoseconds(Int64.random(in: 0...range, using: &generator))
    }

    /// Whether nothing is waiting.
    public var isEmpty: Bool { dueTick.isEmpty }

    /// Sets when a probe is due; an earlier time of the same probe is forgotten.
    public mutating func set(_ probe: Int, at instant: Instant) {
        let tick = Self.tickNumber(of: instant)
        guard dueTick.updateValue(tick, forKey: probe) != tick else { return }
        if buckets[tick] == nil { ticks.insert(tick) }
        buckets[tick, default: []].append(probe)
    }

    /// Forgets a probe.
    public mutating func remove(_ probe: Int) { dueTick[probe] = nil }

    /// The start of the next tick in which something is due; nil when nothing waits.
    public var nextTick: Instant? {
        // A bucket whose probes were all moved may wake the loop once for nothing; that is cheaper than searching.
        dueTick.isEmpty
            ? nil : ticks.min.map { Instant(nanoseconds: $0.multipliedSaturating(by: Self.tickNanoseconds)) }
    }

    /// The start of the tick after an instant, for what has to be looked at again soon.
    public static func tickAfter(_ instant: Instant) -> Instant {
        let next = instant.nanoseconds / tickNanoseconds + 1
        return Instant(nanoseconds: next.multipliedSaturating(by: tickNanoseconds))
    }

    /// Takes out every probe that is due, in the order of ticks.
    public mutating func popDue(_ now: Instant) -> [Int] {
        var due: [Int] = []
        while let tick = ticks.min, tick.multipliedSaturating(by: Self.tickNanoseconds) <= now.nanoseconds {
            ticks.removeMin()
            for probe in buckets.removeValue(forKey: tick) ?? [] where dueTick[probe] == tick {
                dueTick[probe] = nil
                due.append(probe)
            }
        }
        return due
    }

    private static func tickNumber(of instant: Instant) -> Int64 {
        let (quotient, remainder) = instant.nanoseconds.quotientAndRemainder(dividingBy: tickNanoseconds)
        return remainder > 0 ? quotient + 1 : quotient
    }
}

extension Int64 {
    fileprivate func multipliedSaturating(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? (self < 0 ? .min : .max) : product
    }
}
