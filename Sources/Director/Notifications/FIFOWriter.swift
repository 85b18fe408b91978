import LinuxSystem
import Logging
import NIOCore

/// Writes lines into one FIFO and never waits for who reads it. Used on its event loop only.
///
/// What the pipe has no room for waits in a ``LineQueue`` and is offered again; what that has no room for is lost,
/// counted and told.
final class FIFOWriter {
    private static let shortestPause: TimeAmount = .milliseconds(50)
    private static let longestPause: TimeAmount = .seconds(1)
    /// A loss that goes on is told this often.
    private static let reportInterval: TimeAmount = .seconds(60)

    private let pipe: NamedPipe
    private let eventLoop: any EventLoop
    private let logger: Logger
    private var queue = LineQueue()
    private var retry: Scheduled<Void>?
    private var pause = FIFOWriter.shortestPause
    /// Lines lost since the reader fell behind, and when that was told last.
    private var lost = 0
    private var lastReport: NIODeadline?

    init(_ pipe: NamedPipe, eventLoop: any EventLoop, logger: Logger) {
        self.pipe = pipe
        self.eventLoop = eventLoop
        self.logger = logger
    }

    var path: String { pipe.path }

    /// Writes a line, which gets its end here.
    func write(_ line: String) {
        eventLoop.preconditionInEventLoop()
        let mustWait = !queue.isEmpty
        lost += queue.append(Array(line.utf8) + [UInt8(ascii: "\n")])
        if !mustWait { flush() }
        if lost > 0 { reportLoss() }
    }

    func change(owner: ProcessIdentity) {
        do throws(SystemError) { try pipe.change(owner: owner) } catch { logger.warning("\(error)") }
    }

    /// Writes what there is room for, tells what is lost, removes the FIFO where this process made it.
    func close() {
        eventLoop.preconditionInEventLoop()
        retry?.cancel()
        retry = nil
        flush(isLast: true)
        lost += queue.count
        queue = LineQueue()
        if lost > 0 {
            logger.warning("FIFO \(path): \(lost) lines were not read and are lost", metadata: ["cause": "stop"])
        }
        pipe.remove()
    }

    private func flush(isLast: Bool = false) {
        while !queue.isEmpty {
            switch pipe.write(queue.next(upTo: NamedPipe.atomicSize)) {
            case .written(let count):
                queue.removeFirst(count)
                pause = Self.shortestPause
            case .full:
                if !isLast { scheduleRetry() }
                return
            case .failed(let error):
                logger.error("FIFO \(path): \(queue.count) lines are lost", metadata: ["cause": "\(error)"])
                queue = LineQueue()
            }
        }
        guard lost > 0 else { return }
        logger.notice("FIFO \(path) is read again; \(lost) lines were lost")
        lost = 0
        lastReport = nil
    }

    private func scheduleRetry() {
        guard retry == nil else { return }
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        retry = eventLoop.scheduleTask(in: pause) {
            this.value.retry = nil
            this.value.pause = min(.nanoseconds(this.value.pause.nanoseconds * 2), Self.longestPause)
            this.value.flush()
        }
    }

    private func reportLoss() {
        let now = NIODeadline.now()
        if let lastReport, now - lastReport < Self.reportInterval { return }
        lastReport = now
        logger.warning("FIFO \(path) is full and not read: \(lost) lines are lost so far, the oldest ones")
    }
}
