public import Addressing

/// What happens to the routers of this process. Each event comes with the current instant.
public enum RouterEvent: Sendable, Hashable {
    /// The process is ready: interfaces and source addresses are known, elections may begin.
    case started
    /// A packet of protocol 112 arrived.
    case received(Datagram)
    /// ``VirtualRouters/nextDeadline`` has come. The shell hands over the datagrams that it has read before; how late
    /// the event is, the routers see from the current instant.
    case deadlineReached
    /// An interface changed between up and down; a missing interface is down.
    case interfaceChanged(name: String, isUp: Bool)
    /// The address that a router sends from became known, changed, or vanished.
    case sourceAddressChanged(RouterID, IPAddress?)
    /// What carries the router's addresses cannot be used, or can be again (nil).
    case obstacleChanged(RouterID, RouterObstacle?)
    /// A tracked script has a new result after rise and fall were counted.
    case scriptChanged(name: String, isUp: Bool)
    /// A tracked BFD session came up or went down; nil forgets what is known of one that is gone.
    case sessionChanged(name: String, isUp: Bool?)
    /// The number of a tracked file became known or changed; a file that is not there counts as 0.
    case fileChanged(name: String, number: Int32)
    /// A tracked process met its quorum or lost it, after its delays.
    case processChanged(name: String, isUp: Bool)
    /// The hardware address behind the adverts of a ``RivalMaster`` has become known.
    case rivalIdentified(RouterID, IPAddress, MACAddress)
    /// Somebody else removed one of the router's addresses while it was master.
    case addressesLost(RouterID)
    /// The process is to stop cleanly.
    case stopping
}

/// Why an interface that is the router's own cannot carry its addresses.
public struct RouterObstacle: Sendable, Hashable {
    /// The interface.
    public var interface: String
    /// What the kernel says, in words.
    public var reason: String

    /// Creates a reason.
    public init(interface: String, reason: String) {
        self.interface = interface
        self.reason = reason
    }
}

/// A received VRRP datagram with what the IP header said.
public struct Datagram: Sendable, Hashable {
    /// The interface it came in on.
    public var interface: String
    /// Source address.
    public var source: IPAddress
    /// Destination address: a group or one of ours.
    public var destination: IPAddress
    /// Time to live or hop limit.
    public var ttl: UInt8
    /// The VRRP message, IP header removed.
    public var payload: [UInt8]
    /// What stood between the IP header and the message, where the router uses authentication headers.
    public var authenticationHeader: AuthenticationHeader?
    /// The router that listens on the interface, family and delivery for this virtual router id; nil when the
    /// shell found none.
    public var router: RouterID?

    /// Creates a datagram.
    public init(
        interface: String, source: IPAddress, destination: IPAddress, ttl: UInt8, payload: [UInt8], router: RouterID?,
        authenticationHeader: AuthenticationHeader? = nil
    ) {
        self.interface = interface
        self.source = source
        self.destination = destination
        self.ttl = ttl
        self.payload = payload
        self.router = router
        self.authenticationHeader = authenticationHeader
    }
}

/// What the shell is to do, in order.
public enum RouterAction: Sendable, Hashable {
    /// Send this VRRP message (IP header not included) to every destination of the router's delivery.
    ///
    /// The payload is right for the group or the first peer. The checksum of version 3 covers the destination: for
    /// each further peer send ``VirtualRouters/readdressed(_:of:to:)``. What goes behind an IPv4 header is
    /// ``VirtualRouters/packetPayload(_:of:under:)`` of it.
    case sendAdvert(RouterID, payload: [UInt8])
    /// Make the interfaces hold exactly the router's addresses, as the configuration in force lists them. Idempotent.
    case addAddresses(RouterID)
    /// A reload changed the list of a master: as ``addAddresses(_:)``, and send this many gratuitous ARPs or neighbour
    /// advertisements for each address that it did not hold before, and for no other.
    case changeAddresses(RouterID, announcements: UInt32)
    /// Remove the router's addresses. Idempotent: it comes at start too, for what a crash may have left behind.
    case removeAddresses(RouterID)
    /// Send this many gratuitous ARPs or neighbour advertisements per address, now.
    case announceAddresses(RouterID, count: UInt32)
    /// The router's state changed: scripts, FIFO, status.
    case routerChanged(RouterID, RouterState, priority: UInt8)
    /// A reload took the router out of the configuration.
    case routerRemoved(RouterID, priority: UInt8)
    /// Trackers or a reload changed the effective priority of a router in this state.
    case priorityChanged(RouterID, RouterState, priority: UInt8)
    /// The group's state changed, or its members were told to follow.
    case groupChanged(name: String, RouterState)
    /// A master heard an advert of lower priority (`notify_master_rx_lower_pri`).
    case heardLowerPriority(RouterID)
    /// A master hears another one that stays it. The shell finds out its hardware address and says
    /// ``RouterEvent/rivalIdentified(_:_:_:)``.
    case rivalFound(RouterID, RivalMaster)
    /// There is one master again, or none.
    case rivalGone(RouterID)
    /// Something worth a log line; see ``RouterReport``.
    case report(RouterReport)
}

/// The states of a virtual router (RFC 5798 section 6.4, and keepalived's FAULT). Raw values are keepalived's JSON.
public enum RouterState: Int, Sendable, Hashable {
    /// Before ``RouterEvent/started``.
    case initialize = 0
    /// Listening to a master.
    case backup = 1
    /// Holding the addresses.
    case master = 2
    /// A tracked cause forbids taking part.
    case fault = 3
    /// Stopped cleanly.
    case stopped = 98

    /// The word in notifications: `MASTER`, `BACKUP`, `FAULT`, `STOP`.
    public var word: String {
        switch self {
        case .initialize: "INIT"
        case .backup: "BACKUP"
        case .master: "MASTER"
        case .fault: "FAULT"
        case .stopped: "STOP"
        }
    }
}

/// One log line of the election: the sentence that admins grep for, and its cause where the sentence does not say it.
public struct RouterReport: Sendable, Hashable {
    /// How loud the line is.
    public enum Level: Sendable, Hashable {
        /// Only with detailed logging (keepalived's `-D`).
        case detail
        /// A transition.
        case notice
        /// Something is wrong on the segment or in the configuration.
        case warning
    }
    /// How loud the line is.
    public var level: Level
    /// The router that the line is about.
    public var router: RouterID?
    /// The line as keepalived writes it, `(VI_1) Entering MASTER STATE`.
    public var message: String
    /// Why, in words; nil where the message says it.
    public var cause: String?

    /// Creates a line.
    public init(_ level: Level, router: RouterID?, message: String, cause: String? = nil) {
        self.level = level
        self.router = router
        self.message = message
        self.cause = cause
    }
}
