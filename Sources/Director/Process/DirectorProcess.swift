import ControlPlane
import IPVS
public import KeepalivedConfig
import LinuxSystem
public import Logging
import NIOCore
import NIOPosix
import TLS

/// A director as a process: signals, log and loops around a ``Director``, from the checked configuration to the exit
/// status.
public struct DirectorProcess: Sendable {
    private let reader: ConfigurationReader
    private let options: DirectorOptions
    private let destinations: [LogWriter.Destination]
    private let level: Logger.Level
    private let controlSocket: String?

    /// Prepares a process.
    ///
    /// - Parameters:
    ///   - reader: reads the configuration again at a reload.
    ///   - options: how to run.
    ///   - destinations: where log lines go.
    ///   - level: the least important level that is logged.
    ///   - controlSocket: where operators reach the director; nil is nowhere.
    public init(
        reader: ConfigurationReader, options: DirectorOptions, destinations: [LogWriter.Destination],
        level: Logger.Level, controlSocket: String? = nil
    ) {
        self.reader = reader
        self.options = options
        self.destinations = destinations
        self.level = level
        self.controlSocket = controlSocket
    }

    /// Tries what can be tried before anything is opened for good, so that a missing right or module is told on the
    /// terminal and not from the background.
    public func preflight(_ configuration: Configuration) throws(DirectorError) {
        guard !options.isDryRun else { return }
        let runsElections = options.runsVRRP && configuration.hasElections
        let missing = Capability.missing(of: runsElections ? Capability.allCases : [.networkAdministration])
        guard missing.isEmpty else { throw .missingRights(missing) }
        if options.runsCheckers, configuration.needsIPVS {
            do throws(IPVSUnavailable) { _ = try IPVSClient.open(in: options.ipvsNamespace) } catch {
                throw .ipvs(error)
            }
        }
    }

    /// Runs until a signal says stop. Starts threads, so the process must be in the background by now if it is to go.
    ///
    /// - Parameter start: free of errors.
    /// - Returns: the exit status: 0 after a clean stop, 1 when the director could not start.
    public func run(_ start: StartingConfiguration, ignoringInterrupt: Bool = false) -> Int32 {
        guard let checkerThreads = start.configuration?.global.checkerThreads else {
            return fail("the configuration has errors")
        }
        do throws(TLSContextError) { try TLSContext.loadLibrary() } catch { return fail("\(error)") }
        let signals: SignalSource
        do {
            signals = try SignalSource.block(ignoringInterrupt: ignoringInterrupt)
        } catch {
            return fail("cannot receive signals: \(error)")
        }
        let writer = LogWriter(destinations)
        defer { writer.shutdown() }
        // One for the director itself, the others for its checks.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1 + Int(checkerThreads))
        defer { try? group.syncShutdownGracefully() }
        let loops = Array(group.makeIterator())
        let loop = loops[0]
        let loggers = Director.Loggers(writer, level: level)
        do {
            let director = try director(start, loggers, loops)
            let (stream, continuation) = AsyncStream.makeStream(of: DirectorSignal.self)
            let channel = try signals.start(on: loop) { continuation.yield($0) }.wait()
            defer { try? channel.close().wait() }
            let served = loop.makeFutureWithTask {
                try await serve(director, start, signals: stream, logger: loggers.parent)
            }
            try served.wait()
            return 0
        } catch {
            loggers.parent.critical("Cannot start: \(error)")
            return 1
        }
    }

    private func director(
        _ start: StartingConfiguration, _ loggers: Director.Loggers, _ loops: [any EventLoop]
    ) throws(SystemError) -> Director {
        try Director(
            start.configuration ?? Configuration(), options: options, loggers: loggers, eventLoop: loops[0],
            probeLoops: Array(loops.dropFirst()))
    }

    private func serve(
        _ director: Director, _ start: StartingConfiguration, signals: AsyncStream<DirectorSignal>, logger: Logger
    ) async throws {
        logger.notice("Starting Martlet \(MartletVersion.text)")
        logger.notice("Configuration file \(reader.path)")
        if !options.isDryRun { await LifecycleScript.startup.run(for: director.configuration.global, logger: logger) }
        try await director.start()
        guard let (service, server) = await openService(director, start, logger) else { return }
        AllocatorMemory.giveBack()
        logger.notice("Startup complete")
        await withDiscardingTaskGroup { group in
            for await signal in signals {
                switch signal {
                case .stop:
                    logger.notice("Stopping")
                    await service.stop()
                    await server?.stop()
                    if !options.isDryRun {
                        await LifecycleScript.shutdown.run(for: director.configuration.global, logger: logger)
                    }
                    logger.notice("Stopped")
                    return
                // Not awaited here: signals that come during a reload share the one that follows it.
                case .reload: group.addTask { _ = await service.reload() }
                // One after the other: two signals in a row do not write one file at once.
                case .writeData:
                    for file in [DumpFile.state, .checkers, .parent] { await write(file, director, logger) }
                case .writeStatistics: await write(.statistics, director, logger)
                case .writeJSON: await write(.json, director, logger)
                case .clearStatistics:
                    await write(.statistics, director, logger)
                    await director.clearStatistics()
                case .ranTooLong:
                    logger.warning("A real-time thread ran for longer without a pause than vrrp_rlimit_rttime says")
                }
            }
        }
    }

    /// What operators reach. With its end the text of the configuration goes.
    private func openService(
        _ director: Director, _ start: StartingConfiguration, _ logger: Logger
    ) async -> (DirectorService, ControlServer?)? {
        guard let read = start.take() else { return nil }
        let text = FlattenedText(read, path: reader.path)
        let service = DirectorService(
            director: director, reader: reader, text: text, result: read.result, logger: logger,
            isDryRun: options.isDryRun)
        let server = await openControlSocket(service, logger)
        await service.started(
            with: text, lastGoodPath: server.map { ControlSocketPath.lastGood(for: $0.path) })
        return (service, server)
    }

    /// Without the socket the director runs all the same: who reaches it is worth less than that it runs.
    private func openControlSocket(_ service: DirectorService, _ logger: Logger) async -> ControlServer? {
        guard let controlSocket else { return nil }
        do throws(ControlSocketError) {
            return try await ControlServer.start(path: controlSocket, on: service.eventLoop) { request in
                await service.answer(request)
            }
        } catch {
            logger.warning("No control socket, so 'martlet status' and 'martlet reload' do not work: \(error)")
            return nil
        }
    }

    private func write(_ file: DumpFile, _ director: Director, _ logger: Logger) async {
        let facts = await director.dumpFacts()
        if case .checkers = file, facts.configuration.virtualServers.isEmpty { return }
        logger.notice("Printing \(file.words) for process(\(getpid())) on signal")
        if let failure = await file.write(facts, on: director.eventLoop) {
            logger.error("\(failure)")
        }
    }

    private func fail(_ reason: String) -> Int32 {
        let writer = LogWriter(destinations)
        writer.logger("martlet", level: level).critical("Cannot start: \(reason)")
        writer.shutdown()
        return 1
    }
}
