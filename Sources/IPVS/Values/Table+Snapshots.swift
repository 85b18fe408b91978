extension Pool {
    /// The pool without its counters.
    public init(_ snapshot: PoolSnapshot) {
        self.init(service: snapshot.service.service, destinations: snapshot.destinations.map(\.destination))
    }
}

extension Table {
    /// The table without its counters: the actual side of a plan.
    public init(snapshots: some Sequence<PoolSnapshot>) {
        self.init(snapshots.map(Pool.init))
    }
}
