import HealthChecks
import IPVS
public import KeepalivedConfig
import Logging
import Netlink
import Probes
import VRRP
import VRRPRuntime

extension Director {
    /// Puts another configuration in force as a whole or not at all: what did not change keeps its state, its sockets
    /// and its timers.
    ///
    /// What can refuse goes first: settings that need a restart, schedulers, interfaces, sockets. Then the table: what
    /// adds and edits, then what deletes. The elections come last, because they cannot refuse any more. Whatever fails
    /// on the way undoes what has been done. Reports of checks that come in between wait for the end. A configuration
    /// that is the one in force costs a comparison.
    ///
    /// - Parameter next: free of errors, and as ``ConfigurationReader`` gives it.
    /// - Returns: what was done.
    @discardableResult
    public func reload(_ next: Configuration) async throws(ReloadFailure) -> ReloadPlan {
        await takeTurn()
        defer { endTurn() }
        guard isStarted, !isStopping else { throw ReloadFailure(.notRunning) }
        guard !isUnchanged(next) else {
            await repeatStates()
            loggers.parent.notice("Reload complete", metadata: ["changes": "none"])
            return ReloadPlan()
        }
        var plan = ReloadPlan()
        let elections = await proposeElections(next)
        plan.add(elections, next: next, previous: configuration)
        if let refusal = refusals(of: elections).first { throw ReloadFailure(refusal) }
        var done: [Step] = []
        do throws(ReloadFailure.Reason) {
            var health = try await prepareHealth(next, elections.resolver, &done)
            try await prepare(elections, &done)
            try await addAndEdit(next, &health, &done)
            try await startFirstElections(elections, next, &done)
            if let health {
                try send(health.change.removals)
                plan.add(health, next: next, previous: configuration)
            }
            await adopt(next, elections, health)
        } catch {
            throw await rollBack(done, because: error)
        }
        retiring = nil
        loggers.parent.notice("Reload complete")
        return plan
    }

    // MARK: Steps and their undoing

    /// What has been done and can be undone.
    enum Step {
        /// The elections have opened sockets for the next configuration, and may have added addresses, routes and rules.
        case preparedElections(hasAdded: Bool)
        /// Addresses, routes and rules were added and taken away again, because the kernel refused one.
        case triedAdditions
        /// Elections run that did not run before.
        case startedElections
        /// The table was opened, where none was needed before.
        case openedTable
        /// The table was changed, or part of it.
        case table(TableChange)
        /// Timeouts or daemons were changed: the commands that undo that.
        case settings([Command])

        /// Whether anybody but this process can have noticed the step.
        var hasEffect: Bool {
            switch self {
            case .preparedElections(let hasAdded): hasAdded
            case .openedTable: false
            case .startedElections, .triedAdditions, .table, .settings: true
            }
        }
    }

    /// Works out pools and table, and asks the kernel for what it may lack: before the elections add addresses that
    /// would be taken back. nil where the configuration needs no table. From here to the end nothing else changes the
    /// table.
    private func prepareHealth(
        _ next: Configuration, _ resolver: ScriptResolver, _ done: inout [Step]
    ) async throws(ReloadFailure.Reason) -> HealthProposal? {
        guard options.runsCheckers, needsTable(next) else { return nil }
        if table == nil {
            do throws(DirectorError) { table = try openTable() } catch { throw .director(error) }
            done.append(.openedTable)
            await recallServices()
            noteRunningDaemons(for: next)
        }
        let health: HealthProposal
        do throws(NetlinkError) {
            var reconciler = table
            health = try proposeHealth(next, resolver, table: &reconciler)
            table = reconciler
        } catch {
            throw .director(.table(error))
        }
        if let refusal = table?.unsupported(health.change.commands) { throw refusal }
        heldReports = heldReports ?? []
        return health
    }

    private func prepare(_ proposal: ElectionProposal, _ done: inout [Step]) async throws(ReloadFailure.Reason) {
        guard let elections, let runtime = proposal.runtime else { return }
        do throws(VRRPRuntimeError) {
            done.append(.preparedElections(hasAdded: try await elections.prepare(runtime)))
        } catch {
            if case .refused(_, _, _, _, hasUndone: true) = error { done.append(.triedAdditions) }
            throw .director(.elections(error))
        }
    }

    private func startFirstElections(
        _ proposal: ElectionProposal, _ next: Configuration, _ done: inout [Step]
    ) async throws(ReloadFailure.Reason) {
        guard elections == nil, let runtime = proposal.runtime else { return }
        // They speak of instances that the configuration in force does not have.
        retiring = next
        do throws(DirectorError) {
            try await startElections(runtime)
            done.append(.startedElections)
        } catch {
            throw .director(error)
        }
    }

    /// Gives the table what it lacks and keeps what it has too much, then changes timeouts and daemons.
    private func addAndEdit(
        _ next: Configuration, _ proposal: inout HealthProposal?, _ done: inout [Step]
    ) async throws(ReloadFailure.Reason) {
        guard var health = proposal else { return }
        defer { proposal = health }
        if !health.change.commands.isEmpty { done.append(.table(health.change)) }
        await rememberServices(addingTo: health.board.desired)
        try send(health.change.improvements)
        proposeSettings(next, table: table, in: &health)
        for (command, undo) in zip(health.settings, health.undoSettings.reversed()) {
            try send([command])
            done.append(.settings([undo]))
        }
    }

    private func send(_ commands: [Command]) throws(ReloadFailure.Reason) {
        guard !commands.isEmpty else { return }
        let failures = changeTable(quietly: true) { $0.send(commands) }?.failures.filter { !$0.isHarmless } ?? []
        guard failures.isEmpty else { throw .refused(failures) }
    }

    /// Undoes the steps, the last one first, and says what came of it.
    private func rollBack(_ done: [Step], because reason: ReloadFailure.Reason) async -> ReloadFailure {
        var rest: [String] = []
        for step in done.reversed() {
            switch step {
            case .preparedElections: await elections?.abandon()
            case .triedAdditions: break
            case .startedElections:
                sessionRelay.attach(nil)
                await elections?.stop()
                elections = nil
                runtimeConfiguration = nil
                routerStates = [:]
            case .openedTable:
                table = nil
                runningSyncDaemons = [:]
            case .settings(let commands):
                let failures = changeTable(quietly: true) { $0.send(commands) }?.failures ?? []
                rest += failures.filter { !$0.isHarmless }.map { "\($0)" }
            case .table(let change):
                changeTable(quietly: true) { table in
                    rest += table.undo(change)
                    return TableReconciler.Outcome()
                }
            }
        }
        retiring = nil
        takeHeldReports()
        let hadEffect = done.contains { $0.hasEffect }
        let failure = ReloadFailure(
            reason, rollback: !rest.isEmpty ? .incomplete(rest) : hadEffect ? .complete : .notNeeded)
        for problem in rest {
            loggers.parent.error(
                "Reload: not undone yet, tried again every few seconds", metadata: ["cause": "\(problem)"])
        }
        return failure
    }

    // MARK: Success

    /// Everything that can fail has been done: puts the configuration in force.
    private func adopt(_ next: Configuration, _ elections: ElectionProposal, _ health: HealthProposal?) async {
        let previous = configuration
        let formerProblems = Set(resolver.resolutions.values.compactMap(\.problem))
        configuration = next
        resolver = elections.resolver
        notifier.replace(resolver: ScriptResolver(next.global))
        reportSecurity()
        if !options.isDryRun {
            fifos.update(next.global.fifos, resolver: resolver)
            mailSender.update(MailSender.Settings(next.global))
        }
        if let health {
            // Every server of the configuration: only for those who want to hear of them.
            let formerlyUp = next.global.notifiesInitialServers ? Set(upEvents()) : []
            adoptTable(health)
            await rememberServices()
            originalTimeouts = next.global.lvsTimeouts == nil ? nil : health.originalTimeouts
            // The table is as it is wanted: what waited for the kernel has come true, or was never told.
            refusals.record(TableReconciler.Outcome())
            let told = refusals.pass(health.update.events)
            log(told)
            runNotifications(told, previous: previous, occasion: .reload)
            runInitialNotifications(except: formerlyUp, told)
        }
        takeHeldReports()
        updateSessions()
        if let runtime = elections.runtime, let running = self.elections {
            retiring = previous
            announcedDuringReload = []
            await running.commit()
            runtimeConfiguration = runtime
            await rememberRouterStates(running)
        } else {
            await repeatStates()
        }
        for problem in resolver.resolutions.values.compactMap(\.problem).sorted()
        where !formerProblems.contains(problem) {
            loggers.parent.warning("\(problem)")
        }
    }

    private func adoptTable(_ health: HealthProposal) {
        changeTable(quietly: true) { table in
            table.finish(health.change)
            return TableReconciler.Outcome()
        }
        board = health.board
        runningSyncDaemons = health.daemons
        if let probes {
            if !health.started.isEmpty || !health.stopped.isEmpty {
                let board = board
                probes.update(board.checks) { board.verdict(of: $0) }
                deliverSessions(to: health.started)
            }
        } else {
            startProbes()
            scheduleRepair()
        }
    }

    /// Reports that came in the meantime count from now on.
    private func takeHeldReports() {
        let reports = heldReports ?? []
        heldReports = nil
        checksChanged(reports)
        if hostAddresses != nil || table != nil { watchHostAddresses() }
    }

    /// Names may have changed their routers.
    private func rememberRouterStates(_ running: VRRPRuntime) async {
        let status = await running.status()
        let states = status.routers
        routerStates = Dictionary(states.map { ($0.id.name, $0.state) }, uniquingKeysWith: { first, _ in first })
        for status in states { followWithSyncDaemon(status.id, status.state) }
        routerPriorities = Dictionary(
            states.map { ($0.id.name, $0.effectivePriority) }, uniquingKeysWith: { first, _ in first })
        writeStatesAfterReload(status)
    }
}
