import CLinux
import Glibc
import Synchronization

/// Requests to a thread that sleeps in `poll(2)`: any thread posts, one takes. The first request after a sleep makes
/// ``wakeDescriptor`` readable.
public final class WakingInbox<Request: Sendable>: Sendable {
    private struct State {
        var requests: [Request] = []
        var isClosed = false
    }

    private let descriptor: FileDescriptor
    private let state = Mutex(State())

    /// What to poll for reading; open as long as the inbox lives.
    public var wakeDescriptor: Int32 { descriptor.rawValue }

    /// - Parameter purpose: what the thread is for, to be read after "cannot".
    /// - Throws: the refusal of `eventfd(2)`.
    public init(purpose: String) throws(SystemError) {
        descriptor = FileDescriptor(
            owning: try systemCall("eventfd", purpose) { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    /// Leaves a request and wakes the thread.
    ///
    /// - Returns: false once the inbox is closed; the request was not taken in then.
    @discardableResult
    public func post(_ request: Request) -> Bool {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.requests.append(request) }
            return !state.isClosed
        }
        if isOpen {
            var one: UInt64 = 1
            _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
        }
        return isOpen
    }

    /// What has come in since the last call, in the order in which it came.
    public func take() -> [Request] {
        var value: UInt64 = 0
        _ = read(wakeDescriptor, &value, MemoryLayout<UInt64>.size)
        return state.withLock { state in
            defer { state.requests.removeAll(keepingCapacity: true) }
            return state.requests
        }
    }

    /// From here on nothing is taken in any more.
    ///
    /// - Returns: what came in too late.
    public func close() -> [Request] {
        state.withLock { state in
            state.isClosed = true
            defer { state.requests.removeAll() }
            return state.requests
        }
    }
}
