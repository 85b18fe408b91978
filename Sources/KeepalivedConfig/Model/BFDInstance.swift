public import Addressing

/// A `bfd_instance` block: a session with a neighbour (RFC 5880).
public struct BFDInstance: Sendable, Hashable {
    /// The name, at most 31 bytes.
    public var name: String
    /// `neighbor_ip`.
    public var neighbor: IPAddress
    /// `source_ip`; nil lets the kernel choose.
    public var source: IPAddress?
    /// `min_rx`, 1…4,294,967 ms, default 10 ms.
    public var minimumReceiveInterval = Interval(microseconds: 10_000)
    /// `min_tx`, 1…4,294,967 ms, default 10 ms.
    public var minimumSendInterval = Interval(microseconds: 10_000)
    /// `idle_tx`, 1000…4,294,967 ms, default 1 s.
    public var idleSendInterval = Interval.seconds(1)
    /// `multiplier`, 1…255.
    public var multiplier: UInt8 = 5
    /// `passive`: waits for the neighbour to begin.
    public var isPassive = false
    /// `ttl` or `hoplimit`, 1…255, default 255: what RFC 5881 asks of both families.
    public var ttl: UInt8 = 255
    /// `max_hops`, −1…255, at most ``ttl``: a packet counts with a TTL of ``ttl`` less this; −1 does not look.
    public var maximumHops: Int16 = 0
    /// `multihop`: port 4784 instead of 3784.
    public var isMultihop = false
    /// `weight`, −253…253: what a tracking `vrrp_instance` adds to its priority.
    public var weight: Int16 = 0
    /// Whether the weight counts with its sign turned.
    public var isReversed = false
    /// `vrrp`: may be tracked by a `vrrp_instance`.
    public var servesVRRP = true
    /// `checker`: may be named by a `BFD_CHECK`.
    public var servesCheckers = true

    /// A session with every default.
    public init(name: String, neighbor: IPAddress) {
        self.name = name
        self.neighbor = neighbor
    }
}

/// The `SSL` block: what SSL_GET shows and trusts.
public struct TLSClientSettings: Sendable, Hashable {
    /// `password` of the key file.
    public var password: String?
    /// `ca`: path of the certificates that are trusted.
    public var authorities: String?
    /// `certificate`: path of the own certificate.
    public var certificate: String?
    /// `key`: path of its key.
    public var key: String?

    /// No settings.
    public init() {}
}
