public import Addressing

/// Identifies one virtual router of this process: its `vrrp_instance` name.
public struct RouterID: Sendable, Hashable, CustomStringConvertible {
    /// The instance name of the configuration.
    public let name: String

    /// Creates an identity.
    public init(_ name: String) { self.name = name }

    /// The name.
    public var description: String { name }
}

/// What one virtual router needs to know to take part in an election. Free of files, sockets and scripts.
public struct RouterConfiguration: Sendable, Hashable {
    /// Protocol version; raw values are what the packet carries.
    public enum Version: UInt8, Sendable, Hashable {
        /// RFC 3768.
        case v2 = 2
        /// RFC 5798 and RFC 9568.
        case v3 = 3
    }

    /// How adverts travel.
    public enum Delivery: Sendable, Hashable {
        /// To a multicast group.
        case multicast(group: IPAddress)
        /// To each peer; the range bounds the received time to live. Without peers the router is in FAULT.
        case unicast(peers: [Peer], ttl: UInt8, checksSource: Bool)
    }

    /// A unicast peer.
    public struct Peer: Sendable, Hashable {
        /// The peer's address.
        public var address: IPAddress
        /// Accepted range of the received time to live.
        public var ttl: ClosedRange<UInt8>

        /// Creates a peer.
        public init(address: IPAddress, ttl: ClosedRange<UInt8> = 0...255) {
            self.address = address
            self.ttl = ttl
        }
    }

    /// When a master announces its addresses by gratuitous ARP, and how often.
    public struct Announcements: Sendable, Hashable {
        /// Announcements per burst on becoming master.
        public var count: UInt32 = 5
        /// From becoming master to the second burst; zero is none.
        public var secondBurstDelay: Duration = .seconds(5)
        /// Between periodic bursts; zero is none. The first comes at delay + refresh.
        public var refresh: Duration = .zero
        /// Announcements per periodic burst.
        public var refreshCount: UInt32 = 1
        /// Announcements after an advert of lower priority.
        public var lowerPriorityCount: UInt32 = 5
        /// From such an advert to the second burst; zero is none.
        public var lowerPriorityDelay: Duration = .seconds(5)

        /// Every default.
        public init() {}
    }

    /// A tracked thing of this router: a script, an interface, a file, a process or a BFD session by name.
    public struct Tracker: Sendable, Hashable {
        /// What is tracked.
        public enum Subject: Sendable, Hashable {
            /// A `vrrp_script` by name.
            case script(String)
            /// A network interface by name.
            case interface(String)
            /// A BFD session by name.
            case session(String)
            /// A `track_file` by name: its number counts, not whether it is there.
            case file(String)
            /// A `vrrp_track_process` by name.
            case process(String)
        }
        /// What is tracked.
        public var subject: Subject
        /// −254…254; 0 faults the router while the subject is down, or while the number of a file is not 0. The number of
        /// a file is multiplied by it.
        public var weight: Int
        /// Flips the contribution, and for weight 0 the meaning of up and down.
        public var isReversed: Bool

        /// Creates a tracker.
        public init(_ subject: Subject, weight: Int = 0, isReversed: Bool = false) {
            self.subject = subject
            self.weight = weight
            self.isReversed = isReversed
        }
    }

    /// The identity in actions and events.
    public var id: RouterID
    /// The interface that adverts travel on; nil for a unicast router without one. Part of the identity over a
    /// reload, with the virtual router id and the family.
    public var interface: String?
    /// 1…255.
    public var virtualRouterID: UInt8
    /// Protocol version.
    public var version: Version
    /// 1…255; 255 owns the addresses.
    public var priority: UInt8
    /// `state MASTER` of the configuration.
    public var wantsMaster: Bool
    /// Whole seconds in version 2, 10 ms steps in version 3.
    public var advertInterval: Duration
    /// Missed adverts before takeover.
    public var downTimerAdverts: UInt8
    /// The advertised addresses in configuration order, all of one family.
    public var addresses: [IPAddress]
    /// The plain-text password of version 2, at most 8 bytes; nil is no authentication.
    public var password: [UInt8]?
    /// The password of authentication headers (`auth_type AH`) of version 2, at most 8 bytes; nil uses none.
    public var headerPassword: [UInt8]?
    /// Signatures of adverts (`auth_hmac`); nil neither signs nor verifies. It takes the place of the password.
    public var authentication: AdvertAuthentication?
    /// The checksum of version 3 over IPv4.
    public var checksum: ChecksumRule
    /// Whether a higher priority takes over from a living master.
    public var preempts: Bool
    /// How long a lower-priority master is tolerated before preempting it.
    public var preemptDelay: Duration
    /// How adverts travel.
    public var delivery: Delivery
    /// Trackers, the router's own interface included unless it is not to be tracked.
    public var trackers: [Tracker]
    /// Gratuitous ARP schedule.
    public var announcements: Announcements
    /// Do not answer adverts of lower priority.
    public var isSilentToLowerPriority: Bool
    /// Send one advert before yielding to a higher priority.
    public var answersHigherPriority: Bool
    /// Skip the comparison of advertised addresses.
    public var skipsAddressCheck: Bool
    /// `track_src_ip`: the configured address to send from, whose absence is a fault; nil is not tracked.
    public var trackedSourceAddress: IPAddress?
    /// `timer_expired_backup`: the priority that a master goes on with as backup after it was asleep for longer than the
    /// master down interval, 1…254; nil is off. Counts with `nopreempt` only.
    public var expiredTimerPriority: UInt8?
    /// The owner of the addresses drops what it hears (`owner_ignore_adverts`), as RFC 9568 section 6.4.3 has no rule for
    /// an owner that hears another.
    public var ownerIgnoresAdverts = false

    /// What vouches for adverts in the messages themselves.
    var advertAuthentication: Advert.Authentication {
        guard version == .v2 else { return .none }
        if headerPassword != nil { return .header }
        return password.map { .password($0) } ?? .none
    }

    /// The family of the adverts.
    public var family: AddressFamily {
        switch delivery {
        case .multicast(let group): group.family
        case .unicast(let peers, _, _): peers.first?.address.family ?? addresses.first?.family ?? .ipv4
        }
    }

    /// The group that adverts of a family go to (RFC 9568 section 5.1.1.2 and 5.1.2.2).
    public static func standardGroup(_ family: AddressFamily) -> IPAddress {
        switch family {
        case .ipv4: .v4(IPv4Address(224, 0, 0, 18))
        case .ipv6: .v6(IPv6Address(high: 0xFF02 << 48, low: 0x12))
        }
    }

    /// A router with the defaults of keepalived 2.4.3.
    public init(
        id: RouterID, virtualRouterID: UInt8, version: Version = .v2, priority: UInt8 = 100,
        addresses: [IPAddress] = [], delivery: Delivery = .multicast(group: standardGroup(.ipv4))
    ) {
        self.id = id
        interface = nil
        self.virtualRouterID = virtualRouterID
        self.version = version
        self.priority = priority
        wantsMaster = priority == 255
        advertInterval = .seconds(1)
        downTimerAdverts = 3
        self.addresses = addresses
        password = nil
        authentication = nil
        checksum = .standard
        preempts = true
        preemptDelay = .zero
        self.delivery = delivery
        trackers = []
        announcements = Announcements()
        isSilentToLowerPriority = false
        answersHigherPriority = false
        skipsAddressCheck = false
        trackedSourceAddress = nil
        expiredTimerPriority = nil
    }
}

/// Routers that change state together (`vrrp_sync_group`).
public struct SyncGroupConfiguration: Sendable, Hashable {
    /// The group's name.
    public var name: String
    /// Its members; a router is in one group at most.
    public var members: [RouterID]
    /// Whether trackers of members may have weights other than 0.
    public var allowsTrackingWeights: Bool

    /// Creates a group.
    public init(name: String, members: [RouterID], allowsTrackingWeights: Bool = false) {
        self.name = name
        self.members = members
        self.allowsTrackingWeights = allowsTrackingWeights
    }
}
