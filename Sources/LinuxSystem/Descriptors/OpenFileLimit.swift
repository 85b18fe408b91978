import Glibc
import Synchronization

/// How many descriptors this process may have open.
public enum OpenFileLimit {
    private static let inherited = Mutex<UInt?>(nil)

    /// Raises the soft limit to the hard one. Every check that waits for a dead server holds a descriptor: with the
    /// usual 1024 the checks of a site that fails as a whole would stop each other.
    ///
    /// Child processes still get the limit that this process was started with; programs that use `select` rely on it.
    public static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        inherited.withLock { $0 = $0 ?? UInt(before) }
    }

    /// The soft limit for children; nil when it was never raised.
    static var forChildren: UInt? { inherited.withLock { $0 } }
}
