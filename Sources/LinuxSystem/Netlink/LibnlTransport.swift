import CLinux
import CNetlink
import Glibc
public import Netlink
import Timing

/// Carries netlink datagrams over a libnl socket in the network namespace of the thread that opens it.
///
/// A transport is used by one thread or loop at a time.
public final class LibnlTransport: NetlinkTransport {
    /// The netlink families that are spoken here.
    public enum Family: Sendable, Hashable {
        /// Generic netlink, the carrier of IPVS.
        case generic
        /// Links, addresses and routes.
        case route
        /// Packet filters.
        case netfilter

        var protocolNumber: Int32 {
            switch self {
            case .generic: NETLINK_GENERIC
            case .route: NETLINK_ROUTE
            case .netfilter: NETLINK_NETFILTER
            }
        }

        /// The buffer of receives. A link with many virtual functions needs much for its one message.
        var datagramBytes: Int {
            switch self {
            case .generic: 32_256
            case .route, .netfilter: 65_536
            }
        }

        /// So much of the buffer is offered at first.
        ///
        /// The kernel takes the longest receive of a socket for the size of the parts of its dumps, allocates that much
        /// for every part, with its own bookkeeping behind it and rounded up to a power of two, and many kernels zero it
        /// first. A thousand pools of ten servers are two thousand parts, of which most are empty.
        var firstDatagramBytes: Int {
            switch self {
            case .generic: 7_680
            case .route, .netfilter: 65_536
            }
        }

        var name: String {
            switch self {
            case .generic: "generic netlink"
            case .route: "route netlink"
            case .netfilter: "netfilter netlink"
            }
        }
    }

    /// Asked for; 1 MiB holds the answers to a full chunk many times over.
    private static let receiveBufferBytes: Int32 = 1 << 20
    private static let sendBufferBytes: Int32 = 1 << 18
    /// What an acknowledgement takes from the receive buffer, bookkeeping included: 1,280 bytes with a kernel
    /// explanation, rounded up generously.
    private static let acknowledgementBytes = 4_096

    private let family: Family
    private let namespace: OpenNetworkNamespace?
    private var socket: LibnlSocket
    /// Kept between datagrams: allocating it anew for each costs more than receiving does.
    private var buffer: [UInt8]
    /// How much of the buffer is offered to the kernel.
    private var offered: Int

    /// How many acknowledgements fit into the receive buffer that the kernel has granted; at most 256.
    public private(set) var acknowledgementCapacity: Int

    /// Opens a socket.
    ///
    /// - Parameter namespace: the network namespace that it belongs to; nil is that of the calling thread.
    public init(_ family: Family, in namespace: OpenNetworkNamespace? = nil) throws(SystemError) {
        self.family = family
        self.namespace = namespace
        buffer = [UInt8](repeating: 0, count: family.datagramBytes)
        offered = family.firstDatagramBytes
        socket = try Self.open(family, in: namespace)
        acknowledgementCapacity = Self.acknowledgementCapacity(of: socket)
    }

    /// Sends whole messages in one datagram.
    public func send(_ messages: [UInt8]) throws(NetlinkError) {
        var messages = messages
        let handle = socket.handle
        errno = 0
        let sent = messages.withUnsafeMutableBytes { nl_sendto(handle, $0.baseAddress, $0.count) }
        guard sent >= 0 else { throw Self.failure() }
        guard Int(sent) == messages.count else {
            throw NetlinkError(.transport(.messageTooLong), message: "\(sent) of \(messages.count) bytes were sent")
        }
    }

    /// Receives one datagram of the kernel; waits for it no longer than `timeout`.
    public func receive(timeout: Duration) throws(NetlinkError) -> [UInt8] {
        let descriptor = socket.descriptor
        var deadline: Instant?
        while true {
            if let datagram = try receiveNow(descriptor) { return datagram }
            let now = Instant.now
            let end = deadline ?? now + timeout
            deadline = end
            guard end > now else { throw NetlinkError(.timedOut) }
            let milliseconds = Int32(clamping: (end - now).wholeNanoseconds / 1_000_000 + 1)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, milliseconds) < 0, errno != EINTR { throw Self.failure() }
        }
    }

    /// Opens the socket anew, so that answers to earlier requests cannot arrive any more.
    public func reset() throws(NetlinkError) {
        do throws(SystemError) { socket = try Self.open(family, in: namespace) } catch {
            throw NetlinkError(.transport(ErrorNumber(rawValue: error.errno.rawValue)), message: error.description)
        }
        acknowledgementCapacity = Self.acknowledgementCapacity(of: socket)
    }

    private static func open(
        _ family: Family, in namespace: OpenNetworkNamespace?
    ) throws(SystemError) -> LibnlSocket {
        let opening = { () throws(SystemError) in
            try LibnlSocket.open(protocolNumber: family.protocolNumber, purpose: "open a \(family.name) socket")
        }
        let socket = if let namespace { try namespace.run(opening) } else { try opening() }
        try socket.setBufferSizes(receive: receiveBufferBytes, send: sendBufferBytes)
        // An acknowledgement of a refused request need not repeat the request, but should say why.
        socket.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        return socket
    }

    private static func acknowledgementCapacity(of socket: borrowing LibnlSocket) -> Int {
        var size: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &size, &length) == 0 else { return 1 }
        return min(max(1, Int(size) / acknowledgementBytes), 256)
    }

    /// One datagram from the kernel, or nil when none is there. What other processes send is dropped: any of them
    /// may address this socket.
    private func receiveNow(_ descriptor: Int32) throws(NetlinkError) -> [UInt8]? {
        while true {
            var sender = sockaddr_nl()
            let received = buffer.withUnsafeMutableBytes { [offered] buffer in
                withUnsafeMutablePointer(to: &sender) { sender in
                    sender.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                        var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
                        return recvfrom(
                            descriptor, buffer.baseAddress, offered,
                            Int32(truncatingIfNeeded: MSG_DONTWAIT) | Int32(truncatingIfNeeded: MSG_TRUNC), address,
                            &length)
                    }
                }
            }
            guard received >= 0 else {
                switch errno {
                case EINTR: continue
                case EAGAIN: return nil
                default: throw Self.failure()
                }
            }
            guard received <= offered else {
                throw NetlinkError(.malformed, message: "datagram of \(received) bytes")
            }
            // A dump that fills its parts is a long one, and long parts are cheaper for it.
            if received > offered / 4 * 3 { offered = buffer.count }
            if sender.nl_pid == 0 { return Array(buffer[..<received]) }
        }
    }

    private static func failure() -> NetlinkError {
        errno == ENOBUFS
            ? NetlinkError(.overrun) : NetlinkError(.transport(ErrorNumber(rawValue: errno == 0 ? EIO : errno)))
    }
}

/// `SOL_NETLINK`, which the C library's headers hide from Swift.
private let SOL_NETLINK: Int32 = 270
