/// A virtual service with its destinations: one pool.
public struct Pool: Sendable, Hashable {
    /// The service.
    public var service: VirtualService
    /// The destinations in the order in which they are to be added; identities are unique.
    public var destinations: [Destination]

    /// Creates a pool.
    public init(service: VirtualService, destinations: [Destination] = []) {
        self.service = service
        self.destinations = destinations
    }
}

/// An IPVS table as a plain value: what is desired, or what the kernel holds without its counters.
public struct Table: Sendable, Hashable {
    /// The pools by identity of their service.
    public var pools: [VirtualService.ID: Pool]

    /// Creates a table; of two pools with one identity the later one counts.
    public init(_ pools: some Sequence<Pool> = []) {
        self.pools = Dictionary(pools.map { ($0.service.id, $0) }, uniquingKeysWith: { $1 })
    }
}
