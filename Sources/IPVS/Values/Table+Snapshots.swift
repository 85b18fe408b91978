extension Pool {
    /// The pool without its counters. A destination that a dump reported twice, which happens when the table changes
    /// under it, counts once.
    public init(_ snapshot: PoolSnapshot) {
        var seen: Set<Destination.ID> = []
        self.init(
            service: snapshot.service.service,
            destinations: snapshot.destinations.compactMap { entry in
                seen.insert(entry.destination.id).inserted ? entry.destination : nil
            })
    }
}

extension Table {
    /// The table without its counters: the actual side of a plan.
    public init(snapshots: some Sequence<PoolSnapshot>) {
        self.init(snapshots.map(Pool.init))
    }
}
