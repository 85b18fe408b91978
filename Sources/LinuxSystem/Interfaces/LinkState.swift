import CLinux
import Glibc

/// Asks for the carrier of links whose drivers do not tell the kernel of it by themselves (`linkbeat_use_polling`).
public final class LinkState: Sendable {
    /// How a link is asked.
    public enum Method: Sendable, Hashable, CaseIterable {
        /// The status register of its transceiver (`SIOCGMIIREG`).
        case mii
        /// The driver (`ETHTOOL_GLINK`).
        case ethtool
        /// The kernel's flags (`SIOCGIFFLAGS`).
        case ioctl
    }

    private let socket: FileDescriptor

    /// Asks about interfaces of the calling thread's network namespace.
    public init() throws(SystemError) {
        socket = FileDescriptor(
            owning: try systemCall("socket", "ask for the carrier of links") {
                Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
    }

    /// Whether a link has a carrier; nil when it does not say in this way. The kernel's lock on its interfaces may hold
    /// up the call.
    public func hasCarrier(_ interface: String, by method: Method) -> Bool? {
        let kind =
            switch method {
            case .mii: CLINUX_LINK_MII
            case .ethtool: CLINUX_LINK_ETHTOOL
            case .ioctl: CLINUX_LINK_FLAGS
            }
        let state = clinux_link_state(socket.rawValue, interface, kind)
        return state < 0 ? nil : state == 1
    }

    /// The first way in which a link answers, in keepalived's order; nil when the interface is not there.
    public func method(for interface: String) -> Method? {
        for method in Method.allCases where hasCarrier(interface, by: method) != nil { return method }
        return nil
    }
}
