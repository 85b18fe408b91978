import HealthChecks
import Timing

/// When each check changed its mind last, and the last try that failed without consequence. ``HealthBoard`` knows no
/// clock.
struct CheckHistory: Sendable {
    /// What is known of one check.
    struct Entry: Sendable, Hashable {
        /// When it went up or down last; nil before the first result.
        var changed: Instant?
        /// The last try that failed and did not count yet.
        var failedTry: FailedTry?
    }

    /// A try that failed and did not count yet.
    struct FailedTry: Sendable, Hashable {
        var at: Instant
        var reason: String
    }

    private var entries: [Check: Entry] = [:]

    /// What is known of a check.
    subscript(_ check: Check) -> Entry { entries[check] ?? Entry() }

    /// Takes in an event.
    mutating func record(_ event: CheckEvent, of check: Check, at now: Instant) {
        switch event {
        case .up, .down: entries[check] = Entry(changed: now)
        case .tryFailed(let failure, let number, let count):
            entries[check, default: Entry()].failedTry = FailedTry(
                at: now, reason: "try \(number) of \(UInt64(count) + 1) failed: \(failure)")
        case .notRun(let reason):
            entries[check, default: Entry()].failedTry = FailedTry(at: now, reason: "could not run: \(reason)")
        case .stillDown, .weightChanged: break
        }
    }

    /// Forgets checks that are gone. Costs as much as there are entries, not as there are checks.
    mutating func keep(_ isWanted: (Check) -> Bool) {
        guard entries.contains(where: { !isWanted($0.key) }) else { return }
        entries = entries.filter { isWanted($0.key) }
    }
}
