public import IPVS

/// Every pool of the configuration, and which checkers hang on which check.
///
/// A check's event goes in once and reaches every checker that shares the check.
public struct HealthBoard: Sendable {
    /// What came of an event or a reload.
    public struct Update: Sendable, Hashable {
        /// What there is to say and to notify, in order.
        public var events: [HealthEvent] = []
        /// Services whose desired pool changed.
        public var changed: [VirtualService.ID] = []

        /// Nothing.
        public init() {}
    }

    private struct Subscriber: Hashable {
        var pool: Int
        var server: Int
        var checker: Int
    }

    /// The pools in the order of the configuration; of several for one service the first one counts.
    public private(set) var pools: [ServicePool] = []
    private var poolIndices: [VirtualService.ID: Int] = [:]
    private var subscribers: [Check: [Subscriber]] = [:]
    private var verdicts: [Check: CheckState.Verdict] = [:]

    /// A board without pools.
    public init() {}

    /// The checks that have to be probed.
    public var checks: Set<Check> { Set(subscribers.keys) }

    /// The table as the kernel should have it.
    public var desired: Table { Table(pools.map(\.desired)) }

    /// The pool of a service.
    public func pool(of service: VirtualService.ID) -> ServicePool? { poolIndices[service].map { pools[$0] } }

    /// Where a check stands.
    public func verdict(of check: Check) -> CheckState.Verdict { verdicts[check] ?? .unknown }

    /// Takes in an event of a check; one that nobody depends on any more changes nothing.
    public mutating func record(_ event: CheckEvent, of check: Check) -> Update {
        guard let concerned = subscribers[check] else { return Update() }
        switch event {
        case .up(let weight, _), .weightChanged(let weight): verdicts[check] = .up(weight: weight)
        case .down(let failure, _, _), .stillDown(let failure): verdicts[check] = .down(failure)
        case .tryFailed, .notRun: break
        }
        var update = Update()
        // The line of a check that names the server alone is said once, not for every service behind which it stands.
        var said: Set<String> = []
        for subscriber in concerned {
            let events = pools[subscriber.pool].record(event, server: subscriber.server, checker: subscriber.checker)
            update.events += events.filter { event in
                switch event.kind {
                case .check, .pageSucceeded: event.message.map { said.insert($0).inserted } ?? true
                default: true
                }
            }
            let service = pools[subscriber.pool].id
            if update.changed.last != service, event.changesVerdict { update.changed.append(service) }
        }
        return update
    }

    /// Replaces the configuration: at the start, when there was none, and at a reload.
    public mutating func apply(_ configurations: [ServicePool.Configuration]) -> Update {
        var update = Update()
        var next: [ServicePool] = []
        var indices: [VirtualService.ID: Int] = [:]
        for configuration in configurations where indices[configuration.service.id] == nil {
            let id = configuration.service.id
            indices[id] = next.count
            let (pool, events) =
                self.pool(of: id)?.replaced(with: configuration) { verdicts[$0] }
                ?? ServicePool.started(configuration) { verdicts[$0] }
            update.events += events
            if self.pool(of: id)?.desired != pool.desired { update.changed.append(id) }
            next.append(pool)
        }
        for pool in pools where indices[pool.id] == nil {
            update.events += pool.goneEvents()
            update.changed.append(pool.id)
        }
        pools = next
        poolIndices = indices
        subscribe()
        return update
    }

    private mutating func subscribe() {
        subscribers = [:]
        for (pool, state) in pools.enumerated() {
            for (server, state) in state.servers.enumerated() {
                for (checker, configuration) in state.configuration.checkers.enumerated() {
                    subscribers[configuration.check, default: []].append(
                        Subscriber(pool: pool, server: server, checker: checker))
                }
            }
        }
        verdicts = verdicts.filter { subscribers[$0.key] != nil }
    }
}

extension CheckEvent {
    fileprivate var changesVerdict: Bool {
        switch self {
        case .up, .down, .weightChanged: true
        case .tryFailed, .stillDown, .notRun: false
        }
    }
}
