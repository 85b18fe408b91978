import ArgumentParser
import Director
import KeepalivedConfig

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a configuration and say what is wrong with it.",
        discussion: """
            Exits with 0 when there is nothing to say or there are only warnings, with 1 on errors, and with 2 on \
            warnings under --strict.
            """)

    @Option(name: [.customShort("f"), .customLong("use-file")], help: "The configuration file.")
    var file = ConfigurationFile.defaultPath

    @Option(name: [.customShort("i"), .customLong("config-id")], help: "The value that @ID lines compare with.")
    var configID: String?

    @Flag(help: "Print the diagnostics as one JSON object.")
    var json = false

    @Flag(help: "Exit with 2 when there are warnings.")
    var strict = false

    @Flag(help: "The file is for another host: do not look whether its interfaces exist on this one.")
    var otherHost = false

    func run() throws {
        let source = ConfigurationFile(path: file, configID: configID)
        let result: LoadResult
        if json {
            result = source.reader.read(checksInterfaces: !otherHost)
            Terminal.writeLine(DiagnosticRenderer().json(result))
        } else {
            result = source.readAndReport(checksInterfaces: !otherHost)
            if result.diagnostics.isEmpty { Terminal.writeLine("\(file): no problems") }
        }
        if result.configuration == nil { throw ExitCode(1) }
        if strict, !result.diagnostics.isEmpty { throw ExitCode(2) }
    }
}
