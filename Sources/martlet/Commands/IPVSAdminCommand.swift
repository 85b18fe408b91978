import ArgumentParser

/// `martlet ipvsadm`: ipvsadm's own command line.
struct IPVSAdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ipvsadm", abstract: "List, change, save and restore the IPVS table with ipvsadm's own options.",
        discussion: "Also what a link named ipvsadm to this program does; 'martlet ipvsadm -h' lists its options.")

    /// Whether the command line is ipvsadm's, with nothing in it for the argument parser.
    static func takes(_ arguments: [String]) -> Bool { arguments.first == "ipvsadm" }

    @Argument(parsing: .captureForPassthrough, help: "ipvsadm's options, for example -Ln --stats.")
    var arguments: [String] = []

    func run() throws { throw ExitCode(IPVSAdminProgram.runWord(arguments)) }
}

/// `martlet ipvsadm-save`: the script of that name.
struct IPVSAdminSaveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ipvsadm-save", abstract: "Write the IPVS table as lines for ipvsadm-restore.",
        discussion: "Also what a link of this name to the program does.")

    @Flag(name: .shortAndLong, help: "Numbers in place of names.")
    var numeric = false

    func run() throws {
        throw ExitCode(
            IPVSAdminProgram.run(numeric ? ["-n"] : [], program: "martlet ipvsadm-save", link: .save))
    }
}

/// `martlet ipvsadm-restore`: the script of that name.
struct IPVSAdminRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ipvsadm-restore",
        abstract: "Make the IPVS table what the lines of standard input say; what stays is not interrupted.",
        discussion: "Also what a link of this name to the program does.")

    func run() throws {
        throw ExitCode(IPVSAdminProgram.run([], program: "martlet ipvsadm-restore", link: .restore))
    }
}
