import HealthChecks
import IPVS
import KeepalivedConfig
import VRRP
import VRRPRuntime

/// What another configuration means for the elections, worked out before anything is done.
struct ElectionProposal {
    /// Scripts looked up.
    var resolver: ScriptResolver
    /// What the elections are to run; nil where they take no part.
    var runtime: VRRPRuntimeConfiguration?
    /// What that does to running elections; nil where none run.
    var preview: VRRPReplacementPreview?
    /// What differs.
    var difference: ConfigurationDifference
}

/// What another configuration means for pools and table, worked out before anything is done.
struct HealthProposal {
    /// The pools as they would be, with the state that they keep.
    var board: HealthBoard
    /// What there is to say about them.
    var update = HealthBoard.Update()
    /// What changes in the table.
    var change = TableChange()
    /// Timeouts and daemons, after what adds and edits.
    var settings: [Command] = []
    /// What takes the settings back, one for each of ``settings`` and in their order reversed.
    var undoSettings: [Command] = []
    /// The timeouts before `lvs_timeouts` replaced them, where it does.
    var originalTimeouts: Timeouts?
    /// The synchronization daemons that run then.
    var daemons: [SyncDaemon.Role: SyncDaemon] = [:]
    /// Checks that start.
    var started: Set<Check> = []
    /// Checks that nobody wants any more.
    var stopped: Set<Check> = []

    /// Every command, in order.
    var commands: [Command] { change.improvements + settings + change.removals }
}

extension ReloadPlan {
    /// Takes in what happens to the elections.
    mutating func add(_ proposal: ElectionProposal, next: Configuration, previous: Configuration) {
        difference = proposal.difference
        for setting in difference.settingsForNextStart {
            notes.append("\(setting.keyword) is taken up at the next start")
        }
        guard let runtime = proposal.runtime else { return }
        elections =
            ElectionForecast(
                preview: proposal.preview, runtime: runtime, differences: proposal.difference.instances
            ).changes
        if let problem = proposal.preview?.problem { refusals.append(.director(.elections(problem))) }
        for event in proposal.preview?.events ?? [] { scripts += next.scriptRuns(for: event, previous: previous) }
    }

    /// Takes in what happens to the services.
    mutating func add(_ proposal: HealthProposal, next: Configuration, previous: Configuration) {
        commands = proposal.commands
        cutConnections = proposal.change.cutConnections
        startedChecks = proposal.started.count
        stoppedChecks = proposal.stopped.count
        let present = HealthSubscriptions(next)
        let former = HealthSubscriptions(previous)
        for event in proposal.update.events {
            guard let script = present.script(for: event) ?? former.script(for: event) else { continue }
            scripts.append(ScriptRunPlan(occasion: event.occasion, script: script))
        }
    }
}

extension ScriptRunPlan {
    fileprivate init(occasion: String, script: Script) {
        self.init(occasion: occasion, command: script.words.joined(separator: " "))
    }
}

extension HealthEvent {
    /// What a script is run for.
    fileprivate var occasion: String {
        switch kind {
        case .notifyServer(let id, let isUp): "\(isUp ? "notify_up" : "notify_down") of \(id) in \(service)"
        case .notifyQuorum(let isUp): "\(isUp ? "quorum_up" : "quorum_down") of \(service)"
        default: "\(service)"
        }
    }
}

extension Configuration {
    /// The scripts that an event of the elections runs.
    fileprivate func scriptRuns(for event: VRRPRuntimeEvent, previous: Configuration) -> [ScriptRunPlan] {
        let scripts: NotifyScripts?
        let state: AnnouncedState?
        let name: String
        switch event {
        case .routerChanged(let id, let reached, _):
            scripts = (instances + previous.instances).first { $0.name == id.name }?.notify
            (name, state) = (id.name, AnnouncedState(reached))
        case .routerRemoved(let id, _):
            scripts = previous.instances.first { $0.name == id.name }?.notify
            (name, state) = (id.name, scripts.map { AnnouncedState(removed: $0) })
        case .groupChanged(let group, let reached):
            scripts = (syncGroups + previous.syncGroups).first { $0.name == group }?.notify
            (name, state) = ("group \(group)", AnnouncedState(reached))
        case .heardLowerPriority, .priorityChanged, .dualMaster, .dualMasterOver: return []
        }
        guard let scripts, let state else { return [] }
        return [scripts.script(for: state), scripts.generic].compactMap { $0 }.map {
            ScriptRunPlan(occasion: "\(name) \(state.word)", script: $0)
        }
    }
}
