import Glibc

/// Lets a thread wait until another has done something (`sem_overview(7)`).
final class Semaphore: @unchecked Sendable {
    // Sound: the kernel's object is made for several threads, and its address never changes.
    private let handle: UnsafeMutablePointer<sem_t>

    init() {
        handle = .allocate(capacity: 1)
        // The only refusals are of values and of sharing between processes that are not asked for here.
        sem_init(handle, 0, 0)
    }

    deinit {
        sem_destroy(handle)
        handle.deallocate()
    }

    /// Lets one waiter go, now or when one comes.
    func signal() { sem_post(handle) }

    /// Waits for a signal.
    func wait() {
        while sem_wait(handle) != 0, errno == EINTR {}
    }
}
