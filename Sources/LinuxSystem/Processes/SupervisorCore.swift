import CLinux
import Glibc
import Synchronization

/// What the supervisor's thread and its callers share.
final class SupervisorCore: Sendable {
    struct Submission: Sendable {
        var id: UInt64
        var command: ChildCommand
        var timeout: Duration?
        var waits: (@Sendable (Bool) -> Void)?
        var completion: @Sendable (ChildResult) -> Void
    }

    enum Request: Sendable {
        case run(Submission)
        case cancel(UInt64)
        case stop(grace: Duration)
    }

    let limit: Int
    let patience: Duration?
    let onOutput: (@Sendable (ChildOutput) -> Void)?
    let inbox: WakingInbox<Request>
    private let lastID = Atomic<UInt64>(0)
    private let stopped = StopSignal()

    init(limit: Int, patience: Duration?, onOutput: (@Sendable (ChildOutput) -> Void)?) throws(SystemError) {
        self.limit = limit
        self.patience = patience
        self.onOutput = onOutput
        inbox = try WakingInbox(purpose: Self.purpose)
    }

    private static let purpose = "run programs"

    func startThread(name: String) throws(SystemError) {
        try LinuxSystem.startThread(named: name, purpose: Self.purpose) { [self] in SupervisorLoop(core: self).run() }
    }

    /// - Returns: what the run is cancelled by; nothing that runs has the number 0.
    func submit(
        _ command: ChildCommand, timeout: Duration?, waits: (@Sendable (Bool) -> Void)?,
        completion: @escaping @Sendable (ChildResult) -> Void
    ) -> UInt64 {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let submission = Submission(id: id, command: command, timeout: timeout, waits: waits, completion: completion)
        guard inbox.post(.run(submission)) else {
            completion(ChildResult(outcome: .cancelled, elapsed: .zero))
            return 0
        }
        return id
    }

    func cancel(_ id: UInt64) { inbox.post(.cancel(id)) }

    func requestStop(grace: Duration) { inbox.post(.stop(grace: grace)) }

    func waitUntilStopped() { stopped.wait() }

    func announceStopped() { stopped.announce() }
}

/// Lets any number of threads wait for one announcement.
private final class StopSignal: Sendable {
    private let descriptor: Int32 = eventfd(0, Int32(EFD_CLOEXEC))

    deinit { if descriptor >= 0 { close(descriptor) } }

    func announce() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Polls without reading, so that the announcement stays for the next one.
    func wait() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, -1) < 0, errno == EINTR {}
    }
}
