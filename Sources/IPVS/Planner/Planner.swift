/// Compares the table that is wanted with the one that is there.
public enum Planner {
    /// The ordered commands that turn `actual` into `desired`.
    ///
    /// - Services come in listing order, so equal inputs give equal plans. What is the same gives no command.
    /// - A service or destination that stays is edited in place, never deleted and added again: its connections and
    ///   counters live on.
    /// - Within a pool destinations are added, then edited, those that are to have weight 0 last, then deleted: a pool
    ///   that is to have a destination with a weight, and had one, has one all the time.
    /// - A service that is not wanted is deleted only when it is in `owned`, after everything else is in place;
    ///   services of other tools are left alone.
    public static func plan(desired: Table, actual: Table, owned: Set<VirtualService.ID>) -> [Command] {
        var commands: [Command] = []
        for (id, pool) in desired.pools.sorted(by: { $0.key < $1.key }) {
            if actual.pools[id] == nil { commands.append(.addService(pool.service)) }
            let current = actual.pools[id] ?? Pool(service: pool.service)
            planChanges(of: id, from: current, to: pool, into: &commands)
        }
        let unwanted = owned.filter { desired.pools[$0] == nil && actual.pools[$0] != nil }
        commands += unwanted.sorted().map { .deleteService($0) }
        return commands
    }

    private static func planChanges(
        of id: VirtualService.ID, from current: Pool, to pool: Pool, into commands: inout [Command]
    ) {
        guard current != pool else { return }
        if current.service != pool.service { commands.append(.editService(pool.service)) }
        let existing = Dictionary(
            current.destinations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var edits: [Command] = []
        var drains: [Command] = []
        var wanted: Set<Destination.ID> = []
        for destination in pool.destinations where wanted.insert(destination.id).inserted {
            switch existing[destination.id] {
            case nil: commands.append(.addDestination(id, destination))
            case destination?: break
            case _? where destination.weight <= 0: drains.append(.editDestination(id, destination))
            case _?: edits.append(.editDestination(id, destination))
            }
        }
        commands += edits + drains
        commands += existing.keys.filter { !wanted.contains($0) }.sorted().map { .deleteDestination(id, $0) }
    }
}
