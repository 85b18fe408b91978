import CLinux
import CNetlink
import Glibc
public import Netlink

extension RouteClient {
    /// Opens a socket for links, addresses and routes.
    ///
    /// - Parameters:
    ///   - namespace: whose; nil is the network namespace of the calling thread.
    ///   - timeout: Longest wait for an answer of the kernel.
    public static func open(
        in namespace: OpenNetworkNamespace? = nil, timeout: Duration = .seconds(5)
    ) throws(SystemError) -> RouteClient {
        RouteClient(session: NetlinkSession(transport: try LibnlTransport(.route, in: namespace), timeout: timeout))
    }
}

/// Opens sockets on which the kernel tells of changed links, addresses and routes.
public enum RouteMonitor {
    /// Asked for: some ten thousand events before the kernel drops any.
    private static let receiveBufferBytes: Int32 = 4 << 20

    /// A non-blocking socket in the calling thread's network namespace that receives the events of `groups`, one
    /// datagram per read; ``RouteEvent/decode(_:)-([UInt8])`` reads them. Give reads 64 KiB.
    ///
    /// A read that fails with `ENOBUFS` means that events were lost: dump links and addresses again. The descriptor
    /// belongs to the caller; an event loop takes it with ``FileDescriptor/release()``.
    ///
    /// - Parameter owner: Of routes and rules only removals are reported, and of routes only those that this owner
    ///   (`RTPROT_*`) has made, and new ones that took another's place by hand: the kernel keeps the others back, of
    ///   which a routing daemon makes a million.
    public static func open(
        _ groups: Set<RouteGroup>, removalsOf owner: UInt8? = nil
    ) throws(SystemError) -> FileDescriptor {
        let purpose = "watch links and addresses"
        let socket = try LibnlSocket.open(protocolNumber: NETLINK_ROUTE, purpose: purpose)
        try socket.setBufferSizes(receive: receiveBufferBytes, send: 32_768)
        if let owner {
            let descriptor = socket.descriptor
            try systemCall("setsockopt(SO_ATTACH_FILTER)", purpose) {
                clinux_accept_lost_routes_only(descriptor, owner)
            }
        }
        for group in groups {
            try socket.check("nl_socket_add_membership") {
                nl_socket_add_membership(socket.handle, Int32(group.rawValue))
            }
        }
        try socket.check("nl_socket_set_nonblocking") { nl_socket_set_nonblocking(socket.handle) }
        // libnl closes its own descriptor with the socket; the duplicate keeps the connection open.
        let number = socket.descriptor
        return FileDescriptor(
            owning: try systemCall("fcntl(F_DUPFD_CLOEXEC)", purpose) { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }
}
