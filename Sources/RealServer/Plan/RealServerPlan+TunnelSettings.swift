import Addressing
import Netlink

/// What tunnels of type `gre` with checksums and `gue` need beside a device that is up.
extension RealServerPlan {
    /// A device of `gre` takes packets with a checksum or those without, for every service that comes through it.
    static func checkTunnels(of addresses: [RealServerAddress], on host: HostState) throws(RealServerError) {
        var chosen: [String: Bool] = [:]
        for address in addresses {
            guard let tunnel = address.tunnel else { continue }
            let device = tunnel.device(for: address.address.family).name
            if tunnel.kind == .gre {
                // ip6gre_tunnel_siocdevprivate() and ip6gre_changelink() of net/ipv6/ip6_gre.c leave the device that
                // comes with the module as it is.
                guard tunnel.outer == .ipv4 || !tunnel.hasChecksum else { throw .checksumsOverIPv6(device) }
                if let former = chosen.updateValue(tunnel.hasChecksum, forKey: device), former != tunnel.hasChecksum {
                    throw .mixedChecksums(device)
                }
            }
            if tunnel.kind == .gue, tunnel.port == nil { throw .noTunnelPort(address.address) }
            if let port = tunnel.listener, host.tunnelPorts[port] == false { throw .tunnelPortTaken(port.number) }
        }
    }

    /// A device that comes with its module takes packets without checksums.
    mutating func expectChecksums(_ device: String, for addresses: [RealServerAddress], on host: HostState) {
        guard let wanted = Tunnel.checksums(of: device, for: addresses) else { return }
        let actual = host.interface(device)?.expectsChecksums ?? false
        if actual != wanted {
            changes.append(.setTunnelChecksum(name: device, to: wanted))
            saved.tunnelChecksums[device] = actual
        }
        // A device as it comes is not worth a line.
        if !actual, !wanted { return }
        items.append(
            .init(
                subject: "checksums of \(device)", actual: Self.word(actual), wanted: Self.word(wanted),
                outcome: actual == wanted ? .inOrder : .changed))
    }

    /// Each port that packets of `gue` come to.
    mutating func openPorts(for addresses: [RealServerAddress], on host: HostState) {
        for port in Self.ports(of: addresses) {
            let isOpen = host.tunnelPorts[port] == true
            if !isOpen {
                changes.append(.addTunnelPort(port))
                saved.tunnelPorts.insert(port)
            }
            items.append(
                .init(
                    subject: port.subject, actual: isOpen ? "open" : "closed", wanted: "open",
                    outcome: isOpen ? .inOrder : .changed))
        }
    }

    /// What nobody needs any more is as before, unless somebody has changed it since.
    mutating func restoreTunnelSettings(neededBy rest: [RealServerAddress], on host: HostState) {
        for (device, before) in saved.tunnelChecksums.sorted(by: { $0.key < $1.key })
        where Tunnel.checksums(of: device, for: rest) == nil {
            saved.tunnelChecksums[device] = nil
            guard let actual = host.interface(device)?.expectsChecksums else { continue }
            if actual != before { changes.append(.setTunnelChecksum(name: device, to: before)) }
            items.append(
                .init(
                    subject: "checksums of \(device)", actual: Self.word(actual), wanted: Self.word(before),
                    outcome: actual == before ? .inOrder : .changed))
        }
        let needed = Self.ports(of: rest)
        for port in saved.tunnelPorts.sorted(by: { $0.number < $1.number }) where !needed.contains(port) {
            saved.tunnelPorts.remove(port)
            let isOpen = host.tunnelPorts[port] == true
            if isOpen { changes.append(.removeTunnelPort(port)) }
            items.append(
                .init(
                    subject: port.subject, actual: isOpen ? "open" : "closed", wanted: "closed",
                    outcome: isOpen ? .changed : .inOrder))
        }
    }

    static func ports(of addresses: [RealServerAddress]) -> [TunnelPort] {
        addresses.compactMap(\.tunnel?.listener).reduce(into: []) { ports, port in
            if !ports.contains(port) { ports.append(port) }
        }
    }

    private static func word(_ isExpected: Bool) -> String { isExpected ? "expected" : "not expected" }
}

extension TunnelPort {
    /// As reports name it.
    var subject: String { "port \(number)/udp for gue over \(family == .ipv4 ? "IPv4" : "IPv6")" }
}
