import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import Timing

/// Keeps the script that reads a FIFO running: `notify_fifo_script` and its like. Used on its event loop only.
///
/// It is started again when it ends, at once after it had run for a minute, else after a growing pause.
final class FIFOReader {
    private static let firstPause: Duration = .seconds(1)
    private static let longestPause: Duration = .seconds(60)
    /// After this long a run counts as a good one.
    private static let longRun: Duration = .seconds(60)

    let command: ChildCommand
    private let supervisor: ProcessSupervisor
    private let eventLoop: any EventLoop
    private let logger: Logger
    private var handle: ChildHandle?
    private var restart: Scheduled<Void>?
    private var pause = FIFOReader.firstPause
    private var isStopping = false
    private var endPromise: EventLoopPromise<Void>?

    /// - Parameter command: with the FIFO's path as its last word.
    init(_ command: ChildCommand, supervisor: ProcessSupervisor, eventLoop: any EventLoop, logger: Logger) {
        self.command = command
        self.supervisor = supervisor
        self.eventLoop = eventLoop
        self.logger = logger
    }

    /// Starts it as soon as the script has ended whose place it takes.
    func start(after former: EventLoopFuture<Void>?) {
        guard let former else { return start() }
        former.assumeIsolated().whenComplete { _ in if !self.isStopping { self.start() } }
    }

    private func start() {
        eventLoop.preconditionInEventLoop()
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        handle = supervisor.run(command, timeout: nil) { [eventLoop] result in
            eventLoop.execute { this.value.ended(result) }
        }
    }

    /// Does not start it again and ends it, for a reload; the future is there when it has ended.
    func stop() -> EventLoopFuture<Void> {
        defer { handle?.cancel() }
        return stopRestarting()
    }

    /// Does not start it again; the future is there when it has ended, which the end of the FIFO makes it do.
    func stopRestarting() -> EventLoopFuture<Void> {
        eventLoop.preconditionInEventLoop()
        isStopping = true
        restart?.cancel()
        restart = nil
        guard handle != nil else { return eventLoop.makeSucceededVoidFuture() }
        let promise = endPromise ?? eventLoop.makePromise(of: Void.self)
        endPromise = promise
        return promise.futureResult
    }

    private func ended(_ result: ChildResult) {
        handle = nil
        guard !isStopping else {
            endPromise?.succeed()
            endPromise = nil
            return
        }
        if result.elapsed >= Self.longRun { pause = Self.firstPause }
        logger.warning(
            "Notify FIFO script '\(command.words.first ?? "")' has ended and is started again in \(pause.inWords)",
            metadata: ["cause": "\(result.outcome)"])
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        restart = eventLoop.scheduleTask(in: .nanoseconds(pause.wholeNanoseconds)) {
            this.value.restart = nil
            this.value.start()
        }
        pause = min(pause * 2, Self.longestPause)
    }
}
