/// Which processes a `vrrp_track_process` counts.
public struct ProcessPattern: Sendable, Hashable {
    /// `param_match`: how arguments are compared.
    public enum Arguments: Sendable, Hashable {
        /// They are not.
        case any
        /// They are the same.
        case exact
        /// The first ones are the same.
        case initial
        /// The first ones are the same, and the last of them may go on.
        case partial
    }

    /// The program and the arguments that are compared; never empty.
    public var command: [String]
    /// How arguments are compared.
    public var arguments: Arguments
    /// `full_command`: the program is compared with the beginning of the command line, not with the short name.
    public var comparesFullCommand: Bool

    /// Bytes of a short name that the kernel keeps (`TASK_COMM_LEN` of `linux/sched.h` without its terminator).
    public static let shortNameLimit = 15

    /// Creates a pattern.
    public init(command: [String], arguments: Arguments = .any, comparesFullCommand: Bool = false) {
        self.command = command
        self.arguments = arguments
        self.comparesFullCommand = comparesFullCommand
    }

    /// Whether a command line is needed to decide.
    public var needsCommandLine: Bool { comparesFullCommand || arguments != .any }

    /// Whether a process counts.
    ///
    /// - Parameters:
    ///   - shortName: its short name (`/proc/PID/comm`).
    ///   - commandLine: its command line (`/proc/PID/cmdline`); may be empty where ``needsCommandLine`` is not set.
    public func matches(shortName: String, commandLine: [String]) -> Bool {
        guard let program = command.first else { return false }
        guard matches(program, shortName, commandLine) else { return false }
        let wanted = command.dropFirst()
        let present = commandLine.dropFirst()
        switch arguments {
        case .any: return true
        case .exact: return wanted.elementsEqual(present)
        case .initial: return present.starts(with: wanted)
        case .partial:
            guard let last = wanted.last else { return true }
            guard present.count >= wanted.count, present.starts(with: wanted.dropLast()) else { return false }
            return present.dropFirst(wanted.count - 1).first?.hasPrefix(last) ?? false
        }
    }

    private func matches(_ program: String, _ shortName: String, _ commandLine: [String]) -> Bool {
        guard !comparesFullCommand else { return commandLine.first == program }
        // The kernel has the last part of the path, cut to what it keeps.
        let name = program.split(separator: "/").last.map(String.init) ?? program
        return name.utf8.prefix(Self.shortNameLimit).elementsEqual(shortName.utf8.prefix(Self.shortNameLimit))
    }
}
