import HealthChecks
import LinuxSystem
import NIOCore
import Timing

/// A script that runs. Its supervisor ends it in time.
final class ScriptRun: ProbeRun {
    private var child: ChildHandle?
    private var completion: ((CheckResult, Duration) -> Void)?

    var deadline: Instant? { nil }
    /// Whether as many scripts run as may at once, and this one not yet.
    private(set) var isWaiting = false

    /// - Parameter completion: gets what the script's end means and how long its process ran, which is less than the run
    ///   took when it waited for a free place.
    init(
        _ script: ScriptTarget, on loop: any EventLoop, supervisor: ProcessSupervisor,
        completion: @escaping (CheckResult, Duration) -> Void
    ) {
        self.completion = completion
        let identity = script.identity.map {
            ProcessIdentity(user: $0.user, group: $0.group, supplementaryGroups: $0.supplementaryGroups)
        }
        let bound = NIOLoopBound(self, eventLoop: loop)
        child = supervisor.run(
            ChildCommand(words: script.words, identity: identity, refusal: script.refusal), timeout: script.timeout,
            waits: { waits in loop.execute { bound.value.isWaiting = waits } }
        ) { result in
            loop.execute { bound.value.ended(script.result(of: ScriptEnd(result.outcome)), result.elapsed) }
        }
    }

    func expire(now: Instant) {}

    func abandon() {
        completion = nil
        child?.cancel()
    }

    private func ended(_ result: CheckResult, _ elapsed: Duration) {
        guard let completion else { return }
        self.completion = nil
        completion(result, elapsed)
    }
}

extension ScriptEnd {
    init(_ outcome: ChildOutcome) {
        self =
            switch outcome {
            case .exited(let status): .exited(status: status)
            case .killed(let signal): .killed(signal: signal)
            case .timedOut: .timedOut
            case .notExecuted(let failure) where failure.isLocalShortage: .notRun("\(failure)")
            case .notExecuted(let failure): .notExecuted("\(failure)")
            case .cancelled: .notRun("cancelled")
            }
    }
}
