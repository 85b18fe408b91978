import HealthChecks
import Timing

/// What is asked of one target, with everyone who wants to know and what its runs need.
final class Probe {
    /// What it is doing.
    enum Activity {
        case idle
        /// Its run is being made, and may end in the course of that.
        case starting
        /// A handshake; for a page, its index in the exchange.
        case connecting(page: Int)
        /// A page is being fetched; its index in the exchange.
        case fetching(PageFetch, page: Int)
        /// Anything else that ends by itself.
        case running(any ProbeRun)
        /// It is not asked, it tells.
        case watching(any ProbeWatch)
    }

    let target: CheckTarget
    /// The pages that it asks for.
    let pages: [PageRequest]
    var shared = SharedProbe()
    var activity = Activity.idle
    /// Tells the result of this run from that of one that was given up.
    var serial: UInt64 = 0
    var started = Instant.epoch
    /// When the handshake that is under way has taken too long.
    var connectDeadline = Instant.epoch
    var runs: UInt64 = 0
    var lastResult: CheckResult?
    var lastEnded: Instant?
    var latency = LatencySample()

    init(target: CheckTarget) {
        self.target = target
        pages =
            if case .http(let connection, let exchange) = target {
                exchange.pages.map { PageRequest($0, of: exchange, on: connection) }
            } else {
                []
            }
    }

    /// Where to connect, for connections and pages.
    var connection: ConnectionTarget? {
        switch target {
        case .tcp(let connection), .http(let connection, _): connection
        case .script, .session, .smtp, .dns, .udp, .ping, .file: nil
        }
    }

    /// How it stands.
    ///
    /// - Parameter waits: whether it is due and waits for its turn.
    func status(waits: Bool) -> ProbeStatus {
        var waits = waits
        var isRunning = false
        switch activity {
        case .idle, .watching: break
        case .running(let run) where run.isWaiting: waits = true
        case .starting, .connecting, .fetching, .running: isRunning = true
        }
        return ProbeStatus(
            target: target, users: shared.states.map { .init(check: $0.check, state: $0.state) }, runs: runs,
            lastResult: lastResult, lastEnded: lastEnded, latency: latency, isRunning: isRunning, isWaiting: waits,
            nextRun: target.isWatched ? nil : shared.due)
    }
}
