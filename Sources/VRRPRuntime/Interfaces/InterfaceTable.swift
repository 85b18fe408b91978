import Addressing
import Netlink

/// The host's interfaces and their addresses as last heard from the kernel.
struct InterfaceTable: Sendable {
    private var links: [UInt32: Link] = [:]
    private var indexes: [String: UInt32] = [:]
    private var addresses: [UInt32: [InterfaceAddress]] = [:]

    init() {}

    /// A table from a full dump.
    init(links: [Link], addresses: [InterfaceAddress]) {
        for link in links { insert(link) }
        for address in addresses { self.addresses[address.interfaceIndex, default: []].append(address) }
    }

    /// The addresses of all interfaces.
    var allAddresses: Set<IPAddress> { Set(addresses.values.joined().map(\.prefix.address)) }

    /// The interface that bears this name.
    func link(named name: String) -> Link? { indexes[name].flatMap { links[$0] } }

    /// The name of an interface.
    func name(of index: UInt32) -> String? { links[index]?.name }

    /// Whether packets can pass; a missing interface is down.
    func isUp(_ name: String) -> Bool { link(named: name)?.isOperational ?? false }

    /// Whether the interface carries this address with this prefix length.
    func carries(_ prefix: Prefix, on index: UInt32) -> Bool {
        addresses[index]?.contains { $0.prefix == prefix } ?? false
    }

    /// The IPv4 address that adverts from this interface come from: the first of the widest scope that is not itself
    /// a virtual address, in the kernel's order, primary addresses first.
    func primaryAddress(of name: String, excluding virtual: Set<Prefix>) -> IPv4Address? {
        guard let index = indexes[name] else { return nil }
        let candidates = (addresses[index] ?? []).filter { address in
            address.prefix.address.family == .ipv4 && !virtual.contains(address.prefix) && address.scope != .host
        }
        // `min` keeps the first of equals.
        return candidates.min { rank($0) < rank($1) }?.prefix.address.ipv4
    }

    private func rank(_ address: InterfaceAddress) -> (Int, UInt8) {
        (address.flags.contains(.secondary) ? 1 : 0, address.scope.rawValue)
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
            var present = addresses[address.interfaceIndex] ?? []
            if let position = present.firstIndex(where: { $0.prefix == address.prefix && $0.peer == address.peer }) {
                present[position] = address
            } else {
                present.append(address)
            }
            addresses[address.interfaceIndex] = present
        case .addressRemoved(let address):
            addresses[address.interfaceIndex]?.removeAll { $0.prefix == address.prefix && $0.peer == address.peer }
        case .routeChanged, .routeRemoved: break
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
