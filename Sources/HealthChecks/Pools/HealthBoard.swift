public import Addressing
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

    /// What is known of a check.
    private struct Entry {
        /// Empty for one that nobody depends on yet.
        var subscribers: [Subscriber] = []
        /// Nil before the first result.
        var verdict: CheckState.Verdict?
    }

    /// The pools in the order of the configuration; of several for one service the first one counts.
    public private(set) var pools: [ServicePool] = []
    private var poolIndices: [VirtualService.ID: Int] = [:]
    /// One table for both: with many thousand checks, keys and free places of another one would be most of it.
    private var entries: [Check: Entry] = [:]
    /// The addresses of this host; nil where nobody looks at them, and nothing rests.
    private var hostAddresses: Set<IPAddress>?
    /// Services whose checks rest.
    private var resting: Set<VirtualService.ID> = []
    /// Pools of groups for which another one speaks: what happens to all of them is told once.
    private var silent: Set<Int> = []

    /// A board without pools.
    public init() {}

    /// The checks that have to be probed.
    public var checks: Set<Check> { Set(entries.keys) }

    /// Whether a checker depends on the check.
    public func wants(_ check: Check) -> Bool { entries[check] != nil }

    /// The servers that depend on the check, each with its service; in the order of the configuration.
    public func users(of check: Check) -> [(service: VirtualService.ID, server: Destination.ID)] {
        (entries[check]?.subscribers ?? []).map { subscriber in
            let pool = pools[subscriber.pool]
            return (pool.id, pool.servers[subscriber.server].configuration.destination.id)
        }
    }

    /// The table as the kernel should have it.
    public var desired: Table { Table(pools.map(\.desired)) }

    /// The pool of a service.
    public func pool(of service: VirtualService.ID) -> ServicePool? { poolIndices[service].map { pools[$0] } }

    /// Where a check stands.
    public func verdict(of check: Check) -> CheckState.Verdict { entries[check]?.verdict ?? .unknown }

    /// The pools that speak, in the order of the configuration: of each group the first one.
    public var speakingPools: [ServicePool] {
        pools.indices.filter { !silent.contains($0) }.map { pools[$0] }
    }

    /// Whether the checks of a service rest because its address is not on this host (`ha_suspend`); those of a group
    /// rest while none of its addresses is. Its servers stay what they were.
    public func rests(_ service: VirtualService.ID) -> Bool { resting.contains(service) }

    /// Takes in which addresses this host has; nil when nobody looks at them.
    ///
    /// - Returns: What came of it. ``checks`` may be others afterwards.
    public mutating func setHostAddresses(_ addresses: Set<IPAddress>?) -> Update {
        guard hostAddresses != addresses else { return Update() }
        hostAddresses = addresses
        return updateResting()
    }

    private mutating func updateResting() -> Update {
        let before = resting
        resting = []
        if let hostAddresses {
            for pool in pools {
                let addresses = pool.configuration.suspensionAddresses
                if !addresses.isEmpty, addresses.isDisjoint(with: hostAddresses) { resting.insert(pool.id) }
            }
        }
        var update = Update()
        guard resting != before else { return update }
        subscribe()
        for index in pools.indices where resting.contains(pools[index].id) != before.contains(pools[index].id) {
            let areActive = before.contains(pools[index].id)
            var events = pools[index].servers.filter { !$0.checkers.isEmpty }.map { server in
                pools[index].event(.checksChanged(server.configuration.destination.id, areActive: areActive))
            }
            if areActive {
                let desired = pools[index].desired
                events += catchUp(index)
                if pools[index].desired != desired { update.changed.append(pools[index].id) }
            }
            if !silent.contains(index) { update.events += events }
        }
        return update
    }

    /// Tells a pool that was at rest what checks that it shares with others have found meanwhile: they report changes
    /// only.
    private mutating func catchUp(_ pool: Int) -> [HealthEvent] {
        var events: [HealthEvent] = []
        for (server, state) in pools[pool].servers.enumerated() {
            for (index, checker) in state.configuration.checkers.enumerated() {
                let current = state.checkers[index]
                let event: CheckEvent? =
                    switch entries[checker.check]?.verdict {
                    case .up(let weight) where !current.isUp: .up(weight: weight, isFirst: false)
                    case .up(let weight) where weight != nil || current.weightChange != 0: .weightChanged(weight)
                    case .down(let failure) where current.isUp: .down(failure, retries: 0, isFirst: false)
                    default: nil
                    }
                guard let event else { continue }
                events += pools[pool].record(event, server: server, checker: index)
            }
        }
        return events
    }

    /// Takes in an event of a check; one that nobody depends on any more changes nothing.
    public mutating func record(_ event: CheckEvent, of check: Check) -> Update {
        guard let concerned = entries[check]?.subscribers else { return Update() }
        switch event {
        case .up(let weight, _), .weightChanged(let weight): entries[check]?.verdict = .up(weight: weight)
        case .down(let failure, _, _), .stillDown(let failure): entries[check]?.verdict = .down(failure)
        case .tryFailed, .notRun: break
        }
        var update = Update()
        // The line of a check that names the server alone is said once, not for every service behind which it stands.
        var said: Set<String> = []
        for subscriber in concerned {
            let events = pools[subscriber.pool].record(event, server: subscriber.server, checker: subscriber.checker)
            if !silent.contains(subscriber.pool) { update.events += events.filter { $0.isNews(&said) } }
            let service = pools[subscriber.pool].id
            if update.changed.last != service, event.changesVerdict { update.changed.append(service) }
        }
        return update
    }

    /// Replaces the configuration: at the start, when there was none, and at a reload.
    public mutating func apply(_ configurations: [ServicePool.Configuration]) -> Update {
        var update = Update()
        continueVerdicts(for: configurations)
        let formerGroups = Dictionary(
            speakingPools.compactMap { pool in pool.configuration.group.map { ($0, pool) } },
            uniquingKeysWith: { first, _ in first })
        var next: [ServicePool] = []
        var indices: [VirtualService.ID: Int] = [:]
        var groups: Set<ServiceGroup> = []
        var said: Set<String> = []
        var nextSilent: Set<Int> = []
        for configuration in configurations where indices[configuration.service.id] == nil {
            let id = configuration.service.id
            let index = next.count
            indices[id] = index
            // What is new in a group joins it as the group stands.
            let former = self.pool(of: id) ?? configuration.group.flatMap { formerGroups[$0] }
            let (pool, events) =
                former?.replaced(with: configuration) { entries[$0]?.verdict }
                ?? ServicePool.started(configuration) { entries[$0]?.verdict }
            if configuration.group.map({ groups.insert($0).inserted }) ?? true {
                update.events += events.filter { $0.isNews(&said) }
            } else {
                nextSilent.insert(index)
            }
            if self.pool(of: id)?.desired != pool.desired { update.changed.append(id) }
            next.append(pool)
        }
        for (index, pool) in pools.enumerated() where indices[pool.id] == nil {
            if let group = pool.configuration.group, groups.contains(group) {
                update.events += pool.leavesGroupEvents()
            } else if !silent.contains(index) {
                update.events += pool.goneEvents()
            }
            update.changed.append(pool.id)
        }
        pools = next
        poolIndices = indices
        silent = nextSilent
        subscribe()
        let rest = updateResting()
        update.events += rest.events
        let changed = rest.changed.isEmpty ? [] : Set(update.changed)
        update.changed += rest.changed.filter { !changed.contains($0) }
        return update
    }

    /// A check whose timing was edited asks the same question: it starts from the answer that is known.
    private mutating func continueVerdicts(for configurations: [ServicePool.Configuration]) {
        guard !entries.isEmpty else { return }
        var answers: [CheckTarget: CheckState.Verdict] = [:]
        var ambiguous: Set<CheckTarget> = []
        for (check, entry) in entries {
            guard let verdict = entry.verdict else { continue }
            let former = answers.updateValue(verdict, forKey: check.target)
            if let former, former != verdict { ambiguous.insert(check.target) }
        }
        for configuration in configurations {
            for checker in configuration.servers.lazy.flatMap(\.checkers) where entries[checker.check] == nil {
                guard let verdict = answers[checker.check.target], !ambiguous.contains(checker.check.target) else {
                    continue
                }
                entries[checker.check] = Entry(verdict: verdict)
            }
        }
    }

    private mutating func subscribe() {
        entries = entries.mapValues { Entry(verdict: $0.verdict) }
        for (pool, state) in pools.enumerated() where !resting.contains(state.id) {
            for (server, state) in state.servers.enumerated() {
                for (checker, configuration) in state.configuration.checkers.enumerated() {
                    entries[configuration.check, default: Entry()].subscribers.append(
                        Subscriber(pool: pool, server: server, checker: checker))
                }
            }
        }
        entries = entries.filter { !$0.value.subscribers.isEmpty }
    }
}

extension HealthEvent {
    /// Whether it is no line of a check that was said already.
    fileprivate func isNews(_ said: inout Set<String>) -> Bool {
        switch kind {
        case .check, .pageSucceeded: message.map { said.insert($0).inserted } ?? true
        default: true
        }
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
