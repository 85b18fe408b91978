import Glibc
import Logging
import NIOConcurrencyHelpers
import NIOPosix

/// Writes log lines on a thread of its own, so that no loop ever waits for a slow terminal, disk or syslog daemon.
///
/// The queue is bounded: when the sink stalls, lines are dropped and their number is written once it moves again.
public final class LogWriter: Sendable {
    /// Where lines go.
    public enum Destination: Sendable, Hashable {
        /// Standard error, for a terminal or a service manager.
        case standardError(TimestampStyle)
        /// The local syslog daemon's socket, with a facility number 0…23.
        case syslog(facility: Int)
    }

    /// How a line on standard error begins.
    public enum TimestampStyle: Sendable, Hashable {
        /// `2026-11-21T16:20:00.123Z notice `.
        case iso
        /// `Sat Nov 21 16:20:00 2026: `, as keepalived's `-l` prints it.
        case keepalived
    }

    private struct State {
        var lines: [LogLine] = []
        var dropped = 0
        var isDraining = false
        var isShuttingDown = false
    }

    private static let capacity = 4096
    private let state = NIOLockedValueBox(State())
    private let destinations: [Destination]
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let syslog: SyslogSocket?

    /// Starts the writer's thread. Call it after the process has gone to the background.
    public init(_ destinations: [Destination]) {
        self.destinations = destinations
        let wantsSyslog = destinations.contains { if case .syslog = $0 { true } else { false } }
        syslog = wantsSyslog ? SyslogSocket() : nil
        thread.start()
    }

    /// A logger for a part of the director, `martlet.vrrp` for example.
    public func logger(_ label: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { _ in LineLogHandler(writer: self, source: LogSource(label: label)) }
        logger.logLevel = level
        return logger
    }

    func write(_ line: LogLine) {
        let mustWake = state.withLockedValue { state in
            guard state.lines.count < Self.capacity else {
                state.dropped += 1
                return false
            }
            state.lines.append(line)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if mustWake { thread.submit { [self] _ in drain() } }
    }

    /// Writes what is queued and ends the thread. A sink that takes nothing any more does not hold up the end.
    public func shutdown() {
        state.withLockedValue { $0.isShuttingDown = true }
        try? thread.syncShutdownGracefully()
        drain()
    }

    private func drain() {
        while true {
            let (lines, dropped) = state.withLockedValue { state in
                defer {
                    state.isDraining = !state.lines.isEmpty
                    state.lines.removeAll(keepingCapacity: true)
                    state.dropped = 0
                }
                return (state.lines, state.dropped)
            }
            if lines.isEmpty { return }
            for line in lines { deliver(line) }
            if dropped > 0, let last = lines.last {
                var notice = last
                notice.level = .warning
                notice.text = "\(dropped) log lines were dropped because the log could not be written fast enough"
                deliver(notice)
            }
        }
    }

    private func deliver(_ line: LogLine) {
        for destination in destinations {
            switch destination {
            case .standardError(let style):
                writeToStandardError(LogTimestamp.prefix(of: line, style: style) + line.text + "\n")
            case .syslog(let facility):
                syslog?.send(line, facility: facility)
            }
        }
    }

    private func writeToStandardError(_ text: String) {
        var rest = ArraySlice(Array(text.utf8))
        while !rest.isEmpty, waitForStandardError() {
            // A pipe that takes anything takes this much without blocking.
            let chunk = rest.prefix(Self.chunkSize)
            let written = chunk.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR, errno != EAGAIN {
                return
            }
        }
    }

    /// `PIPE_BUF` (`pipe(7)`).
    private static let chunkSize = 4096

    /// Waits until standard error takes something; false when the process is to end and it does not.
    private func waitForStandardError() -> Bool {
        while true {
            var request = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            if poll(&request, 1, 500) != 0 { return true }
            if state.withLockedValue({ $0.isShuttingDown }) { return false }
        }
    }
}

/// The front end's handler: turns a log call into a ``LogLine`` and returns at once.
struct LineLogHandler: LogHandler {
    let writer: LogWriter
    let source: LogSource
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let combined = metadata.merging(event.metadata ?? [:]) { $1 }
        writer.write(
            LogLine(
                seconds: now.tv_sec, microseconds: now.tv_nsec / 1000, level: event.level, source: source,
                text: LogLine.text(message: event.message.description, metadata: combined)))
    }
}
