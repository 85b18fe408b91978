import Glibc
import Synchronization

/// Runs child processes: checks, track scripts and notifications.
///
/// One thread of its own starts them, waits for them and ends them at their timeout, so that no event loop ever pays
/// for a fork or waits for a child. The thread also is the parent whose death would end the children
/// (`PR_SET_PDEATHSIG` is bound to a thread, not to a process), therefore it lives as long as the supervisor.
///
/// Every child has its own process group. At its timeout the whole group gets SIGTERM and, ``killGrace`` later,
/// SIGKILL, also those members that outlive the child itself.
///
/// Of several supervisors each has its own limit: what tracks the health of this host does not queue behind a
/// thousand checks.
public final class ProcessSupervisor: Sendable {
    /// From SIGTERM to SIGKILL for a child that has run out of time.
    public static let killGrace: Duration = .seconds(2)

    private let core: SupervisorCore

    /// Starts a supervisor with its thread.
    ///
    /// - Parameters:
    ///   - name: the thread's name, at most 15 bytes of it.
    ///   - limit: children that run at once, 1 or more; further ones wait in order.
    ///   - patience: when no place has become free for so long, as many again are started beyond the limit: children
    ///     that hang hold up the others for no longer. Nil keeps to the limit.
    ///   - onOutput: gets what a child has written, where it wrote anything, just before its completion is called and
    ///     on the same thread; it must not block. Nil leaves the standard streams on `/dev/null`. Programs that a child
    ///     leaves in the background may go on writing as long as the supervisor lives.
    /// - Throws: when the host has no thread or descriptor left.
    public init(
        name: String = "children", limit: Int = 64, patience: Duration? = nil,
        onOutput: (@Sendable (ChildOutput) -> Void)? = nil
    ) throws(SystemError) {
        core = try SupervisorCore(limit: max(1, limit), patience: patience, onOutput: onOutput)
        try core.startThread(name: name)
    }

    deinit { core.requestStop(grace: .zero) }

    /// Runs a command and tells how it ended, exactly once, on the supervisor's thread: the completion hands the value
    /// to its own event loop and returns.
    ///
    /// - Parameters:
    ///   - timeout: from the start of the process; nil leaves it alone.
    ///   - waits: called on the supervisor's thread with true when it has to wait for a place, and with false when it
    ///     got one after that; never for one that starts at once.
    @discardableResult
    public func run(
        _ command: ChildCommand, timeout: Duration?, waits: (@Sendable (Bool) -> Void)? = nil,
        completion: @escaping @Sendable (ChildResult) -> Void
    ) -> ChildHandle {
        ChildHandle(id: core.submit(command, timeout: timeout, waits: waits, completion: completion), core: core)
    }

    /// Begins to end everything, as ``stop(grace:)`` does, and returns at once.
    public func requestStop(grace: Duration = .zero) { core.requestStop(grace: grace) }

    /// Ends everything and returns when the thread has ended: what waits is cancelled, what runs may go on for
    /// `grace`, then gets SIGTERM and, at most a second later, SIGKILL. Blocks its caller; not for an event loop.
    public func stop(grace: Duration = .zero) {
        core.requestStop(grace: grace)
        core.waitUntilStopped()
    }
}

/// A submitted command.
public struct ChildHandle: Sendable {
    fileprivate let id: UInt64
    fileprivate let core: SupervisorCore

    /// Ends the child with its process group as a timeout would, or takes it out of the queue; its completion gets
    /// ``ChildOutcome/cancelled``. A child that has ended is not affected.
    public func cancel() { core.cancel(id) }
}
