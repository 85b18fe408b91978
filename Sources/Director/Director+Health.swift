import HealthChecks
import IPVS
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Probes

extension Director {
    /// Opens the table, puts the pools into it as they start, and starts probing.
    ///
    /// - Parameter opened: the table where it has been opened already.
    func startHealth(_ opened: TableReconciler? = nil) throws(DirectorError) {
        if let opened { table = opened } else { table = try openTable() }
        if configuration.global.lvsFlush { changeTable { $0.flush() } }
        applyTimeouts()
        startSyncDaemons()
        let update = board.apply(poolConfigurations())
        log(update.events)
        reconcileAll()
        runNotifications(update.events)
        startProbes()
        scheduleRepair()
    }

    /// Opens the kernel's table and reads it.
    func openTable() throws(DirectorError) -> TableReconciler {
        let kernel = try kernelTable()
        do throws(NetlinkError) {
            return try TableReconciler(kernel: kernel)
        } catch {
            throw .table(error)
        }
    }

    private func kernelTable() throws(DirectorError) -> any KernelTable {
        if options.isDryRun {
            let logger = loggers.checkers
            return DryRunKernelTable { logger.notice("Would \($0)") }
        }
        do throws(IPVSUnavailable) {
            return LiveKernelTable(client: try IPVSClient.open())
        } catch {
            throw .ipvs(error)
        }
    }

    private func startProbes() {
        let probes = ProbeEngine(loops: [probeLoop], supervisor: supervisor) { [eventLoop, weak self] report in
            eventLoop.execute { [weak self] in self?.assumeIsolated { $0.checkChanged(report.event, of: report.check) }
            }
        }
        probes.update(board.checks)
        self.probes = probes
    }

    /// The desired pools of the configuration in force.
    func poolConfigurations() -> [ServicePool.Configuration] {
        configuration.virtualServers.map { ServicePool.Configuration($0, resolver: resolver) }
    }

    /// A check has an outcome that means something.
    func checkChanged(_ event: CheckEvent, of check: Check) {
        guard !isStopping else { return }
        let update = board.record(event, of: check)
        log(update.events)
        let pools = update.changed.compactMap { board.pool(of: $0)?.desired }
        if !pools.isEmpty { changeTable { table throws(NetlinkError) in try table.reconcile(pools: pools) } }
        runNotifications(update.events)
    }

    /// Makes the whole table as it is wanted: at the start and at a reload.
    func reconcileAll() {
        let desired = board.desired
        changeTable { table throws(NetlinkError) in try table.reconcile(desired: desired) }
    }

    /// Looks every few seconds whether somebody else has changed the table. A table that takes long to read is read
    /// less often: at most a hundredth of the time goes into this.
    func scheduleRepair(after delay: TimeAmount = .seconds(5)) {
        guard !options.isDryRun else { return }
        repairTimer?.cancel()
        repairTimer = eventLoop.scheduleTask(in: delay) { [weak self] in self?.assumeIsolated { $0.repairTable() } }
    }

    private func repairTable() {
        guard !isStopping, table != nil else { return }
        let desired = board.desired
        let started = NIODeadline.now()
        let outcome = changeTable { table throws(NetlinkError) in try table.repair(desired: desired) }
        for command in (outcome?.commands ?? []).prefix(20) {
            loggers.checkers.warning("IPVS: put right: \(command)", metadata: ["cause": "changed by somebody else"])
        }
        let took = (NIODeadline.now() - started).nanoseconds
        scheduleRepair(after: max(.seconds(5), .nanoseconds(took.multipliedReportingOverflow(by: 100).partialValue)))
    }

    /// Changes the table and says what the kernel refused.
    @discardableResult
    func changeTable(
        _ change: (inout TableReconciler) throws(NetlinkError) -> TableReconciler.Outcome
    ) -> TableReconciler.Outcome? {
        guard table != nil else { return nil }
        do throws(NetlinkError) {
            guard let outcome = try table.mutate(change) else { return nil }
            for failure in outcome.failures {
                loggers.checkers.error("IPVS: \(failure)")
            }
            if !outcome.commands.isEmpty {
                loggers.checkers.debug("IPVS: \(outcome.commands.count) commands")
            }
            return outcome
        } catch {
            loggers.checkers.error("IPVS: cannot read the table", metadata: ["cause": "\(error)"])
            return nil
        }
    }

    /// Leaves the table as the configuration wants it after a clean stop.
    func stopHealth() async {
        repairTimer?.cancel()
        // Fails only when the loop has gone, and the checks with it.
        try? await probes?.stop().get()
        probes = nil
        guard table != nil else { return }
        stopSyncDaemons()
        if !options.keepsIPVSOnStop {
            let omega = Set(configuration.virtualServers.filter(\.omega).map(\.service.id))
            for pool in board.pools {
                let events = pool.stopEvents(notifies: omega.contains(pool.id))
                log(events)
                runNotifications(events)
            }
            switch configuration.global.lvsFlushOnStop {
            case .all: changeTable { $0.flush() }
            // The kernel drops the destinations of a deleted service itself.
            case .off, .virtualServers:
                changeTable { table throws(NetlinkError) in try table.reconcile(desired: Table()) }
            }
        }
        restoreTimeouts()
        table = nil
    }

    /// Writes the line of each event, with its cause.
    func log(_ events: [HealthEvent]) {
        for event in events {
            guard let message = event.message else { continue }
            var metadata: Logger.Metadata = [:]
            if let cause = event.cause { metadata["cause"] = "\(cause)" }
            loggers.checkers.log(level: event.isFailure ? .warning : .notice, "\(message)", metadata: metadata)
        }
    }
}

extension TableReconciler? {
    /// Changes the value in place, so that the table behind it is not copied.
    fileprivate mutating func mutate<Result>(
        _ change: (inout TableReconciler) throws(NetlinkError) -> Result
    ) throws(NetlinkError) -> Result? {
        guard var value = take() else { return nil }
        defer { self = value }
        return try change(&value)
    }
}

extension HealthEvent {
    fileprivate var isFailure: Bool {
        switch kind {
        case .serverRemoved, .quorumLost, .sorryServerAdded: true
        default: false
        }
    }
}

extension Configuration {
    /// Whether there is anything to do with the kernel's IPVS.
    var needsIPVS: Bool { !virtualServers.isEmpty || global.lvsSyncDaemon != nil }
}
