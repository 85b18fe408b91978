import Addressing
import VRRP
import VRRPRuntime

/// Puts what a configuration does to the routers into words.
struct ElectionForecast {
    /// A change for each router whose state, priority or addresses change, in the order of the new configuration, those
    /// that go last.
    private(set) var changes: [ElectionChange] = []

    private let preview: VRRPReplacementPreview
    private let differences: [String: InstanceChange]

    /// - Parameters:
    ///   - preview: what running elections say; nil where none run yet.
    ///   - runtime: the routers to come.
    ///   - differences: the instances that differ.
    init(preview: VRRPReplacementPreview?, runtime: VRRPRuntimeConfiguration, differences: [InstanceChange]) {
        self.preview = preview ?? VRRPReplacementPreview()
        self.differences = Dictionary(differences.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard preview != nil else {
            changes = runtime.routers.map { router in
                ElectionChange(instance: router.configuration.id.name, outcome: "starts")
            }
            return
        }
        var continued: Set<RouterID> = []
        for router in runtime.routers {
            let id = router.configuration.id
            let difference = self.differences[id.name]
            let origin = difference?.formerName.map { RouterID($0) } ?? id
            let isNew = difference?.isAnotherRouter == true || self.preview.before[origin] == nil
            if !isNew { continued.insert(origin) }
            if let change = change(
                of: id, from: isNew ? nil : origin, replaced: isNew && self.preview.before[id] != nil)
            {
                changes.append(change)
            }
        }
        let names = Set(runtime.routers.map(\.configuration.id))
        for (id, before) in self.preview.before.sorted(by: { $0.key.name < $1.key.name })
        where !continued.contains(id) && !names.contains(id) {
            changes.append(removal(of: id, before))
        }
    }

    private func removal(of id: RouterID, _ before: VRRPReplacementPreview.Router) -> ElectionChange {
        var change = ElectionChange(
            instance: id.name, outcome: before.status.state == .master ? "removed, gives up mastership" : "removed")
        change.oldState = before.status.state.word
        change.oldPriority = before.status.effectivePriority
        change.addressesRemoved = addresses(preview.removed[id])
        return change
    }

    private func change(of id: RouterID, from origin: RouterID?, replaced: Bool) -> ElectionChange? {
        guard let after = preview.after[id] else { return nil }
        let before = (origin ?? (replaced ? id : nil)).flatMap { preview.before[$0] }
        var change = ElectionChange(instance: id.name, outcome: "")
        change.oldState = before?.status.state.word
        change.newState = after.status.state.word
        change.oldPriority = before?.status.effectivePriority
        change.newPriority = after.status.effectivePriority
        change.addressesAdded = addresses(preview.added[id])
        change.addressesRemoved = addresses(preview.removed[origin ?? id])
        if let origin, let before {
            let isSame =
                before.status.state == after.status.state && change.oldPriority == change.newPriority
                && change.addressesAdded.isEmpty && change.addressesRemoved.isEmpty && origin == id
            if isSame { return nil }
            change.outcome = outcome(from: before, to: after)
            if origin != id { change.outcome = "is the router that was \(origin), " + change.outcome }
        } else if replaced {
            let wasMaster = before?.status.state == .master
            change.outcome = "becomes another router: \(wasMaster ? "gives up mastership, " : "")\(beginning(after))"
        } else {
            change.outcome = "new: \(beginning(after))"
        }
        return change
    }

    /// What becomes of a router that is new.
    private func beginning(_ router: VRRPReplacementPreview.Router) -> String {
        switch router.status.state {
        case .master: "becomes master at once"
        case .backup: "starts as backup and has to be elected"
        case .fault: "starts in FAULT (\(causes(router.status)))"
        case .initialize:
            "waits for \((router.status.pendingScripts + router.status.pendingSessions).joined(separator: ", "))"
        case .stopped: "is stopped"
        }
    }

    private func outcome(from before: VRRPReplacementPreview.Router, to after: VRRPReplacementPreview.Router) -> String
    {
        switch (before.status.state, after.status.state) {
        case (.master, .master):
            return after.status.effectivePriority < before.status.effectivePriority
                ? "stays master unless a backup has a priority above \(after.status.effectivePriority)" : "stays master"
        case (.master, .fault): return "gives up mastership, in FAULT (\(causes(after.status)))"
        case (.master, _): return "gives up mastership"
        case (_, .master): return "becomes master"
        case (.fault, .fault): return "stays in FAULT (\(causes(after.status)))"
        case (_, .fault): return "goes to FAULT (\(causes(after.status)))"
        case (.backup, .backup):
            guard after.preempts, let master = after.status.masterPriority, master != 0,
                after.status.effectivePriority > master
            else { return "stays backup" }
            let address = after.status.masterAddress.map { "\($0)" } ?? "the master"
            return "takes over from \(address), which has priority \(master)"
        case (_, .backup): return "leaves FAULT and takes part as backup"
        default: return "\(before.status.state.word) -> \(after.status.state.word)"
        }
    }

    private func causes(_ status: RouterStatus) -> String {
        status.faults.map { "\($0)" }.joined(separator: ", ")
    }

    private func addresses(_ prefixes: [Prefix]?) -> [String] {
        (prefixes ?? []).map { "\($0)" }.sorted()
    }
}
