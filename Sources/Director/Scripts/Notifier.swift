import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore

/// Runs notification scripts in the order of ``NotificationQueue``. Used on its event loop only.
///
/// A script has no time limit: what it does (a failover of something else) may take long. One that others wait for is
/// told about.
final class Notifier {
    /// After this long a script that others wait for is told about.
    private static let patience: TimeAmount = .seconds(30)

    private let eventLoop: any EventLoop
    private let supervisor: ProcessSupervisor
    private let logger: Logger
    private var queue = NotificationQueue()
    private var resolver: ScriptResolver
    private var idlePromises: [EventLoopPromise<Void>] = []

    init(eventLoop: any EventLoop, supervisor: ProcessSupervisor, resolver: ScriptResolver, logger: Logger) {
        self.eventLoop = eventLoop
        self.supervisor = supervisor
        self.resolver = resolver
        self.logger = logger
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
        case .waits: break
        case .waitsInPlaceOf(let lost): tellLost([lost], cause: "\(NotificationQueue.limit) others wait before it")
        }
    }

    /// Gives up what has not begun.
    func abandonWaiting() {
        eventLoop.preconditionInEventLoop()
        tellLost(queue.removeWaiting(), cause: "the director stops and the scripts before it take too long")
    }

    private func tellLost(_ notifications: [Notification], cause: String) {
        for lost in notifications {
            logger.warning(
                "Notify script '\(lost.script.words.first ?? "")' of \(lost.target) was not run",
                metadata: ["cause": "\(cause)", "arguments": "\(lost.arguments.joined(separator: " "))"])
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

    private func start(_ notification: Notification) {
        var command = resolver.resolve(notification.script).command
        if !command.words.isEmpty { command.words += notification.arguments }
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        let reminder = eventLoop.scheduleTask(in: Self.patience) { this.value.remind(of: notification) }
        supervisor.run(command, timeout: nil) { [eventLoop] result in
            eventLoop.execute {
                reminder.cancel()
                this.value.finished(notification, result)
            }
        }
    }

    private func remind(of notification: Notification) {
        let count = queue.waitingCount(of: notification.target)
        guard count > 0 else { return }
        logger.warning(
            "Notify script '\(notification.script.words.first ?? "")' of \(notification.target) has not ended, \(count) wait for it"
        )
    }

    private func finished(_ notification: Notification, _ result: ChildResult) {
        if !result.outcome.isSuccess {
            logger.warning(
                "Notify script '\(notification.script.words.first ?? "")' failed",
                metadata: [
                    "cause": "\(result.outcome)", "arguments": "\(notification.arguments.joined(separator: " "))",
                ])
        }
        if let next = queue.finished(notification.target) {
            start(next)
        } else if queue.isIdle {
            for promise in idlePromises { promise.succeed() }
            idlePromises = []
        }
    }
}
