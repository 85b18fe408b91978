/// A command line that is refused.
public struct CommandLineError: Error, Hashable {
    /// What is wrong, in ipvsadm's words; one line for standard error, without a program name in front.
    public var message: String
    /// The exit status: 2 when the program refuses the line, 255 when the option parser does.
    public var exitStatus: Int32
    /// Whether a restore ends with such a line. It goes on only after what the option parser refused.
    public var endsRestore: Bool

    init(_ message: String, exitStatus: Int32 = 2, endsRestore: Bool = true) {
        self.message = message
        self.exitStatus = exitStatus
        self.endsRestore = endsRestore
    }

    /// A refusal by the option parser itself, which names the word as typed.
    static func parser(_ word: String, _ reason: String) -> CommandLineError {
        CommandLineError("\(word): \(reason)", exitStatus: 255, endsRestore: false)
    }

    /// There is no command, or not in the first place.
    static func noCommand(_ program: String) -> CommandLineError {
        CommandLineError("Try `\(program) -h' or '\(program) --help' for more information.", exitStatus: 255)
    }
}
