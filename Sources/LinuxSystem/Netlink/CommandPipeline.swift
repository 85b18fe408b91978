public import IPVS
import Synchronization

/// Carries out commands on a thread and a socket of its own, one batch after the other, while its user makes the next.
///
/// Used by one thread, which must not change the table otherwise while a batch is under way.
public final class CommandPipeline {
    private let work = PipelineWork()
    private var isUnderWay = false

    /// Opens a socket in the calling thread's network namespace and starts the thread; nil when either cannot be had.
    public init?() {
        guard let client = try? IPVSClient.open(loadingModule: false) else { return nil }
        do throws(SystemError) {
            try startThread(named: "martlet-table", purpose: "change the table") { [work] in work.run(over: client) }
        } catch {
            return nil
        }
    }

    deinit {
        // What was submitted is carried out.
        _ = wait()
        work.submit(nil)
    }

    /// Waits for the batch before, begins this one, and returns what of the one before has failed.
    public func submit(_ commands: [Command]) -> [CommandFailure] {
        let failures = wait()
        work.submit(commands)
        isUnderWay = true
        return failures
    }

    /// Waits for the batch under way, if there is one, and returns what of it has failed.
    public func wait() -> [CommandFailure] {
        guard isUnderWay else { return [] }
        isUnderWay = false
        return work.result()
    }
}

/// What the two threads share.
private final class PipelineWork: Sendable {
    private struct State {
        /// The next batch; nil ends the thread.
        var commands: [Command]?
        var failures: [CommandFailure] = []
    }

    private let state = Mutex(State())
    private let isSubmitted = Semaphore()
    private let isDone = Semaphore()

    func submit(_ commands: [Command]?) {
        state.withLock { $0.commands = commands }
        isSubmitted.signal()
    }

    func result() -> [CommandFailure] {
        isDone.wait()
        return state.withLock { state in
            defer { state.failures = [] }
            return state.failures
        }
    }

    func run(over client: IPVSClient) {
        while true {
            isSubmitted.wait()
            guard let commands = state.withLock({ $0.commands }) else { return }
            let failures = client.apply(commands)
            state.withLock { $0.failures = failures }
            isDone.signal()
        }
    }
}
