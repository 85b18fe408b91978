import LinuxSystem
import Logging
import NIOCore
import VRRP

extension VRRPLoop {
    /// Runs the scripts that routers track, and no others. A script whose command stays keeps its state.
    func reconcileScripts(for configuration: VRRPRuntimeConfiguration) {
        let wanted = Self.trackedScripts(of: configuration)
        let results = scriptResults(for: configuration)
        for (name, run) in scripts {
            guard let next = wanted[name], next.command == run.configuration.command else {
                run.stop()
                scripts[name] = nil
                continue
            }
            tellKept(run.tracker)
            guard next != run.configuration else { continue }
            run.timer?.cancel()
            scripts[name]?.configuration = next
            scripts[name]?.tracker = run.tracker.with(rise: next.rise, fall: next.fall)
            startTimer(of: name, interval: next.interval)
        }
        for name in wanted.keys.sorted() where scripts[name] == nil {
            guard let configuration = wanted[name] else { continue }
            var run = ScriptRun(configuration)
            if let result = results[name] {
                run.tracker = result
                tellKept(result)
            }
            scripts[name] = run
            if let isUp = run.tracker.isUp { handle(.scriptChanged(name: name, isUp: isUp)) }
            startTimer(of: name, interval: configuration.interval)
        }
    }

    /// keepalived's line about a result that outlives a reload.
    private func tellKept(_ tracker: ScriptTracker) {
        guard let isUp = tracker.isUp else { return }
        logger.notice("VRRP_Script(\(tracker.name)) considered \(isUp ? "successful" : "unsuccessful") on reload")
    }

    /// What is known of scripts that are new by name: that of one with the same command, so that a script which is given
    /// another name does not count as failed until its first run ends.
    func scriptResults(for configuration: VRRPRuntimeConfiguration) -> [String: ScriptTracker] {
        var results: [String: ScriptTracker] = [:]
        for (name, next) in Self.trackedScripts(of: configuration)
        where scripts[name]?.configuration.command != next.command {
            let same = scripts.filter { $0.value.configuration.command == next.command }.min { $0.key < $1.key }
            results[name] = same?.value.tracker.with(name: name, rise: next.rise, fall: next.fall)
        }
        return results
    }

    /// The scripts that some router tracks, by name.
    static func trackedScripts(of configuration: VRRPRuntimeConfiguration) -> [String: TrackScriptConfiguration] {
        let tracked = Set(
            configuration.routers.flatMap(\.configuration.trackers).compactMap { tracker in
                if case .script(let name) = tracker.subject { name } else { nil }
            })
        return Dictionary(
            configuration.scripts.filter { tracked.contains($0.name) }.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    func stopScripts() {
        for run in scripts.values { run.stop() }
        scripts = [:]
    }

    private func startTimer(of name: String, interval: Duration) {
        let interval = max(interval, .milliseconds(1))
        scripts[name]?.timer = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(interval)) { _ in
            self.assumeIsolated { $0.runScript(name) }
        }
    }

    /// Starts a run unless the last one is still under way.
    private func runScript(_ name: String) {
        guard phase == .running, var run = scripts[name], run.handle == nil else { return }
        run.runNumber += 1
        let number = run.runNumber
        let eventLoop = eventLoop
        run.handle = supervisor.run(run.configuration.command, timeout: run.configuration.timeout) { result in
            eventLoop.execute {
                self.assumeIsolated { $0.scriptEnded(name, run: number, outcome: result.outcome) }
            }
        }
        scripts[name] = run
    }

    private func scriptEnded(_ name: String, run number: Int, outcome: ChildOutcome) {
        guard phase == .running, var run = scripts[name], run.runNumber == number else { return }
        run.handle = nil
        let change = ScriptTracker.Outcome(outcome).map { run.tracker.record($0) }
        scripts[name] = run
        guard let change else { return }
        for report in change.reports { log(report) }
        if let isUp = change.isUp { handle(.scriptChanged(name: name, isUp: isUp)) }
    }
}
