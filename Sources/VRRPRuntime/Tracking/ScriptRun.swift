import LinuxSystem
import NIOCore
import VRRP

/// One track script while it is being run again and again.
struct ScriptRun {
    var configuration: TrackScriptConfiguration
    var tracker: ScriptTracker
    /// The run under way; its end is ignored when another one has taken its place.
    var handle: ChildHandle?
    var runNumber = 0
    var timer: RepeatedTask?

    init(_ configuration: TrackScriptConfiguration) {
        self.configuration = configuration
        tracker = ScriptTracker(
            name: configuration.name, rise: configuration.rise, fall: configuration.fall,
            startsFailed: configuration.startsFailed)
    }

    /// Ends the timer and the run under way.
    func stop() {
        timer?.cancel()
        handle?.cancel()
    }
}

extension ScriptTracker.Outcome {
    /// How a child ended, as the counting sees it; nil for a run that was called off, which says nothing.
    init?(_ outcome: ChildOutcome) {
        switch outcome {
        case .exited(let status): self = .exited(status: status)
        case .killed(let signal): self = .killed(signal: signal)
        case .timedOut: self = .timedOut
        case .notExecuted: self = .notExecuted(outcome.description)
        case .cancelled: return nil
        }
    }
}
