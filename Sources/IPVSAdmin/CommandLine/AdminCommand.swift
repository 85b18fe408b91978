public import IPVS

/// What one command line of ipvsadm asks for.
public enum AdminCommand: Sendable, Hashable {
    /// One change of the kernel's table, timeouts or daemons: `-A -E -D -C -a -e -d -Z --set --start-daemon
    /// --stop-daemon`.
    case change(Command)
    /// `-L`, also without any argument.
    case list(ListingOptions)
    /// `-S`; with names unless `-n` is given.
    case save(isNumeric: Bool)
    /// `-R`.
    case restore(RestoreOptions)
    /// `-h`.
    case help
    /// `-v`.
    case version
}

/// How `-R` reads its lines.
public struct RestoreOptions: Sendable, Hashable {
    /// All lines or none (`--transaction`).
    public var isTransaction: Bool
    /// Only say what would change (`--plan`).
    public var isPlan: Bool

    /// Creates options; without arguments those of a bare `-R`.
    public init(isTransaction: Bool = false, isPlan: Bool = false) {
        self.isTransaction = isTransaction
        self.isPlan = isPlan
    }
}

extension AdminCommand {
    /// Reads a command line as ipvsadm 1.31 does.
    ///
    /// - Parameters:
    ///   - arguments: what stands behind the program's name.
    ///   - program: the program's name as typed, for the message about a missing command.
    ///   - names: finds addresses and ports that are given by names.
    ///   - isRestoring: the line is one of a restore, in which `-R` itself is no command.
    /// - Throws: ``CommandLineError`` with ipvsadm's message and exit status. Which of several mistakes is reported is
    ///   ipvsadm's order too: what each option says from left to right, left-over words, then the combination.
    public init(
        arguments: [String], program: String = "ipvsadm", names: any NameResolver = NumericNames(),
        isRestoring: Bool = false
    ) throws(CommandLineError) {
        guard !arguments.isEmpty else {
            self = .list(ListingOptions())
            return
        }
        var line = AdminCommandLine(names: names, program: program)
        try line.read(arguments[...])
        if line.command == .restore, isRestoring { throw .noCommand(program) }
        self = try line.result()
    }
}
