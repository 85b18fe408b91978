import Addressing
import Glibc

/// What a probe's socket carries.
enum ProbeTransport {
    /// A TCP connection.
    case stream
    /// UDP datagrams.
    case datagram
    /// Echo requests through a socket that carries nothing else and needs no right, where `net.ipv4.ping_group_range`
    /// includes the process's group.
    case echo
    /// Echo requests through a raw socket, which needs `CAP_NET_RAW`.
    case rawEcho

    func socketType(_ family: AddressFamily) -> (type: Int32, protocolNumber: Int32) {
        let echo = Int32(family == .ipv4 ? IPPROTO_ICMP : Int(IPPROTO_ICMPV6))
        return switch self {
        case .stream: (Int32(SOCK_STREAM.rawValue), Int32(IPPROTO_TCP))
        case .datagram: (Int32(SOCK_DGRAM.rawValue), Int32(IPPROTO_UDP))
        case .echo: (Int32(SOCK_DGRAM.rawValue), echo)
        case .rawEcho: (Int32(SOCK_RAW.rawValue), echo)
        }
    }
}
