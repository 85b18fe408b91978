public import LinuxSystem
public import Logging

/// Runs BFD sessions: sends and hears control packets and tells which sessions are up.
///
/// What is to be done is decided by `SessionTable`; here it is carried out, on a thread that nothing else uses, because
/// a packet that waits for a check or a log counts as lost. Sockets belong to the network namespace of the thread that
/// starts the runtime.
///
/// A session whose sockets cannot be opened, because its source address is not there yet or another program has the
/// port, is down, says why, and is tried again every second: nothing of that fails a start or a reload.
public final class BFDRuntime: Sendable {
    private let inbox: WakingInbox<BFDRequest>

    /// Starts the thread and the sessions.
    ///
    /// - Parameters:
    ///   - configuration: what to run.
    ///   - logger: for changes of state; it is called on the thread of the sessions, so its handler must not block.
    ///   - onVerdict: called on that thread, in order; it must not block. A session that does not come up at once gets
    ///     its first verdict after three of its idle intervals.
    /// - Throws: when the host has no thread or descriptor left.
    public init(
        _ configuration: BFDRuntimeConfiguration, logger: Logger,
        onVerdict: @escaping @Sendable (BFDVerdict) -> Void
    ) throws(SystemError) {
        let purpose = "run BFD sessions"
        inbox = try WakingInbox(purpose: purpose)
        inbox.post(.apply(configuration.sessions))
        let thread = try BFDThread(
            inbox: inbox,
            BFDThread.Parameters(
                realTimePriority: configuration.realTimePriority, logger: logger, onVerdict: onVerdict))
        try startThread(named: "bfd", purpose: purpose) { thread.run() }
    }

    deinit { inbox.post(.stop(whenStopped: nil)) }

    /// Puts other sessions in force. One whose ends stay keeps its state; its changed intervals go through a poll
    /// sequence. The real-time priority is that of the start.
    public func replace(_ configuration: BFDRuntimeConfiguration) { inbox.post(.apply(configuration.sessions)) }

    /// What the sessions are at; nothing after the stop.
    public func status() async -> BFDRuntimeStatus {
        await withCheckedContinuation { continuation in
            let isRunning = inbox.post(.status { continuation.resume(returning: $0) })
            if !isRunning { continuation.resume(returning: BFDRuntimeStatus()) }
        }
    }

    /// Tells every neighbour that its session is administratively down, and ends the thread; returns when it has ended.
    public func stop() async {
        await withCheckedContinuation { continuation in
            let isRunning = inbox.post(.stop { continuation.resume() })
            if !isRunning { continuation.resume() }
        }
    }
}
