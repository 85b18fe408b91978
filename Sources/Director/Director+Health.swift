import HealthChecks
import IPVS
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Probes
import Timing

extension Director {
    /// Opens the table, puts the pools into it as they start, and starts probing.
    func startHealth() async throws(DirectorError) {
        table = try openTable()
        await recallServices()
        if configuration.global.lvsFlush { changeTable { $0.flush() } }
        applyTimeouts()
        startSyncDaemons()
        watchHostAddresses()
        let update = board.apply(poolConfigurations())
        log(update.events)
        await rememberServices(addingTo: board.desired)
        reconcileAll()
        await rememberServices()
        runNotifications(update.events)
        runInitialNotifications()
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
        if let substitute = substituteKernel() { return substitute }
        if options.isDryRun {
            let logger = loggers.checkers
            return DryRunKernelTable { logger.notice("Would \($0)") }
        }
        do throws(IPVSUnavailable) {
            return LiveKernelTable(client: try IPVSClient.open(in: options.ipvsNamespace))
        } catch {
            throw .ipvs(error)
        }
    }

    func startProbes() {
        let global = configuration.global
        let limits = ProbeLimits(
            total: global.checkerMaxProbes.map(Int.init) ?? .max,
            perAddress: global.checkerMaxProbesPerServer.map(Int.init) ?? .max)
        let inbox = ReportInbox()
        let probes = ProbeEngine(loops: probeLoops, supervisor: supervisor, limits: limits) {
            [eventLoop, weak self] report in
            guard inbox.add(report) else { return }
            eventLoop.execute { [weak self] in self?.assumeIsolated { $0.takeReports(inbox) } }
        }
        probes.update(board.checks)
        self.probes = probes
        deliverSessions(to: board.checks)
    }

    /// The desired pools of the configuration in force.
    func poolConfigurations() -> [ServicePool.Configuration] {
        configuration.pools(resolver: resolver)
    }

    private func takeReports(_ inbox: ReportInbox) {
        let (reports, moreWait) = inbox.take()
        checksChanged(reports)
        guard moreWait else { return }
        eventLoop.execute { [weak self] in self?.assumeIsolated { $0.takeReports(inbox) } }
    }

    /// Checks have outcomes that mean something. The table is changed once for all of them.
    func checksChanged(_ reports: [CheckReport]) {
        guard !isStopping, !reports.isEmpty else { return }
        guard heldReports == nil else {
            heldReports?.append(contentsOf: reports)
            return
        }
        let now = Instant.now
        var events: [HealthEvent] = []
        var changed: Set<VirtualService.ID> = []
        for report in reports {
            checkHistory.record(report.event, of: report.check, at: now)
            let update = board.record(report.event, of: report.check)
            events += update.events
            changed.formUnion(update.changed)
        }
        log(events)
        let pools = changed.compactMap { board.pool(of: $0)?.desired }
        if !pools.isEmpty { changeTable { table throws(NetlinkError) in try table.reconcile(pools: pools) } }
        runNotifications(events)
    }

    /// Makes the whole table as it is wanted: at the start and at a reload.
    func reconcileAll() {
        let desired = board.desired
        let outcome = changeTable { table throws(NetlinkError) in try table.reconcile(desired: desired) }
        reportLeftovers(outcome?.commands ?? [])
    }

    /// Changes the table and says what the kernel refused.
    ///
    /// - Parameters:
    ///   - quietly: leaves it to the caller to say so.
    ///   - isLook: changes nothing, and is counted by the caller.
    @discardableResult
    func changeTable(
        quietly: Bool = false, isLook: Bool = false,
        _ change: (inout TableReconciler) throws(NetlinkError) -> TableReconciler.Outcome
    ) -> TableReconciler.Outcome? {
        guard table != nil else { return nil }
        do throws(NetlinkError) {
            guard let outcome = try table.mutate(change) else { return nil }
            if !isLook { tableCounters.add(outcome) }
            for failure in outcome.failures where !quietly {
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
        stopWatchingHostAddresses()
        // Fails only when the loop has gone, and the checks with it.
        try? await probes?.stop().get()
        probes = nil
        guard table != nil else { return }
        stopSyncDaemons()
        if !options.keepsIPVSOnStop {
            let omega = Set(configuration.virtualServers.filter(\.omega).map(\.service.id))
            for pool in board.speakingPools {
                let events = pool.stopEvents(notifies: omega.contains(pool.id))
                log(events)
                runNotifications(events, occasion: .stop)
            }
            switch configuration.global.lvsFlushOnStop {
            case .all: changeTable { $0.flush() }
            // The kernel drops the destinations of a deleted service itself.
            case .off, .virtualServers:
                changeTable { table throws(NetlinkError) in try table.reconcile(desired: Table()) }
            }
            await forgetServices()
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
