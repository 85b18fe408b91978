import Addressing
import Netlink
import VRRP

/// The host's interfaces and their addresses as last heard from the kernel.
struct InterfaceTable: Sendable {
    private var links: [UInt32: Link] = [:]
    private var indexes: [String: UInt32] = [:]
    private var addresses: [UInt32: AddressList] = [:]

    init() {}

    /// A table from a full dump.
    init(links: [Link], addresses: [InterfaceAddress]) {
        for link in links { insert(link) }
        for address in addresses { self.addresses[address.interfaceIndex, default: AddressList()].update(address) }
    }

    /// The addresses of all interfaces.
    var allAddresses: Set<IPAddress> { Set(addresses.values.flatMap { $0.all.map(\.prefix.address) }) }

    /// Every interface with its addresses, by index.
    var all: [VRRPRuntimeDetails.Interface] {
        links.values.sorted { $0.index < $1.index }.map { link in
            VRRPRuntimeDetails.Interface(link: link, addresses: addresses[link.index]?.all ?? [])
        }
    }

    /// Every interface, in no particular order.
    var allLinks: some Collection<Link> { links.values }

    /// The addresses of an interface in the kernel's order.
    func addresses(on name: String) -> [InterfaceAddress] { indexes[name].flatMap { addresses[$0]?.all } ?? [] }

    /// The interface that bears this name.
    func link(named name: String) -> Link? { indexes[name].flatMap { links[$0] } }

    /// The interface of this number.
    func link(index: UInt32) -> Link? { links[index] }

    /// The name of an interface.
    func name(of index: UInt32) -> String? { links[index]?.name }

    /// Whether packets can pass; a missing interface is down.
    func isUp(_ name: String) -> Bool { link(named: name)?.isOperational ?? false }

    /// The address with this prefix on an interface; nil when there is none.
    func address(_ prefix: Prefix, on index: UInt32) -> InterfaceAddress? {
        addresses[index]?.first(prefix)
    }

    /// Whether the interface carries this address with this prefix length.
    func carries(_ prefix: Prefix, on index: UInt32) -> Bool {
        addresses[index]?.first(prefix) != nil
    }

    /// The address that a router's adverts come from where the configuration names none: the first that is not itself
    /// a virtual address, in the kernel's order.
    ///
    /// In IPv4 that is one of the widest scope, primary addresses first. In IPv6 it is a link-local address for multicast
    /// (RFC 9568 section 5.1.2.1) and for link-local peers, and else one of a wider scope if there is one.
    func sourceAddress(
        of name: String, for router: RouterConfiguration, excluding isVirtual: (Prefix) -> Bool
    ) -> IPAddress? {
        guard let index = indexes[name] else { return nil }
        let family = router.family
        var reachesFar = false
        if case .unicast(let peers, _, _) = router.delivery, let peer = peers.first?.address.ipv6 {
            reachesFar = !peer.isLinkLocal
        }
        let candidates = (addresses[index]?.all ?? []).filter { address in
            let own = address.prefix.address
            guard own.family == family, !isVirtual(address.prefix), address.scope != .host else { return false }
            guard let own = own.ipv6 else { return true }
            return address.isUsable && (own.isLinkLocal || reachesFar)
        }
        // `min` keeps the first of equals.
        return candidates.min { rank($0) < rank($1) }?.prefix.address
    }

    private func rank(_ address: InterfaceAddress) -> (Int, UInt8) {
        (address.flags.isDisjoint(with: [.secondary, .deprecated]) ? 0 : 1, address.scope.rawValue)
    }

    /// Takes in what the kernel said.
    mutating func apply(_ event: RouteEvent) {
        switch event {
        case .linkChanged(let link): insert(link)
        case .linkRemoved(let link):
            links[link.index] = nil
            addresses[link.index] = nil
            if indexes[link.name] == link.index { indexes[link.name] = nil }
        case .addressChanged(let address):
            addresses[address.interfaceIndex, default: AddressList()].update(address)
        case .addressRemoved(let address):
            addresses[address.interfaceIndex]?.remove(address)
        case .routeChanged, .routeRemoved, .ruleAdded, .ruleRemoved: break
        }
    }

    private mutating func insert(_ link: Link) {
        // A rename leaves the old name behind.
        if let before = links[link.index], before.name != link.name, indexes[before.name] == link.index {
            indexes[before.name] = nil
        }
        links[link.index] = link
        indexes[link.name] = link.index
    }
}

extension InterfaceAddress {
    /// Whether an IPv6 address may be used: duplicate detection is through or not asked for, and found nobody.
    var isUsable: Bool {
        guard !flags.contains(.duplicateDetectionFailed) else { return false }
        return !flags.contains(.tentative) || flags.contains(.optimistic)
    }
}
