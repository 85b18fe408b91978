public import Addressing

/// One session with a neighbour: a `bfd_instance`. Intervals are microseconds.
public struct SessionConfiguration: Sendable, Hashable {
    /// What makes two configurations the same session: a reload that keeps it keeps its state.
    public struct Identity: Sendable, Hashable {
        /// `neighbor_ip`.
        public var neighbor: IPAddress
        /// `source_ip`; nil is whatever address the route gives.
        public var source: IPAddress?
        /// `multihop`: RFC 5883 on its own port.
        public var isMultihop: Bool

        /// Creates an identity.
        public init(neighbor: IPAddress, source: IPAddress? = nil, isMultihop: Bool = false) {
            self.neighbor = neighbor
            self.source = source
            self.isMultihop = isMultihop
        }
    }

    /// The name of the block, for people and for what depends on the session.
    public var name: String
    /// Who talks with whom.
    public var identity: Identity
    /// The interval of packets while the session is up.
    public var transmitInterval: UInt32 = 10_000
    /// The shortest interval at which packets can be taken.
    public var receiveInterval: UInt32 = 10_000
    /// The interval of packets while the session is not up. Less than a second counts as a second (RFC 5880
    /// section 6.8.3).
    public var idleInterval: UInt32 = 1_000_000
    /// How many packets may be missing before the neighbour takes the session for down, 1…255.
    public var multiplier: UInt8 = 5
    /// Says nothing before the neighbour has been heard.
    public var isPassive = false
    /// The time to live or hop limit of packets that are sent.
    public var ttl: UInt8 = 255
    /// The least time to live that a received packet must have: 255 is what only a host on the same link can send
    /// (RFC 5881 section 5, RFC 5082). 0 is any.
    public var minimumTTL: UInt8 = 255

    /// A session with the defaults of keepalived.
    public init(name: String, identity: Identity) {
        self.name = name
        self.identity = identity
    }

    /// The UDP port that packets go to (RFC 5881 section 4, RFC 5883 section 5).
    public var port: Port { identity.isMultihop ? 4784 : 3784 }
}
