/// A command line that is refused.
public struct CommandLineError: Error, Hashable {
    /// What is wrong, in ipvsadm's words; one line for standard error, without a program name in front.
    public var message: String
    /// The exit status: 2 when the program refuses the line, 255 when the option parser does.
    public var exitStatus: Int32

    init(_ message: String, exitStatus: Int32 = 2) {
        self.message = message
        self.exitStatus = exitStatus
    }

    /// A refusal by the option parser itself, which names the word as typed.
    static func parser(_ word: String, _ reason: String) -> CommandLineError {
        CommandLineError("\(word): \(reason)", exitStatus: 255)
    }
}
