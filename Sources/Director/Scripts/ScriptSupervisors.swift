import LinuxSystem

/// Who runs scripts: a supervisor for each purpose, so that scripts of one that hang hold up none of another.
///
/// keepalived has no limit. These have one so that ten thousand servers which fail together do not start ten thousand
/// processes at the same moment; and because scripts may hang, a limit gives way when no place becomes free.
struct ScriptSupervisors: Sendable {
    /// `MISC_CHECK`.
    let checks: ProcessSupervisor
    /// `vrrp_script`.
    let trackers: ProcessSupervisor
    /// Notifications of instances and groups.
    let elections: ProcessSupervisor
    /// Notifications of services and servers.
    let services: ProcessSupervisor
    /// The scripts that read FIFOs, which run as long as the director does.
    let readers: ProcessSupervisor

    init(_ loggers: Director.Loggers) throws(SystemError) {
        let output = ScriptOutput.receiver(loggers.parent)
        checks = try ProcessSupervisor(
            name: "checks", limit: 256, patience: .seconds(1), onOutput: ScriptOutput.receiver(loggers.checkers))
        trackers = try ProcessSupervisor(
            name: "trackers", limit: 64, patience: .seconds(1), onOutput: ScriptOutput.receiver(loggers.vrrp))
        elections = try ProcessSupervisor(
            name: "notify-vrrp", limit: 256, patience: .seconds(1), onOutput: output)
        services = try ProcessSupervisor(name: "notify-lvs", limit: 256, patience: .seconds(5), onOutput: output)
        readers = try ProcessSupervisor(name: "fifo-readers", limit: 64, patience: .seconds(1), onOutput: output)
    }

    /// Ends everything that runs, all at the same time. Blocks its caller.
    func stop() {
        let all = [checks, trackers, elections, services, readers]
        for supervisor in all { supervisor.requestStop() }
        for supervisor in all { supervisor.stop() }
    }
}
