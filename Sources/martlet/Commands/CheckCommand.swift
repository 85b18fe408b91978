import ArgumentParser
import Director
import Glibc
import KeepalivedConfig

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a configuration and say what is wrong with it.",
        discussion: """
            Several files are checked one after the other, each as a configuration of its own.

            Exits with 0 when there is nothing to say or there are only warnings, with 1 on errors, and with 2 on \
            warnings under --strict. 'martlet explain CODE' says more about a diagnostic.
            """)

    @Argument(help: "More files.", completion: .file())
    var files: [String] = []

    @Option(
        name: [.customShort("f"), .customLong("use-file")],
        help:
            "A configuration file, - for standard input; may be repeated (default: \(ConfigurationFile.defaultPath)).",
        completion: .file())
    var file: [String] = []

    @Option(name: [.customShort("i"), .customLong("config-id")], help: "The value that @ID lines compare with.")
    var configID: String?

    @Flag(
        name: [.customShort("e"), .customLong("all-config")],
        help: "Every include must find what it names, as under keepalived -e.")
    var allConfig = false

    @Flag(help: "Print the diagnostics as a JSON object, one line for each file.")
    var json = false

    @Flag(help: "Print what the configuration means, in its own language, with every default and correction.")
    var dump = false

    @Flag(help: "Exit with 2 when there are warnings.")
    var strict = false

    @Flag(
        name: [.customLong("no-host"), .customLong("other-host")],
        help: "The file is for another host: do not compare it with the interfaces, addresses and scripts of this one.")
    var noHost = false

    func validate() throws {
        if json, dump { throw ValidationError("--json and --dump cannot be printed together") }
    }

    func run() throws {
        let paths = file + files
        var hasErrors = false
        var hasWarnings = false
        for path in paths.isEmpty ? [ConfigurationFile.defaultPath] : paths {
            let result = check(path)
            if result.configuration == nil { hasErrors = true }
            if result.warningCount > 0 { hasWarnings = true }
        }
        if hasErrors { throw ExitCode(1) }
        if strict, hasWarnings { throw ExitCode(2) }
    }

    private func check(_ path: String) -> LoadResult {
        let source =
            path == "-"
            ? ConfigurationFile.standardInput(configID: configID, checksAllIncludes: allConfig)
            : ConfigurationFile(path: path, configID: configID, checksAllIncludes: allConfig)
        guard !json else {
            let result = source.reader.read(checksHost: !noHost)
            Terminal.writeLine(DiagnosticJSON.text(result, file: source.reader.path))
            return result
        }
        let result = source.readAndReport(checksHost: !noHost)
        if dump {
            if let configuration = result.configuration {
                Terminal.write(ConfigurationDump.text(of: configuration), to: STDOUT_FILENO)
            }
        } else if result.diagnostics.isEmpty {
            Terminal.writeLine("\(DisplayText.printable(source.reader.path)): no problems")
        }
        return result
    }
}
