public import Addressing
import Glibc

/// Hears VRRP over IPv6.
///
/// Raw IPv6 sockets deliver what follows the header; source, destination and hop limit come as control messages, which
/// event loops do not hand on. So there are two sockets that hear the same: an event loop waits at the one, whose data
/// nobody looks at, and reads the other by ``next()``, then and before a silence is taken for one.
public final class VRRPIPv6Receiver: Sendable {
    private let socket: FileDescriptor

    /// Opens both sockets, non-blocking. The second of the pair, at which an event loop waits, is the caller's.
    ///
    /// With a group they hear what is sent to the group on this interface and nothing else; without one, what is sent
    /// to addresses of this host, and to any group that anything on this host has joined. They never hear what this host sent to a group itself, see ``VRRPSender``.
    ///
    /// - Parameters:
    ///   - interface: Where to listen; nil is everywhere, which only unicast can use.
    ///   - group: The multicast group to join.
    ///   - hardwareAddress: Hears only what Ethernet frames from this address carry; nil hears everything.
    public static func open(
        on interface: InterfaceReference?, group: IPv6Address?, sentFrom hardwareAddress: MACAddress? = nil
    ) throws(SystemError) -> (receiver: VRRPIPv6Receiver, bell: Int32) {
        let bell = try descriptor(on: interface, group: group, sentFrom: hardwareAddress)
        let socket = try descriptor(on: interface, group: group, sentFrom: hardwareAddress)
        return (VRRPIPv6Receiver(socket), bell.release())
    }

    private init(_ socket: consuming FileDescriptor) { self.socket = socket }

    /// The next datagram that waits; nil when none does. An advert of 255 addresses fits.
    public func next() -> IPDatagram? { socket.receiveDatagram(capacity: 8192) }

    private static func descriptor(
        on interface: InterfaceReference?, group: IPv6Address?, sentFrom hardwareAddress: MACAddress?
    ) throws(SystemError) -> FileDescriptor {
        let purpose = "open a VRRP socket for IPv6" + (interface.map { " on \($0.name)" } ?? "")
        let socket = try FileDescriptor.socket(
            family: AF_INET6, type: Int32(SOCK_RAW.rawValue), protocolNumber: Int32(VRRPReceiver.protocolNumber),
            purpose: purpose, advice: "run as root or grant CAP_NET_RAW")
        let level = Int32(IPPROTO_IPV6)
        if let hardwareAddress { try socket.hearOnly(hardwareAddress, purpose: purpose) }
        if let interface { try socket.bindToInterface(interface.name, purpose: purpose) }
        try socket.setOption(level, Int32(IPV6_RECVHOPLIMIT), Int32(1), name: "IPV6_RECVHOPLIMIT", purpose: purpose)
        try socket.setOption(level, Int32(IPV6_RECVPKTINFO), Int32(1), name: "IPV6_RECVPKTINFO", purpose: purpose)
        guard let group else { return socket }
        let index = UInt32(bitPattern: interface?.index.rawValue ?? 0)
        // struct ipv6_mreq
        let membership = group.bytes + withUnsafeBytes(of: index) { Array($0) }
        try socket.setOption(
            level, Int32(IPV6_JOIN_GROUP), bytes: membership, name: "IPV6_JOIN_GROUP",
            purpose: "join \(group)" + (interface.map { " on \($0.name)" } ?? ""))
        let number = socket.rawValue
        try withSocketAddress(.v6(group), scope: index) { address, length throws(SystemError) in
            _ = try systemCall("bind", purpose) { bind(number, address, length) }
        }
        return socket
    }
}
