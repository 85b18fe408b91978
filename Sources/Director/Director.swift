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
    let probeLoop: any EventLoop
    let options: DirectorOptions
    let loggers: Loggers
    let notifier: Notifier
    /// Checks; neither what tracks the health of this host nor notifications that hang share its limit.
    let supervisor: ProcessSupervisor
    let notificationSupervisor: ProcessSupervisor
    let trackSupervisor: ProcessSupervisor
    var configuration: Configuration
    var resolver: ScriptResolver
    var board = HealthBoard()
    var table: TableReconciler?
    var probes: ProbeEngine?
    var elections: VRRPRuntime?
    /// Timeouts of the kernel before `lvs_timeouts` replaced them; put back at the stop.
    var originalTimeouts: Timeouts?
    /// During a reload the configuration before it: what it removes still has notifications to run.
    var retiring: Configuration?
    /// What each router was last reported to be.
    var routerStates: [String: RouterState] = [:]
    /// Sides of the connection synchronization that this director has started.
    var runningSyncDaemons: [SyncDaemon.Role: SyncDaemon] = [:]
    /// The next look at what others have done to the table.
    var repairTimer: Scheduled<Void>?
    var isStopping = false

    /// Prepares a director; nothing is opened or written yet.
    ///
    /// - Parameters:
    ///   - configuration: free of errors, as ``ConfigurationReader`` gives it.
    ///   - options: how to run.
    ///   - loggers: where its parts say what happens.
    ///   - eventLoop: the loop that its state belongs to.
    ///   - probeLoop: the loop that checks run on.
    /// - Throws: when the threads that run scripts cannot be started.
    public init(
        _ configuration: Configuration, options: DirectorOptions, loggers: Loggers, eventLoop: any EventLoop,
        probeLoop: any EventLoop
    ) throws(SpawnFailure) {
        self.configuration = configuration
        self.options = options
        self.loggers = loggers
        self.eventLoop = eventLoop
        self.probeLoop = probeLoop
        supervisor = try ProcessSupervisor(name: "checks", limit: 128)
        notificationSupervisor = try ProcessSupervisor(name: "notifications")
        trackSupervisor = try ProcessSupervisor(name: "trackers")
        resolver = ScriptResolver(configuration.global)
        notifier = Notifier(
            eventLoop: eventLoop, supervisor: notificationSupervisor, resolver: resolver, logger: loggers.parent)
    }

    /// Starts everything that the configuration has something for: the table, the checks, then the elections, so that
    /// a director which becomes master at once has its services ready.
    public func start() async throws(DirectorError) {
        reportScripts()
        do throws(DirectorError) {
            if options.runsCheckers, configuration.needsIPVS { try startHealth() }
            if options.runsVRRP, !options.isDryRun, !configuration.instances.isEmpty { try await startElections() }
        } catch {
            await stop()
            throw error
        }
    }

    /// Resigns and clears up: priority 0 first, then the addresses, then the table as configured, then scripts.
    public func stop() async {
        guard !isStopping else { return }
        isStopping = true
        if let elections { await elections.stop(keepAddresses: options.keepsAddressesOnStop) }
        await stopHealth()
        // A script that hangs must not hold up a restart: the rest gets a second together.
        await waitForNotifications(.seconds(1))
        await stopSupervisors()
    }

    private func waitForNotifications(_ limit: Duration) async {
        let finished = eventLoop.makePromise(of: Void.self)
        notifier.whenIdle().cascade(to: finished)
        let timeout = eventLoop.scheduleTask(in: .nanoseconds(limit.wholeNanoseconds)) { finished.succeed() }
        try? await finished.futureResult.get()
        timeout.cancel()
    }

    /// Ending children takes a moment and blocks, which a loop must not.
    private func stopSupervisors() async {
        let supervisors = [supervisor, trackSupervisor, notificationSupervisor]
        try? await NIOSingletons.posixBlockingThreadPool.runIfActive(eventLoop: eventLoop) {
            for supervisor in supervisors { supervisor.stop() }
        }.get()
    }
}
