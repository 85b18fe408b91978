import Addressing
import LinuxSystem
import Netlink

/// One step from the host's present state to the wanted one.
enum Change: Sendable, Hashable {
    case addLink(name: String, kind: String)
    case removeLink(name: String, kind: String)
    case setLink(name: String, up: Bool)
    case setSysctl(Sysctl, from: Int, to: Int)
    /// What an `ip6tnl` device opens.
    case setTunnelProtocol(name: String, from: UInt8, to: UInt8)
    /// Whether a `gre` device takes packets with a checksum or those without.
    case setTunnelChecksum(name: String, to: Bool)
    /// Has the kernel take `gue` at a port.
    case addTunnelPort(TunnelPort)
    case removeTunnelPort(TunnelPort)
    case addAddress(InterfaceAddress, interface: String)
    case removeAddress(InterfaceAddress, interface: String)
    /// Makes a file, or replaces one of ours.
    case writeFile(ManagedFile, before: ManagedFile?)
    case removeFile(ManagedFile)
    /// Removes a folder that was made for files; one that holds something stays.
    case removeFolder(String)

    /// The step back; nil where there is none: a tunnel's device stays once its module is loaded.
    var inverse: Change? {
        switch self {
        case .addLink(let name, let kind):
            Tunnel.module(ofLinkKind: kind) == nil ? .removeLink(name: name, kind: kind) : nil
        case .removeLink(let name, let kind): .addLink(name: name, kind: kind)
        case .setLink(let name, let up): .setLink(name: name, up: !up)
        case .setSysctl(let sysctl, let before, let after): .setSysctl(sysctl, from: after, to: before)
        case .setTunnelProtocol(let name, let before, let after):
            .setTunnelProtocol(name: name, from: after, to: before)
        case .setTunnelChecksum(let name, let isExpected): .setTunnelChecksum(name: name, to: !isExpected)
        case .addTunnelPort(let port): .removeTunnelPort(port)
        case .removeTunnelPort(let port): .addTunnelPort(port)
        case .addAddress(let address, let interface): .removeAddress(address, interface: interface)
        case .removeAddress(let address, let interface): .addAddress(address, interface: interface)
        case .writeFile(let file, let before): before.map { .writeFile($0, before: file) } ?? .removeFile(file)
        case .removeFile(let file): .writeFile(file, before: nil)
        // A file that comes back makes its folder.
        case .removeFolder: nil
        }
    }

    /// The step in words, to be read after "cannot".
    var purpose: String {
        switch self {
        case .addLink(let name, let kind): "make the \(kind) interface \(name)"
        case .removeLink(let name, _): "remove the interface \(name)"
        case .setLink(let name, let up): "set \(name) \(up ? "up" : "down")"
        case .setSysctl(let sysctl, _, let value): "set \(sysctl) to \(value)"
        case .setTunnelProtocol(let name, _, let number): "set the mode of \(name) to \(Tunnel.mode(number))"
        case .setTunnelChecksum(let name, let isExpected):
            "have \(name) take packets \(isExpected ? "with" : "without") checksums"
        case .addTunnelPort(let port): "open \(port.subject)"
        case .removeTunnelPort(let port): "close \(port.subject)"
        case .addAddress(let address, let interface): "add \(address.prefix) to \(interface)"
        case .removeAddress(let address, let interface): "remove \(address.prefix) from \(interface)"
        case .writeFile(let file, _): "write \(file.path)"
        case .removeFile(let file): "remove \(file.path)"
        case .removeFolder(let path): "remove the folder \(path) if it is empty"
        }
    }
}
