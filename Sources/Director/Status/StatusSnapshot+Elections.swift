import ControlPlane
import KeepalivedConfig
import Timing
import VRRP
import VRRPRuntime

extension StatusSnapshot {
    /// Every instance in the order of the file.
    var instances: [InstanceReport] {
        let known = Dictionary(
            (elections?.routers ?? []).map { ($0.id.name, $0) }, uniquingKeysWith: { first, _ in first })
        return configuration.instances.map { report($0, known[$0.name]) }
    }

    /// Every sync group in the order of the file.
    var groups: [SyncGroupReport] {
        let states = Dictionary(
            (elections?.groups ?? []).map { ($0.name, $0.state) }, uniquingKeysWith: { first, _ in first })
        return configuration.syncGroups.map { group in
            SyncGroupReport(
                name: group.name, state: (states[group.name] ?? .initialize).word, members: group.members)
        }
    }

    private func report(_ instance: VRRPInstance, _ status: RouterStatus?) -> InstanceReport {
        var report = InstanceReport(
            name: instance.name, state: RouterState.initialize.word, since: nil, priority: Int(instance.priority),
            basePriority: Int(instance.priority), interface: instance.interface,
            virtualRouterID: Int(instance.virtualRouterID),
            addresses: instance.virtualAddresses.map { "\($0.prefix)" })
        guard let status else {
            report.waitsFor = [isDryRun ? "nothing: under --dry-run there are no elections" : "its start"]
            return report
        }
        report.state = status.state.word
        report.since = status.lastTransition.map(moment.wallTime)
        report.priority = Int(status.effectivePriority)
        report.basePriority = Int(status.basePriority)
        report.sourceAddress = status.sourceAddress.map { "\($0)" }
        if status.state != .master, let address = status.masterAddress, address != status.sourceAddress {
            report.master = InstanceReport.Master(address: "\(address)", priority: status.masterPriority.map(Int.init))
        }
        report.rival = status.rival.map { rival in
            InstanceReport.Rival(
                address: "\(rival.address)", hardwareAddress: rival.hardwareAddress.map { "\($0)" },
                priority: Int(rival.priority), since: moment.wallTime(of: rival.since), refusal: rival.refusal)
        }
        report.faults = status.faults.map { "\($0)" }
        report.waitsFor = waits(of: status, report.master)
        report.becameMaster = status.statistics.becameMaster
        report.advertsReceived = status.statistics.advertsReceived
        report.advertsSent = status.statistics.advertsSent
        report.advertsRefused = status.statistics.rejected
        return report
    }

    private func waits(of status: RouterStatus, _ master: InstanceReport.Master?) -> [String] {
        switch status.state {
        case .initialize, .fault: return (elections?.waits[status.id] ?? []).map(words)
        case .backup:
            var waits = status.wantsMaster ? ["the other members of its sync group"] : []
            if let deadline = status.preemptionDeadline {
                waits.append("preempt_delay: takes over in \(seconds(until: deadline))")
            } else if let deadline = status.masterDownDeadline {
                let sender = master.map { "the next advert of \($0.address)" } ?? "an advert of a master"
                waits.append("\(sender); without one it takes over in \(seconds(until: deadline))")
            }
            return waits
        case .master, .stopped: return []
        }
    }

    /// `address 192.0.2.1 on bond0, 12 s`
    private func words(_ wait: RouterWait) -> String {
        var text = "\(wait)"
        if let since = wait.since {
            let passed = max(0, Int((moment.instant - since).inSeconds))
            text += ", \(passed) s"
        }
        if let end = wait.end { text += ", for another \(seconds(until: end))" }
        return text
    }

    private func seconds(until instant: Instant) -> String {
        let tenths = Int((moment.seconds(until: instant) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
