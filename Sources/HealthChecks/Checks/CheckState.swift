/// The state machine of one check: results go in, verdicts and the time of the next run come out.
///
/// - A check that has never run needs one failure to count as down.
/// - While up, a failure is tried again after `delayBeforeRetry` as often as `retries` says.
/// - While down there are no retries, one try every interval, and as many successes in a row as
///   ``CheckPolicy/successesToReturn`` says bring it up.
/// - A result that says nothing about the server changes nothing; the next run is an interval away.
public struct CheckState: Sendable, Hashable {
    /// Where the check stands.
    public enum Verdict: Sendable, Hashable {
        /// Has not run to a result yet.
        case unknown
        /// The last decisive result was a success, with the weight that it asked for.
        case up(weight: Int32?)
        /// It failed as often as it takes.
        case down(CheckFailure)
    }

    /// Where the check stands.
    public private(set) var verdict = Verdict.unknown
    /// Failures in a row while up that did not yet make it down.
    public private(set) var failedTries: UInt32 = 0
    /// Successes in a row while down that did not yet make it up.
    public private(set) var successfulTries: UInt32 = 0

    /// A check that has never run.
    public init() {}

    /// A check that goes on from what the same question, asked at other times, has found: it needs as many failures as
    /// if it had found that itself.
    public init(continuing verdict: Verdict) { self.verdict = verdict }

    /// Takes in the result of a run that has just ended.
    ///
    /// - Returns: What that means for those who depend on the check, and when to run again.
    public mutating func record(_ result: CheckResult, of check: Check) -> (event: CheckEvent?, next: NextRun) {
        let policy = check.policy
        let regular = check.target.regularRun(interval: policy.interval)
        switch result {
        case .inconclusive(let reason):
            return (.notRun(reason: reason), .afterEnd(policy.interval))

        case .success(let weight):
            let before = verdict
            if case .down = before, successfulTries + 1 < policy.successesToReturn {
                successfulTries += 1
                return (nil, regular)
            }
            verdict = .up(weight: weight)
            failedTries = 0
            successfulTries = 0
            return switch before {
            case .unknown: (.up(weight: weight, isFirst: true), regular)
            case .down: (.up(weight: weight, isFirst: false), regular)
            case .up(weight): (nil, regular)
            case .up: (.weightChanged(weight), regular)
            }

        case .failure(let failure):
            successfulTries = 0
            switch verdict {
            case .unknown:
                verdict = .down(failure)
                return (.down(failure, retries: 0, isFirst: true), downRun(check, regular))
            case .up where failedTries < policy.retries:
                failedTries += 1
                let event = CheckEvent.tryFailed(failure, number: failedTries, of: policy.retries)
                return (event, .afterEnd(policy.delayBeforeRetry))
            case .up:
                verdict = .down(failure)
                failedTries = 0
                return (.down(failure, retries: policy.retries, isFirst: false), downRun(check, regular))
            case .down:
                verdict = .down(failure)
                return (.stillDown(failure), downRun(check, regular))
            }
        }
    }

    /// A page that is down is asked for no more often than its retry delay allows.
    private func downRun(_ check: Check, _ regular: NextRun) -> NextRun {
        guard case .http = check.target else { return regular }
        return .afterEnd(max(check.policy.interval, check.policy.delayBeforeRetry))
    }
}

/// When a check runs next.
public enum NextRun: Sendable, Hashable {
    /// This long after the end of the run.
    case afterEnd(Duration)
    /// This long after the start of the run; at once when that has passed.
    case afterStart(Duration)
}

/// What a run means for those who depend on the check.
public enum CheckEvent: Sendable, Hashable {
    /// It is up now and was not before.
    case up(weight: Int32?, isFirst: Bool)
    /// It is down now and was not before. `retries` tries after the first one have failed too.
    case down(CheckFailure, retries: UInt32, isFirst: Bool)
    /// It stays up with another weight.
    case weightChanged(Int32?)
    /// A try has failed, the verdict stands until it was tried `of` times again.
    case tryFailed(CheckFailure, number: UInt32, of: UInt32)
    /// It was down and is.
    case stillDown(CheckFailure)
    /// This host could not run it.
    case notRun(reason: String)
}

extension CheckTarget {
    /// Scripts run at a fixed rate, connections a fixed time after one another.
    func regularRun(interval: Duration) -> NextRun {
        switch self {
        case .tcp, .http, .smtp, .dns, .udp, .ping, .file, .session: .afterEnd(interval)
        case .script: .afterStart(interval)
        }
    }
}
