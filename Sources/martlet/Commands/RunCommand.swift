import ArgumentParser
import Director
import KeepalivedConfig
import Logging

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the director in the foreground, logging to standard error.",
        discussion: """
            SIGTERM and SIGINT stop it, SIGHUP reads the configuration again, SIGUSR2 writes keepalived.stats to \
            $TMPDIR or /tmp.
            """)

    @Option(name: [.customShort("f"), .customLong("use-file")], help: "The configuration file.")
    var file = ConfigurationFile.defaultPath

    @Option(name: [.customShort("i"), .customLong("config-id")], help: "The value that @ID lines compare with.")
    var configID: String?

    @Flag(
        help: "Run the checks, take part in no election, write nothing to the kernel, and say what would be done.")
    var dryRun = false

    @Flag(name: [.customShort("D"), .customLong("log-detail")], help: "Log details, each retry for example.")
    var detail = false

    @Flag(help: "Leave the virtual addresses in place at a clean stop.")
    var keepAddresses = false

    @Flag(name: .customLong("keep-ipvs"), help: "Leave the IPVS table in place at a clean stop.")
    var keepIPVS = false

    func run() throws {
        let source = ConfigurationFile(path: file, configID: configID)
        guard let configuration = source.readAndReport().configuration else { throw ExitCode(1) }
        var options = DirectorOptions()
        options.isDryRun = dryRun
        options.keepsAddressesOnStop = keepAddresses
        options.keepsIPVSOnStop = keepIPVS
        let process = DirectorProcess(
            reader: source.reader, options: options, destinations: [.standardError(.iso)],
            level: detail ? .debug : .info)
        do throws(DirectorError) {
            try process.preflight(configuration)
        } catch {
            Terminal.writeError("martlet: \(error)")
            throw ExitCode(1)
        }
        throw ExitCode(process.run(configuration))
    }
}
