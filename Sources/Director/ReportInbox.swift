import Probes
import Synchronization

/// Reports of checks on their way to the director, which takes in many at once.
///
/// Servers that die together are a few changes of the table this way, and not one for each of them; the busier the
/// director is, the fewer. It takes a bounded number at a time, so that it hears signals and operators in between, and
/// the log keeps up.
final class ReportInbox: Sendable {
    private struct State {
        var reports: [CheckReport] = []
        /// Whether somebody has been sent for them.
        var isAwaited = false
    }

    /// Most reports taken out at once.
    static let batch = 512

    private let state = Mutex(State())

    /// Adds a report.
    ///
    /// - Returns: whether the director has to be told: otherwise it comes anyway.
    func add(_ report: CheckReport) -> Bool {
        state.withLock { state in
            state.reports.append(report)
            defer { state.isAwaited = true }
            return !state.isAwaited
        }
    }

    /// Takes out the oldest ones, in their order.
    ///
    /// - Returns: Also whether more wait, for which the director has to come again.
    func take() -> (reports: [CheckReport], moreWait: Bool) {
        state.withLock { state in
            let reports = Array(state.reports.prefix(Self.batch))
            state.reports.removeFirst(reports.count)
            state.isAwaited = !state.reports.isEmpty
            return (reports, state.isAwaited)
        }
    }
}
