public import Addressing
import CLinux
import Glibc

/// Sends IP packets in Ethernet frames with a source address of the caller's choice, past routes, firewall and the
/// kernel's neighbor tables. Hears nothing. One serves every interface.
public final class FrameSender: Sendable {
    private let socket: FileDescriptor

    /// Opens a packet socket that hears nothing.
    public init() throws(SystemError) {
        let purpose = "open a packet socket for virtual MAC addresses"
        // Protocol 0: no packet is delivered to this socket (packet(7)).
        socket = try FileDescriptor.socket(
            family: AF_PACKET, type: Int32(SOCK_RAW.rawValue), protocolNumber: 0, purpose: purpose,
            advice: "run as root or grant CAP_NET_RAW")
        try socket.setOption(SOL_SOCKET, SO_PRIORITY, controlPriority, name: "SO_PRIORITY", purpose: purpose)
    }

    /// Sends one IP packet to the members of a group.
    ///
    /// - Parameters:
    ///   - packet: The packet with its header, every checksum filled in.
    ///   - group: The group; its link-layer address follows from it (RFC 1112 section 6.4, RFC 2464 section 7).
    ///   - source: The link-layer address that the frame comes from.
    ///   - interface: Where to send it.
    public func send(
        _ packet: [UInt8], toGroup group: IPAddress, from source: MACAddress, on interface: InterfaceReference
    ) throws(SystemError) {
        let target = group.multicastHardwareAddress
        let type = UInt16(group.family == .ipv4 ? ETH_P_IP : ETH_P_IPV6)
        let frame = target + source.bytes + [UInt8(type >> 8), UInt8(type & 0xFF)] + packet
        var destination = sockaddr_ll()
        destination.sll_family = UInt16(AF_PACKET)
        destination.sll_protocol = type.bigEndian
        destination.sll_ifindex = interface.index.rawValue
        destination.sll_halen = 6
        withUnsafeMutableBytes(of: &destination.sll_addr) { $0.copyBytes(from: target) }
        let number = socket.rawValue
        try systemCall("sendto", "send to \(group) on \(interface.name)") {
            frame.withUnsafeBytes { bytes in
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

extension IPAddress {
    /// Where Ethernet carries a group.
    fileprivate var multicastHardwareAddress: [UInt8] {
        let last = bytes.suffix(4)
        guard family == .ipv4 else { return [0x33, 0x33] + last }
        return [0x01, 0x00, 0x5E]
            + last.dropFirst().enumerated().map { $0.offset == 0 ? $0.element & 0x7F : $0.element }
    }
}
