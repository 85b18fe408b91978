/// Children that wait for a place, in order. Used by the supervisor's thread alone.
struct WaitingChildren {
    private struct Entry {
        var submission: SupervisorCore.Submission
        var since: ContinuousClock.Instant
        var isTold = false
    }

    /// Those that are left begin at ``head``: taking the first one out must not move thousands.
    private var entries: [Entry] = []
    private var head = 0
    /// Entries before this one were told that they wait.
    private var told = 0
    private var lastStart: ContinuousClock.Instant?
    /// How many may run now; more than the limit while those that run hang.
    private var places = 0

    var isEmpty: Bool { head == entries.count }

    mutating func append(_ submission: SupervisorCore.Submission, at now: ContinuousClock.Instant) {
        entries.append(Entry(submission: submission, since: now))
    }

    /// The next one to start; nil when there is none or no place for it.
    mutating func next(
        running: Int, limit: Int, patience: Duration?, now: ContinuousClock.Instant
    ) -> SupervisorCore.Submission? {
        guard !isEmpty else { return nil }
        if running < limit { places = limit }
        if running >= places {
            guard let deadline = deadline(patience: patience), deadline <= now else { return nil }
            places = running + limit
        }
        let entry = entries[head]
        head += 1
        if head > 1024, head > entries.count / 2 {
            entries.removeFirst(head)
            told = max(0, told - head)
            head = 0
        }
        lastStart = now
        if entry.isTold { entry.submission.waits?(false) }
        return entry.submission
    }

    /// When more are started than there are places; nil when that never happens.
    func deadline(patience: Duration?) -> ContinuousClock.Instant? {
        guard let patience, !isEmpty else { return nil }
        return max(entries[head].since, lastStart ?? entries[head].since) + patience
    }

    /// Tells those that are left that they wait, each once.
    mutating func tellWaiting() {
        told = max(told, head)
        while told < entries.count {
            entries[told].isTold = true
            entries[told].submission.waits?(true)
            told += 1
        }
    }

    mutating func remove(_ id: UInt64) -> SupervisorCore.Submission? {
        guard let index = entries[head...].firstIndex(where: { $0.submission.id == id }) else { return nil }
        if index < told { told -= 1 }
        return entries.remove(at: index).submission
    }

    mutating func removeAll() -> [SupervisorCore.Submission] {
        defer {
            entries = []
            head = 0
            told = 0
        }
        return entries[head...].map(\.submission)
    }
}
