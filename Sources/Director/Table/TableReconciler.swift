import IPVS
import Netlink

/// Keeps the kernel's table as it is wanted, with as few commands as that takes.
///
/// It remembers what the kernel holds, so a change of one pool costs a comparison of that pool and not a dump. When a
/// command fails the memory is worth nothing any more: the next call reads the table again.
struct TableReconciler {
    /// What one call did.
    struct Outcome {
        /// The commands that were sent, in order.
        var commands: [Command] = []
        /// Those that the kernel refused.
        var failures: [CommandFailure] = []
    }

    let kernel: any KernelTable
    /// What the kernel holds, as far as is known.
    private(set) var known: Table
    /// Whether a command failed since the table was read.
    private(set) var isKnowledgeStale = false
    /// Services that this director has put into the table or found there under a configured identity.
    var owned: Set<VirtualService.ID> = []
    /// How far the looks for changes of others have come.
    var round = TableRound()

    /// Reads the table as it is.
    init(kernel: any KernelTable) throws(NetlinkError) {
        self.kernel = kernel
        known = try kernel.read()
    }

    /// Services of the kernel that no configuration has named: other tools' entries, left alone.
    var foreignServices: Int { known.pools.keys.count { !owned.contains($0) } }

    /// Whether a destination could serve now, so that it does not go before what takes its place has come.
    typealias Serving = (VirtualService.ID, Destination.ID) -> Bool

    /// Makes the table as it is wanted: adds, edits, and deletes what was ours and is wanted no longer.
    mutating func reconcile(
        desired: Table, serving: Serving = { _, _ in false }
    ) throws(NetlinkError) -> Outcome {
        try refresh()
        owned.formUnion(desired.pools.keys)
        let commands = Planner.plan(desired: desired, actual: known, owned: owned)
        let outcome = carryOut(commands, leadingTo: desired, serving: serving)
        if outcome.failures.isEmpty { owned = Set(desired.pools.keys) }
        return outcome
    }

    /// Makes these pools as they are wanted and looks at no other.
    mutating func reconcile(pools: [Pool], serving: Serving = { _, _ in false }) throws(NetlinkError) -> Outcome {
        try refresh()
        let desired = Table(pools)
        let actual = Table(desired.pools.keys.compactMap { known.pools[$0] })
        let commands = Planner.plan(desired: desired, actual: actual, owned: [])
        return carryOut(commands, leadingTo: desired, serving: serving)
    }

    /// Reads the table again and puts right what somebody else has changed in entries that are ours.
    mutating func repair(desired: Table, serving: Serving = { _, _ in false }) throws(NetlinkError) -> Outcome {
        isKnowledgeStale = true
        return try reconcile(desired: desired, serving: serving)
    }

    /// Deletes every service, foreign ones too (`lvs_flush`, `lvs_flush_on_stop`).
    mutating func flush() -> Outcome { carryOut([.flush]) }

    /// Sends commands that are no comparison, such as timeouts and daemons.
    mutating func send(_ commands: [Command]) -> Outcome { carryOut(commands) }

    /// The connection timeouts in force; nil when the kernel does not say.
    func timeouts() -> Timeouts? { try? kernel.timeouts() }

    /// The synchronization daemons that run; none when the kernel does not say.
    func daemons() -> [SyncDaemon] { (try? kernel.daemons()) ?? [] }

    /// Whether the kernel has what a service asks for.
    func support(for service: VirtualService) -> SchedulerSupport {
        kernel.support(forScheduler: service.scheduler, engine: service.persistence?.engine)
    }

    /// Reads the table again, with its counters.
    mutating func readAgain() throws(NetlinkError) -> [PoolSnapshot] {
        let snapshots = try kernel.snapshots()
        known = Table(snapshots: snapshots)
        isKnowledgeStale = false
        return snapshots
    }

    /// A service is there as it was found.
    mutating func remember(_ pool: Pool) { known.pools[pool.service.id] = pool }

    /// A service has gone.
    mutating func forget(_ id: VirtualService.ID) { known.pools[id] = nil }

    private mutating func refresh() throws(NetlinkError) {
        guard isKnowledgeStale else { return }
        _ = try readAgain()
    }

    /// - Parameters:
    ///   - desired: the pools that the kernel has when all commands succeed; nil where they are no comparison.
    ///   - serving: what has to wait for the others of its pool, see ``Exchange``.
    private mutating func carryOut(
        _ commands: [Command], leadingTo desired: Table? = nil, serving: Serving = { _, _ in false }
    ) -> Outcome {
        guard !commands.isEmpty else { return Outcome() }
        let outcome = send(Exchange(commands), serving: serving)
        if !outcome.failures.isEmpty {
            isKnowledgeStale = true
        } else if let desired {
            // Command by command would be a search in the pool for each.
            known.pools.merge(desired.pools) { $1 }
            for case .deleteService(let id) in commands { known.pools[id] = nil }
        } else {
            for command in commands { known.apply(command) }
        }
        return outcome
    }

    private func send(_ exchange: Exchange, serving: Serving) -> Outcome {
        let failures = kernel.apply(exchange.first)
        var outcome = Outcome(commands: exchange.first, failures: failures)
        guard !exchange.second.isEmpty else { return outcome }
        let rest = exchange.second(after: failures, serving: serving)
        guard !rest.isEmpty else { return outcome }
        outcome.commands += rest
        outcome.failures += kernel.apply(rest)
        return outcome
    }
}

/// Commands in two parts, where destinations of one pool take the place of others.
///
/// What goes is sent when the kernel has taken what comes: else a pool whose new destination is refused would lose the one
/// that serves. What does not serve goes all the same.
private struct Exchange {
    var first: [Command] = []
    var second: [Command] = []

    init(_ commands: [Command]) {
        let filled = Set(commands.lazy.filter(\.fillsPool).compactMap(\.service))
        guard !filled.isEmpty else {
            first = commands
            return
        }
        for command in commands {
            if command.emptiesPool, let service = command.service, filled.contains(service) {
                second.append(command)
            } else {
                first.append(command)
            }
        }
    }

    /// What of the second part is to be sent.
    func second(after failures: [CommandFailure], serving: TableReconciler.Serving) -> [Command] {
        let unfilled = Set(failures.lazy.compactMap(\.command.service))
        guard !unfilled.isEmpty else { return second }
        return second.filter { command in
            guard let service = command.service, let destination = command.destination, unfilled.contains(service)
            else { return true }
            return !serving(service, destination)
        }
    }
}

extension Command {
    /// Whether it gives a pool something that serves.
    fileprivate var fillsPool: Bool {
        switch self {
        case .addDestination(_, let destination), .editDestination(_, let destination): destination.weight > 0
        default: false
        }
    }

    /// Whether it takes something that serves out of a pool.
    var emptiesPool: Bool {
        switch self {
        case .deleteDestination: true
        case .editDestination(_, let destination): destination.weight <= 0
        default: false
        }
    }
}
