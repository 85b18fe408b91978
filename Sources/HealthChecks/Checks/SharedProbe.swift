public import Timing

/// One probe with everyone who counts its results by a policy of their own.
///
/// The probe runs whenever one of its checks is due. Its result counts for all of them, so that nobody asks what was
/// just answered, except for a check in the middle of its retries whose `delay_before_retry` has not passed, or of its
/// successes whose interval has not: that one would otherwise give a server up, or take it back, sooner than it is told
/// to.
public struct SharedProbe: Sendable {
    /// A check and where it stands.
    fileprivate struct Asker: Sendable {
        var check: Check
        var state: CheckState
        /// When it wants to be answered next.
        var due: Instant
    }

    /// What one result means for one check.
    public struct Outcome: Sendable, Hashable {
        /// The check.
        public var check: Check
        /// What changed for it.
        public var event: CheckEvent
    }

    private var askers: [Asker] = []

    /// A probe that nobody wants yet.
    public init() {}

    /// Whether nobody wants it any more.
    public var isEmpty: Bool { askers.isEmpty }

    /// How many checks count its results.
    public var count: Int { askers.count }

    /// When it has to run next; nil when nobody wants it.
    public var due: Instant? { askers.lazy.map(\.due).min() }

    /// The checks with their states.
    public var states: [(check: Check, state: CheckState)] { askers.map { ($0.check, $0.state) } }

    /// Takes on a check.
    ///
    /// - Parameter due: when it wants its first answer. One that comes earlier for somebody else counts as well.
    public mutating func add(_ check: Check, state: CheckState, due: Instant) {
        askers.append(Asker(check: check, state: state, due: due))
    }

    /// Gives up a check.
    public mutating func remove(_ check: Check) { askers.removeAll { $0.check == check } }

    /// Takes in what a run has found.
    ///
    /// - Parameters:
    ///   - started: when the run began.
    ///   - ended: when it ended.
    /// - Returns: What it changed, for each check for which it changed something.
    public mutating func record(_ result: CheckResult, started: Instant, ended: Instant) -> [Outcome] {
        var outcomes: [Outcome] = []
        for index in askers.indices where askers[index].counts(result, started: started) {
            let check = askers[index].check
            let (event, next) = askers[index].state.record(result, of: check)
            askers[index].due =
                switch next {
                case .afterEnd(let delay): ended + delay
                case .afterStart(let delay): max(ended, started + delay)
                }
            if let event { outcomes.append(Outcome(check: check, event: event)) }
        }
        return outcomes
    }
}

extension SharedProbe.Asker {
    /// Whether a run's result is one for this check.
    fileprivate func counts(_ result: CheckResult, started: Instant) -> Bool {
        if due <= started { return true }
        // A run that somebody else wanted and that could not be made says nothing.
        if case .inconclusive = result { return false }
        return state.failedTries == 0 && state.successfulTries == 0
    }
}
