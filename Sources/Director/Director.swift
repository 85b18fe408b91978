import BFDRuntime
import HealthChecks
import IPVS
public import KeepalivedConfig
public import LinuxSystem
public import Logging
public import NIOCore
import NIOPosix
import Probes
import Timing
import VRRP
import VRRPRuntime

/// One director: elections, checks and the IPVS table under one configuration, from start to stop.
///
/// Decisions are made by values (`HealthBoard`, `VirtualRouters`, `Planner`); here they are carried out. The director's
/// own state lives on one event loop. The elections have a loop and a thread of their own and never wait for this one.
public actor Director {
    /// The loop that the director's state belongs to.
    public nonisolated let eventLoop: any EventLoop
    /// Runs the actor on ``eventLoop``.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// Loggers by the part of the director that speaks.
    public struct Loggers: Sendable {
        /// Lifecycle and reload.
        public var parent: Logger
        /// Elections.
        public var vrrp: Logger
        /// Checks and IPVS.
        public var checkers: Logger

        /// Takes the three loggers from a writer.
        public init(_ writer: LogWriter, level: Logger.Level) {
            parent = writer.logger("martlet", level: level)
            vrrp = writer.logger("martlet.vrrp", level: level)
            checkers = writer.logger("martlet.checkers", level: level)
        }
    }

    /// Checks keep a loop of their own busy.
    let probeLoops: [any EventLoop]
    let options: DirectorOptions
    let loggers: Loggers
    let notifier: Notifier
    let fifos: EventFIFOs
    let mailSender: MailSender
    let supervisors: ScriptSupervisors
    /// What is in force.
    var configuration: Configuration {
        didSet { healthSubscriptions = HealthSubscriptions(configuration) }
    }
    /// Who is told of services and servers.
    var healthSubscriptions: HealthSubscriptions
    /// The scripts of the configuration in force, looked up.
    var resolver: ScriptResolver
    /// What the elections were told last.
    var runtimeConfiguration: VRRPRuntimeConfiguration?
    var board = HealthBoard()
    var table: TableReconciler?
    var probes: ProbeEngine?
    var elections: VRRPRuntime?
    var sessions: BFDRuntime?
    /// What the sessions were told last.
    var sessionConfiguration: BFDRuntimeConfiguration?
    /// How each session stands.
    var sessionVerdicts: [String: BFDVerdict] = [:]
    /// Carries verdicts to the elections.
    let sessionRelay = SessionRelay()
    /// The addresses of this host, where a service has `ha_suspend`.
    var hostAddresses: HostAddressMonitor?
    /// Timeouts of the kernel before `lvs_timeouts` replaced them; put back at the stop.
    var originalTimeouts: Timeouts?
    /// During a reload the other configuration, which is not in force any more or not yet: its instances have
    /// notifications to run too.
    var retiring: Configuration?
    /// What each router was last reported to be.
    var routerStates: [String: RouterState] = [:]
    /// The effective priority that each router last reported.
    var routerPriorities: [String: UInt8] = [:]
    /// The state that the last mail about an instance or a group told.
    var mailedStates: [String: AnnouncedState] = [:]
    /// While a reload is put in force, the instances and groups whose states were told.
    var announcedDuringReload: Set<String>?
    /// Sides of the connection synchronization that this director has started.
    var runningSyncDaemons: [SyncDaemon.Role: SyncDaemon] = [:]
    /// The next look at what others have done to the table.
    var repairTimer: Scheduled<Void>?
    /// Who is told of what others have done, and how often a table that cannot be put right is tried again.
    var repairPolicy = RepairPolicy()
    /// What the kernel refuses, and what is told when it has taken it.
    var refusals = TableRefusals()
    /// Remembers which services are ours, for the next start after a crash.
    var serviceMemory: ServiceMemory?
    var isStopping = false
    /// When checks changed their minds, for status.
    var checkHistory = CheckHistory()
    /// What has been done to the table, for status.
    var tableCounters = TableCounters()
    /// Whether ``start()`` has succeeded.
    var isStarted = false
    /// Start, stop, reload and plan take turns.
    private var hasTurn = false
    private var waitingForTurn: [CheckedContinuation<Void, Never>] = []
    /// Reports of checks that came while a reload was between two of its steps.
    var heldReports: [CheckReport]?
    /// Opens the table; nil opens the kernel's.
    private let openKernel: (@Sendable () -> any KernelTable)?

    /// Prepares a director; nothing is opened or written yet.
    ///
    /// - Parameters:
    ///   - configuration: free of errors, as ``ConfigurationReader`` gives it.
    ///   - options: how to run.
    ///   - loggers: where its parts say what happens.
    ///   - eventLoop: the loop that its state belongs to.
    ///   - probeLoops: the loops that checks run on, at least one.
    /// - Throws: when the threads that run scripts cannot be started.
    public init(
        _ configuration: Configuration, options: DirectorOptions, loggers: Loggers, eventLoop: any EventLoop,
        probeLoops: [any EventLoop]
    ) throws(SystemError) {
        try self.init(
            configuration, options: options, loggers: loggers, eventLoop: eventLoop, probeLoops: probeLoops,
            openKernel: nil)
    }

    /// With another table in the kernel's place.
    init(
        _ configuration: Configuration, options: DirectorOptions, loggers: Loggers, eventLoop: any EventLoop,
        probeLoops: [any EventLoop], openKernel: (@Sendable () -> any KernelTable)?
    ) throws(SystemError) {
        self.configuration = configuration
        healthSubscriptions = HealthSubscriptions(configuration)
        self.openKernel = openKernel
        self.options = options
        self.loggers = loggers
        self.eventLoop = eventLoop
        self.probeLoops = probeLoops
        supervisors = try ScriptSupervisors(loggers)
        let rules = ScriptResolver(configuration.global)
        resolver = rules.resolving(configuration.allScripts)
        notifier = Notifier(
            eventLoop: eventLoop, elections: supervisors.elections, services: supervisors.services, resolver: rules,
            logger: loggers.parent)
        fifos = EventFIFOs(eventLoop: eventLoop, supervisor: supervisors.readers, logger: loggers.parent)
        mailSender = MailSender(eventLoop: eventLoop, logger: loggers.parent)
    }

    /// A stand-in for the kernel's table; nil is the kernel itself.
    func substituteKernel() -> (any KernelTable)? { openKernel?() }

    /// Waits until nothing else is under way that changes the director as a whole; ``endTurn()`` is to follow.
    func takeTurn() async {
        guard hasTurn else {
            hasTurn = true
            return
        }
        await withCheckedContinuation { waitingForTurn.append($0) }
    }

    /// Lets the next one have its turn.
    func endTurn() {
        guard !waitingForTurn.isEmpty else {
            hasTurn = false
            return
        }
        waitingForTurn.removeFirst().resume()
    }

    /// Starts everything that the configuration has something for: the table, the checks, then the elections, so that
    /// a director which becomes master at once has its services ready.
    public func start() async throws(DirectorError) {
        await takeTurn()
        defer { endTurn() }
        reportScripts()
        if !options.isDryRun {
            fifos.update(configuration.global.fifos, resolver: resolver)
            mailSender.update(MailSender.Settings(configuration.global))
        }
        do throws(DirectorError) {
            updateSessions()
            writeInitialNumbers()
            if options.runsCheckers, configuration.needsIPVS { try await startHealth() }
            if options.runsVRRP, !options.isDryRun, configuration.hasElections { try await startElections() }
        } catch {
            await end()
            throw error
        }
        isStarted = true
    }

    /// Resigns and clears up: priority 0 first, then the addresses, then the table as configured, then scripts.
    public func stop() async {
        guard !isStopping else { return }
        isStopping = true
        await takeTurn()
        defer { endTurn() }
        await end()
    }

    private func end() async {
        isStopping = true
        sessionRelay.attach(nil)
        if let elections { await elections.stop(keepAddresses: options.keepsAddressesOnStop) }
        await stopHealth()
        await sessions?.stop()
        sessions = nil
        await finishNotifications(mailLimit: .seconds(1))
        notifier.abandonWaiting()
        mailSender.stop()
        await stopSupervisors()
    }

    /// The last states are told; a script, a reader or a mail server that hangs must not hold up a restart.
    private func finishNotifications(mailLimit: Duration) async {
        let scripts = notifier.finish()
        let others = eventLoop.makePromise(of: Void.self)
        EventLoopFuture.andAllComplete([mailSender.whenIdle(), fifos.close()], on: eventLoop).cascade(to: others)
        let timeout = eventLoop.scheduleTask(in: .nanoseconds(mailLimit.wholeNanoseconds)) { others.succeed() }
        try? await others.futureResult.get()
        timeout.cancel()
        try? await scripts.get()
    }

    /// Ending children takes a moment and blocks, which a loop must not.
    private func stopSupervisors() async {
        let supervisors = supervisors
        try? await NIOSingletons.posixBlockingThreadPool.runIfActive(eventLoop: eventLoop) { supervisors.stop() }.get()
    }
}
