public import Addressing
import IPVS
public import KeepalivedConfig

extension Configuration {
    /// The virtual addresses that real servers of this configuration hold: those of every service with direct routing
    /// or a tunnel, in the order of the file, each with its ports.
    ///
    /// A service by firewall mark names no address: it stands for the addresses of the VRRP instances.
    ///
    /// - Parameter own: The addresses of the host that is to be a real server. Where a service has real servers with
    ///   such an address, packets come as they come to these; else as to any of its real servers.
    public func realServerAddresses(
        own: Set<IPAddress> = [], interface: String? = nil, isLabelled: Bool = false
    ) -> [RealServerAddress] {
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
        forEachDelivery(to: own, add)
        return found
    }

    /// The virtual addresses whose packets come through more than one tunnel. A real server sets up the first of each.
    ///
    /// - Parameter own: As in ``realServerAddresses(own:interface:isLabelled:)``.
    public func addressesOfSeveralTunnels(own: Set<IPAddress> = []) -> [(address: IPAddress, tunnels: [Tunnel])] {
        var found: [(address: IPAddress, tunnels: [Tunnel])] = []
        forEachDelivery(to: own) { address, tunnel, _ in
            guard let tunnel else { return }
            guard let index = found.firstIndex(where: { $0.address == address }) else {
                return found.append((address, [tunnel]))
            }
            if !found[index].tunnels.contains(tunnel) { found[index].tunnels.append(tunnel) }
        }
        return found.filter { $0.tunnels.count > 1 }
    }

    private func forEachDelivery(to own: Set<IPAddress>, _ body: (IPAddress, Tunnel?, ServicePort?) -> Void) {
        for server in virtualServers {
            for method in server.deliveries(to: own) {
                switch server.service.id {
                case .endpoint(let transport, let address, let port):
                    body(address, method.tunnel, ServicePort(transport, port))
                case .firewallMark(_, let family):
                    for address in advertisedAddresses where address.family == family {
                        body(address, method.tunnel, nil)
                    }
                }
            }
        }
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
    fileprivate func deliveries(to own: Set<IPAddress>) -> [Delivery] {
        var seen: Set<Delivery> = []
        var deliveries: [Delivery] = []
        let all = realServers.map(\.destination)
        // A sorry server takes packets when the others are gone.
        let sorry = sorryServer.map { [$0.destination] } ?? []
        let mine = (all + sorry).filter { own.contains($0.id.address) }
        for destination in mine.isEmpty ? all + sorry : mine {
            let delivery: Delivery
            switch destination.forwarding {
            case .directRouting: delivery = Delivery()
            case .tunneling(let tunnel):
                delivery = Delivery(tunnel: Tunnel(ofDirector: tunnel, outer: destination.id.address.family))
            case .masquerading, .localNode, .bypass: continue
            }
            if seen.insert(delivery).inserted { deliveries.append(delivery) }
        }
        return deliveries
    }
}

extension Tunnel {
    /// A tunnel as the director makes it.
    fileprivate init(ofDirector tunnel: IPVS.Tunnel, outer: AddressFamily) {
        switch tunnel {
        case .ipip: self.init(.ipip, outer: outer)
        case .gre(let checksum): self.init(.gre, outer: outer, hasChecksum: checksum == .checksum)
        case .gue(let port, _): self.init(.gue, outer: outer, port: port.rawValue)
        }
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
