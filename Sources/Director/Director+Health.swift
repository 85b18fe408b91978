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
        await rememberServices(addingTo: board.desired)
        let outcome = reconcileAll()
        await rememberServices()
        announce(update.events, outcome)
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
        let logger = loggers.checkers
        let probes = ProbeEngine(
            loops: probeLoops, supervisor: supervisors.checks, limits: limits,
            refusedNumber: { logger.warning("Invalid number \($1) read from \($0) - ignoring") }
        ) { [eventLoop, weak self] report in
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
        change(changed, because: events)
    }

    /// Makes these pools in the table as they are wanted, and tells what has happened to them as far as the kernel lets it
    /// come true.
    func change(_ services: Set<VirtualService.ID>, because events: [HealthEvent]) {
        let board = board
        let pools = services.compactMap { board.pool(of: $0)?.desired }
        guard !pools.isEmpty, table != nil else { return announce(events) }
        let outcome = changeTable { table throws(NetlinkError) in
            try table.reconcile(pools: pools, serving: board.serves)
        }
        announce(events, outcome, of: services)
    }

    /// Tells events: those of commands that were refused when the kernel has taken them.
    ///
    /// - Parameters:
    ///   - outcome: of the commands that were sent for them; nil when the table could not be read.
    ///   - services: the services that they were sent for; nil is all of them.
    private func announce(
        _ events: [HealthEvent], _ outcome: TableReconciler.Outcome?, of services: Set<VirtualService.ID>? = nil
    ) {
        refusals.record(outcome, of: services)
        announce(events)
    }

    private func announce(_ events: [HealthEvent]) {
        let told = refusals.pass(events)
        log(told)
        runNotifications(told)
    }

    /// The kernel was given again what it had refused.
    func tried(_ outcome: TableReconciler.Outcome?) { announce([], outcome) }

    /// Makes the whole table as it is wanted: at the start and at a reload.
    func reconcileAll() -> TableReconciler.Outcome? {
        let board = board
        let outcome = changeTable { table throws(NetlinkError) in
            try table.reconcile(desired: board.desired, serving: board.serves)
        }
        reportLeftovers(outcome?.commands ?? [])
        return outcome
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
            // Some lines hold it, as keepalived's do.
            if let cause = event.cause.map({ "\($0)" }), !message.contains(cause) { metadata["cause"] = "\(cause)" }
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

extension HealthBoard {
    /// Whether a destination may take traffic: what does must not go before what takes its place has come.
    func serves(_ service: VirtualService.ID, _ destination: Destination.ID) -> Bool {
        guard let pool = pool(of: service) else { return false }
        if pool.configuration.sorryServer?.destination.id == destination { return true }
        return pool.servers.contains { $0.configuration.destination.id == destination && $0.isUp }
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
