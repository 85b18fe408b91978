import ArgumentParser
import Director
import KeepalivedConfig
import LinuxSystem
import Logging

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the director in the foreground, logging to standard error.",
        discussion: """
            SIGTERM and SIGINT stop it, SIGHUP reads the configuration again, SIGUSR2 writes keepalived.stats to \
            $TMPDIR or /tmp.
            """)

    @Option(name: [.customShort("f"), .customLong("use-file")], help: "The configuration file.", completion: .file())
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

    @OptionGroup var control: ControlOptions

    func run() throws {
        let (process, start) = try prepare()
        throw ExitCode(process.run(start))
    }

    private func prepare() throws -> (DirectorProcess, StartingConfiguration) {
        let source = ConfigurationFile(path: file.absolutePath, configID: configID)
        // A director that only looks must not take the place of one that works.
        guard let read = source.readForRunning(controlSocket: dryRun ? control.control : control.path()),
            let configuration = read.result.configuration
        else { throw ExitCode(1) }
        var options = DirectorOptions()
        do throws(SystemError) { try options.enterNamespaces(of: configuration) } catch {
            Terminal.writeError("martlet: \(error)")
            throw ExitCode(1)
        }
        let controlSocket =
            dryRun ? control.control : control.path(instance: configuration.root.instanceName)
        options.isDryRun = dryRun
        options.keepsAddressesOnStop = keepAddresses
        options.keepsIPVSOnStop = keepIPVS
        options.stateFolder = DirectorOptions.standardStateFolder
        let process = DirectorProcess(
            reader: source.reader, options: options, destinations: [.standardError(.iso)],
            level: detail ? .debug : .info, controlSocket: controlSocket)
        do throws(DirectorError) {
            try process.preflight(configuration)
        } catch {
            Terminal.writeError("martlet: \(error)")
            throw ExitCode(1)
        }
        return (process, StartingConfiguration(read))
    }
}
