import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore

/// Runs notification scripts in the order of ``NotificationQueue``. Used on its event loop only.
///
/// A script has no time limit: what it does (a failover of something else) may take long. One that others wait for is
/// told about, and after a while it holds them up no longer: in elections soon, because a fault that is told a minute
/// late is of no use, but not at once, because scripts that end in time then never overlap. The scripts of elections have
/// places of their own, which those of a thousand services cannot use up.
final class Notifier {
    /// How long scripts are waited for.
    struct Patience: Sendable {
        /// After this long a script that others wait for is told about.
        var reminder: TimeAmount = .seconds(30)
        /// After this long those that wait for a script of their service run beside it.
        var services: TimeAmount = .minutes(5)
        /// After this long those that wait for a script of their instance or group run beside it.
        var elections: TimeAmount = .seconds(3)
        /// The same at a stop.
        var stop: TimeAmount = .milliseconds(500)
        /// What scripts of elections have at a stop, from when the last one was started.
        var lastScript: TimeAmount = .seconds(1)
        /// How long a stop takes at most.
        var wholeStop: TimeAmount = .seconds(5)
    }

    /// What is under way.
    struct Counts: Sendable, Hashable {
        /// Scripts that run.
        var running = 0
        /// Scripts that wait because as many run as may at once.
        var waitingForPlace = 0
        /// Scripts that wait for an earlier one of their lane.
        var waitingForTurn = 0
        /// Scripts that were not run.
        var lost = 0
    }

    /// One script from its turn to its end.
    private final class Run {
        let notification: Notification
        let began: NIODeadline
        var isWaiting = false
        /// Others of its lane do not wait for it any more.
        var isPassedOver = false
        var timers: [Scheduled<Void>] = []

        init(_ notification: Notification, began: NIODeadline) {
            self.notification = notification
            self.began = began
        }
    }

    private let eventLoop: any EventLoop
    private let electionSupervisor: ProcessSupervisor
    private let serviceSupervisor: ProcessSupervisor
    private let patience: Patience
    private let logger: Logger
    private var queue = NotificationQueue()
    private var resolver: ScriptResolver
    /// The run that others of its lane wait for.
    private var runs: [Notification.Lane: Run] = [:]
    private var idlePromises: [EventLoopPromise<Void>] = []
    private var running = 0
    private var waitingForPlace = 0
    private var electionsWaitingForPlace = 0
    private var lost = 0
    private var isStopping = false
    private var lastElectionStart = NIODeadline.uptimeNanoseconds(0)

    /// - Parameters:
    ///   - elections: runs the scripts of instances and groups.
    ///   - services: runs those of services and servers.
    init(
        eventLoop: any EventLoop, elections: ProcessSupervisor, services: ProcessSupervisor, resolver: ScriptResolver,
        patience: Patience = Patience(), logger: Logger
    ) {
        self.eventLoop = eventLoop
        electionSupervisor = elections
        serviceSupervisor = services
        self.resolver = resolver
        self.patience = patience
        self.logger = logger
    }

    /// How much is under way.
    var counts: Counts {
        Counts(
            running: running - waitingForPlace, waitingForPlace: waitingForPlace, waitingForTurn: queue.waitingCount,
            lost: lost)
    }

    /// Takes the rules of a reloaded configuration.
    func replace(resolver: ScriptResolver) {
        eventLoop.preconditionInEventLoop()
        self.resolver = resolver
    }

    /// Runs the notification, after those of its lane that came before it.
    func notify(_ notification: Notification) {
        eventLoop.preconditionInEventLoop()
        switch queue.enqueue(notification) {
        case .starts: start(notification)
        case .waits: passOverIfLate(notification.lane)
        case .waitsInPlaceOf(let lost): tellLost([lost], cause: "\(NotificationQueue.limit) others wait before it")
        case .supersedes(let stale):
            logger.notice(
                "Notify script '\(stale.program)' of \(stale.target) is left out",
                metadata: [
                    "cause": "there is later news", "arguments": "\(stale.arguments.joined(separator: " "))",
                ])
            passOverIfLate(notification.lane)
        }
    }

    /// Has the last states told at a stop: their scripts do not wait for those that hang. The future is there when
    /// nothing runs any more, or when the last ones had their time.
    func finish() -> EventLoopFuture<Void> {
        eventLoop.preconditionInEventLoop()
        isStopping = true
        let began = NIODeadline.now()
        for lane in queue.waitingLanes {
            guard isElection(lane.target), let run = runs[lane] else { continue }
            passOverIfLate(lane)
            schedulePassingOver(run)
        }
        let end = eventLoop.makePromise(of: Void.self)
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        let look = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(50)) { _ in
            if this.value.isFinished(since: began) { end.succeed() }
        }
        whenIdle().assumeIsolated().whenSuccess { end.succeed() }
        end.futureResult.whenComplete { _ in look.cancel() }
        return end.futureResult
    }

    private func isFinished(since began: NIODeadline) -> Bool {
        let now = NIODeadline.now()
        guard now < began + patience.wholeStop else { return true }
        guard now >= max(began, lastElectionStart) + patience.lastScript else { return false }
        return electionsWaitingForPlace == 0 && !queue.waitingLanes.contains { isElection($0.target) }
    }

    /// Gives up what has not begun.
    func abandonWaiting() {
        eventLoop.preconditionInEventLoop()
        tellLost(queue.removeWaiting(), cause: "the director stops and the scripts before it take too long")
    }

    private func tellLost(_ notifications: [Notification], cause: String) {
        for notification in notifications {
            lost += 1
            logger.warning(
                "Notify script '\(notification.program)' of \(notification.target) was not run",
                metadata: ["cause": "\(cause)", "arguments": "\(notification.arguments.joined(separator: " "))"])
        }
    }

    /// Succeeds as soon as nothing runs or waits.
    func whenIdle() -> EventLoopFuture<Void> {
        eventLoop.preconditionInEventLoop()
        guard !queue.isIdle else { return eventLoop.makeSucceededVoidFuture() }
        let promise = eventLoop.makePromise(of: Void.self)
        idlePromises.append(promise)
        return promise.futureResult
    }

    // MARK: Runs

    private func start(_ notification: Notification) {
        var command = resolver.resolve(notification.script).command
        command.words += notification.arguments
        let run = Run(notification, began: .now())
        runs[notification.lane] = run
        running += 1
        let bound = NIOLoopBound((self, run), eventLoop: eventLoop)
        if isElection(notification.target) { lastElectionStart = run.began }
        run.timers = [eventLoop.scheduleTask(in: patience.reminder) { bound.value.0.remind(of: bound.value.1) }]
        schedulePassingOver(run)
        supervisor(of: notification.target).run(
            command, timeout: nil,
            waits: { [eventLoop] waits in eventLoop.execute { bound.value.0.waits(bound.value.1, waits) } }
        ) { [eventLoop] result in
            eventLoop.execute { bound.value.0.ended(bound.value.1, result) }
        }
    }

    private func schedulePassingOver(_ run: Run) {
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        let lane = run.notification.lane
        let deadline = run.began + order(of: lane.target)
        run.timers.append(eventLoop.scheduleTask(deadline: deadline) { this.value.passOverIfLate(lane) })
    }

    private func isElection(_ target: Notification.Target) -> Bool {
        switch target {
        case .router, .group: true
        case .service: false
        }
    }

    private func supervisor(of target: Notification.Target) -> ProcessSupervisor {
        isElection(target) ? electionSupervisor : serviceSupervisor
    }

    /// How long the next one of a target waits.
    private func order(of target: Notification.Target) -> TimeAmount {
        guard isElection(target) else { return patience.services }
        return isStopping ? patience.stop : patience.elections
    }

    /// A script waits for a place among those that run at once, or got one.
    private func waits(_ run: Run, _ waits: Bool) {
        guard run.isWaiting != waits else { return }
        run.isWaiting = waits
        if isElection(run.notification.target) {
            electionsWaitingForPlace += waits ? 1 : -1
            if !waits { lastElectionStart = .now() }
        }
        let before = waitingForPlace
        waitingForPlace += waits ? 1 : -1
        if before == 0 {
            logger.warning(
                "Notify scripts have to wait: as many run as may at once",
                metadata: ["first": "\(run.notification.target)"])
        } else if waitingForPlace == 0 {
            logger.notice("No notify script waits for a place any more")
        }
    }

    private func remind(of run: Run) {
        let count = queue.waitingCount(of: run.notification.lane)
        guard count > 0 else { return }
        logger.warning(
            "Notify script '\(run.notification.program)' of \(run.notification.target) has not ended, \(count) wait for it"
        )
    }

    /// Lets the next of a lane run beside one that does not end.
    private func passOverIfLate(_ lane: Notification.Lane) {
        guard let run = runs[lane], run.began + order(of: lane.target) <= .now(), queue.waitingCount(of: lane) > 0
        else { return }
        run.isPassedOver = true
        logger.warning(
            "Notify script '\(run.notification.program)' of \(lane.target) has not ended: the next one runs beside it",
            metadata: ["arguments": "\(run.notification.arguments.joined(separator: " "))"])
        startNext(of: lane)
    }

    private func startNext(of lane: Notification.Lane) {
        runs[lane] = nil
        if let next = queue.finished(lane) { start(next) }
    }

    private func ended(_ run: Run, _ result: ChildResult) {
        for timer in run.timers { timer.cancel() }
        run.timers = []
        waits(run, false)
        running -= 1
        if !result.outcome.isSuccess {
            logger.warning(
                "Notify script '\(run.notification.program)' failed",
                metadata: [
                    "cause": "\(result.outcome)", "arguments": "\(run.notification.arguments.joined(separator: " "))",
                ])
        }
        if !run.isPassedOver { startNext(of: run.notification.lane) }
        guard queue.isIdle else { return }
        for promise in idlePromises { promise.succeed() }
        idlePromises = []
    }
}

extension Notification {
    /// The program, to name the script by.
    fileprivate var program: String { script.words.first ?? "" }
}
