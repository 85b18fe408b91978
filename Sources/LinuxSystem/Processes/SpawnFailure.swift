import CLinux
import Glibc

/// Why a program could not be started.
public struct SpawnFailure: Error, Sendable, Hashable {
    /// The step that failed.
    public enum Step: Sendable, Hashable {
        /// Its owner does not let it run.
        case refusal
        /// The program was not found, or its words cannot be passed to the kernel.
        case lookup
        /// No new process could be made.
        case clone
        /// Its process group could not be set.
        case processGroup
        /// The user or groups could not be taken on.
        case identity
        /// `/dev/null` could not be put on its standard streams.
        case standardStreams
        /// The program file could not be executed.
        case execute
    }

    /// The step that failed.
    public var step: Step
    /// The program.
    public var program: String
    /// The system's error number.
    public var errno: Errno
    /// Why it was refused, where it was.
    public var refusal: String?

    /// Creates a failure.
    public init(step: Step, program: String, errno: Errno, refusal: String? = nil) {
        self.step = step
        self.program = program
        self.errno = errno
        self.refusal = refusal
    }

    init(program: String, result: clinux_spawn_result) {
        let step: Step =
            switch result.step {
            case CLINUX_SPAWN_PROCESS_GROUP: .processGroup
            case CLINUX_SPAWN_IDENTITY: .identity
            case CLINUX_SPAWN_STANDARD_STREAMS: .standardStreams
            case CLINUX_SPAWN_EXECUTE: .execute
            default: .clone
            }
        self.init(step: step, program: program, errno: Errno(rawValue: result.error))
    }

    /// Whether this host, not the program, is to blame (no memory, too many processes or descriptors): the run says
    /// nothing about what it was to find out.
    public var isLocalShortage: Bool {
        switch step {
        case .clone, .processGroup, .standardStreams: true
        case .execute: [ENOMEM, ENFILE, EMFILE].contains(errno.rawValue)
        case .refusal, .lookup, .identity: false
        }
    }
}

extension SpawnFailure: CustomStringConvertible {
    /// The step and the system's text, to stand behind "could not be executed".
    public var description: String {
        switch step {
        case .refusal: refusal ?? "refused"
        case .lookup: "\(program): \(errno)"
        case .clone: "no new process: \(errno)"
        case .processGroup: "no process group: \(errno)"
        case .identity: "\(program): its user or group could not be taken on: \(errno)"
        case .standardStreams: "/dev/null: \(errno)"
        case .execute: "\(program): \(errno)"
        }
    }
}
