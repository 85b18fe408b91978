import Addressing
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import Netlink
import Timing
import VRRP

/// The state of a runtime, on its event loop.
actor VRRPLoop {
    /// Whether it runs.
    enum Phase { case idle, running, stopped }

    nonisolated let eventLoop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    let logger: Logger
    let supervisor: ProcessSupervisor
    let onEvent: @Sendable (VRRPRuntimeEvent) -> Void

    var phase = Phase.idle
    var configuration: VRRPRuntimeConfiguration {
        didSet {
            virtualInterfacesByName = configuration.virtualInterfacesByName
            sharedPrefixes = configuration.sharedPrefixes
        }
    }
    /// Those of the configuration in force.
    private(set) var virtualInterfacesByName: [String: VirtualInterface]
    /// The next configuration, whose sockets are open already.
    var prepared: VRRPRuntimeConfiguration?
    /// While a configuration takes force: which master is to hold which address. What is claimed is not taken away.
    var claims: [HeldAddressBook.Key: RouterID] = [:]
    var routers: VirtualRouters
    /// The routers that actions are about.
    var known: [RouterID: VRRPRuntimeConfiguration.Router]
    var directory: RouterDirectory
    var sources: [RouterID: IPAddress] = [:]

    var interfaces = InterfaceTable()
    /// The state of each interface as the routers were told.
    var reportedInterfaces: [String: Bool] = [:]
    var book = HeldAddressBook()
    var keepsAddresses = false
    var upkeep = Upkeep()

    /// The routers that hold their addresses or are about to.
    var holding: Set<RouterID> = []
    /// Addresses that more than one router lists.
    private(set) var sharedPrefixes: Set<Prefix>
    /// The virtual interfaces that were made or taken over, by name.
    var ownInterfaces: [String: OwnInterface] = [:]
    /// Names and removals of them that the kernel is still to report.
    var ownChanges = OwnLinkChanges()
    /// What the parameters of interfaces below virtual ones were, by index.
    var baseMemories: [UInt32: BaseMemory] = [:]
    /// Why virtual interfaces could not be made or set up, and what is wrong with the others, so that it is logged once.
    var obstacles: [String: String] = [:]
    var obstacleRetry: Scheduled<Void>?
    var reportedProblems: [String: [String]] = [:]
    /// The virtual interfaces that were made for the prepared configuration.
    var preparedInterfaces: [String] = []
    var frames: FrameSender?
    /// What hears adverts with the virtual MAC address, by virtual interface.
    var virtualReceivers: [String: EndpointSockets] = [:]
    let filter: AddressFilterTables
    var isFilterFailing = false
    var filterCheck: RepeatedTask?
    var extraAnnouncements: [RouterID: RepeatedTask] = [:]

    var monitor: RouteMonitorChannel?
    var kernel: RouteClient?
    var announcer: GratuitousARPSender?
    var neighborAnnouncer: NeighborAdvertisementSender?
    var endpoints: [Endpoint: EndpointSockets] = [:]
    /// Endpoints and routers whose last attempt failed, so that a failure is logged once.
    var failingEndpoints: Set<Endpoint> = []
    var failingSends: Set<RouterID> = []
    var identifications: [RouterID: UInt16] = [:]

    var announcements: AnnouncementQueue
    var announcementTimer: Scheduled<Void>?
    var endpointRetry: Scheduled<Void>?
    var scripts: [String: ScriptRun] = [:]
    /// Looks after files, processes and polled links; nil where there are none.
    var trackerLoop: TrackerLoop?
    var trackerGroup: MultiThreadedEventLoopGroup?
    /// What polled links last said; the kernel's word counts for the others.
    var polledCarriers: [String: Bool] = [:]
    var knownProcesses: [String: Bool] = [:]
    var damping = LinkDamping()
    /// When the runtime was started, and while elections do not run yet, when they will.
    var startedAt: Instant?
    var startupEnd: Instant?

    var deadlineTimer: Scheduled<Void>?
    var armedDeadline: Instant?
    var datagramsSinceDeferral = 0
    var largestLateness = Duration.zero
    var lateWakeUps: UInt64 = 0
    /// How the thread runs.
    var scheduling = ThreadScheduling()
    private var missedDeadline: Instant?
    private var actions: [RouterAction] = []

    init(
        _ configuration: VRRPRuntimeConfiguration, eventLoop: any EventLoop, logger: Logger,
        supervisor: ProcessSupervisor, onEvent: @escaping @Sendable (VRRPRuntimeEvent) -> Void
    ) {
        self.eventLoop = eventLoop
        self.logger = logger
        self.supervisor = supervisor
        self.onEvent = onEvent
        self.configuration = configuration
        routers = VirtualRouters(routers: configuration.routers.map(\.configuration), groups: configuration.groups)
        known = Self.index(configuration.routers)
        directory = RouterDirectory(configuration.routers)
        sharedPrefixes = configuration.sharedPrefixes
        announcements = AnnouncementQueue(intervals: configuration.announcementIntervals)
        virtualInterfacesByName = configuration.virtualInterfacesByName
        filter = AddressFilterTables(configuration.addressFilter)
    }

    static func index(
        _ routers: [VRRPRuntimeConfiguration.Router]
    ) -> [RouterID: VRRPRuntimeConfiguration.Router] {
        Dictionary(routers.map { ($0.configuration.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Events in, actions out

    /// Tells the routers and carries out what they decide.
    func handle(_ event: RouterEvent) {
        var actions: [RouterAction] = []
        swap(&actions, &self.actions)
        routers.utcOffset = Instant.utcOffset
        upkeep.addedAtOnce = 0
        routers.handle(event, at: .now, into: &actions)
        for action in actions { carryOut(action) }
        actions.removeAll(keepingCapacity: true)
        swap(&actions, &self.actions)
        arm()
    }

    func carryOut(_ action: RouterAction) {
        switch action {
        case .sendAdvert(let id, let payload): sendAdvert(payload, of: id)
        case .addAddresses(let id):
            logExcluded("setting", of: id)
            takeAddresses(of: id)
        case .removeAddresses(let id):
            if holding.contains(id) { logExcluded("removing", of: id) }
            releaseAddresses(of: id)
        case .announceAddresses(let id, let count): announceAddresses(of: id, count: count)
        case .changeAddresses(let id, let count): changeAddresses(of: id, announcements: count)
        case .rivalFound(let id, let rival):
            identify(rival, of: id)
            onEvent(.dualMaster(id, rival))
        case .rivalGone(let id): onEvent(.dualMasterOver(id))
        case .routerChanged, .routerRemoved, .priorityChanged, .groupChanged, .heardLowerPriority:
            if let event = VRRPRuntimeEvent(action) { onEvent(event) }
        case .report(let report): log(report)
        }
    }

    /// Puts a router's addresses on their interfaces, which are up and behind their filter by then.
    func takeAddresses(of id: RouterID) {
        holding.insert(id)
        raiseInterfaces(of: id)
        filterAddresses(of: id)
        addAddresses(of: id)
        repeatExtraAnnouncements(of: id)
    }

    /// Takes a router's addresses away, and with them what was set up for them.
    func releaseAddresses(of id: RouterID) {
        extraAnnouncements.removeValue(forKey: id)?.cancel()
        removeAddresses(of: id)
        holding.remove(id)
        lowerInterfaces()
        if !keepsAddresses { filterAddresses(of: id) }
    }

    /// keepalived's line about addresses that are held and not advertised.
    private func logExcluded(_ verb: String, of id: RouterID) {
        guard let router = known[id], router.addresses.count > router.configuration.addresses.count else { return }
        logDetail("\(verb) E-VIPs.", of: id)
    }

    /// A line with detailed logging about what a router carries out.
    func logDetail(_ words: String, of id: RouterID) {
        log(RouterReport(.detail, router: id, message: "(\(id)) \(words)"))
    }

    func log(_ report: RouterReport) {
        let level: Logger.Level =
            switch report.level {
            case .detail: .debug
            case .notice: .notice
            case .warning: .warning
            }
        guard level >= logger.logLevel else { return }
        var metadata: Logger.Metadata = [:]
        if let router = report.router { metadata["vrrp.instance"] = "\(router)" }
        if let cause = report.cause { metadata["cause"] = "\(cause)" }
        logger.log(level: level, "\(report.message)", metadata: metadata)
    }

    // MARK: The timer

    /// Keeps one timer at the routers' next deadline.
    func arm() {
        let deadline = phase == .running ? routers.nextDeadline : nil
        guard deadline != armedDeadline else { return }
        deadlineTimer?.cancel()
        deadlineTimer = nil
        armedDeadline = deadline
        guard let deadline else { return }
        deadlineTimer = eventLoop.scheduleTask(deadline: NIODeadline(deadline)) {
            self.assumeIsolated { $0.deadlineCame(deferrals: 0) }
        }
    }

    /// Datagrams that came while this process did not run wait in the sockets. They are read before a silence is
    /// taken for one: each deferral gives the sockets a turn, as long as something is read.
    private func deadlineCame(deferrals: Int) {
        guard phase == .running, let deadline = armedDeadline else { return }
        // Those that can be read at any time are heard before anything is decided.
        for sockets in endpoints.values { sockets.drain() }
        for sockets in virtualReceivers.values { sockets.drain() }
        guard phase == .running, armedDeadline == deadline else { return }
        let lateness = Instant.now - deadline
        // Armed anew while a deferral was under way: the deadline has a timer of its own.
        guard lateness >= .zero else { return }
        noteLateness(of: deadline, lateness)
        let drains = deferrals == 0 || datagramsSinceDeferral > 0
        if lateness > Self.punctual, drains, deferrals < Self.maximumDeferrals {
            datagramsSinceDeferral = 0
            // Not `execute`: the loop runs such tasks before it looks at its sockets again.
            deadlineTimer?.cancel()
            deadlineTimer = eventLoop.scheduleTask(in: .microseconds(200)) {
                self.assumeIsolated { $0.deadlineCame(deferrals: deferrals + 1) }
            }
            return
        }
        armedDeadline = nil
        deadlineTimer?.cancel()
        deadlineTimer = nil
        handle(.deadlineReached)
    }

    /// Counts a deadline that was missed, once, whoever notices it first: after a sleep, datagrams come before timers.
    func noteLateness(of deadline: Instant, _ lateness: Duration) {
        largestLateness = max(largestLateness, lateness)
        guard lateness > Self.punctual, deadline != missedDeadline else { return }
        missedDeadline = deadline
        lateWakeUps += 1
        if lateness >= configuration.automaticPriorityDelay { raisePriority(after: lateness) }
    }

    private func raisePriority(after lateness: Duration) {
        guard scheduling.maximumAutomaticPriority > 0 else { return }
        do throws(SystemError) {
            guard let priority = try scheduling.raisePriority() else { return }
            logger.notice(
                "The VRRP thread has real-time priority \(priority) now",
                metadata: ["cause": "a timer was \(lateness.wholeNanoseconds / 1_000_000) ms late"])
        } catch {
            scheduling.maximumAutomaticPriority = 0
            logger.warning("The VRRP thread keeps its priority", metadata: ["cause": "\(error)"])
        }
    }

    /// A timer this late is as good as in time.
    private static let punctual = Duration.milliseconds(5)
    /// Bounds what a flood can put off.
    private static let maximumDeferrals = 16
}

extension NIODeadline {
    /// The same point on the same clock.
    init(_ instant: Instant) { self = .uptimeNanoseconds(UInt64(max(0, instant.nanoseconds))) }
}
