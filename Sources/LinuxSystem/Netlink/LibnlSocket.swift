import CNetlink
import Glibc

/// A libnl socket with one owner, connected to one netlink family of the network namespace of the thread that opened
/// it. libnl's own acknowledgement and sequence handling is off: a batch has many of both, and
/// `NetlinkSession` matches them.
struct LibnlSocket: ~Copyable {
    /// The handle that libnl's functions take.
    let handle: OpaquePointer
    private let purpose: String

    private init(owning handle: OpaquePointer, purpose: String) {
        self.handle = handle
        self.purpose = purpose
    }

    /// Opens and connects a socket.
    static func open(protocolNumber: Int32, purpose: String) throws(SystemError) -> LibnlSocket {
        guard let handle = nl_socket_alloc() else {
            throw SystemError(call: "nl_socket_alloc", errno: Errno(rawValue: ENOMEM), purpose: purpose)
        }
        let socket = LibnlSocket(owning: handle, purpose: purpose)
        nl_socket_disable_auto_ack(handle)
        nl_socket_disable_seq_check(handle)
        nl_socket_disable_msg_peek(handle)
        try socket.check("nl_connect") { nl_connect(handle, protocolNumber) }
        return socket
    }

    deinit { nl_socket_free(handle) }

    /// The descriptor, open as long as this value lives.
    var descriptor: Int32 { nl_socket_get_fd(handle) }

    /// Asks for larger buffers than libnl's 32 KiB. What the kernel grants is bounded by `net.core.rmem_max` unless
    /// the process has CAP_NET_ADMIN.
    func setBufferSizes(receive: Int32, send: Int32) throws(SystemError) {
        try check("nl_socket_set_buffer_size") { nl_socket_set_buffer_size(handle, receive, send) }
        // Refused without CAP_NET_ADMIN; then the ordinary bound stays.
        setOption(SOL_SOCKET, SO_RCVBUFFORCE, receive)
    }

    /// Sets an option that the socket can do without: older kernels lack some.
    func setOption(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Runs a libnl call that answers a negative libnl code when it fails.
    ///
    /// libnl maps the kernel's error numbers onto fewer codes of its own; `errno` still has the kernel's.
    @discardableResult
    func check(_ call: String, _ body: () -> Int32) throws(SystemError) -> Int32 {
        errno = 0
        let result = body()
        guard result < 0 else { return result }
        let number = errno
        throw SystemError(
            call: "\(call): \(String(cString: nl_geterror(result)))",
            errno: Errno(rawValue: number == 0 ? EIO : number), purpose: purpose)
    }
}
