import Addressing
import IPVS
public import KeepalivedConfig

extension Configuration {
    /// The virtual addresses that real servers of this configuration hold: those of every service with direct routing
    /// or a tunnel, in the order of the file, each with its ports.
    ///
    /// A service by firewall mark names no address: it stands for the addresses of the VRRP instances.
    public func realServerAddresses(interface: String? = nil, isLabelled: Bool = false) -> [RealServerAddress] {
        var found: [RealServerAddress] = []
        func add(_ address: IPAddress, _ tunnel: Tunnel?, _ port: ServicePort?) {
            guard let index = found.firstIndex(where: { $0.address == address }) else {
                found.append(
                    RealServerAddress(
                        address, interface: interface, isLabelled: isLabelled, tunnel: tunnel,
                        ports: port.map { [$0] } ?? []))
                return
            }
            if found[index].tunnel == nil, let tunnel {
                found[index] = RealServerAddress(
                    address, interface: interface, isLabelled: isLabelled, tunnel: tunnel, ports: found[index].ports)
            }
            if let port, !found[index].ports.contains(port) { found[index].ports.append(port) }
        }
        for server in virtualServers {
            for method in server.deliveries {
                switch server.service.id {
                case .endpoint(let transport, let address, let port):
                    add(address, method.tunnel, ServicePort(transport, port))
                case .firewallMark(_, let family):
                    for address in advertisedAddresses where address.family == family {
                        add(address, method.tunnel, nil)
                    }
                }
            }
        }
        return found
    }

    private var advertisedAddresses: [IPAddress] {
        instances.flatMap { $0.virtualAddresses + $0.excludedVirtualAddresses }.map(\.prefix.address)
    }
}

extension VirtualServer {
    /// How packets come to a real server, as far as it has to prepare for that.
    fileprivate struct Delivery: Hashable {
        var tunnel: Tunnel?
    }

    /// The deliveries of its real servers, each once; what is not opened by a device of ours is left out.
    fileprivate var deliveries: [Delivery] {
        var seen: Set<Delivery> = []
        var deliveries: [Delivery] = []
        for destination in realServers.map(\.destination) {
            let delivery: Delivery
            switch destination.forwarding {
            case .directRouting: delivery = Delivery()
            case .tunneling(.gre): delivery = Delivery(tunnel: Tunnel(.gre, outer: destination.id.address.family))
            case .tunneling: delivery = Delivery(tunnel: Tunnel(.ipip, outer: destination.id.address.family))
            case .masquerading, .localNode, .bypass: continue
            }
            if seen.insert(delivery).inserted { deliveries.append(delivery) }
        }
        return deliveries
    }
}

extension ServicePort {
    /// The port of a service; nil for every port, and for a transport whose listeners cannot be looked up.
    fileprivate init?(_ transport: TransportProtocol, _ port: Port) {
        guard port.rawValue > 0 else { return nil }
        switch transport {
        case .tcp: self.init(port.rawValue, .tcp)
        case .udp: self.init(port.rawValue, .udp)
        default: return nil
        }
    }
}

extension Configuration {
    /// The UDP ports that tunnels of type `gue` go to, in order.
    public var encapsulationPorts: [UInt16] {
        let ports = virtualServers.flatMap(\.realServers).compactMap { server -> UInt16? in
            guard case .tunneling(.gue(let port, _)) = server.destination.forwarding else { return nil }
            return port.rawValue
        }
        return Set(ports).sorted()
    }

    /// How to set each device that opens tunnels of type `gre` with checksums, in order: a packet whose checksum is not
    /// as the device was set is dropped (`ip_tunnel_rcv()` of `net/ipv4/ip_tunnel.c`, `__ip6_tnl_rcv()` of
    /// `net/ipv6/ip6_tunnel.c`).
    public var checksumCommands: [String] {
        let commands = virtualServers.flatMap(\.realServers).compactMap { server -> String? in
            guard case .tunneling(.gre(checksum: .checksum)) = server.destination.forwarding else { return nil }
            return server.destination.id.address.family == .ipv4
                ? "ip tunnel change gre0 mode gre icsum" : "ip -6 tunnel change ip6gre0 mode ip6gre icsum"
        }
        return Set(commands).sorted()
    }
}
