public import Addressing
import CLinux
import Glibc

/// Tells a segment by ARP which link-layer address an IPv4 address has now. One serves every interface.
public final class GratuitousARPSender: Sendable {
    private let socket: FileDescriptor

    /// Opens a packet socket that sends and hears nothing.
    public init() throws(SystemError) {
        let purpose = "open a packet socket for gratuitous ARP"
        // Protocol 0: no packet is delivered to this socket (packet(7)).
        socket = try FileDescriptor.socket(
            family: AF_PACKET, type: Int32(SOCK_DGRAM.rawValue), protocolNumber: 0, purpose: purpose,
            advice: "run as root or grant CAP_NET_RAW")
        try socket.setOption(SOL_SOCKET, SO_PRIORITY, controlPriority, name: "SO_PRIORITY", purpose: purpose)
    }

    /// Broadcasts one announcement.
    ///
    /// - Parameters:
    ///   - address: The address that moved.
    ///   - owner: The link-layer address that answers for it now.
    ///   - interface: Where to send it.
    public func announce(
        _ address: IPv4Address, at owner: MACAddress, on interface: InterfaceReference
    ) throws(SystemError) {
        let message = GratuitousARP(address: address, owner: owner).bytes
        var destination = sockaddr_ll()
        destination.sll_family = UInt16(AF_PACKET)
        destination.sll_protocol = UInt16(ETH_P_ARP).bigEndian
        destination.sll_ifindex = interface.index.rawValue
        destination.sll_halen = 6
        withUnsafeMutableBytes(of: &destination.sll_addr) { $0.copyBytes(from: MACAddress.broadcast.bytes) }
        let number = socket.rawValue
        try systemCall("sendto", "announce \(address) on \(interface.name)") {
            message.withUnsafeBytes { bytes in
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

/// The ARP message of an announcement (RFC 826, RFC 5227 section 3): a request in which sender and target are the same
/// address. The target's link-layer address is the broadcast address, as keepalived sends it.
struct GratuitousARP {
    var address: IPv4Address
    var owner: MACAddress

    /// The 28 bytes behind the Ethernet header.
    var bytes: [UInt8] {
        let ethernet: [UInt8] = [0, 1]
        let ipv4: [UInt8] = [0x08, 0x00]
        let lengths: [UInt8] = [6, 4]
        let request: [UInt8] = [0, 1]
        return ethernet + ipv4 + lengths + request + owner.bytes + address.bytes + MACAddress.broadcast.bytes
            + address.bytes
    }
}
