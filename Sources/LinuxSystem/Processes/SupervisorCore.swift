import CLinux
import Glibc
import Synchronization

/// What the supervisor's thread and its callers share: an inbox and an eventfd that wakes the thread.
final class SupervisorCore: Sendable {
    struct Submission {
        var id: UInt64
        var command: ChildCommand
        var timeout: Duration?
        var completion: @Sendable (ChildResult) -> Void
    }

    enum Request {
        case run(Submission)
        case cancel(UInt64)
        case stop(grace: Duration)
    }

    private struct Inbox {
        var requests: [Request] = []
        var nextID: UInt64 = 1
        var hasStopped = false
    }

    let limit: Int
    let wakeDescriptor: Int32
    private let inbox = Mutex(Inbox())
    private let stopped: StopSignal

    init(limit: Int) throws(SpawnFailure) {
        self.limit = limit
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else { throw SpawnFailure(step: .clone, program: "eventfd", errno: .current) }
        stopped = StopSignal()
    }

    deinit { close(wakeDescriptor) }

    func startThread(name: String) throws(SpawnFailure) {
        let box = Unmanaged.passRetained(ThreadStart(core: self, name: name))
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                clinux_name_thread(start.name)
                SupervisorLoop(core: start.core).run()
                return nil
            }, box.toOpaque())
        guard error == 0 else {
            box.release()
            throw SpawnFailure(step: .clone, program: "thread", errno: Errno(rawValue: error))
        }
        pthread_detach(thread)
    }

    func submit(
        _ command: ChildCommand, timeout: Duration?, completion: @escaping @Sendable (ChildResult) -> Void
    ) -> UInt64 {
        let id: UInt64? = inbox.withLock { inbox in
            guard !inbox.hasStopped else { return nil }
            let id = inbox.nextID
            inbox.nextID += 1
            inbox.requests.append(
                .run(Submission(id: id, command: command, timeout: timeout, completion: completion)))
            return id
        }
        guard let id else {
            completion(ChildResult(outcome: .cancelled, elapsed: .zero))
            return 0
        }
        wake()
        return id
    }

    func cancel(_ id: UInt64) { post(.cancel(id)) }

    func requestStop(grace: Duration) { post(.stop(grace: grace)) }

    func waitUntilStopped() { stopped.wait() }

    /// What has come in since the last call.
    func takeRequests() -> [Request] {
        var value: UInt64 = 0
        _ = read(wakeDescriptor, &value, MemoryLayout<UInt64>.size)
        return inbox.withLock { inbox in
            defer { inbox.requests.removeAll(keepingCapacity: true) }
            return inbox.requests
        }
    }

    /// From here on submissions are cancelled by their caller's thread. Returns what came in too late.
    func closeInbox() -> [Request] {
        inbox.withLock { inbox in
            inbox.hasStopped = true
            defer { inbox.requests.removeAll() }
            return inbox.requests
        }
    }

    func announceStopped() { stopped.announce() }

    private func post(_ request: Request) {
        let isOpen = inbox.withLock { inbox in
            if !inbox.hasStopped { inbox.requests.append(request) }
            return !inbox.hasStopped
        }
        if isOpen { wake() }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
    }
}

private final class ThreadStart {
    let core: SupervisorCore
    let name: String

    init(core: SupervisorCore, name: String) {
        self.core = core
        self.name = name
    }
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
