import Addressing

/// Addresses that stand where they contradict each other.
extension Linter {
    /// An address with the interface that tells it apart: link-local addresses mean another thing on each interface.
    private struct Owned: Hashable {
        var address: IPAddress
        var interface: String?
    }

    /// One address belongs to one instance: two of them would take it from each other.
    mutating func findAddressesOfTwoInstances() {
        var owners: [Owned: Int] = [:]
        for (index, instance) in configuration.instances.enumerated() {
            for address in instance.virtualAddresses + instance.excludedVirtualAddresses {
                let interface = address.prefix.address.isLinkLocal ? address.interface ?? instance.interface : nil
                let owned = Owned(address: address.prefix.address, interface: interface)
                guard let other = owners[owned] else {
                    owners[owned] = index
                    continue
                }
                guard other != index, sink.admits(.warning) else { continue }
                sink.report(
                    .addressOfTwoInstances(
                        owned.address.description, other: configuration.instances[other].name
                    ).relating("also here", to: place(of: owned.address, in: other)),
                    at: place(of: owned.address, in: index))
            }
        }
    }

    /// The line of a virtual address.
    mutating func place(of address: IPAddress, in instance: Int) -> Span {
        places.place(of: address, in: instance)
    }

    /// A router does not hear itself: adverts to its own address tell nobody.
    mutating func findPeersThatAreTheSource() {
        for (index, instance) in configuration.instances.enumerated() {
            guard let source = instance.sourceAddress, instance.unicastPeers.contains(where: { $0.address == source })
            else { continue }
            let statement = places.instance(index)
            let line = places.line(of: ["unicast_peer"], in: statement) { IPAddress($0) == source }
            let own = places.last(["unicast_src_ip", "mcast_src_ip"], in: statement)
            sink.report(
                .peerIsSource(source.description).relating("the source address", to: places.value(of: own)),
                at: places.keyword(of: line ?? statement))
        }
    }

    /// The rules of `no_accept` stand in a table of their own, where what a firewall's chain lets pass does not count.
    mutating func findChainsWithoutRules() {
        guard let chains = configuration.global.firewall.iptables,
            configuration.instances.contains(where: { !$0.accept && $0.priority < 255 })
        else { return }
        let statement = places.rootStatements.lazy
            .filter { [places] in places.tree.keyword($0).map { word in places.tree.string(word) } == "global_defs" }
            .compactMap { [places] in places.last(["vrrp_iptables"], in: $0) }.first
        sink.report(
            .chainsWithoutRules([chains.input, chains.output].compactMap { $0 }), at: places.value(of: statement))
    }
}

extension IPAddress {
    /// fe80::/10 or 169.254.0.0/16.
    var isLinkLocal: Bool {
        let bytes = bytes
        guard let first = bytes.first, let second = bytes.dropFirst().first else { return false }
        return family == .ipv6 ? first == 0xFE && second & 0xC0 == 0x80 : first == 169 && second == 254
    }
}
