import Addressing
import IPVS
import Netlink

/// A change of the table that can be undone: what is to be done, and how it was before.
///
/// What adds and edits comes before what deletes, so that a refusal is known before anything has been lost: an entry
/// that was deleted can be added again, its connections and counters cannot.
struct TableChange: Sendable {
    /// Commands that add and edit, in order.
    var improvements: [Command] = []
    /// Commands that delete, in order.
    var removals: [Command] = []
    /// Connections of what is deleted, as the kernel counted them.
    var cutConnections: [ConnectionCut] = []

    fileprivate var before = Table()
    fileprivate var touched: Set<VirtualService.ID> = []
    fileprivate var ownedBefore: Set<VirtualService.ID> = []
    fileprivate var ownedAfter: Set<VirtualService.ID> = []

    /// All of it, in order.
    var commands: [Command] { improvements + removals }
}

extension TableReconciler {
    /// Reads the table and says what makes it as it is wanted. Changes nothing in the kernel.
    mutating func change(to desired: Table) throws(NetlinkError) -> TableChange {
        let snapshots = try readAgain()
        let commands = Planner.plan(desired: desired, actual: known, owned: owned.union(desired.pools.keys))
        var change = TableChange()
        change.ownedBefore = owned
        change.ownedAfter = Set(desired.pools.keys)
        for command in commands {
            if command.isRemoval { change.removals.append(command) } else { change.improvements.append(command) }
            if let service = command.service { change.touched.insert(service) }
        }
        change.before = Table(change.touched.compactMap { known.pools[$0] })
        change.cutConnections = Self.cuts(by: change.removals, in: snapshots)
        return change
    }

    /// The change has been carried out: from now on what is wanted is what is owned.
    mutating func finish(_ change: TableChange) { owned = change.ownedAfter }

    /// Makes every service that the change is about as it was before.
    ///
    /// - Returns: What could not be undone, in words; empty when everything could.
    mutating func undo(_ change: TableChange) -> [String] {
        owned = change.ownedBefore
        guard !change.touched.isEmpty else { return [] }
        var rest: [String] = []
        // A command that is refused once may be carried out the next time: memory, or somebody else's change.
        for _ in 0..<3 {
            do throws(NetlinkError) {
                _ = try readAgain()
            } catch {
                return ["the table cannot be read: \(error)"]
            }
            let actual = Table(change.touched.compactMap { known.pools[$0] })
            let commands = Planner.plan(desired: change.before, actual: actual, owned: change.touched)
            if commands.isEmpty { return [] }
            rest = send(commands).failures.filter { !$0.isHarmless }.map { "\($0)" }
            if rest.isEmpty { return [] }
        }
        return rest
    }

    /// Asks for the schedulers that the commands want and no service of the table has.
    func unsupported(_ commands: [Command]) -> ReloadFailure.Reason? {
        struct Wish: Hashable {
            var scheduler: String
            var engine: String?

            init(_ service: VirtualService) {
                scheduler = service.scheduler
                engine = service.persistence?.engine
            }
        }
        var settled: Set<Wish>?
        var hasIPv6 = true
        for command in commands {
            let service: VirtualService
            switch command {
            case .addService(let wanted), .editService(let wanted): service = wanted
            default: continue
            }
            var known = settled ?? Set(self.known.pools.values.map { Wish($0.service) })
            if known.insert(Wish(service)).inserted {
                switch support(for: service) {
                case .missing: return .unknownScheduler(service)
                case .noIPv6: hasIPv6 = false
                case .available, .unknown: break
                }
            }
            settled = known
            if !hasIPv6, service.id.family == .ipv6 { return .unsupportedFamily(service.id) }
        }
        return nil
    }

    private static func cuts(by removals: [Command], in snapshots: [PoolSnapshot]) -> [ConnectionCut] {
        guard !removals.isEmpty else { return [] }
        let pools = Dictionary(snapshots.map { ($0.service.service.id, $0) }, uniquingKeysWith: { first, _ in first })
        var cuts: [ConnectionCut] = []
        for removal in removals {
            switch removal {
            case .deleteService(let id):
                cuts += (pools[id]?.destinations ?? []).map { ConnectionCut(service: id, $0) }
            case .deleteDestination(let id, let destination):
                guard let entry = pools[id]?.destinations.first(where: { $0.destination.id == destination }) else {
                    continue
                }
                cuts.append(ConnectionCut(service: id, entry))
            default: break
            }
        }
        return cuts
    }
}

extension ConnectionCut {
    fileprivate init(service: VirtualService.ID, _ snapshot: DestinationSnapshot) {
        self.init(
            service: service, destination: snapshot.destination.id, active: snapshot.activeConnections,
            inactive: snapshot.inactiveConnections, persistent: snapshot.persistentConnections)
    }
}

extension Command {
    /// Whether it takes something out of the table.
    var isRemoval: Bool {
        switch self {
        case .deleteService, .deleteDestination, .flush: true
        default: false
        }
    }

    /// The service that it is about.
    var service: VirtualService.ID? {
        switch self {
        case .addService(let service), .editService(let service): service.id
        case .deleteService(let id), .addDestination(let id, _), .editDestination(let id, _),
            .deleteDestination(let id, _):
            id
        case .flush, .zero, .setTimeouts, .startDaemon, .stopDaemon: nil
        }
    }

    /// The destination that it is about.
    var destination: Destination.ID? {
        switch self {
        case .addDestination(_, let destination), .editDestination(_, let destination): destination.id
        case .deleteDestination(_, let id): id
        default: nil
        }
    }
}

extension CommandFailure {
    /// What was to be deleted was gone already.
    var isHarmless: Bool {
        switch command {
        case .deleteService, .deleteDestination, .stopDaemon:
            error.errorNumber == .noSuchProcess || error.errorNumber == .noSuchEntry
        default: false
        }
    }
}
