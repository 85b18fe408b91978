public import Addressing
import CLinux
import Glibc

/// Hears BFD control packets of one address family on one port, at every address of this host.
public final class BFDReceiver: Sendable {
    /// A datagram; the payload is cut to 256 bytes: no control packet is longer.
    public typealias Datagram = IPDatagram

    private let socket: FileDescriptor

    /// The number to wait on for input.
    public var descriptor: Int32 { socket.rawValue }

    /// Opens the port.
    ///
    /// - Throws: `EADDRINUSE` when another program has it.
    public init(family: AddressFamily, port: Port) throws(SystemError) {
        let purpose = "hear BFD over \(family == .ipv4 ? "IPv4" : "IPv6") on UDP port \(port)"
        let socket = try FileDescriptor.udp(family, purpose: purpose)
        switch family {
        case .ipv4:
            let level = Int32(IPPROTO_IP)
            try socket.setOption(level, Int32(IP_RECVTTL), Int32(1), name: "IP_RECVTTL", purpose: purpose)
            try socket.setOption(level, Int32(IP_PKTINFO), Int32(1), name: "IP_PKTINFO", purpose: purpose)
        case .ipv6:
            let level = Int32(IPPROTO_IPV6)
            try socket.setOption(
                level, Int32(IPV6_RECVHOPLIMIT), Int32(1), name: "IPV6_RECVHOPLIMIT", purpose: purpose)
            try socket.setOption(level, Int32(IPV6_RECVPKTINFO), Int32(1), name: "IPV6_RECVPKTINFO", purpose: purpose)
        }
        let any: IPAddress = family == .ipv4 ? .v4(.any) : .v6(.any)
        try socket.bind(
            to: any, port: port, purpose: purpose, advice: "end the other program that speaks BFD on this host")
        self.socket = socket
    }

    /// The next datagram that waits; nil when none does.
    public func next() -> Datagram? { socket.receiveDatagram(capacity: 256) }
}

/// Sends the control packets of one BFD session.
public final class BFDSender: Sendable {
    /// The UDP port that packets come from, the same for the session's life (RFC 5881 section 4).
    public let sourcePort: Port

    private let socket: FileDescriptor
    private let neighbor: IPAddress
    private let port: Port

    /// Opens a socket with a port of its own out of 49152…65535.
    ///
    /// - Parameters:
    ///   - source: the address to send from; nil leaves it to the route.
    ///   - ttl: time to live or hop limit of what is sent.
    /// - Throws: `EADDRNOTAVAIL` while the source address is on no interface.
    public init(neighbor: IPAddress, port: Port, source: IPAddress?, ttl: UInt8) throws(SystemError) {
        let purpose = "send BFD to \(neighbor)" + (source.map { " from \($0)" } ?? "")
        let socket = try FileDescriptor.udp(neighbor.family, purpose: purpose)
        try socket.setHops(ttl, neighbor.family, purpose: purpose)
        switch neighbor.family {
        case .ipv4:
            try socket.setOption(Int32(IPPROTO_IP), Int32(IP_TOS), Int32(0xC0), name: "IP_TOS", purpose: purpose)
        case .ipv6:
            try socket.setOption(
                Int32(IPPROTO_IPV6), Int32(IPV6_TCLASS), Int32(0xC0), name: "IPV6_TCLASS", purpose: purpose)
        }
        // After the traffic class, which sets it too: control packets leave before bulk traffic.
        try socket.setOption(SOL_SOCKET, SO_PRIORITY, controlPriority, name: "SO_PRIORITY", purpose: purpose)
        // Nothing is read from it, and what is sent to its port must cost no memory.
        try socket.setOption(SOL_SOCKET, SO_RCVBUF, Int32(0), name: "SO_RCVBUF", purpose: purpose)
        let from: IPAddress = source ?? (neighbor.family == .ipv4 ? .v4(.any) : .v6(.any))
        var chosen = Port(rawValue: .random(in: 49152...65535))
        var tries = 1
        while true {
            do throws(SystemError) {
                try socket.bind(to: from, port: chosen, purpose: purpose, advice: nil)
                break
            } catch {
                guard error.errno == .addressInUse, tries < 100 else { throw error }
                tries += 1
                chosen = Port(rawValue: .random(in: 49152...65535))
            }
        }
        sourcePort = chosen
        self.socket = socket
        self.neighbor = neighbor
        self.port = port
    }

    /// Sends one packet.
    public func send(_ packet: [UInt8]) throws(SystemError) {
        let number = socket.rawValue
        try withSocketAddress(neighbor, port) { address, length throws(SystemError) in
            _ = try systemCall("sendto", "send BFD to \(neighbor)") {
                packet.withUnsafeBytes {
                    sendto(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT), address, length)
                }
            }
        }
    }

    /// Changes the time to live or hop limit of what is sent from now on.
    public func setHops(_ ttl: UInt8) throws(SystemError) {
        try socket.setHops(ttl, neighbor.family, purpose: "send BFD to \(neighbor)")
    }
}

extension FileDescriptor {
    fileprivate static func udp(_ family: AddressFamily, purpose: String) throws(SystemError) -> FileDescriptor {
        let socket = try FileDescriptor.socket(
            family: family == .ipv4 ? AF_INET : AF_INET6, type: Int32(SOCK_DGRAM.rawValue),
            protocolNumber: Int32(IPPROTO_UDP), purpose: purpose, advice: nil)
        if family == .ipv6 {
            try socket.setOption(
                Int32(IPPROTO_IPV6), Int32(IPV6_V6ONLY), Int32(1), name: "IPV6_V6ONLY", purpose: purpose)
        }
        return socket
    }

    fileprivate borrowing func setHops(
        _ ttl: UInt8, _ family: AddressFamily, purpose: String
    ) throws(SystemError) {
        switch family {
        case .ipv4: try setOption(Int32(IPPROTO_IP), Int32(IP_TTL), Int32(ttl), name: "IP_TTL", purpose: purpose)
        case .ipv6:
            try setOption(
                Int32(IPPROTO_IPV6), Int32(IPV6_UNICAST_HOPS), Int32(ttl), name: "IPV6_UNICAST_HOPS", purpose: purpose)
        }
    }

    fileprivate borrowing func bind(
        to address: IPAddress, port: Port, purpose: String, advice: String?
    ) throws(SystemError) {
        let number = rawValue
        try withSocketAddress(address, port) { pointer, length throws(SystemError) in
            _ = try systemCall("bind", purpose, advice: advice) { Glibc.bind(number, pointer, length) }
        }
    }
}
