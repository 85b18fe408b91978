import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore

/// Runs notification scripts in the order of ``NotificationQueue``. Used on its event loop only.
///
/// A script has no time limit: what it does (a failover of something else) may take long. One that others wait for is
/// told about, and after a while it holds them up no longer. The scripts of elections have places of their own, which
/// those of a thousand services cannot use up.
final class Notifier {
    /// How long scripts are waited for.
    struct Patience: Sendable {
        /// After this long a script that others wait for is told about.
        var reminder: TimeAmount = .seconds(30)
        /// After this long those that wait for a script of their instance, group or service run beside it.
        var order: TimeAmount = .minutes(5)
    }

    /// What is under way.
    struct Counts: Sendable, Hashable {
        /// Scripts that run.
        var running = 0
        /// Scripts that wait because as many run as may at once.
        var waitingForPlace = 0
        /// Scripts that wait for an earlier one of their target.
        var waitingForTurn = 0
        /// Scripts that were not run.
        var lost = 0
    }

    /// One script from its turn to its end.
    private final class Run {
        let notification: Notification
        let began: NIODeadline
        var isWaiting = false
        /// Others of its target do not wait for it any more.
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
    /// The run that others of its target wait for.
    private var runs: [Notification.Target: Run] = [:]
    private var idlePromises: [EventLoopPromise<Void>] = []
    private var running = 0
    private var waitingForPlace = 0
    private var lost = 0

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

    /// Runs the notification, after those of its target that came before it.
    func notify(_ notification: Notification) {
        eventLoop.preconditionInEventLoop()
        switch queue.enqueue(notification) {
        case .starts: start(notification)
        case .waits: passOverIfLate(notification.target)
        case .waitsInPlaceOf(let lost): tellLost([lost], cause: "\(NotificationQueue.limit) others wait before it")
        }
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
        runs[notification.target] = run
        running += 1
        let bound = NIOLoopBound((self, run), eventLoop: eventLoop)
        run.timers = [
            eventLoop.scheduleTask(in: patience.reminder) { bound.value.0.remind(of: bound.value.1) },
            eventLoop.scheduleTask(in: patience.order) { bound.value.0.passOverIfLate(notification.target) },
        ]
        supervisor(of: notification.target).run(
            command, timeout: nil,
            waits: { [eventLoop] waits in eventLoop.execute { bound.value.0.waits(bound.value.1, waits) } }
        ) { [eventLoop] result in
            eventLoop.execute { bound.value.0.ended(bound.value.1, result) }
        }
    }

    private func supervisor(of target: Notification.Target) -> ProcessSupervisor {
        switch target {
        case .router, .group, .stopping: electionSupervisor
        case .service: serviceSupervisor
        }
    }

    /// A script waits for a place among those that run at once, or got one.
    private func waits(_ run: Run, _ waits: Bool) {
        guard run.isWaiting != waits else { return }
        run.isWaiting = waits
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
        let count = queue.waitingCount(of: run.notification.target)
        guard count > 0 else { return }
        logger.warning(
            "Notify script '\(run.notification.program)' of \(run.notification.target) has not ended, \(count) wait for it"
        )
    }

    /// Lets the next of a target run beside one that does not end.
    private func passOverIfLate(_ target: Notification.Target) {
        guard let run = runs[target], run.began + patience.order <= .now(), queue.waitingCount(of: target) > 0 else {
            return
        }
        run.isPassedOver = true
        logger.warning(
            "Notify script '\(run.notification.program)' of \(target) does not end: the next ones run beside it")
        startNext(of: target)
    }

    private func startNext(of target: Notification.Target) {
        runs[target] = nil
        if let next = queue.finished(target) { start(next) }
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
        if !run.isPassedOver { startNext(of: run.notification.target) }
        guard queue.isIdle else { return }
        for promise in idlePromises { promise.succeed() }
        idlePromises = []
    }
}

extension Notification {
    /// The program, to name the script by.
    fileprivate var program: String { script.words.first ?? "" }
}
