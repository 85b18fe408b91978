import ArgumentParser
import Director
import Glibc
import KeepalivedConfig
import Logging

/// What keepalived's command line starts.
struct KeepalivedProgram {
    let options: KeepalivedOptions

    func run() throws {
        switch options.mode {
        case .version:
            Terminal.writeError("Martlet \(MartletVersion.text), reads keepalived.conf as keepalived 2.4.3 does")
        case .help: Terminal.writeError(KeepalivedHelp.text)
        case .signalNumber(let name): try printSignalNumber(name)
        case .test(let log): try test(log: log)
        case .run: try runDirector()
        }
    }

    private func printSignalNumber(_ name: String) throws {
        let numbers = ["STOP": SIGTERM, "RELOAD": SIGHUP, "DATA": SIGUSR1, "STATS": SIGUSR2]
        guard let number = numbers[name.uppercased()] else {
            Terminal.writeError("unknown signal name '\(name)': it takes STOP, RELOAD, DATA or STATS")
            throw ExitCode(1)
        }
        Terminal.writeLine(String(number))
    }

    /// `-t`: 0 without anything to say, 5 where the file would run with warnings, 4 where it would not.
    private func test(log: String?) throws {
        let result = ConfigurationReader(path: options.configurationPath, configID: options.configID).read()
        guard !result.diagnostics.isEmpty else { return }
        let text = DiagnosticRenderer(usesColour: log == nil && Terminal.usesColour).render(result)
        if let log { try append(text, to: log) } else { Terminal.writeError(text) }
        throw ExitCode(result.configuration == nil ? 4 : 5)
    }

    private func append(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            Terminal.writeError("cannot write \(path): \(String(cString: strerror(errno)))")
            throw ExitCode(1)
        }
        Terminal.write(text + "\n", to: descriptor)
        close(descriptor)
    }

    private func runDirector() throws {
        guard options.networkNamespace == nil else {
            Terminal.writeError(
                "martlet keepalived: -s is not supported; start it with 'ip netns exec NAME' instead")
            throw ExitCode(1)
        }
        let source = ConfigurationFile(path: absolute(options.configurationPath), configID: options.configID)
        guard let configuration = source.readAndReport().configuration else { throw ExitCode(1) }
        for option in options.withoutEffect {
            Terminal.writeError("martlet keepalived: option \(option) has no effect here")
        }
        var directorOptions = DirectorOptions()
        directorOptions.runsVRRP = options.runsVRRP
        directorOptions.runsCheckers = options.runsCheckers
        directorOptions.keepsAddressesOnStop = options.keepsAddressesOnStop
        directorOptions.keepsIPVSOnStop = options.keepsIPVSOnStop
        let process = DirectorProcess(
            reader: source.reader, options: directorOptions, destinations: logDestinations,
            level: options.detail > 0 ? .debug : .info)
        do throws(DirectorError) {
            try process.preflight(configuration)
        } catch {
            Terminal.writeError("martlet keepalived: \(error)")
            throw ExitCode(1)
        }
        let status = try withPIDFiles(pidFilePaths[...]) { _ in
            process.run(configuration, ignoringInterrupt: options.ignoresInterrupt)
        }
        throw ExitCode(status)
    }

    private var logDestinations: [LogWriter.Destination] {
        var destinations: [LogWriter.Destination] = []
        if options.logsToConsole { destinations.append(.standardError(.keepalived)) }
        if options.usesSyslog, !options.logsToConsole { destinations.append(.syslog(facility: options.syslogFacility)) }
        return destinations
    }

    /// The files of keepalived's parent and of its two children, whose work this one process does.
    private var pidFilePaths: [String] {
        var paths = [options.pidFile ?? "/run/keepalived.pid"]
        if options.runsVRRP { paths.append(options.vrrpPIDFile ?? "/run/vrrp.pid") }
        if options.runsCheckers { paths.append(options.checkersPIDFile ?? "/run/checkers.pid") }
        return paths.map(absolute)
    }

    /// A process in the background works in the root folder.
    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    /// Takes the pid files, goes to the background unless told not to, and runs the body while they are held.
    ///
    /// The files are taken before the fork, so that a second start is told on the terminal; each is rewritten with the
    /// number of the process that stays. Going to the background comes before the first thread: a fork keeps one.
    private func withPIDFiles(_ paths: ArraySlice<String>, _ body: ([String]) throws -> Int32) throws -> Int32 {
        var rest = paths
        guard let path = rest.popFirst() else {
            if !options.staysInForeground, daemon(0, 0) != 0 {
                Terminal.writeError("cannot go to the background: \(String(cString: strerror(errno)))")
                throw ExitCode(1)
            }
            return try body([])
        }
        do {
            let file = try PIDFile.take(path)
            return try withPIDFiles(rest) { inner in
                file.rewriteNumber()
                return try body(inner)
            }
        } catch PIDFile.Failure.alreadyRunning(let path) {
            Terminal.writeError("daemon is already running: \(path) is locked by another process")
            throw ExitCode(0)
        } catch let failure as PIDFile.Failure {
            Terminal.writeError("\(failure)")
            throw ExitCode(1)
        }
    }
}
