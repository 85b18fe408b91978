import ControlPlane
import HealthChecks
import IPVS
import Timing

extension StatusSnapshot {
    /// Every service in the order of the file.
    var services: [ServiceReport] { board.pools.map(service) }

    private func service(_ pool: ServicePool) -> ServiceReport {
        let configuration = pool.configuration
        return ServiceReport(
            name: ServiceNames.name(of: pool.id), group: configuration.group?.name,
            scheduler: "\(configuration.service.scheduler)",
            hasQuorum: refusals.toldQuorum(of: pool.id) ?? pool.hasQuorum, quorum: configuration.quorum,
            hysteresis: configuration.hysteresis,
            liveWeight: pool.liveWeight, isSuspended: board.rests(pool.id),
            sorryServer: configuration.sorryServer.map { sorry in
                ServiceReport.SorryServer(
                    name: ServiceNames.name(of: sorry.destination.id, in: pool.id),
                    isActive: refusals.toldQuorum(of: pool.id).map { !$0 } ?? pool.usesSorryServer)
            },
            refusals: (refusals.refusals[pool.id] ?? []).map(\.text),
            servers: pool.servers.map { server($0, in: pool) })
    }

    private func server(_ state: ServicePool.ServerState, in pool: ServicePool) -> ServerReport {
        let destination = state.configuration.destination
        let checkers = zip(state.checkers, state.configuration.checkers.map { history[$0.check] })
        var changes: [Instant] = []
        var reasons: [String] = []
        for (checker, entry) in checkers {
            if state.isUp || !checker.isUp, checker.hasRun, let changed = entry.changed { changes.append(changed) }
            if !checker.isUp {
                reasons.append(checker.failure.map { "\($0)" } ?? "waits for its first check to succeed")
            } else if let failed = entry.failedTry, moment.instant - failed.at < .seconds(600) {
                reasons.append(failed.reason)
            }
        }
        let isUp = refusals.toldUp(destination.id, of: pool.id) ?? state.isUp
        if isUp != state.isUp {
            reasons.append("\(state.isUp ? "its checks succeed" : "its checks fail"), the kernel refuses the change")
        }
        // It came up with the last of its checks and went down with the first one.
        let since = state.isUp ? changes.max() : changes.min()
        return ServerReport(
            name: ServiceNames.name(of: destination.id, in: pool.id), isUp: isUp,
            isChecked: state.checkers.allSatisfy(\.hasRun), since: since.map(moment.wallTime), reasons: reasons,
            weight: state.effectiveWeight, configuredWeight: Int32(clamping: destination.weight),
            checkers: state.checkers.count)
    }
}
