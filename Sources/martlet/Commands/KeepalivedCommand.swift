import ArgumentParser
import Director
import Glibc
import KeepalivedConfig

struct KeepalivedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keepalived",
        abstract: "Run the director with keepalived's own options, log and pid files.",
        discussion: "Also what a link named keepalived to this program does.")

    @Argument(parsing: .captureForPassthrough, help: "keepalived's options, for example -n -l -D -f FILE.")
    var arguments: [String] = []

    func run() throws {
        let options: KeepalivedOptions
        do throws(KeepalivedOptionsError) {
            options = try KeepalivedOptionsParser.parse(arguments)
        } catch {
            Terminal.writeError("martlet keepalived: \(error)")
            throw ExitCode(1)
        }
        try KeepalivedProgram(options: options).run()
    }
}
