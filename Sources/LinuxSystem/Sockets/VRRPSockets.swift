public import Addressing
import Glibc

/// Opens raw IPv4 sockets that hear VRRP.
public enum VRRPReceiver {
    /// The IP protocol number of VRRP (RFC 9568 section 5.1.1.4).
    public static let protocolNumber: UInt8 = 112

    /// A non-blocking socket that delivers whole IPv4 packets, header included, as raw IPv4 sockets do.
    ///
    /// With a group it hears what is sent to the group on this interface and nothing else; without one, what is sent
    /// to addresses of this host. It never hears what this host sent to a group itself, see ``VRRPSender``.
    ///
    /// - Parameters:
    ///   - interface: Where to listen; nil is everywhere, which only unicast can use.
    ///   - group: The multicast group to join.
    ///   - hardwareAddress: Hears only what Ethernet frames from this address carry; nil hears everything.
    ///   - protocolNumber: The protocol of the packets, where it is not VRRP's own.
    public static func open(
        on interface: InterfaceReference?, group: IPv4Address?, sentFrom hardwareAddress: MACAddress? = nil,
        protocolNumber: UInt8 = protocolNumber
    ) throws(SystemError) -> FileDescriptor {
        let purpose = "open a VRRP socket" + (interface.map { " on \($0.name)" } ?? "")
        let socket = try FileDescriptor.socket(
            family: AF_INET, type: Int32(SOCK_RAW.rawValue), protocolNumber: Int32(protocolNumber), purpose: purpose,
            advice: "run as root or grant CAP_NET_RAW")
        if let hardwareAddress { try socket.hearOnly(hardwareAddress, purpose: purpose) }
        if let interface { try socket.bindToInterface(interface.name, purpose: purpose) }
        // Without this, a socket hears every group that any process of the host has joined.
        try socket.setOption(
            Int32(IPPROTO_IP), Int32(IP_MULTICAST_ALL), Int32(0), name: "IP_MULTICAST_ALL", purpose: purpose)
        if let group {
            let membership = ip_mreqn(
                imr_multiaddr: in_addr(group), imr_address: in_addr(s_addr: 0),
                imr_ifindex: interface?.index.rawValue ?? 0)
            try socket.setOption(
                Int32(IPPROTO_IP), Int32(IP_ADD_MEMBERSHIP), membership, name: "IP_ADD_MEMBERSHIP",
                purpose: "join \(group)" + (interface.map { " on \($0.name)" } ?? ""))
            var address = sockaddr_in(group)
            let number = socket.rawValue
            try systemCall("bind", purpose) {
                withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
        }
        return socket
    }
}

/// Sends IP packets of one family whose header the caller wrote. Hears nothing, so no queue fills up behind it.
public final class VRRPSender: Sendable {
    private let socket: FileDescriptor
    private let interface: String?

    /// Opens a socket for the interface; nil leaves the choice to the routes, which only unicast can.
    public init(on interface: InterfaceReference?, family: AddressFamily = .ipv4) throws(SystemError) {
        let purpose = "open a VRRP socket" + (interface.map { " on \($0.name)" } ?? "")
        self.interface = interface?.name
        // IPPROTO_RAW: the header comes with the packet, and nothing is delivered to this socket (raw(7)).
        let socket = try FileDescriptor.socket(
            family: family == .ipv4 ? AF_INET : AF_INET6, type: Int32(SOCK_RAW.rawValue),
            protocolNumber: Int32(IPPROTO_RAW), purpose: purpose, advice: "run as root or grant CAP_NET_RAW")
        if let interface { try socket.bindToInterface(interface.name, purpose: purpose) }
        try socket.setGroupOutput(on: interface, family, purpose: purpose)
        // Adverts leave before bulk traffic: TC_PRIO_CONTROL is the first band of pfifo_fast.
        try socket.setOption(SOL_SOCKET, SO_PRIORITY, controlPriority, name: "SO_PRIORITY", purpose: purpose)
        self.socket = socket
    }

    /// Sends a whole IP packet. Of an IPv4 header the kernel fills in the checksum and nothing else that is not zero.
    ///
    /// A multicast packet leaves by the socket's interface whether or not a route says so.
    public func send(_ packet: [UInt8], to destination: IPAddress) throws(SystemError) {
        let number = socket.rawValue
        let flags = destination.isMulticast ? Int32(MSG_DONTROUTE) : 0
        let purpose = { [interface] in "send to \(destination)" + (interface.map { " on \($0)" } ?? "") }
        try withSocketAddress(destination) { address, length throws(SystemError) in
            _ = try systemCall("sendto", purpose()) {
                packet.withUnsafeBytes { sendto(number, $0.baseAddress, $0.count, flags, address, length) }
            }
        }
    }
}

extension FileDescriptor {
    /// Packets to a group leave by the interface and are not heard on this host.
    fileprivate borrowing func setGroupOutput(
        on interface: InterfaceReference?, _ family: AddressFamily, purpose: String
    ) throws(SystemError) {
        switch family {
        case .ipv4:
            let level = Int32(IPPROTO_IP)
            if let interface {
                let outgoing = ip_mreqn(
                    imr_multiaddr: in_addr(s_addr: 0), imr_address: in_addr(s_addr: 0),
                    imr_ifindex: interface.index.rawValue)
                try setOption(level, Int32(IP_MULTICAST_IF), outgoing, name: "IP_MULTICAST_IF", purpose: purpose)
            }
            try setOption(level, Int32(IP_MULTICAST_LOOP), Int32(0), name: "IP_MULTICAST_LOOP", purpose: purpose)
        case .ipv6:
            let level = Int32(IPPROTO_IPV6)
            if let interface {
                try setOption(
                    level, Int32(IPV6_MULTICAST_IF), interface.index.rawValue, name: "IPV6_MULTICAST_IF",
                    purpose: purpose)
            }
            try setOption(level, Int32(IPV6_MULTICAST_LOOP), Int32(0), name: "IPV6_MULTICAST_LOOP", purpose: purpose)
        }
    }
}

/// `TC_PRIO_CONTROL` of `linux/pkt_sched.h`.
let controlPriority: Int32 = 7
