import BFD
import BFDRuntime
import ControlPlane
import Timing

extension StatusSnapshot {
    /// Every BFD session in the order of the file.
    var sessionReports: [SessionReport] { (sessions?.sessions ?? []).map(report) }

    private func report(_ session: BFDRuntimeStatus.Session) -> SessionReport {
        let status = session.status
        var report = SessionReport(
            name: status.configuration.name, neighbor: "\(status.configuration.identity.neighbor)",
            state: "\(status.state)", remoteState: "\(status.remoteState)")
        report.since = status.changed.map(moment.wallTime)
        if status.diagnostic != .none { report.diagnostic = "\(status.diagnostic)" }
        report.problem = session.problem
        if session.problem == nil, status.state != .up, let refusal = status.lastRefusal {
            report.problem = "refused a packet: \(refusal)"
        }
        report.transmitInterval = status.transmitInterval.map(\.inSeconds)
        report.detectionTime = status.detectionTime.map(\.inSeconds)
        report.packetsSent = status.statistics.sent
        report.packetsReceived = status.statistics.received
        report.packetsRefused = status.statistics.refused
        report.timesLost = status.statistics.lost
        return report
    }
}
