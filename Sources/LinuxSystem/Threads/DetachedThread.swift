import CLinux
import Glibc

/// Runs `body` on a thread of its own, which ends with it and which nobody joins.
///
/// - Parameters:
///   - name: as `top -H` shows it; the kernel keeps 15 bytes.
///   - purpose: what the thread is for, to be read after "cannot".
/// - Throws: the refusal of `pthread_create(3)`.
public func startThread(
    named name: String, purpose: String, _ body: sending @escaping () -> Void
) throws(SystemError) {
    let box = Unmanaged.passRetained(ThreadStart(name: name, body: body))
    var thread = pthread_t()
    let error = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
            clinux_name_thread(start.name)
            start.body()
            return nil
        }, box.toOpaque())
    guard error == 0 else {
        box.release()
        throw SystemError(call: "pthread_create", errno: Errno(rawValue: error), purpose: purpose)
    }
    pthread_detach(thread)
}

private final class ThreadStart {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
        self.name = name
        self.body = body
    }
}
