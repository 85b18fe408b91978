import KeepalivedConfig
import LinuxSystem
import Logging

/// What runs before a director starts or after it has stopped (`startup_script`, `shutdown_script`).
enum LifecycleScript: String {
    /// Before the first address is taken: it may make what the director needs, chains of a firewall for one.
    case startup
    /// After the last address and service is gone.
    case shutdown

    /// Runs the script of a configuration, if it has one, and returns when it has ended or its time is over. That it
    /// failed is said, and is no reason not to start.
    func run(for global: GlobalDefinitions, logger: Logger) async {
        guard let timed = self == .startup ? global.startupScript : global.shutdownScript else { return }
        let command = ScriptResolver(global).resolve(timed.script).command
        let name = timed.script.words.first ?? ""
        logger.notice("Running the \(rawValue) script '\(name)'")
        let result = await Self.run(command, timeout: timed.timeout.duration)
        switch result {
        case .success(let outcome) where outcome.isSuccess: break
        case .success(let outcome):
            logger.warning("The \(rawValue) script '\(name)' failed", metadata: ["cause": "\(outcome)"])
        case .failure(let error):
            logger.warning("The \(rawValue) script '\(name)' was not run", metadata: ["cause": "\(error)"])
        }
    }

    private static func run(
        _ command: ChildCommand, timeout: Duration
    ) async -> Result<ChildOutcome, SystemError> {
        let supervisor: ProcessSupervisor
        do throws(SystemError) { supervisor = try ProcessSupervisor(name: "script", limit: 1) } catch {
            return .failure(error)
        }
        let outcome = await withCheckedContinuation { continuation in
            supervisor.run(command, timeout: timeout) { continuation.resume(returning: $0.outcome) }
        }
        return .success(withExtendedLifetime(supervisor) { outcome })
    }
}
