import CLinux
import Glibc

/// Hears every frame of one Ethernet type in a network namespace, as `tcpdump` would.
public final class PacketCapture: Sendable {
    /// IPv4.
    public static let ipv4 = UInt16(ETH_P_IP)
    /// ARP.
    public static let arp = UInt16(ETH_P_ARP)

    private let descriptor: Int32

    /// Opens a capture on every interface of the namespace.
    public init(in namespace: NetworkNamespace, etherType: UInt16) throws {
        descriptor = try namespace.run {
            let descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), Int32(etherType.bigEndian))
            guard descriptor >= 0 else { throw NamespaceError("socket(AF_PACKET): errno \(errno)") }
            return descriptor
        }
    }

    deinit { close(descriptor) }

    /// The next frame, Ethernet header included; nil when none comes within the milliseconds.
    public func next(within milliseconds: Int32 = 5000) -> [UInt8]? {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : Array(buffer.prefix(count))
    }

    /// The next frame that fits; nil when none comes for five seconds.
    public func next(where fits: ([UInt8]) -> Bool) -> [UInt8]? {
        while let frame = next() {
            if fits(frame) { return frame }
        }
        return nil
    }
}
