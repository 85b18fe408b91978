import Glibc

/// Processes that what a director leaves on a host names: the aliases of virtual interfaces, the comments of tables.
enum ProcessNumber {
    /// This process.
    static var own: Int { Int(getpid()) }

    /// Whether no process has this number any more. What bears our own, before anything is ours, was made by a predecessor.
    static func isGone(_ process: Int) -> Bool {
        guard process != own, let number = pid_t(exactly: process), number > 0 else { return true }
        return kill(number, 0) != 0 && errno == ESRCH
    }
}
