public import Addressing

/// One change of the kernel's IPVS table: one generic-netlink request with its own acknowledgement
/// (`IPVS_CMD_*` of `linux/ip_vs.h`).
public enum Command: Sendable, Hashable {
    /// `NEW_SERVICE`; EEXIST when it is there.
    case addService(VirtualService)
    /// `SET_SERVICE`: every attribute but the identity is replaced.
    case editService(VirtualService)
    /// `DEL_SERVICE`, with its destinations.
    case deleteService(VirtualService.ID)
    /// `NEW_DEST`.
    case addDestination(VirtualService.ID, Destination)
    /// `SET_DEST`: every attribute but the identity is replaced.
    case editDestination(VirtualService.ID, Destination)
    /// `DEL_DEST`.
    case deleteDestination(VirtualService.ID, Destination.ID)
    /// `FLUSH`: every service of the network namespace, foreign ones too.
    case flush
    /// `ZERO`: counters of one service and its destinations, or of all.
    case zero(VirtualService.ID?)
    /// `SET_CONFIG`.
    case setTimeouts(Timeouts)
    /// `NEW_DAEMON`.
    case startDaemon(SyncDaemon)
    /// `DEL_DAEMON`.
    case stopDaemon(SyncDaemon.Role)
}

/// Connection timeouts in seconds; 0 leaves one as it is.
public struct Timeouts: Sendable, Hashable {
    /// Established TCP connections.
    public var tcp: UInt32
    /// TCP connections after a FIN.
    public var tcpFin: UInt32
    /// UDP.
    public var udp: UInt32

    /// Creates timeouts, each 0…2,678,400 s.
    public init(tcp: UInt32 = 0, tcpFin: UInt32 = 0, udp: UInt32 = 0) {
        self.tcp = tcp
        self.tcpFin = tcpFin
        self.udp = udp
    }
}

/// A connection synchronization daemon of the kernel (`IPVS_DAEMON_ATTR_*`).
public struct SyncDaemon: Sendable, Hashable {
    /// Which side of the synchronization runs. Raw values are `IP_VS_STATE_MASTER` and `IP_VS_STATE_BACKUP`.
    public enum Role: UInt32, Sendable, Hashable, CaseIterable {
        /// Sends connection states.
        case master = 1
        /// Receives them.
        case backup = 2
    }

    /// The side that runs.
    public var role: Role
    /// The interface of the multicast traffic.
    public var interface: String
    /// Tells apart synchronization groups, 0…255.
    public var syncID: UInt8
    /// Longest message in bytes, 1…65507; nil leaves it to the kernel.
    public var maximumLength: UInt16?
    /// Multicast group; nil is 224.0.0.81.
    public var group: IPAddress?
    /// UDP port; nil is 8848.
    public var port: Port?
    /// Multicast time to live; nil is 1.
    public var ttl: UInt8?

    /// Creates a daemon setting.
    public init(
        role: Role, interface: String, syncID: UInt8 = 0, maximumLength: UInt16? = nil, group: IPAddress? = nil,
        port: Port? = nil, ttl: UInt8? = nil
    ) {
        self.role = role
        self.interface = interface
        self.syncID = syncID
        self.maximumLength = maximumLength
        self.group = group
        self.port = port
        self.ttl = ttl
    }
}
