import BFDRuntime
import ControlPlane
import HealthChecks
import KeepalivedConfig
import LinuxSystem
import NIOCore
import Probes
import Timing
import VRRP
import VRRPRuntime

/// What a status report is made from, taken at one moment. Values only, so that the report is made elsewhere: for
/// ten thousand servers that takes longer than the director's loop should wait.
struct StatusSnapshot: Sendable {
    var moment: Moment
    var configuration: Configuration
    var board: HealthBoard
    var history: CheckHistory
    var probeStatuses: [ProbeStatus]
    /// Nil where no elections run.
    var elections: VRRPRuntimeStatus?
    /// Nil where no BFD sessions run.
    var sessions: BFDRuntimeStatus?
    var isDryRun: Bool
    var table: TableReport
    /// What the kernel refuses.
    var refusals: TableRefusals
    /// Scripts and mails that are under way.
    var notifications: NotificationsReport
}

extension Director {
    /// What everything is at.
    func statusSnapshot() async -> StatusSnapshot {
        let elections = await elections?.status()
        let sessions = await sessions?.status()
        // Fails only when the loops have gone, and the probes with them.
        let probeStatuses = (try? await probes?.statuses().get()) ?? []
        var report = TableReport()
        report.isOpen = table != nil
        report.reconciliations = tableCounters.reconciliations
        report.commands = tableCounters.commands
        report.failures = tableCounters.failures
        report.repairs = tableCounters.repairs
        report.deviations = tableCounters.deviations
        report.adopted = tableCounters.adopted
        report.looks = tableCounters.looks
        report.lookSeconds = tableCounters.lookTime.inSeconds
        report.foreignServices = table?.foreignServices ?? 0
        return StatusSnapshot(
            moment: .now, configuration: configuration, board: board, history: checkHistory,
            probeStatuses: probeStatuses, elections: elections, sessions: sessions, isDryRun: options.isDryRun,
            table: report, refusals: refusals, notifications: notificationsReport())
    }

    private func notificationsReport() -> NotificationsReport {
        let scripts = notifier.counts
        return NotificationsReport(
            running: scripts.running, waitingForPlace: scripts.waitingForPlace, waitingForTurn: scripts.waitingForTurn,
            scriptsLost: scripts.lost, mailsWaiting: mailSender.waitingCount, mailsLost: mailSender.lostCount)
    }

    /// Lets go of what status knows about checks that a reload has ended.
    func forgetOldChecks() {
        let board = board
        checkHistory.keep { board.wants($0) }
    }
}
