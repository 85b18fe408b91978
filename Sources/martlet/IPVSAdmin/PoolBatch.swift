import IPVS

/// Pools that wait until there are some whose names can be looked up at once: one after the other, each would cost the
/// time that a name server takes.
struct PoolBatch {
    /// So many addresses at once.
    private static let limit = 512

    /// Nil where only numbers are printed.
    private let names: SystemNames?
    private let isSave: Bool
    private var waiting: [PoolSnapshot] = []
    private var count = 0

    init(names: SystemNames?, isSave: Bool = false) {
        self.names = names
        self.isSave = isSave
    }

    /// Takes in a pool and returns those that can be printed.
    mutating func take(_ pool: PoolSnapshot) -> [PoolSnapshot] {
        guard names != nil else { return [pool] }
        waiting.append(pool)
        count += 1 + pool.destinations.count
        return count < Self.limit ? [] : finish()
    }

    /// The rest.
    mutating func finish() -> [PoolSnapshot] {
        guard !waiting.isEmpty else { return [] }
        names?.prepare(waiting, forSave: isSave)
        count = 0
        defer { waiting = [] }
        return waiting
    }
}
