import Glibc
import LinuxSystem
import Timing

/// Tells the service manager that started this process what it is at (`sd_notify(3)`): datagrams to the socket that
/// `NOTIFY_SOCKET` names. Without one it does nothing.
struct ServiceManager: Sendable {
    private let address: LocalSocketAddress?

    /// The manager of the environment.
    init() { self.init(socket: getenv("NOTIFY_SOCKET").map { String(cString: $0) }) }

    /// The manager behind this socket; nil, and any address but one of the local domain, is none.
    init(socket: String?) {
        address = socket.flatMap { path in
            path.hasPrefix("/") || path.hasPrefix("@") ? LocalSocketAddress(path) : nil
        }
    }

    /// Everything runs, or runs again after a reload; `status` is what `systemctl status` shows.
    func ready(_ status: String) { send("READY=1\nSTATUS=\(status.onOneLine)") }

    /// A reload begins. `MONOTONIC_USEC` tells the manager that the next `READY` belongs to it.
    func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(Instant.now.nanoseconds / 1000)") }

    /// The stop begins.
    func stopping() { send("STOPPING=1") }

    /// Never blocks: a manager that does not listen misses the message.
    private func send(_ text: String) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        address.withKernelForm { _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
    }
}
