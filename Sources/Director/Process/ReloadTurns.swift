/// Lets one reload run at a time. Requests that come while one runs share the one that follows it, which reads the file
/// after all of them have come; there is never more than one waiting.
///
/// A value for an actor to keep; it suspends nobody itself.
struct ReloadTurns<Verdict: Sendable> {
    /// What a request that had to wait is woken with.
    enum Turn: Sendable {
        /// It is to do the reload, and give these its verdict.
        case lead([CheckedContinuation<Turn, Never>])
        /// Another request has done it.
        case verdict(Verdict)
    }

    private(set) var isRunning = false
    private var waiting: [CheckedContinuation<Turn, Never>] = []
    private var idle: [CheckedContinuation<Void, Never>] = []

    /// Whether the request may begin at once; then it has to call ``end(_:followers:)``. Else it waits with
    /// ``wait(_:)``.
    mutating func begin() -> Bool {
        defer { isRunning = true }
        return !isRunning
    }

    /// Puts a request behind the reload that runs.
    mutating func wait(_ continuation: CheckedContinuation<Turn, Never>) { waiting.append(continuation) }

    /// Puts somebody behind all reloads.
    mutating func waitUntilIdle(_ continuation: CheckedContinuation<Void, Never>) {
        if isRunning { idle.append(continuation) } else { continuation.resume() }
    }

    /// A reload has ended: those that shared it hear its verdict, and the first of those that came meanwhile begins.
    mutating func end(_ verdict: Verdict, followers: [CheckedContinuation<Turn, Never>]) {
        for follower in followers { follower.resume(returning: .verdict(verdict)) }
        guard let next = waiting.first else {
            isRunning = false
            for continuation in idle { continuation.resume() }
            idle = []
            return
        }
        let rest = Array(waiting.dropFirst())
        waiting = []
        next.resume(returning: .lead(rest))
    }
}
