import Addressing
import IPVS

/// The order of a sorted listing and of a saved table.
///
/// Addresses compare as unsigned numbers. ipvsadm 1.31 subtracts them into a signed 32-bit number, so that two which
/// are 2³¹ or more apart come out the wrong way round and three of them in an order that depends on the sorting
/// routine; there this order differs from its listing on purpose. Tables whose addresses lie closer together list
/// the same.
enum ListingOrder {
    /// Marks after everything else, then family, protocol number, address and port.
    static func precedes(_ left: VirtualService.ID, _ right: VirtualService.ID) -> Bool {
        switch (left, right) {
        case (
            .endpoint(let leftTransport, let leftAddress, let leftPort), .endpoint(let transport, let address, let port)
        ):
            if leftAddress.family != address.family { return leftAddress.family == .ipv4 }
            if leftTransport != transport { return leftTransport.rawValue < transport.rawValue }
            if leftAddress != address { return leftAddress < address }
            return leftPort < port
        case (.firewallMark(let leftMark, let leftFamily), .firewallMark(let mark, let family)):
            if leftMark != mark { return leftMark < mark }
            return leftFamily == .ipv4 && family == .ipv6
        case (.endpoint, .firewallMark): return true
        case (.firewallMark, .endpoint): return false
        }
    }

    /// Address, then port.
    static func precedes(_ left: Destination.ID, _ right: Destination.ID) -> Bool {
        left.address == right.address ? left.port < right.port : left.address < right.address
    }

    /// The pools with their destinations in listing order; the order of the dump when not `sorted`.
    ///
    /// Positions are sorted instead of the snapshots themselves, which are large.
    static func arranged(_ pools: [PoolSnapshot], sorted: Bool) -> [PoolSnapshot] {
        guard sorted else { return pools }
        let order = pools.indices.sorted { precedes(pools[$0].service.service.id, pools[$1].service.service.id) }
        return order.map { arranged(pools[$0], sorted: true) }
    }

    /// A pool with its destinations in listing order.
    static func arranged(_ pool: PoolSnapshot, sorted: Bool) -> PoolSnapshot {
        guard sorted else { return pool }
        let destinations = pool.destinations
        let order = destinations.indices.sorted {
            precedes(destinations[$0].destination.id, destinations[$1].destination.id)
        }
        return PoolSnapshot(service: pool.service, destinations: order.map { destinations[$0] })
    }
}
