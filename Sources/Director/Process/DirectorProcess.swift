import IPVS
public import KeepalivedConfig
import LinuxSystem
public import Logging
import NIOCore
import NIOPosix

/// A director as a process: signals, log and loops around a ``Director``, from the checked configuration to the exit
/// status.
public struct DirectorProcess: Sendable {
    private let reader: ConfigurationReader
    private let options: DirectorOptions
    private let destinations: [LogWriter.Destination]
    private let level: Logger.Level

    /// Prepares a process.
    ///
    /// - Parameters:
    ///   - reader: reads the configuration again at a reload.
    ///   - options: how to run.
    ///   - destinations: where log lines go.
    ///   - level: the least important level that is logged.
    public init(
        reader: ConfigurationReader, options: DirectorOptions, destinations: [LogWriter.Destination],
        level: Logger.Level
    ) {
        self.reader = reader
        self.options = options
        self.destinations = destinations
        self.level = level
    }

    /// Tries what can be tried before anything is opened for good, so that a missing right or module is told on the
    /// terminal and not from the background.
    public func preflight(_ configuration: Configuration) throws(DirectorError) {
        guard !options.isDryRun else { return }
        let runsElections = options.runsVRRP && !configuration.instances.isEmpty
        let missing = Capability.missing(of: runsElections ? Capability.allCases : [.networkAdministration])
        guard missing.isEmpty else { throw .missingRights(missing) }
        if options.runsCheckers, configuration.needsIPVS {
            do throws(IPVSUnavailable) { _ = try IPVSClient.open() } catch { throw .ipvs(error) }
        }
    }

    /// Runs until a signal says stop. Starts threads, so the process must be in the background by now if it is to go.
    ///
    /// - Returns: the exit status: 0 after a clean stop, 1 when the director could not start.
    public func run(_ configuration: Configuration, ignoringInterrupt: Bool = false) -> Int32 {
        let signals: SignalSource
        do {
            signals = try SignalSource.block(ignoringInterrupt: ignoringInterrupt)
        } catch {
            return fail("cannot receive signals: \(error)")
        }
        let writer = LogWriter(destinations)
        defer { writer.shutdown() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { try? group.syncShutdownGracefully() }
        let loop = group.next()
        let loggers = Director.Loggers(writer, level: level)
        do {
            let director = try Director(
                configuration, options: options, loggers: loggers, eventLoop: loop, probeLoop: group.next())
            let (stream, continuation) = AsyncStream.makeStream(of: DirectorSignal.self)
            let channel = try signals.start(on: loop) { continuation.yield($0) }.wait()
            defer { try? channel.close().wait() }
            let served = loop.makeFutureWithTask { try await serve(director, signals: stream, logger: loggers.parent) }
            try served.wait()
            return 0
        } catch {
            loggers.parent.critical("Cannot start: \(error)")
            return 1
        }
    }

    private func serve(_ director: Director, signals: AsyncStream<DirectorSignal>, logger: Logger) async throws {
        logger.notice("Starting Martlet \(MartletVersion.text)")
        logger.notice("Configuration file \(reader.path)")
        try await director.start()
        logger.notice("Startup complete")
        for await signal in signals {
            switch signal {
            case .stop:
                logger.notice("Stopping")
                await director.stop()
                logger.notice("Stopped")
                return
            case .reload: await reload(director, logger)
            case .writeStatistics: await writeStatistics(director, logger)
            case .writeData: logger.warning("SIGUSR1: keepalived.data is not written by this version")
            }
        }
    }

    /// Reads the file again; one that cannot be used changes nothing and is told line by line.
    private func reload(_ director: Director, _ logger: Logger) async {
        logger.notice("Reloading ...")
        let result = reader.read()
        for diagnostic in result.diagnostics {
            let metadata: Logger.Metadata = diagnostic.hint.map { ["help": "\($0)"] } ?? [:]
            logger.log(
                level: diagnostic.severity == .error ? .error : .warning, "\(diagnostic.oneLine)", metadata: metadata)
        }
        guard let configuration = result.configuration else {
            logger.error("Reload refused: the configuration has errors; everything runs on as before")
            return
        }
        do throws(DirectorError) {
            try await director.reload(configuration)
        } catch {
            logger.error("Reload refused: \(error); everything runs on as before")
        }
    }

    private func writeStatistics(_ director: Director, _ logger: Logger) async {
        let path = ReportFile.path("keepalived.stats")
        do throws(SystemError) {
            let text = StatisticsReport.text(await director.electionStatus())
            try SmallFile.replace(path, with: text.utf8, mode: 0o600)
        } catch {
            logger.error("\(error)")
        }
    }

    private func fail(_ reason: String) -> Int32 {
        let writer = LogWriter(destinations)
        writer.logger("martlet", level: level).critical("Cannot start: \(reason)")
        writer.shutdown()
        return 1
    }
}

extension Diagnostic {
    /// Place, severity, code and message, for a log.
    var oneLine: String {
        "\(file):\(line):\(column): \(severity == .error ? "error" : "warning")[\(code)]: \(message)"
    }
}
