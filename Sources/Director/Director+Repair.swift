import HealthChecks
import IPVS
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Timing

extension Director {
    /// Lines about one look, however many services were changed: the rest is a number.
    private static var linesPerLook: Int { 100 }

    /// Looks again soon whether somebody else has changed the table.
    func scheduleRepair(after delay: TimeAmount? = nil) {
        guard !options.isDryRun else { return }
        repairTimer?.cancel()
        repairTimer = eventLoop.scheduleTask(in: delay ?? TimeAmount(options.repairInterval)) { [weak self] in
            self?.assumeIsolated { $0.repairTable() }
        }
    }

    private func repairTable() {
        guard !isStopping, let table else { return }
        // A reload is between two of its steps.
        guard heldReports == nil else { return scheduleRepair(after: .milliseconds(100)) }
        if table.isKnowledgeStale {
            readAndRepair()
        } else {
            lookAndRepair()
        }
    }

    /// After a refusal nothing is known of the table, so all of it is read and compared.
    private func readAndRepair() {
        let board = board
        let outcome = changeTable { table throws(NetlinkError) in
            try table.repair(desired: board.desired, serving: board.serves)
        }
        // What the kernel refused is ours to try again, not a change of others.
        tableCounters.repairs +=
            outcome?.commands.count { command in command.service.map { refusals.refusals[$0] == nil } ?? true } ?? 0
        tried(outcome)
        guard let outcome, outcome.failures.isEmpty else {
            return scheduleRepair(after: TimeAmount(repairPolicy.refused()))
        }
        repairPolicy.succeeded()
        scheduleRepair()
    }

    private func lookAndRepair() {
        let started = NIODeadline.now()
        // Destinations get the twentieth that a whole look may take of the time between two. In a table whose services
        // alone take longer than that they get as much time again, or a round through them would never end.
        let least = TimeAmount(options.repairInterval / 20)
        var end: NIODeadline?
        var deviations: [Deviation] = []
        let outcome = changeTable(quietly: true, isLook: true) { table throws(NetlinkError) in
            deviations = try table.look {
                let now = NIODeadline.now()
                let limit = end ?? max(started + least, now + (now - started))
                end = limit
                return now < limit
            }
            return TableReconciler.Outcome()
        }
        // The kernel did not answer, which has been said.
        guard outcome != nil else { return scheduleRepair(after: TimeAmount(repairPolicy.refused())) }
        let took = NIODeadline.now() - started
        tableCounters.looks += 1
        tableCounters.lookTime += .nanoseconds(took.nanoseconds)
        guard !deviations.isEmpty else {
            repairPolicy.forgetQuiet(at: .now)
            let pause = repairPolicy.pause(
                afterLookOf: .nanoseconds(took.nanoseconds), interval: options.repairInterval)
            return scheduleRepair(after: TimeAmount(pause))
        }
        putRight(deviations)
    }

    private func putRight(_ deviations: [Deviation]) {
        tableCounters.deviations += deviations.count
        let board = board
        let pools = deviations.compactMap { board.pool(of: $0.id)?.desired }
        let outcome = changeTable { table throws(NetlinkError) in
            try table.reconcile(pools: pools, serving: board.serves)
        }
        tableCounters.repairs += outcome?.commands.count ?? 0
        let isDone = outcome.map { $0.failures.isEmpty } ?? false
        report(deviations, isDone: isDone)
        // Who has changed it may go on: the next look comes in time then, however long this one took.
        guard isDone else { return scheduleRepair(after: TimeAmount(repairPolicy.refused())) }
        repairPolicy.succeeded()
        scheduleRepair()
    }

    private func report(_ deviations: [Deviation], isDone: Bool) {
        let now = Instant.now
        var lines = 0
        var rest = 0
        let result = isDone ? "put right" : "not put right yet"
        for deviation in deviations.sorted(by: { $0.id < $1.id }) {
            let saying = repairPolicy.say(about: deviation.id, at: now)
            guard saying != .nothing else { continue }
            guard lines < Self.linesPerLook else {
                rest += 1
                continue
            }
            lines += 1
            let more = saying == .foundAndSilent ? "; it keeps being changed, what follows is only counted" : ""
            loggers.checkers.warning(
                "IPVS: service \(deviation.id) was changed by somebody else, \(result)\(more)",
                metadata: ["found": "\(deviation)"])
        }
        if rest > 0 {
            loggers.checkers.warning("IPVS: \(rest) more services were changed by somebody else, \(result)")
        }
    }
}
