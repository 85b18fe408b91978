public import Addressing

/// A destination (real server) of a virtual service as it is wanted.
public struct Destination: Sendable, Hashable {
    /// What makes a destination the same one within its service.
    public struct ID: Sendable, Hashable {
        /// The real server's address.
        public var address: IPAddress
        /// Its port; 0 means the port of the packet.
        public var port: Port

        /// Creates an identity.
        public init(address: IPAddress, port: Port) {
            self.address = address
            self.port = port
        }
    }

    /// The identity.
    public var id: ID
    /// How packets reach it.
    public var forwarding: ForwardingMethod
    /// Share of new connections, 0…2³¹−1; 0 takes none and keeps the old ones.
    public var weight: Int32
    /// Connections above which the kernel sends no more; 0 is no limit.
    public var upperThreshold: UInt32
    /// Connections below which the kernel sends again; 0 is three quarters of the upper one.
    public var lowerThreshold: UInt32

    /// Creates a destination.
    public init(
        id: ID, forwarding: ForwardingMethod, weight: Int32 = 1, upperThreshold: UInt32 = 0, lowerThreshold: UInt32 = 0
    ) {
        self.id = id
        self.forwarding = forwarding
        self.weight = weight
        self.upperThreshold = upperThreshold
        self.lowerThreshold = lowerThreshold
    }
}
