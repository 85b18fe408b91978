/// Counters and rates that the kernel keeps for a service or a destination (`IPVS_SVC_ATTR_STATS64`).
public struct Statistics: Sendable, Hashable {
    /// Connections scheduled.
    public var connections: UInt64 = 0
    /// Packets from clients.
    public var incomingPackets: UInt64 = 0
    /// Packets to clients that passed the director.
    public var outgoingPackets: UInt64 = 0
    /// Bytes from clients.
    public var incomingBytes: UInt64 = 0
    /// Bytes to clients that passed the director.
    public var outgoingBytes: UInt64 = 0
    /// Connections per second, averaged by the kernel.
    public var connectionRate: UInt64 = 0
    /// Packets per second from clients.
    public var incomingPacketRate: UInt64 = 0
    /// Packets per second to clients.
    public var outgoingPacketRate: UInt64 = 0
    /// Bytes per second from clients.
    public var incomingByteRate: UInt64 = 0
    /// Bytes per second to clients.
    public var outgoingByteRate: UInt64 = 0

    /// All zero.
    public init() {}
}

/// A virtual service as the kernel reports it.
public struct ServiceSnapshot: Sendable, Hashable {
    /// The service.
    public var service: VirtualService
    /// Its counters.
    public var statistics: Statistics

    /// Creates a snapshot.
    public init(service: VirtualService, statistics: Statistics = Statistics()) {
        self.service = service
        self.statistics = statistics
    }
}

/// A destination as the kernel reports it.
public struct DestinationSnapshot: Sendable, Hashable {
    /// The destination.
    public var destination: Destination
    /// Connections in an established state.
    public var activeConnections: UInt32
    /// Other connections.
    public var inactiveConnections: UInt32
    /// Persistence templates.
    public var persistentConnections: UInt32
    /// Its counters.
    public var statistics: Statistics

    /// Creates a snapshot.
    public init(
        destination: Destination, activeConnections: UInt32 = 0, inactiveConnections: UInt32 = 0,
        persistentConnections: UInt32 = 0, statistics: Statistics = Statistics()
    ) {
        self.destination = destination
        self.activeConnections = activeConnections
        self.inactiveConnections = inactiveConnections
        self.persistentConnections = persistentConnections
        self.statistics = statistics
    }
}

/// A pool as the kernel reports it, destinations in the order of the dump.
public struct PoolSnapshot: Sendable, Hashable {
    /// The service.
    public var service: ServiceSnapshot
    /// Its destinations, in the order of the kernel's dump.
    public var destinations: [DestinationSnapshot]

    /// Creates a snapshot.
    public init(service: ServiceSnapshot, destinations: [DestinationSnapshot]) {
        self.service = service
        self.destinations = destinations
    }
}

/// What `GET_INFO` tells of the kernel's IPVS.
public struct KernelInfo: Sendable, Hashable {
    /// Version as three numbers packed `0x010201` for 1.2.1.
    public var version: UInt32
    /// Buckets of the connection table.
    public var connectionTableSize: UInt32

    /// Creates the answer.
    public init(version: UInt32, connectionTableSize: UInt32) {
        self.version = version
        self.connectionTableSize = connectionTableSize
    }
}
