public import Addressing
import CLinux
import Glibc

/// Hears every advert of one interface, whoever it is for, with the hardware address that it comes from. It sends
/// nothing and takes no part in anything.
public final class AdvertCapture: Sendable {
    /// One IP packet that was heard.
    public struct Frame: Sendable, Hashable {
        /// The packet without its link header.
        public var packet: [UInt8]
        /// Who sent it on the link; nil where the link has no hardware addresses.
        public var source: MACAddress?
        /// Whether this host sent it.
        public var isOwn: Bool
    }

    private let socket: FileDescriptor

    /// Readable when something was heard.
    public var descriptor: Int32 { socket.rawValue }

    /// Begins to listen.
    public init(on interface: InterfaceReference) throws(SystemError) {
        socket = FileDescriptor(
            owning: try systemCall(
                "socket(AF_PACKET)", "listen for adverts on \(interface.name)",
                advice: Errno.current.isPermission ? "run as root or grant CAP_NET_RAW" : nil
            ) { clinux_open_advert_capture(interface.index.rawValue) })
    }

    /// What was heard, oldest first; nil when there is nothing more at present.
    public func next() -> Frame? {
        var frame = clinux_frame()
        var buffer = [UInt8](repeating: 0, count: 2048)
        let number = socket.rawValue
        let count = buffer.withUnsafeMutableBytes {
            clinux_receive_frame(number, $0.baseAddress, $0.count, &frame)
        }
        guard count >= 0 else { return nil }
        let source = withUnsafeBytes(of: frame.hardware_address) { MACAddress(bytes: Array($0)) }
        return Frame(
            packet: Array(buffer.prefix(count)), source: frame.has_hardware_address != 0 ? source : nil,
            isOwn: frame.is_own != 0)
    }
}
