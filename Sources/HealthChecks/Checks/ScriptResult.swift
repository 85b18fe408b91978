/// How a script ended, as the process supervisor of the shell saw it.
public enum ScriptEnd: Sendable, Hashable {
    /// With a status 0…255.
    case exited(status: Int32)
    /// By a signal.
    case killed(signal: Int32)
    /// It did not end in time.
    case timedOut
    /// It could not be started for a reason that lies with the script.
    case notExecuted(String)
    /// It could not be started, or not be left to run, for a reason that lies with this host.
    case notRun(String)
}

extension ScriptTarget {
    /// Judges the end of a run: status 0 is success; with ``isDynamic`` 2…255 is success with weight status − 2;
    /// everything else is failure, a script that cannot be executed too.
    public func result(of end: ScriptEnd) -> CheckResult {
        switch end {
        case .exited(status: 0): .success(weight: nil)
        case .exited(let status) where isDynamic && (2...255).contains(status): .success(weight: status - 2)
        case .exited(let status): .failure(.exited(status: status))
        case .killed(let signal): .failure(.killed(signal: signal))
        case .timedOut: .failure(.scriptTimedOut(after: timeout))
        case .notExecuted(let reason): .failure(.notExecuted(reason))
        case .notRun(let reason): .inconclusive(reason)
        }
    }
}
