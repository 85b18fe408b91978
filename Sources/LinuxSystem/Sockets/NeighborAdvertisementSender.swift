public import Addressing
import CLinux
import Glibc

/// Tells a segment by neighbour discovery which link-layer address an IPv6 address has now. One serves every interface.
public final class NeighborAdvertisementSender: Sendable {
    private let socket: FileDescriptor

    /// Opens a packet socket that sends and hears nothing.
    public init() throws(SystemError) {
        let purpose = "open a packet socket for neighbour advertisements"
        // Protocol 0: no packet is delivered to this socket (packet(7)).
        socket = try FileDescriptor.socket(
            family: AF_PACKET, type: Int32(SOCK_DGRAM.rawValue), protocolNumber: 0, purpose: purpose,
            advice: "run as root or grant CAP_NET_RAW")
        try socket.setOption(SOL_SOCKET, SO_PRIORITY, controlPriority, name: "SO_PRIORITY", purpose: purpose)
    }

    /// Sends one announcement to all nodes of the link.
    ///
    /// - Parameters:
    ///   - address: The address that moved. It is also the source: the advertisement can go out before the kernel has it.
    ///   - owner: The link-layer address that answers for it now.
    ///   - isRouter: Whether this host forwards IPv6 packets: neighbours take a router without this flag out of their
    ///     routes (RFC 4861 section 7.2.5).
    ///   - interface: Where to send it.
    public func announce(
        _ address: IPv6Address, at owner: MACAddress, isRouter: Bool, on interface: InterfaceReference
    ) throws(SystemError) {
        let packet = NeighborAdvertisement(address: address, owner: owner, isRouter: isRouter).packet
        var destination = sockaddr_ll()
        destination.sll_family = UInt16(AF_PACKET)
        destination.sll_protocol = UInt16(ETH_P_IPV6).bigEndian
        destination.sll_ifindex = interface.index.rawValue
        destination.sll_halen = 6
        withUnsafeMutableBytes(of: &destination.sll_addr) { $0.copyBytes(from: NeighborAdvertisement.allNodesHardware) }
        let number = socket.rawValue
        try systemCall("sendto", "announce \(address) on \(interface.name)") {
            packet.withUnsafeBytes { bytes in
                withUnsafePointer(to: &destination) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(
                            number, bytes.baseAddress, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
                    }
                }
            }
        }
    }
}

/// The IPv6 packet of an unsolicited neighbour advertisement (RFC 4861 section 7.2.6): from the address itself to all
/// nodes, with the override flag, so that neighbours replace what they knew.
struct NeighborAdvertisement {
    var address: IPv6Address
    var owner: MACAddress
    var isRouter: Bool

    /// ff02::1, and the Ethernet address of that group (RFC 2464 section 7).
    static let allNodes = IPv6Address(high: 0xFF02 << 48, low: 1)
    static let allNodesHardware: [UInt8] = [0x33, 0x33, 0, 0, 0, 1]

    private static let icmpv6: UInt8 = 58

    /// The packet behind the Ethernet header.
    var packet: [UInt8] {
        let flags: UInt8 = 0x20 | (isRouter ? 0x80 : 0)
        let targetLinkLayerAddress: [UInt8] = [2, 1] + owner.bytes
        var message: [UInt8] = [136, 0, 0, 0, flags, 0, 0, 0] + address.bytes + targetLinkLayerAddress
        var sum = InternetChecksum()
        sum.add(address.bytes)
        sum.add(Self.allNodes.bytes)
        sum.add(UInt16(message.count))
        sum.add(UInt16(Self.icmpv6))
        sum.add(message)
        message[2] = UInt8(sum.value >> 8)
        message[3] = UInt8(sum.value & 0xFF)
        let header: [UInt8] = [0x60, 0, 0, 0, 0, UInt8(message.count), Self.icmpv6, 255]
        return header + address.bytes + Self.allNodes.bytes + message
    }
}
