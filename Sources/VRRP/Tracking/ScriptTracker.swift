/// Counts the results of one track script (`vrrp_script`) and says when the script is up or down.
///
/// Up turns to down after `fall` failures in a row, down to up after `rise` successes in a row. The first result decides
/// alone, whatever `rise` and `fall` are, so that a start does not wait for several intervals.
public struct ScriptTracker: Sendable, Hashable {
    /// How a run of the script ended.
    public enum Outcome: Sendable, Hashable {
        /// It ended by itself; 0 is success.
        case exited(status: Int32)
        /// A signal ended it.
        case killed(signal: Int32)
        /// It did not end in time and was ended.
        case timedOut
        /// It never ran, for this reason. Counts as a failure: a script that nobody can run vouches for nothing.
        case notExecuted(String)

        /// Whether the run counts towards `rise`.
        public var isSuccess: Bool { self == .exited(status: 0) }
    }

    /// What a result changed.
    public struct Change: Sendable, Hashable {
        /// The script's new state; nil where it stays.
        public var isUp: Bool?
        /// What to log.
        public var reports: [RouterReport]
    }

    /// The name of the `vrrp_script` block.
    public let name: String
    /// Successes in a row that turn down to up, 1 or more.
    public let rise: UInt32
    /// Failures in a row that turn up to down, 1 or more.
    public let fall: UInt32
    /// The present state; nil before the first result.
    public private(set) var isUp: Bool?

    private var hasResult = false
    private var streak: UInt32 = 0
    private var lastStatus: Int32 = 0

    /// A script that has not run yet.
    ///
    /// - Parameters:
    ///   - name: The name of the `vrrp_script` block.
    ///   - rise: Successes in a row that turn down to up; 0 counts as 1.
    ///   - fall: Failures in a row that turn up to down; 0 counts as 1.
    ///   - startsFailed: `init_fail`: down until the first result.
    public init(name: String, rise: UInt32 = 1, fall: UInt32 = 1, startsFailed: Bool = false) {
        self.name = name
        self.rise = max(1, rise)
        self.fall = max(1, fall)
        isUp = startsFailed ? false : nil
    }

    /// The same script with other thresholds or another name, as after a reload; what was counted stays.
    public func with(name: String? = nil, rise: UInt32, fall: UInt32) -> ScriptTracker {
        var tracker = ScriptTracker(name: name ?? self.name, rise: rise, fall: fall)
        tracker.isUp = isUp
        tracker.hasResult = hasResult
        tracker.streak = streak
        tracker.lastStatus = lastStatus
        return tracker
    }

    /// Takes in how a run ended.
    public mutating func record(_ outcome: Outcome) -> Change {
        var change = Change(isUp: nil, reports: [])
        if case .exited(let status) = outcome, status != lastStatus {
            change.reports.append(report("Script `\(name)` now returning \(status)"))
            lastStatus = status
        }
        let before = isUp
        if !hasResult {
            hasResult = true
            isUp = outcome.isSuccess
            streak = 0
        } else if outcome.isSuccess == isUp {
            streak = 0
        } else {
            // Cannot overflow: back to 0 as soon as it reaches a threshold of the same width.
            streak += 1
            if streak >= (outcome.isSuccess ? rise : fall) {
                isUp = outcome.isSuccess
                streak = 0
            }
        }
        if isUp != before {
            change.isUp = isUp
            change.reports.append(report("VRRP_Script(\(name)) \(outcome.words)"))
        }
        return change
    }

    private func report(_ message: String) -> RouterReport { RouterReport(.notice, router: nil, message: message) }
}

extension ScriptTracker.Outcome {
    /// The outcome as keepalived's log has it.
    fileprivate var words: String {
        switch self {
        case .exited(status: 0): "succeeded"
        case .exited(let status): "failed (exited with status \(status))"
        case .killed(let signal): "failed (due to signal \(signal))"
        case .timedOut: "timed_out"
        case .notExecuted(let reason): "failed (\(reason))"
        }
    }
}
