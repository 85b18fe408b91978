import HealthChecks
import IPVS
public import KeepalivedConfig
import Logging
import Netlink
import VRRPRuntime

extension Director {
    /// What ``reload(_:)`` would do now: the difference, the commands to the kernel, the elections, connections that are
    /// cut and scripts that run. Changes nothing; the module of a scheduler that no service has yet may be loaded.
    public func plan(_ next: Configuration) async -> ReloadPlan {
        await takeTurn()
        defer { endTurn() }
        var plan = ReloadPlan()
        guard isStarted, !isStopping else {
            plan.refusals.append(.notRunning)
            return plan
        }
        guard !isUnchanged(next) else { return plan }
        let elections = await proposeElections(next)
        plan.add(elections, next: next, previous: configuration)
        plan.refusals += refusals(of: elections)
        guard options.runsCheckers, needsTable(next) else { return plan }
        do throws(NetlinkError) {
            var trial = table
            var health = try proposeHealth(next, elections.resolver, table: &trial)
            proposeSettings(next, table: trial, in: &health)
            if let refusal = trial?.unsupported(health.commands) { plan.refusals.append(refusal) }
            plan.add(health, next: next, previous: configuration)
        } catch {
            plan.refusals.append(.director(.table(error)))
        }
        return plan
    }

    /// Whether a configuration is the one in force, scripts and table included: then there is nothing to look at.
    func isUnchanged(_ next: Configuration) -> Bool {
        guard configuration == next, table?.isKnowledgeStale != true else { return false }
        // The file may be the same and users or files of its scripts not.
        let scripts = resolver.resolutions
        let found = ScriptResolver(next.global).resolving(scripts.keys)
        guard found.resolutions == scripts else { return false }
        // So may keys in files, and the names of routing tables and the like.
        guard options.runsVRRP, !options.isDryRun, next.hasElections else { return true }
        return VRRPRuntimeConfiguration(next, resolver: found) == runtimeConfiguration
    }

    /// Whether there is a table, or is to be one.
    func needsTable(_ next: Configuration) -> Bool { table != nil || next.needsIPVS }

    // MARK: Proposals

    /// What another configuration means for the elections. Asks them and changes nothing.
    func proposeElections(_ next: Configuration) async -> ElectionProposal {
        let resolver = ScriptResolver(next.global).resolving(next.allScripts)
        var proposal = ElectionProposal(
            resolver: resolver, difference: ConfigurationDifference(from: configuration, to: next))
        guard options.runsVRRP, !options.isDryRun else { return proposal }
        let runtime = VRRPRuntimeConfiguration(next, resolver: resolver)
        guard runtime != runtimeConfiguration else { return proposal }
        guard elections != nil || !runtime.routers.isEmpty else { return proposal }
        proposal.runtime = runtime
        proposal.preview = await elections?.preview(runtime)
        return proposal
    }

    /// What another configuration means for pools and table. Reads the table and changes nothing.
    ///
    /// - Parameter table: nil where there is none yet: then it is taken for empty.
    func proposeHealth(
        _ next: Configuration, _ resolver: ScriptResolver, table: inout TableReconciler?
    ) throws(NetlinkError) -> HealthProposal {
        var proposal = HealthProposal(board: board)
        proposal.update = proposal.board.apply(
            next.pools(resolver: resolver))
        let desired = proposal.board.desired
        if var reconciler = table.take() {
            defer { table = reconciler }
            proposal.change = try reconciler.change(to: desired)
        } else {
            proposal.change.improvements = Planner.plan(desired: desired, actual: Table(), owned: [])
        }
        let checks = board.checks
        let nextChecks = proposal.board.checks
        proposal.started = nextChecks.subtracting(checks)
        proposal.stopped = checks.subtracting(nextChecks)
        return proposal
    }

    /// Adds what another configuration means for timeouts and daemons. The daemons follow the elections, so a reload
    /// asks for it when it comes to them.
    func proposeSettings(_ next: Configuration, table: TableReconciler?, in proposal: inout HealthProposal) {
        proposal.originalTimeouts =
            originalTimeouts ?? (next.global.lvsTimeouts == nil ? nil : table?.timeouts())
        if let timeouts = timeoutChange(to: next, original: proposal.originalTimeouts) {
            proposal.settings.append(timeouts.change)
            proposal.undoSettings.insert(timeouts.undo, at: 0)
        }
        let daemons = daemonChange(to: next, running: runningSyncDaemons)
        proposal.settings += daemons.commands
        proposal.undoSettings.insert(contentsOf: daemons.undo, at: 0)
        proposal.daemons = daemons.running
    }

    /// Why a configuration cannot be put in force, as far as no socket and no table is needed to say so.
    func refusals(of proposal: ElectionProposal) -> [ReloadFailure.Reason] {
        var refusals: [ReloadFailure.Reason] = []
        let settings = proposal.difference.refusedSettings
        if !settings.isEmpty { refusals.append(.needsRestart(settings)) }
        let former = resolver.resolutions
        for (script, resolution) in proposal.resolver.resolutions where resolution.lacksIdentity {
            guard former[script] == nil, let problem = resolution.problem else { continue }
            refusals.append(.script(problem))
        }
        return refusals
    }
}
