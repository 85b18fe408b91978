import HealthChecks
public import KeepalivedConfig
import Logging
import Netlink
import Probes
import VRRPRuntime

extension Director {
    /// Puts another configuration in force: what did not change keeps its state, its sockets and its timers.
    ///
    /// What can refuse goes first, before anything has changed.
    ///
    /// - Parameter next: free of errors, and as ``ConfigurationReader`` gives it.
    public func reload(_ next: Configuration) async throws(DirectorError) {
        guard !isStopping else { return }
        let previous = (configuration, resolver)
        configuration = next
        resolver = ScriptResolver(next.global)
        do throws(DirectorError) {
            // What can refuse comes first: the kernel's IPVS where it was not needed before, then the elections.
            let needsTable = options.runsCheckers && table == nil && next.needsIPVS
            let opened = needsTable ? try openTable() : nil
            retiring = previous.0
            defer { retiring = nil }
            try await reloadElections()
            try reloadHealth(opened, previous: previous.0)
        } catch {
            (configuration, resolver) = previous
            throw error
        }
        notifier.replace(resolver: resolver)
        reportScripts()
        loggers.parent.notice("Reload complete")
    }

    private func reloadElections() async throws(DirectorError) {
        guard options.runsVRRP, !options.isDryRun else { return }
        guard let elections else {
            if !configuration.instances.isEmpty { try await startElections() }
            return
        }
        do throws(VRRPRuntimeError) {
            try await elections.replace(VRRPRuntimeConfiguration(configuration, resolver: resolver))
        } catch {
            throw .elections(error)
        }
    }

    private func reloadHealth(_ opened: TableReconciler?, previous: Configuration) throws(DirectorError) {
        guard options.runsCheckers else { return }
        guard table != nil else {
            if let opened { try startHealth(opened) }
            return
        }
        applyTimeouts()
        reloadSyncDaemons(previous: previous.global.lvsSyncDaemon)
        let update = board.apply(poolConfigurations())
        log(update.events)
        let desired = board.desired
        changeTable { table throws(NetlinkError) in try table.repair(desired: desired) }
        probes?.update(board.checks)
        runNotifications(update.events, previous: previous)
    }
}
