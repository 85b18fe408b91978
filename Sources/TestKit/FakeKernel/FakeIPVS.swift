import Addressing
import CLinux
public import IPVS
import Netlink

/// The IPVS table of a fake kernel, with the rules by which the real one refuses (`net/netfilter/ipvs/ip_vs_ctl.c`).
public struct FakeIPVS: Sendable {
    /// What is listed of a destination beside its configuration.
    public struct Counters: Sendable, Hashable {
        /// Connections in an established state.
        public var active: UInt32 = 0
        /// Other connections.
        public var inactive: UInt32 = 0
        /// Persistence templates.
        public var persistent: UInt32 = 0
        /// Counters and rates.
        public var statistics = Statistics()

        /// All zero.
        public init() {}
    }

    /// Names one destination of one service.
    public struct DestinationKey: Sendable, Hashable {
        /// The service.
        public var service: VirtualService.ID
        /// The destination.
        public var destination: Destination.ID

        /// Creates a key.
        public init(_ service: VirtualService.ID, _ destination: Destination.ID) {
            self.service = service
            self.destination = destination
        }
    }

    /// The pools in the order of their making; destinations newest first, as the kernel dumps them.
    public internal(set) var pools: [Pool] = []
    /// The schedulers that the kernel has.
    public var schedulers: Set<String> = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "mh", "sed", "nq"]
    /// The persistence engines that the kernel has.
    public var engines: Set<String> = ["sip"]
    /// Connection timeouts.
    public var timeouts = Timeouts(tcp: 900, tcpFin: 120, udp: 300)
    /// Synchronization daemons that run.
    public var daemons: [SyncDaemon] = []
    /// Counters of services.
    public var serviceStatistics: [VirtualService.ID: Statistics] = [:]
    /// Counters of destinations.
    public var destinationCounters: [DestinationKey: Counters] = [:]
    /// Whether the 64-bit counters are sent, as every kernel since 4.1 does.
    public var sendsWideStatistics = true
    /// Interfaces that a synchronization daemon can use.
    public var interfaces: Set<String> = ["lo", "eth0"]

    /// An empty table.
    public init() {}

    /// The table as a value.
    public var table: Table {
        get { Table(pools) }
        set {
            pools = newValue.pools.values.sorted { $0.service.id < $1.service.id }
                .map { Pool(service: $0.service, destinations: $0.destinations.reversed()) }
        }
    }

    mutating func respond(to request: IPVSRequest, isDump: Bool) -> FakeResponse {
        switch request.command {
        case IPVS_CMD_GET_INFO:
            return .answered([information])
        case IPVS_CMD_GET_CONFIG:
            return .answered([configuration])
        case IPVS_CMD_SET_CONFIG:
            return setTimeouts(request)
        case IPVS_CMD_FLUSH:
            pools = []
            return .done
        case IPVS_CMD_NEW_DAEMON, IPVS_CMD_DEL_DAEMON:
            return changeDaemon(request)
        case IPVS_CMD_GET_DAEMON:
            return .answered(daemons.map(answer))
        case IPVS_CMD_GET_SERVICE where isDump:
            return .answered(pools.map { answer($0.service) })
        case IPVS_CMD_GET_DEST where isDump:
            // A dump of a service that is not there is empty and no error.
            guard let id = request.serviceID, let pool = pools.first(where: { $0.service.id == id }) else {
                return .done
            }
            return .answered(pool.destinations.map { answer($0, of: id) })
        case IPVS_CMD_ZERO where request.service == nil:
            serviceStatistics = [:]
            for key in destinationCounters.keys { destinationCounters[key]?.statistics = Statistics() }
            return .done
        default: return respond(toServiceRequest: request)
        }
    }

    private mutating func respond(toServiceRequest request: IPVSRequest) -> FakeResponse {
        guard let id = request.serviceID else { return .refused(.invalidArgument) }
        let index = pools.firstIndex { $0.service.id == id }
        switch (request.command, index) {
        case (IPVS_CMD_NEW_SERVICE, .some): return .refused(.exists)
        case (IPVS_CMD_NEW_SERVICE, nil):
            return wanted(request, id).then { pools.append(Pool(service: $0)) }
        case (_, nil): return .refused(.noSuchProcess)
        case (IPVS_CMD_SET_SERVICE, let index?):
            return wanted(request, id).then { pools[index].service = $0 }
        case (IPVS_CMD_DEL_SERVICE, let index?):
            pools.remove(at: index)
            return .done
        case (IPVS_CMD_GET_SERVICE, let index?): return .answered([answer(pools[index].service)])
        case (IPVS_CMD_ZERO, _?):
            serviceStatistics[id] = nil
            for key in destinationCounters.keys where key.service == id {
                destinationCounters[key]?.statistics = Statistics()
            }
            return .done
        case (IPVS_CMD_NEW_DEST, let index?), (IPVS_CMD_SET_DEST, let index?), (IPVS_CMD_DEL_DEST, let index?):
            return changeDestination(request, at: index)
        default: return .refused(.notSupported)
        }
    }

    private mutating func changeDestination(_ request: IPVSRequest, at index: Int) -> FakeResponse {
        guard let id = request.destinationID else { return .refused(.invalidArgument) }
        let existing = pools[index].destinations.firstIndex { $0.id == id }
        if request.command == IPVS_CMD_DEL_DEST {
            guard let existing else { return .refused(.noSuchEntry) }
            pools[index].destinations.remove(at: existing)
            return .done
        }
        let isNew = request.command == IPVS_CMD_NEW_DEST
        return wanted(request, id, in: pools[index].service.id).then { destination in
            switch (isNew, existing) {
            case (true, .some): return .refused(.exists)
            case (false, nil): return .refused(.noSuchEntry)
            case (true, nil): pools[index].destinations.insert(destination, at: 0)
            case (false, let existing?): pools[index].destinations[existing] = destination
            }
            return .done
        }
    }

    private mutating func setTimeouts(_ request: IPVSRequest) -> FakeResponse {
        func read(_ attribute: Int) -> UInt32 { request.settings[attribute]?.number(UInt32.self) ?? 0 }
        // 31 days: what IP_VS_MAX_TIMEOUT of the tools and the kernel's HZ arithmetic leave.
        let wanted = Timeouts(
            tcp: read(IPVS_CMD_ATTR_TIMEOUT_TCP), tcpFin: read(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN),
            udp: read(IPVS_CMD_ATTR_TIMEOUT_UDP))
        if wanted.tcp != 0 { timeouts.tcp = wanted.tcp }
        if wanted.tcpFin != 0 { timeouts.tcpFin = wanted.tcpFin }
        if wanted.udp != 0 { timeouts.udp = wanted.udp }
        return .done
    }

    private mutating func changeDaemon(_ request: IPVSRequest) -> FakeResponse {
        guard let attributes = request.daemon,
            let role = attributes[IPVS_DAEMON_ATTR_STATE]?.number(UInt32.self).flatMap(SyncDaemon.Role.init(rawValue:))
        else { return .refused(.invalidArgument) }
        let existing = daemons.firstIndex { $0.role == role }
        if request.command == IPVS_CMD_DEL_DAEMON {
            guard let existing else { return .refused(.noSuchProcess) }
            daemons.remove(at: existing)
            return .done
        }
        guard let interface = attributes[IPVS_DAEMON_ATTR_MCAST_IFN]?.cString,
            let syncID = attributes[IPVS_DAEMON_ATTR_SYNC_ID]?.number(UInt32.self)
        else { return .refused(.invalidArgument) }
        guard existing == nil else { return .refused(.exists) }
        guard interfaces.contains(interface) else { return .refused(.noSuchDevice) }
        // What is not given is filled in as the kernel does for an MTU of 1500.
        let group4 = attributes[IPVS_DAEMON_ATTR_MCAST_GROUP].flatMap { IPAddress(bytes: $0, family: .ipv4) }
        let group6 = attributes[IPVS_DAEMON_ATTR_MCAST_GROUP6].flatMap { IPAddress(bytes: $0, family: .ipv6) }
        daemons.append(
            SyncDaemon(
                role: role, interface: interface, syncID: UInt8(truncatingIfNeeded: syncID),
                maximumLength: attributes[IPVS_DAEMON_ATTR_SYNC_MAXLEN]?.number(UInt16.self) ?? 1472,
                group: group4 ?? group6 ?? .v4(IPv4Address(224, 0, 0, 81)),
                port: Port(rawValue: attributes[IPVS_DAEMON_ATTR_MCAST_PORT]?.number(UInt16.self) ?? 8848),
                ttl: attributes[IPVS_DAEMON_ATTR_MCAST_TTL]?.number(UInt8.self) ?? 1))
        daemons.sort { $0.role.rawValue < $1.role.rawValue }
        return .done
    }
}
