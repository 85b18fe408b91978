import ArgumentParser

/// `martlet ipvsadm`: ipvsadm's own command line.
struct IPVSAdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ipvsadm", abstract: "List, change, save and restore the IPVS table with ipvsadm's own options.",
        discussion: "Also what a link named ipvsadm to this program does; 'martlet ipvsadm -h' lists its options.")

    @Argument(parsing: .captureForPassthrough, help: "ipvsadm's options, for example -Ln --stats.")
    var arguments: [String] = []

    /// Whether the command line is ipvsadm's, with nothing in it for the argument parser.
    static func takes(_ arguments: [String]) -> Bool { arguments.first == "ipvsadm" }

    func run() throws { throw ExitCode(IPVSAdminProgram.run(arguments, program: "martlet ipvsadm")) }
}
