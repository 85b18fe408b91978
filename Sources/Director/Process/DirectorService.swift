import ControlPlane
import Glibc
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import Timing
import VRRPRuntime

/// What operators reach of a running director: the configuration with its text, reloads with their verdicts, plans,
/// status. Signals and the control socket end here.
///
/// It shares the director's loop. Files are read and reports are made elsewhere.
actor DirectorService {
    nonisolated let eventLoop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// How one reload ended, and what reading had to say.
    struct ReloadOutcome: Sendable {
        var report: ReloadReport
        var result: LoadResult
    }

    private let director: Director
    private let reader: ConfigurationReader
    private let logger: Logger
    private let manager = ServiceManager()
    private let isDryRun: Bool
    private let startedAt = WallClock.now
    /// Where the text in force is kept; nil without a control socket, whose owner it belongs to.
    private var lastGoodPath: String?
    private var origin: ConfigurationOrigin
    private var lastReload: LastReload?
    private var turns = ReloadTurns<ReloadOutcome?>()
    private var isStopping = false
    /// What the configuration in force leaves out of its file.
    private var omissions: Set<Omission>

    /// - Parameter result: what reading the configuration in force gave.
    init(
        director: Director, reader: ConfigurationReader, text: FlattenedText, result: LoadResult, logger: Logger,
        isDryRun: Bool
    ) {
        omissions = result.omissions
        eventLoop = director.eventLoop
        self.director = director
        self.reader = reader
        origin = text.origin
        self.logger = logger
        self.isDryRun = isDryRun
    }

    /// The director runs: says so to who started it, and keeps the text that it runs with.
    ///
    /// - Parameter lastGoodPath: where; nil when that belongs to another director.
    func started(with text: FlattenedText, lastGoodPath: String?) async {
        self.lastGoodPath = lastGoodPath
        await keep(text)
        manager.ready("Running with \(reader.path)")
    }

    /// Stops the director once a reload that runs has come to its end.
    func stop() async {
        isStopping = true
        manager.stopping()
        await withCheckedContinuation { turns.waitUntilIdle($0) }
        await director.stop()
    }

    /// Answers a client of the control socket.
    nonisolated func answer(_ request: ControlRequest) async -> ControlAnswer {
        let usesColour = request.colour ?? false
        switch request.request {
        case .status: return ControlAnswer(await status())
        case .configuration: return await configurationText()
        case .reload:
            guard let outcome = await reload() else {
                return ControlAnswer(ControlFailure(.stopping, "the director is stopping"))
            }
            var report = outcome.report
            report.diagnostics = DiagnosticsReport(outcome.result, file: reader.path, usesColour: usesColour)
            return ControlAnswer(report)
        case .plan:
            if let file = request.file, !file.hasPrefix("/") {
                return ControlAnswer(ControlFailure(.badRequest, "'\(file)' is no absolute path"))
            }
            return ControlAnswer(await plan(file: request.file, usesColour: usesColour))
        }
    }

    /// Reads the file again and puts it in force, after a reload that runs already.
    ///
    /// - Returns: nil when the director is stopping.
    func reload() async -> ReloadOutcome? {
        guard !isStopping else { return nil }
        var followers: [CheckedContinuation<ReloadTurns<ReloadOutcome?>.Turn, Never>] = []
        if !turns.begin() {
            switch await withCheckedContinuation({ turns.wait($0) }) {
            case .verdict(let outcome): return outcome
            case .lead(let others): followers = others
            }
        }
        let outcome = isStopping ? nil : await reloadNow()
        turns.end(outcome, followers: followers)
        return outcome
    }

    private func reloadNow() async -> ReloadOutcome {
        let started = Moment.now
        logger.notice("Reloading ...")
        manager.reloading()
        let (read, text) = await readFile(reader)
        let (verdict, message, plan) = await putInForce(read.result)
        let now = Moment.now
        var report = ReloadReport(
            verdict, message: message, at: now.wall,
            seconds: (now.instant - started.instant).inSeconds, changes: plan?.lines ?? [],
            diagnostics: DiagnosticsReport())
        if let plan { report.plan = await JSONValue(plan) }
        lastReload = LastReload(
            at: now.wall, verdict: verdict, message: message,
            diagnostics: verdict == .refused ? read.result.reasons : [])
        if verdict == .applied || verdict == .unchanged {
            let isKept = text.digest == origin.digest && lastGoodPath.map { access($0, F_OK) == 0 } ?? true
            origin = text.origin
            if !isKept { await keep(text) }
        }
        manager.ready("Running with \(reader.path); last reload: \(verdict.rawValue)")
        // The answer still holds what was read; soon it does not.
        eventLoop.scheduleTask(in: .seconds(5)) { AllocatorMemory.giveBack() }
        return ReloadOutcome(report: report, result: read.result)
    }

    private func putInForce(_ result: LoadResult) async -> (ReloadReport.Verdict, String, ReloadPlan?) {
        for diagnostic in result.diagnostics {
            let metadata: Logger.Metadata = diagnostic.hint.map { ["help": "\($0)"] } ?? [:]
            logger.log(
                level: diagnostic.severity == .error ? .error : .warning, "\(diagnostic.oneLine)", metadata: metadata)
        }
        guard let configuration = result.configuration, result.omissions.isSubset(of: omissions) else {
            let message = "\(result.refusal(knowing: omissions)); everything runs on as before"
            logger.error("Reload refused: \(message)")
            return (.refused, message, nil)
        }
        do throws(ReloadFailure) {
            let plan = try await director.reload(configuration)
            omissions = result.omissions
            await director.forgetOldChecks()
            if plan.isEmpty { return (.unchanged, "nothing changed", plan) }
            return (.applied, "the new configuration is in force", plan)
        } catch {
            logger.error("Reload refused: \(error)")
            return (error.rollback == .notNeeded ? .refused : .rolledBack, "\(error)", nil)
        }
    }

    /// What a reload would do now, after one that runs already.
    private func plan(file: String?, usesColour: Bool) async -> PlanReport {
        await withCheckedContinuation { turns.waitUntilIdle($0) }
        let reader = file.map(reader.reading) ?? reader
        let (read, _) = await readFile(reader)
        let diagnostics = DiagnosticsReport(read.result, file: reader.path, usesColour: usesColour)
        guard let configuration = read.result.configuration, read.result.omissions.isSubset(of: omissions) else {
            return PlanReport(
                file: reader.path, reason: read.result.refusal(knowing: omissions), diagnostics: diagnostics)
        }
        let plan = await director.plan(configuration)
        return await PlanReport(plan, file: reader.path, diagnostics: diagnostics)
    }

    private func status() async -> StatusReport {
        let snapshot = await director.statusSnapshot()
        let (origin, lastReload, lastGood) = (origin, lastReload, lastGoodPath)
        let changed = await elsewhere { origin.changedFiles() }
        return await snapshot.report(
            startedAt: startedAt,
            configuration: ConfigurationReport(
                path: origin.path, files: origin.files, readAt: origin.readAt, digest: origin.digest,
                changedFiles: changed ?? [], lastGood: lastGood),
            lastReload: lastReload)
    }

    /// The text in force, from where it is kept: in memory it would cost as much as all the rest.
    private func configurationText() async -> ControlAnswer {
        let (path, digest, lastGood) = (origin.path, origin.digest, lastGoodPath)
        let bytes = await elsewhere { lastGood.flatMap { try? SmallFile.read($0, limit: 512 << 20) } } ?? nil
        guard let bytes, FlattenedText.digest(of: bytes) == digest else {
            return ControlAnswer(
                ControlFailure(
                    .notAvailable, "the text in force is kept nowhere: \(lastGood ?? "its file") is missing or altered")
            )
        }
        return ControlAnswer(
            ConfigurationText(path: path, digest: digest, text: String(decoding: bytes, as: UTF8.self)))
    }

    private func readFile(_ reader: ConfigurationReader) async -> (ReadConfiguration, FlattenedText) {
        let read = await elsewhere { () -> (ReadConfiguration, FlattenedText) in
            let read = reader.readForRunning()
            return (read, FlattenedText(read, path: reader.path))
        }
        if let read { return read }
        // The pool of blocking threads has gone, and the process with it.
        let none = ReadConfiguration(
            result: LoadResult(configuration: nil, diagnostics: []), record: ReadingRecord(), readAt: WallClock.now)
        return (none, FlattenedText(none, path: reader.path))
    }

    /// Keeps the text in force where a crash or a bad edit does not reach it.
    private func keep(_ text: FlattenedText) async {
        guard let path = lastGoodPath else { return }
        let failure = await elsewhere { () -> SystemError? in
            do throws(SystemError) {
                try SmallFile.replace(path, with: text.bytes, mode: 0o600)
                return nil
            } catch {
                return error
            }
        }
        if let failure = failure ?? nil { logger.warning("The configuration in force is not kept: \(failure)") }
    }

    /// Runs what blocks on a thread that may; nil when there is none any more.
    private func elsewhere<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result? {
        try? await NIOSingletons.posixBlockingThreadPool.runIfActive(eventLoop: eventLoop, body).get()
    }
}

extension StatusSnapshot {
    /// The report, made outside the director's loop.
    @concurrent fileprivate func report(
        startedAt: Double, configuration: ConfigurationReport, lastReload: LastReload?
    ) async -> StatusReport {
        StatusReport(
            director: DirectorReport(
                version: MartletVersion.text, pid: getpid(), now: moment.wall, startedAt: startedAt,
                isDryRun: isDryRun,
                largestLateness: elections.map { $0.largestLateness.inSeconds },
                lateWakeUps: elections?.lateWakeUps),
            configuration: configuration, lastReload: lastReload, instances: instances, groups: groups,
            sessions: sessionReports, services: services, probes: probes, table: table, notifications: notifications)
    }
}
