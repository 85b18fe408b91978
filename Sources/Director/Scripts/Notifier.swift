import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore

/// Runs notification scripts in the order of ``NotificationQueue``. Used on its event loop only.
final class Notifier {
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
        if let next = queue.enqueue(notification) { start(next) }
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
        supervisor.run(command, timeout: nil) { [eventLoop] result in
            eventLoop.execute { this.value.finished(notification, result) }
        }
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
