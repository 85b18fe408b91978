/// A program with its arguments and the identity that it runs under: what a check, a tracker or a notification runs.
public struct ChildCommand: Sendable, Hashable {
    /// The program and its arguments. A program without a slash is looked up in `PATH` at every run.
    public var words: [String]
    /// Who runs it; nil is this process's own identity.
    public var identity: ProcessIdentity?
    /// Why it must not run; nil for one that may.
    public var refusal: String?

    /// Creates a command. Words that hold a NUL byte, or none at all, make the run fail as
    /// ``ChildOutcome/notExecuted(_:)``, and so does a refusal.
    public init(words: [String], identity: ProcessIdentity? = nil, refusal: String? = nil) {
        self.words = words
        self.identity = identity
        self.refusal = refusal
    }
}

/// How a child process came to its end.
public enum ChildOutcome: Sendable, Hashable {
    /// It ended by itself with this status, 0…255.
    case exited(status: Int32)
    /// A signal that the supervisor did not send ended it.
    case killed(signal: Int32)
    /// It was still running at its timeout; its whole process group has been ended.
    case timedOut
    /// It never ran. Counts as a failure wherever success or failure is asked for.
    case notExecuted(SpawnFailure)
    /// Its handle or the supervisor was told to end it.
    case cancelled

    /// Whether the program ran and said that all is well.
    public var isSuccess: Bool { self == .exited(status: 0) }
}

extension ChildOutcome: CustomStringConvertible {
    /// The outcome in words, to stand behind "failed": `exited with status 3`.
    public var description: String {
        switch self {
        case .exited(let status): "exited with status \(status)"
        case .killed(let signal): "ended by signal \(signal)"
        case .timedOut: "timed out"
        case .notExecuted(let failure): "could not be executed: \(failure)"
        case .cancelled: "cancelled"
        }
    }
}

/// What a finished run was like.
public struct ChildResult: Sendable, Hashable {
    /// How it ended.
    public var outcome: ChildOutcome
    /// From the start of the process to its end; zero when it never started.
    public var elapsed: Duration

    /// Creates a result.
    public init(outcome: ChildOutcome, elapsed: Duration) {
        self.outcome = outcome
        self.elapsed = elapsed
    }
}
