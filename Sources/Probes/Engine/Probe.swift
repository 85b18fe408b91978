import HealthChecks
import LinuxSystem
import NIOCore
import Timing

/// A check with what its runs need.
final class Probe {
    /// What a run is doing.
    enum Activity {
        case idle
        /// A handshake; for a page, its index in the exchange.
        case connecting(page: Int)
        /// A page is being fetched.
        case fetching(HTTPPageHandler, page: Int)
        /// A script runs.
        case running(ChildHandle)
    }

    let check: Check
    var state = CheckState()
    var activity = Activity.idle
    var started = Instant.epoch
    var runs: UInt64 = 0
    var lastElapsed: Duration?

    init(check: Check) { self.check = check }

    var status: CheckStatus {
        CheckStatus(verdict: state.verdict, failedTries: state.failedTries, runs: runs, lastElapsed: lastElapsed)
    }
}
