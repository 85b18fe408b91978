import Addressing
import Glibc
import HealthChecks
import LinuxSystem

/// What asking the kernel for a connection gave at once.
enum ConnectionAttempt {
    /// The handshake is under way; the descriptor is the caller's.
    case inProgress(descriptor: Int32)
    /// The peer or the network has refused.
    case failed(Errno)
    /// This host could not even try: nothing is known of the peer.
    case impossible(String)

    /// Opens a non-blocking socket with the options of a target and starts to connect. What carries datagrams is
    /// connected at once.
    static func begin(_ target: ConnectionTarget, over transport: ProbeTransport = .stream) -> ConnectionAttempt {
        let family = target.address.family == .ipv4 ? AF_INET : AF_INET6
        let (type, protocolNumber) = transport.socketType(target.address.family)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type | flags, protocolNumber)
        guard descriptor >= 0 else { return .impossible("socket: \(Errno.current)") }
        if transport != .stream { reportErrors(descriptor, target.address.family) }
        if let problem = configure(descriptor, for: target) {
            close(descriptor)
            return .impossible(problem)
        }
        // A scope is only known to who names the interface; link-local peers need it.
        let scope = target.bindInterface.map { if_nametoindex($0) } ?? 0
        let result = connectSocket(descriptor, to: target.address, target.port, scope: scope)
        if result == 0 { return .inProgress(descriptor: descriptor) }
        let error = Errno.current
        if error.rawValue == EINPROGRESS { return .inProgress(descriptor: descriptor) }
        close(descriptor)
        // No free port, no such source address, no memory: ours, not the peer's.
        let isLocal = [EADDRNOTAVAIL, EADDRINUSE, EAGAIN, ENOBUFS, ENOMEM].contains(error.rawValue)
        return isLocal ? .impossible("connect: \(error)") : .failed(error)
    }

    /// Sets what the target asks for; returns what failed.
    private static func configure(_ descriptor: Int32, for target: ConnectionTarget) -> String? {
        if target.firewallMark != 0, !set(descriptor, SOL_SOCKET, SO_MARK, target.firewallMark) {
            return "firewall mark \(target.firewallMark): \(Errno.current)"
        }
        if let interface = target.bindInterface {
            var name = Array(interface.utf8.prefix(Int(IF_NAMESIZE) - 1))
            name.append(0)
            guard setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, &name, socklen_t(name.count)) == 0 else {
                return "bind to interface \(interface): \(Errno.current)"
            }
        }
        guard target.bindAddress != nil || target.bindPort != nil else { return nil }
        let port = target.bindPort ?? .any
        let address =
            target.bindAddress
            ?? (target.address.family == .ipv4 ? .v4(.any) : .v6(.any))
        if port == .any {
            // Only the address is chosen now; the port comes with the connection, so that one port serves many peers.
            _ = set(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, Int32(1))
        } else {
            _ = set(descriptor, SOL_SOCKET, SO_REUSEADDR, Int32(1))
            // Who closes first keeps the pair of ports for a minute, in which the next check could not be made: this
            // connection ends with a reset instead.
            _ = set(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        }
        guard withSocketAddress(address, port, { bind(descriptor, $0, $1) }) == 0 else {
            return "bind to \(address) port \(port): \(Errno.current)"
        }
        return nil
    }

    /// Has the kernel report everything that the network sends back, also what may pass: without that, a host whose
    /// address nobody has on the link cannot be told from a service that keeps quiet.
    private static func reportErrors(_ descriptor: Int32, _ family: AddressFamily) {
        switch family {
        case .ipv4: _ = set(descriptor, Int32(IPPROTO_IP), IP_RECVERR, Int32(1))
        case .ipv6: _ = set(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVERR, Int32(1))
        }
    }

    private static func set<Value: BitwiseCopyable>(
        _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Value
    ) -> Bool {
        withUnsafeBytes(of: value) {
            setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) == 0
        }
    }
}

/// The error that a socket holds, 0 for none.
func pendingError(of descriptor: Int32) -> Errno {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 else { return .current }
    return Errno(rawValue: error)
}
