import Addressing
import LinuxSystem
import Netlink

/// Reads and changes the host that the calling thread lives in.
struct RealServerHost {
    /// Where files are, in front of their paths; empty is the host's own root.
    let root: String
    private let routes: RouteClient

    init(root: String) throws(RealServerError) {
        self.root = root
        routes = try system { () throws(SystemError) in try RouteClient.open() }
    }

    /// - Parameter hasPorts: Whether to ask for the ports of tunnels too, which loads the module for them.
    func state(withTunnelPorts hasPorts: Bool = false) throws(RealServerError) -> HostState {
        let links: [Link]
        let addresses: [InterfaceAddress]
        do throws(NetlinkError) {
            links = try routes.links()
            addresses = try routes.addresses()
        } catch {
            throw .netlink(error, purpose: "read the interfaces and their addresses")
        }
        guard links.contains(where: { $0.flags.contains(.loopback) && $0.name == "lo" }) else { throw .noLoopback }
        let byIndex = Dictionary(grouping: addresses, by: \.interfaceIndex)
        let interfaces = links.map { link in
            HostState.Interface(
                name: link.name, isUp: link.flags.contains(.up), isLoopback: link.flags.contains(.loopback),
                isSilent: link.flags.contains(.noARP), kind: link.kind, mtu: link.mtu,
                tunnelProtocol: link.tunnelProtocol, expectsChecksums: link.expectsChecksums,
                addresses: (byIndex[link.index] ?? []).map { address in
                    var address = address
                    address.interfaceIndex = 0
                    return address
                })
        }
        return HostState(
            interfaces: interfaces, sysctls: try sysctls(of: ["all", "default"] + links.map(\.name)),
            tunnelPorts: hasPorts ? try tunnelPorts() : [:])
    }

    private func sysctls(of scopes: [String]) throws(RealServerError) -> [Sysctl: Int] {
        var values: [Sysctl: Int] = [:]
        for scope in scopes {
            for name in Settings.names {
                let sysctl = Sysctl.ipv4(interface: scope, name)
                do throws(SystemError) {
                    values[sysctl] = try sysctl.read()
                } catch {
                    // An interface may go between two looks; `all` may not.
                    if scope == "all" { throw .system(error) }
                }
            }
            for name in ["disable_ipv6", "accept_dad"] {
                let sysctl = Sysctl.ipv6(interface: scope, name)
                if let value = try? sysctl.read() { values[sysctl] = value }
            }
        }
        return values
    }

    /// The link-layer address of an interface, where it has one.
    func hardwareAddress(of name: String) -> MACAddress? {
        (try? routes.links())?.first { $0.name == name }?.hardwareAddress
    }

    /// The index of each interface, by name.
    func interfaceIndexes() -> [(name: String, index: UInt32)] {
        ((try? routes.links()) ?? []).map { ($0.name, $0.index) }
    }

    /// Carries out the changes in order. When one fails, those before it are taken back, the last one first.
    func carryOut(_ changes: [Change]) throws(RealServerError) {
        for (index, change) in changes.enumerated() {
            do throws(RealServerError) {
                try carryOut(change)
            } catch {
                var remaining: [String] = []
                for step in changes[..<index].reversed().compactMap(\.inverse) {
                    do throws(RealServerError) { try carryOut(step) } catch { remaining.append(step.purpose) }
                }
                throw remaining.isEmpty ? error : .rollbackFailed(cause: error, remaining: remaining)
            }
        }
    }

    private func carryOut(_ change: Change) throws(RealServerError) {
        let command: RouteCommand
        switch change {
        case .setSysctl(let sysctl, _, let value):
            return try system { () throws(SystemError) in try sysctl.write(value) }
        case .setTunnelProtocol(let name, _, let number):
            return try system { () throws(SystemError) in try TunnelDevice.setProtocol(number, of: name) }
        case .setTunnelChecksum(let name, let isExpected):
            return try system { () throws(SystemError) in try TunnelDevice.setChecksum(isExpected, of: name) }
        case .addTunnelPort(let port): return try addTunnelPort(port, purpose: change.purpose)
        case .removeTunnelPort(let port): return try removeTunnelPort(port, purpose: change.purpose)
        case .writeFile(let file, _): return try write(file)
        case .removeFile(let file): return try remove(file)
        case .removeFolder(let path): return removeFolder(path)
        case .addLink(let name, let kind): return try addLink(name, kind: kind, purpose: change.purpose)
        case .removeLink(let name, _): command = .deleteLink(index: try index(of: name, for: change))
        case .setLink(let name, let up): command = .setLink(index: try index(of: name, for: change), up: up)
        case .addAddress(var address, let interface):
            address.interfaceIndex = try index(of: interface, for: change)
            // The rest of the flags is the kernel's own finding.
            address.flags.formIntersection([.noDuplicateDetection, .noPrefixRoute])
            command = .addAddress(address)
        case .removeAddress(var address, let interface):
            address.interfaceIndex = try index(of: interface, for: change)
            command = .deleteAddress(address)
        }
        try apply(command, purpose: change.purpose)
    }

    /// A tunnel's device comes with its module. The kernel loads the module of a kind that it is asked for, and with
    /// the device there, refuses a second one of its name; that is the first thing to try, since it needs no program.
    private func addLink(_ name: String, kind: String, purpose: String) throws(RealServerError) {
        guard let module = Tunnel.module(ofLinkKind: kind) else {
            return try apply(.addLink(name: name, kind: kind), purpose: purpose)
        }
        if routes.apply([.addLink(name: name, kind: kind)]).isEmpty { return }
        if hasLink(name) { return }
        let failure = KernelModule.load(module)
        guard hasLink(name) else { throw .module(name, reason: failure ?? "module \(module) brings no device along") }
    }

    private func hasLink(_ name: String) -> Bool { (try? routes.links())?.contains { $0.name == name } ?? false }

    private func apply(_ command: RouteCommand, purpose: String) throws(RealServerError) {
        guard let failure = routes.apply([command]).first else { return }
        throw .netlink(failure.error, purpose: purpose)
    }

    private func index(of name: String, for change: Change) throws(RealServerError) -> UInt32 {
        let links: [Link]
        do throws(NetlinkError) { links = try routes.links() } catch { throw .netlink(error, purpose: change.purpose) }
        guard let link = links.first(where: { $0.name == name }) else {
            throw .netlink(NetlinkError(.kernel(.noSuchDevice), message: name), purpose: change.purpose)
        }
        return link.index
    }
}
