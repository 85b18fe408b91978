import KeepalivedConfig
import VRRP
import VRRPRuntime

extension StateDump {
    /// Scripts, files and processes with the instances that track them.
    static func writeTrackers(_ facts: DumpFacts, _ resolver: ScriptResolver, to text: inout DumpText) {
        let configuration = facts.configuration
        if !configuration.scripts.isEmpty {
            text.title("VRRP Scripts")
            for script in configuration.scripts { write(script, facts, resolver, to: &text) }
        }
        if !configuration.trackFiles.isEmpty {
            text.title("VRRP Track files")
            for file in configuration.trackFiles { write(file, facts, to: &text) }
        }
        if !configuration.trackProcesses.isEmpty {
            text.title("VRRP Track processes")
            for process in configuration.trackProcesses { write(process, facts, to: &text) }
        }
    }

    private static func write(
        _ script: TrackScript, _ facts: DumpFacts, _ resolver: ScriptResolver, to text: inout DumpText
    ) {
        text.value(1, "VRRP Script", script.name)
        text.value(3, "Command", DumpWords.command(script.script))
        text.value(3, "Interval", "\(script.interval) sec")
        text.value(3, "Timeout", "\(script.timeout) sec")
        text.value(3, "Weight", "\(script.weight)\(script.isReversed ? " reverse" : "")")
        text.value(3, "Rise", script.rise)
        text.value(3, "Fall", script.fall)
        let state = facts.elections?.scripts[script.name] ?? nil
        text.value(3, "Init state", script.startsFailed ? "failed" : "unknown")
        text.value(3, "Status", state.map { $0 ? "GOOD" : "BAD" } ?? "UNKNOWN")
        if let identity = DumpWords.identity(of: script.script, resolver) {
            text.value(3, "Script uid:gid", identity)
        }
        text.list(3, "Tracking instances :", facts.instances(tracking: .script(script.name)))
    }

    private static func write(_ file: TrackFile, _ facts: DumpFacts, to text: inout DumpText) {
        text.value(1, "Track file", file.name)
        text.value(3, "File", file.path)
        text.value(3, "Status", facts.elections?.files[file.name] ?? 0)
        text.value(3, "Weight", "\(file.weight)\(file.isReversed ? " reverse" : "")")
        text.list(3, "Tracking instances :", facts.instances(tracking: .file(file.name)))
    }

    private static func write(_ process: TrackProcess, _ facts: DumpFacts, to text: inout DumpText) {
        let present = facts.elections?.processes[process.name]
        text.value(1, "VRRP Track process", process.name)
        text.value(3, "Process", process.command.first ?? "")
        if process.match != .none {
            let parameters = process.command.dropFirst().map { "'\($0)'" }.joined(separator: " ")
            text.value(3, "Parameters", parameters)
            text.value(3, "Param match", "\(process.match)")
        }
        text.value(3, "Min processes", process.quorum)
        if let maximum = process.maximum { text.value(3, "Max processes", maximum) }
        text.value(3, "Current processes", present?.count ?? 0)
        text.value(3, "Have quorum", DumpWords.truth(present?.hasQuorum ?? false))
        text.value(3, "Weight", "\(process.weight)\(process.isReversed ? " reverse" : "")")
        text.value(3, "Terminate delay", delay(process.terminateDelay))
        text.value(3, "Fork delay", delay(process.forkDelay))
        if present?.isDelayed ?? false { text.line(3, "A change waits for its delay") }
        text.value(3, "Full command", DumpWords.truth(process.comparesFullCommand))
        text.list(3, "Tracking instances :", facts.instances(tracking: .process(process.name)))
    }

    private static func delay(_ interval: Interval) -> String {
        DumpWords.seconds(Double(interval.microseconds) / 1e6) + "s"
    }
}

extension DumpFacts {
    /// `VI_1, weight 5` for each instance that tracks a thing.
    func instances(tracking subject: RouterConfiguration.Tracker.Subject) -> [String] {
        configuration.instances.compactMap { instance in
            let trackers = RouterConfiguration(instance, group: group(of: instance)).trackers
            guard let tracker = trackers.first(where: { $0.subject == subject }) else { return nil }
            return "\(instance.name), weight \(tracker.weight)\(tracker.isReversed ? " reverse" : "")"
        }
    }
}
