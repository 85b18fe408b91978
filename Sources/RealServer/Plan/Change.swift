import Addressing
import LinuxSystem
import Netlink

/// One step from the host's present state to the wanted one.
enum Change: Sendable, Hashable {
    case setLoopback(index: UInt32, up: Bool)
    case setSysctl(Sysctl, from: Int, to: Int)
    case addAddress(InterfaceAddress)
    case removeAddress(InterfaceAddress)

    /// The step back.
    var inverse: Change {
        switch self {
        case .setLoopback(let index, let up): .setLoopback(index: index, up: !up)
        case .setSysctl(let sysctl, let before, let after): .setSysctl(sysctl, from: after, to: before)
        case .addAddress(let address): .removeAddress(address)
        case .removeAddress(let address): .addAddress(address)
        }
    }

    /// The step in words, to be read after "cannot".
    var purpose: String {
        switch self {
        case .setLoopback(_, let up): "set lo \(up ? "up" : "down")"
        case .setSysctl(let sysctl, _, let value): "set \(sysctl) to \(value)"
        case .addAddress(let address): "add \(address.prefix) to lo"
        case .removeAddress(let address): "remove \(address.prefix) from lo"
        }
    }
}
