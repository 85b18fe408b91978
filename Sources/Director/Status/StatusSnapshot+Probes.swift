import ControlPlane
import HealthChecks
import Probes
import Timing

extension StatusSnapshot {
    /// Every probe, by target.
    var probes: [ProbeReport] { probeStatuses.map(probe).sorted { $0.target < $1.target } }

    private func probe(_ status: ProbeStatus) -> ProbeReport {
        var report = ProbeReport(
            target: "\(status.target)", users: users(of: status), policies: status.users.count, runs: status.runs,
            lastRun: status.lastEnded.map(moment.wallTime), isRunning: status.isRunning, isWaiting: status.isWaiting,
            nextRun: status.isRunning || status.isWaiting ? nil : status.nextRun.map(moment.wallTime))
        switch status.lastResult {
        case nil: break
        case .success: report.isUp = true
        case .failure(let failure):
            report.isUp = false
            report.reason = "\(failure)"
        case .inconclusive(let reason): report.reason = "could not run: \(reason)"
        }
        let latency = status.latency
        if let minimum = latency.percentile(0), let median = latency.percentile(50), let p99 = latency.percentile(99) {
            report.latency = ProbeReport.Latency(
                minimum: minimum.inSeconds, median: median.inSeconds, p99: p99.inSeconds)
        }
        return report
    }

    /// A server with several services, or several checkers that ask the same, stands once for each service.
    private func users(of status: ProbeStatus) -> [String] {
        var seen: Set<String> = []
        return status.users.flatMap { board.users(of: $0.check) }.compactMap { service, server in
            let name = "\(ServiceNames.name(of: server, in: service)) of \(ServiceNames.name(of: service))"
            return seen.insert(name).inserted ? name : nil
        }
    }
}
