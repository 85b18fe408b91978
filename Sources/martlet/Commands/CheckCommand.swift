import ArgumentParser
import Director
import KeepalivedConfig

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a configuration and say what is wrong with it.",
        discussion: "Exits with 0 when there is nothing to say or only warnings, with 1 on errors, and with 2 on "
            + "warnings under --strict.")

    @Option(name: [.customShort("f"), .customLong("use-file")], help: "The configuration file.")
    var file = defaultConfigurationPath

    @Option(name: [.customShort("i"), .customLong("config-id")], help: "The value that @ID lines compare with.")
    var configID: String?

    @Flag(help: "Print the diagnostics as one JSON array.")
    var json = false

    @Flag(help: "Exit with 2 when there are warnings.")
    var strict = false

    func run() throws {
        let file = ConfigurationFile(path: file, configID: configID)
        let result = file.load()
        if json {
            Terminal.writeLine(DiagnosticRenderer(usesColor: false).json(result.diagnostics))
        } else {
            ConfigurationFile.report(result.diagnostics)
            if result.configuration != nil, result.diagnostics.isEmpty {
                Terminal.writeLine("\(file.path): no problems")
            }
        }
        if result.configuration == nil { throw ExitCode(1) }
        if strict, !result.diagnostics.isEmpty { throw ExitCode(2) }
    }
}
