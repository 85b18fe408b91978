import ArgumentParser
import ControlPlane
import Director
import Glibc
import KeepalivedConfig
import LinuxSystem
import Logging

/// What keepalived's command line starts.
struct KeepalivedProgram {
    let options: KeepalivedOptions

    func run() throws {
        switch options.mode {
        case .version:
            Terminal.writeError("Keepalived v2.4.3 compatible command line of Martlet \(MartletVersion.text)")
        case .help: Terminal.writeError(KeepalivedHelp.text)
        case .signalNumber(let name): try printSignalNumber(name)
        case .pageDigest:
            Terminal.writeError(
                "martlet keepalived: -T (genhash) is not built; the digest of a page is what "
                    + "'curl -s URL | md5sum' prints")
            throw ExitCode(1)
        case .test(let log):
            reportSurplusWords()
            try test(log: log)
        case .run:
            reportSurplusWords()
            try runDirector()
        }
    }

    private func reportSurplusWords() {
        guard !options.surplusWords.isEmpty else { return }
        let words = options.surplusWords.map { DisplayText.quoted($0) }.joined(separator: ", ")
        Terminal.writeError("martlet keepalived: not an option, ignored: \(words)")
    }

    /// Names as keepalived has them; upper and lower case are the same here.
    private func printSignalNumber(_ name: String) throws {
        let numbers = [
            "STOP": SIGTERM, "RELOAD": SIGHUP, "DATA": SIGUSR1, "STATS": SIGUSR2,
            "STATS_CLEAR": __libc_current_sigrtmax() - 1, "JSON": __libc_current_sigrtmin() + 2,
            "TDUMP": __libc_current_sigrtmax(),
        ]
        guard let number = numbers[name.uppercased()] else {
            Terminal.writeError(
                "martlet keepalived: unknown signal name \(DisplayText.quoted(name)); there are STOP, RELOAD, DATA, "
                    + "STATS, STATS_CLEAR, JSON and TDUMP")
            throw ExitCode(1)
        }
        Terminal.writeLine(String(number))
    }

    private func test(log: String?) throws {
        let result = ConfigurationReader(
            path: options.configurationPath, configID: options.configID, checksAllIncludes: options.requiresAllFiles
        ).read()
        let exposed = result.configuration.map { ScriptExposure.programs(of: $0) } ?? []
        var text = DiagnosticRenderer(usesColour: log == nil && Terminal.usesColour).render(result)
        if !exposed.isEmpty {
            text += text.isEmpty ? "" : "\n"
            text += "scripts run as root and 'enable_script_security' is not set in 'global_defs': "
            text += exposed.map { DisplayText.quoted($0) }.joined(separator: ", ")
            text += "; set it, or name another 'script_user'"
        }
        if !text.isEmpty {
            if let log { try append(text, to: log) } else { Terminal.writeError(text) }
        }
        let status = ConfigurationTest.status(of: result, exposed: exposed)
        if status != .clean { throw ExitCode(status.rawValue) }
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
        let (process, start) = try prepareDirector()
        let paths = try pidFilePaths(start.configuration?.root ?? RootDefinitions())
        let status = try withPIDFiles(paths[...]) { _ in
            process.run(start, ignoringInterrupt: options.ignoresInterrupt)
        }
        throw ExitCode(status)
    }

    private func prepareDirector() throws -> (DirectorProcess, StartingConfiguration) {
        let source = ConfigurationFile(
            path: options.configurationPath.absolutePath, configID: options.configID,
            checksAllIncludes: options.requiresAllFiles, networkNamespace: options.networkNamespace)
        let givenSocket = options.controlSocket?.absolutePath
        guard let read = source.readForRunning(controlSocket: ControlSocketPath.path(given: givenSocket)),
            let configuration = read.result.configuration
        else { throw ExitCode(1) }
        var directorOptions = DirectorOptions()
        do throws(SystemError) {
            try directorOptions.enterNamespaces(of: configuration, given: options.networkNamespace)
        } catch {
            Terminal.writeError("martlet keepalived: \(error)")
            throw ExitCode(1)
        }
        let controlSocket = ControlSocketPath.path(given: givenSocket, instance: configuration.root.instanceName)
        if options.dumpsConfiguration { Terminal.write(ConfigurationDump.text(of: configuration), to: STDOUT_FILENO) }
        for option in options.withoutEffect {
            Terminal.writeError("martlet keepalived: option \(option) has no effect here")
        }
        directorOptions.runsVRRP = options.runsVRRP
        directorOptions.runsCheckers = options.runsCheckers
        directorOptions.keepsAddressesOnStop = options.keepsAddressesOnStop
        directorOptions.keepsIPVSOnStop = options.keepsIPVSOnStop
        directorOptions.stateFolder = DirectorOptions.standardStateFolder
        let process = DirectorProcess(
            reader: source.reader, options: directorOptions, destinations: logDestinations,
            level: options.detail > 0 ? .debug : .info, controlSocket: controlSocket)
        do throws(DirectorError) {
            try process.preflight(configuration)
        } catch {
            Terminal.writeError("martlet keepalived: \(error)")
            throw ExitCode(1)
        }
        return (process, StartingConfiguration(read))
    }

    private var logDestinations: [LogWriter.Destination] {
        var destinations: [LogWriter.Destination] = []
        if options.logsToConsole { destinations.append(.standardError(.keepalived)) }
        if options.usesSyslog, !options.logsToConsole { destinations.append(.syslog(facility: options.syslogFacility)) }
        return destinations
    }

    /// The files of keepalived's parent and of its two children, whose work this one process does.
    ///
    /// With `use_pid_dir`, `instance` or a network namespace they stand in a folder of their own, with the names of the
    /// namespace and the instance behind theirs.
    private func pidFilePaths(_ root: RootDefinitions) throws -> [String] {
        let namespace = options.networkNamespace ?? root.networkNamespace
        var folder = "/run"
        if root.usesPIDDirectory || namespace != nil {
            folder = "/run/keepalived"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                Terminal.writeError("cannot make the folder \(folder): \(String(cString: strerror(errno)))")
                throw ExitCode(1)
            }
        }
        let names = [namespace, root.instanceName].compactMap { $0 }.map { "_" + ControlSocketPath.fileName($0) }
        let standard = { (name: String) in "\(folder)/\(name)\(names.joined()).pid" }
        var paths = [options.pidFile ?? standard("keepalived")]
        if options.runsVRRP { paths.append(options.vrrpPIDFile ?? standard("vrrp")) }
        if options.runsCheckers { paths.append(options.checkersPIDFile ?? standard("checkers")) }
        // A process in the background works in the root folder.
        return paths.map(\.absolutePath)
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
