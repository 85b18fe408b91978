import Addressing
public import Netlink

/// Reads and changes the IPVS table of the network namespace that the session's socket belongs to.
///
/// A client is used by one thread or loop at a time. Every call waits for the kernel's answer, which takes
/// microseconds, and for no longer than the session's timeout.
public final class IPVSClient {
    /// The name of the family, `IPVS_GENL_NAME`.
    public static let familyName = "IPVS"
    /// The version of its interface, `IPVS_GENL_VERSION`.
    public static let familyVersion: UInt8 = 1

    private let session: NetlinkSession
    private let family: GenericFamily
    /// Whether the counters of services and destinations are read; off, they are 0. There are ten of them in each entry
    /// beside as many other values, and a listing that does not show them has no use for them.
    public var readsCounters = true

    /// Creates a client on a session over a generic-netlink transport.
    public init(session: NetlinkSession, family: GenericFamily) {
        self.session = session
        self.family = family
    }

    /// Creates a client after asking the kernel for the family's id; throws ``NetlinkError/Code/unknownFamily`` when
    /// the ip_vs module is not loaded.
    public convenience init(session: NetlinkSession) throws(NetlinkError) {
        let family = try GenericFamily.resolve(Self.familyName, version: Self.familyVersion, over: session)
        self.init(session: session, family: family)
    }

    /// The kernel's IPVS version and the size of its connection table.
    public func info() throws(NetlinkError) -> KernelInfo {
        var answer: KernelInfo?
        try session.exchange(family.request(WireCommand.getInformation)) { _, payload throws(NetlinkError) in
            answer = try KernelInfo(payload: payload)
        }
        guard let answer else { throw NetlinkError(.missingAttribute, message: "no answer to IPVS_CMD_GET_INFO") }
        return answer
    }

    /// Every service without its destinations, in the kernel's order: by hash bucket, marks after the others.
    ///
    /// The kernel resumes a dump by counting entries and does not tell when they have changed meanwhile, in this or
    /// another network namespace: a service may then come twice, which is put right here, or be missing.
    public func services() throws(NetlinkError) -> [ServiceSnapshot] {
        var seen: Set<VirtualService.ID> = []
        let request = family.request(WireCommand.getService)
        return try session.dump(request, beforeEach: { seen = [] }) { _, payload throws(NetlinkError) in
            guard let entry = try ServiceSnapshot.decode(payload, readsCounters: readsCounters),
                seen.insert(entry.service.id).inserted
            else {
                return nil
            }
            return entry
        }
    }

    /// The destinations of a service in the kernel's order, newest first, each once; none when there is no such
    /// service.
    public func destinations(of id: VirtualService.ID) throws(NetlinkError) -> [DestinationSnapshot] {
        let request = family.request(WireCommand.getDestination) { writer in
            writer.nested(CommandAttribute.service) { id.write(to: &$0) }
        }
        let entries = try session.dump(request) { _, payload throws(NetlinkError) in
            try DestinationSnapshot.decode(payload, serviceFamily: id.family, readsCounters: readsCounters)
        }
        // Most services have few destinations, and comparing those is faster than hashing them.
        if entries.count <= 32 {
            let isUnique = entries.indices.allSatisfy { index in
                !entries[..<index].contains { $0.destination.id == entries[index].destination.id }
            }
            if isUnique { return entries }
        }
        var seen: Set<Destination.ID> = []
        return entries.filter { seen.insert($0.destination.id).inserted }
    }

    /// Every service with its destinations. The kernel has no transaction over the whole: a service that goes while
    /// the table is read is there without destinations.
    public func pools() throws(NetlinkError) -> [PoolSnapshot] {
        var pools: [PoolSnapshot] = []
        for service in try services() {
            pools.append(PoolSnapshot(service: service, destinations: try destinations(of: service.service.id)))
        }
        return pools
    }

    /// Hands on pool after pool, each as soon as its destinations are read, in the order of `services`, until `body`
    /// answers false. No more than one pool is held at a time.
    public func forEachPool(
        of services: [ServiceSnapshot], _ body: (PoolSnapshot) -> Bool
    ) throws(NetlinkError) {
        for service in services {
            let pool = PoolSnapshot(service: service, destinations: try destinations(of: service.service.id))
            guard body(pool) else { return }
        }
    }

    /// One service without its destinations, or nil when the kernel has none such.
    public func service(_ id: VirtualService.ID) throws(NetlinkError) -> ServiceSnapshot? {
        let request = family.request(WireCommand.getService) { writer in
            writer.nested(CommandAttribute.service) { id.write(to: &$0) }
        }
        var answer: ServiceSnapshot?
        do throws(NetlinkError) {
            try session.exchange(request) { _, payload throws(NetlinkError) in
                answer = try ServiceSnapshot.decode(payload, readsCounters: readsCounters)
            }
        } catch {
            guard error.errorNumber == .noSuchProcess else { throw error }
        }
        return answer
    }

    /// One service with its destinations, or nil when the kernel has none such.
    public func pool(_ id: VirtualService.ID) throws(NetlinkError) -> PoolSnapshot? {
        guard let service = try service(id) else { return nil }
        return PoolSnapshot(service: service, destinations: try destinations(of: id))
    }

    /// The connection timeouts.
    public func timeouts() throws(NetlinkError) -> Timeouts {
        var answer: Timeouts?
        try session.exchange(family.request(WireCommand.getConfiguration)) { _, payload throws(NetlinkError) in
            answer = try Timeouts(payload: payload)
        }
        guard let answer else { throw NetlinkError(.missingAttribute, message: "no answer to IPVS_CMD_GET_CONFIG") }
        return answer
    }

    /// The synchronization daemons that run, master first.
    public func daemons() throws(NetlinkError) -> [SyncDaemon] {
        try session.dump(family.request(WireCommand.getDaemon)) { _, payload throws(NetlinkError) in
            try SyncDaemon.decode(payload)
        }
    }

    /// Carries out the commands in their order, batched, and returns those that failed, in order. One that fails does
    /// not hold up the others.
    public func apply(_ commands: [Command]) -> [CommandFailure] {
        let outcomes = session.perform(batch: commands.map { $0.request(family) })
        var failures: [CommandFailure] = []
        for (index, (command, error)) in zip(commands, outcomes).enumerated() {
            if let error { failures.append(CommandFailure(index: index, command: command, error: error)) }
        }
        return failures
    }

    /// Carries out one command.
    public func apply(_ command: Command) throws(CommandFailure) {
        if let failure = apply([command]).first { throw failure }
    }
}

/// What the kernel says about a scheduler, before a service with it is wanted.
public enum SchedulerSupport: Sendable, Hashable {
    /// It is there, or could be loaded.
    case available
    /// The kernel has no such scheduler or no such persistence engine.
    case missing
    /// The kernel's IPVS has no IPv6; about the scheduler it says nothing then.
    case noIPv6
    /// The kernel gave another answer.
    case unknown
}

extension IPVSClient {
    /// Asks whether the kernel has a scheduler and, where one is named, a persistence engine. Leaves the table as it is;
    /// the module of the scheduler is loaded, as for a service.
    ///
    /// The kernel offers no such question. It looks up scheduler and engine before it looks at the prefix length of an
    /// IPv6 service (`ip_vs_add_service`), so a service with the impossible length 0 is refused with ENOENT where they
    /// are missing and with EINVAL where they are there.
    public func support(forScheduler scheduler: String, engine: String? = nil) -> SchedulerSupport {
        let impossible = VirtualService(
            id: .firewallMark(.max, .ipv6), scheduler: scheduler,
            persistence: VirtualService.Persistence(timeout: 1, granularity: 0, engine: engine))
        guard let failure = apply([.addService(impossible)]).first else {
            // A kernel that takes such a service: the question must leave no trace.
            _ = apply([.deleteService(impossible.id)])
            return .available
        }
        switch failure.error.errorNumber {
        case .invalidArgument: return .available
        case .noSuchEntry: return .missing
        case .addressFamilyNotSupported: return .noIPv6
        default: return .unknown
        }
    }
}
