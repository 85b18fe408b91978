import HealthChecks
public import KeepalivedConfig
import Logging
import Probes
import VRRPRuntime

extension Director {
    /// Puts another configuration in force: what did not change keeps its state, its sockets and its timers.
    ///
    /// The elections go first, because they alone can refuse; then nothing has changed.
    ///
    /// - Parameter next: free of errors, and as ``ConfigurationReader`` gives it.
    public func reload(_ next: Configuration) async throws(DirectorError) {
        guard !isStopping else { return }
        let previous = (configuration, resolver)
        configuration = next
        resolver = ScriptResolver(next.global)
        do throws(DirectorError) {
            try await reloadElections()
            try reloadHealth(previous: previous.0)
        } catch {
            (configuration, resolver) = previous
            // Harmless where it was the elections that refused: then this is what they already run.
            try? await reloadElections()
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

    private func reloadHealth(previous: Configuration) throws(DirectorError) {
        guard options.runsCheckers else { return }
        guard table != nil else {
            if configuration.needsIPVS { try startHealth() }
            return
        }
        applyTimeouts()
        reloadSyncDaemons(previous: previous.global.lvsSyncDaemon)
        let update = board.apply(poolConfigurations())
        log(update.events)
        reconcileAll()
        probes?.update(board.checks)
        runNotifications(update.events, previous: previous)
    }
}
