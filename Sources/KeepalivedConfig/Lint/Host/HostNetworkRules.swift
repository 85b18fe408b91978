import Addressing
import IPVS

/// Instances and servers that do not fit the interfaces of the host.
extension Linter {
    mutating func compare(with host: HostNetwork) {
        findSharedSegments(host)
        for (index, instance) in configuration.instances.enumerated() {
            compareInterface(of: instance, index, host)
            compareAddresses(of: instance, index, host)
            comparePeers(of: instance, index, host)
        }
        findLocalRealServers(host)
    }

    /// One identifier twice on one interface is an error of its own; on two interfaces of one segment only the host
    /// tells. Versions and families do not hear each other.
    private mutating func findSharedSegments(_ host: HostNetwork) {
        struct Key: Hashable {
            var id: UInt8
            var version: VRRPInstance.Version
            var family: AddressFamily
            var segment: String
        }
        var seen: [Key: Int] = [:]
        for (index, instance) in configuration.instances.enumerated() {
            guard let interface = instance.interface else { continue }
            let key = Key(
                id: instance.virtualRouterID, version: instance.version, family: instance.family,
                segment: host.segment(of: interface))
            guard let other = seen[key], let otherInterface = configuration.instances[other].interface else {
                seen[key] = index
                continue
            }
            guard otherInterface != interface else { continue }
            let place = places.value(of: places.last(["virtual_router_id"], in: places.instance(index)))
            let otherPlace = places.value(of: places.last(["virtual_router_id"], in: places.instance(other)))
            sink.report(
                .routerIDOnOneSegment(
                    instance.virtualRouterID, interface: interface, other: otherInterface, segment: key.segment
                ).relating("the same identifier", to: otherPlace), at: place)
        }
    }

    private mutating func compareInterface(of instance: VRRPInstance, _ index: Int, _ host: HostNetwork) {
        guard let name = instance.interface, let interface = host.interfaces[name] else { return }
        if !interface.isOperational, !instance.doesNotTrackPrimary {
            sink.report(
                .interfaceIsDown(name), at: places.value(of: places.last(["interface"], in: places.instance(index))))
        }
        if let source = instance.sourceAddress {
            guard !interface.addresses.contains(where: { $0.address == source }) else { return }
            let elsewhere = host.interfaces.keys.sorted().first {
                host.addresses(of: $0).contains { $0.address == source }
            }
            let statement = places.last(["unicast_src_ip", "mcast_src_ip"], in: places.instance(index))
            sink.report(
                .sourceNotOnInterface(source.description, interface: name, elsewhere: elsewhere),
                at: places.value(of: statement ?? places.instance(index)))
        } else if !host.hasSource(for: instance, on: name) {
            sink.report(
                .interfaceWithoutAddress(name, family: instance.family == .ipv4 ? "IPv4" : "IPv6"),
                at: places.value(of: places.last(["interface"], in: places.instance(index))))
        }
    }

    private mutating func compareAddresses(of instance: VRRPInstance, _ index: Int, _ host: HostNetwork) {
        for virtual in instance.virtualAddresses + instance.excludedVirtualAddresses {
            guard let name = virtual.interface ?? instance.interface, let interface = host.interfaces[name] else {
                continue
            }
            let address = virtual.prefix.address
            let own = host.addresses(of: name)
            if own.contains(where: { $0.address == address }) {
                guard instance.priority < 255, sink.admits(.warning) else { continue }
                sink.report(
                    .addressIsOwn(address.description, interface: name), at: places.place(of: address, in: index))
                continue
            }
            // An address with a prefix length brings its subnet with it; one of a host needs somebody else's.
            guard virtual.prefix.isHost, !interface.isLoopback, !interface.isPointToPoint, !address.isLinkLocal else {
                continue
            }
            let subnets = own.filter { $0.address.family == address.family && !$0.address.isLinkLocal && !$0.isHost }
            guard !subnets.isEmpty, !subnets.contains(where: { $0.contains(address) }), sink.admits(.warning) else {
                continue
            }
            sink.report(
                .addressOutsideSubnets(
                    address.description, interface: name, subnets: subnets.prefix(3).map { $0.description }),
                at: places.place(of: address, in: index))
        }
    }

    private mutating func comparePeers(of instance: VRRPInstance, _ index: Int, _ host: HostNetwork) {
        for peer in instance.unicastPeers
        where peer.address != instance.sourceAddress && host.addresses.contains(peer.address) {
            let statement = places.instance(index)
            let line = places.line(of: ["unicast_peer"], in: statement) { IPAddress($0) == peer.address }
            sink.report(.peerIsThisHost(peer.address.description), at: places.keyword(of: line ?? statement))
        }
    }

    /// A director that is its own real server balances once more what the master forwards to it: only where the
    /// address moves between directors, and the packet still has the virtual address when it arrives.
    private mutating func findLocalRealServers(_ host: HostNetwork) {
        var moving: Set<IPAddress> = []
        for instance in configuration.instances {
            moving.formUnion((instance.virtualAddresses + instance.excludedVirtualAddresses).map { $0.prefix.address })
        }
        guard !moving.isEmpty else { return }
        for (index, server) in configuration.virtualServers.enumerated() {
            guard case .endpoint(_, let address, _) = server.service.id, moving.contains(address) else { continue }
            for (number, real) in server.realServers.enumerated() {
                guard real.destination.forwarding != .masquerading,
                    host.addresses.contains(real.destination.id.address),
                    !moving.contains(real.destination.id.address), sink.admits(.warning)
                else { continue }
                sink.report(
                    .serverIsThisHost(real.destination.id.address.description),
                    at: places.value(of: places.realServer(number, of: index)))
            }
        }
    }
}
