import IPVS

extension ServicePool {
    /// Replaces the pool of an equal service at a reload.
    ///
    /// A server is the same when its address and port are; a checker of it keeps its state when its check is the same.
    /// New servers without alpha are used at once. A server that was down only because of checkers that are gone comes
    /// up.
    ///
    /// - Parameter known: what is known of a check that already runs for somebody else; a new checker that shares it
    ///   starts from there, since no further event will come until the verdict changes.
    func replaced(
        with configuration: Configuration, known: (Check) -> CheckState.Verdict?
    ) -> (pool: ServicePool, events: [HealthEvent]) {
        var pool = ServicePool(configuration)
        var events: [HealthEvent] = []
        let old = Dictionary(
            servers.map { ($0.configuration.destination.id, $0) }, uniquingKeysWith: { first, _ in first })
        for index in pool.servers.indices {
            pool.carryOver(from: old[pool.servers[index].configuration.destination.id], server: index, known: known)
        }
        let kept = Set(pool.servers.map(\.configuration.destination.id))
        for server in servers where !kept.contains(server.configuration.destination.id) {
            let id = server.configuration.destination.id
            events.append(event(.serverGone(id)))
            if server.isUp { events.append(event(.serverRemoved(id, inhibits: false))) }
            if server.isUp { events.append(event(.notifyServer(id, isUp: false))) }
        }
        for server in pool.servers {
            let id = server.configuration.destination.id
            let inhibits = server.configuration.inhibits
            guard let before = old[id] else {
                if server.isUp { events.append(event(.serverAdded(id, inhibits: inhibits))) }
                continue
            }
            if before.effectiveWeight != server.effectiveWeight {
                events.append(
                    event(
                        .weightChanged(
                            id, from: before.effectiveWeight, to: server.effectiveWeight, isActive: server.isUp)))
            }
            guard before.isUp != server.isUp else { continue }
            events.append(
                event(server.isUp ? .serverAdded(id, inhibits: inhibits) : .serverRemoved(id, inhibits: inhibits)))
            events.append(event(.notifyServer(id, isUp: server.isUp)))
        }
        pool.adoptQuorum(hasQuorum)
        return (pool, events + pool.updateQuorum(atStart: false))
    }

    /// A new pool beside running ones: like ``start(_:)``, with what is known of shared checks.
    static func started(
        _ configuration: Configuration, known: (Check) -> CheckState.Verdict?
    ) -> (pool: ServicePool, events: [HealthEvent]) {
        var pool = ServicePool(configuration)
        for index in pool.servers.indices { pool.carryOver(from: nil, server: index, known: known) }
        let events = pool.updateQuorum(atStart: true)
        return (pool, events)
    }

    private mutating func carryOver(
        from old: ServerState?, server: Int, known: (Check) -> CheckState.Verdict?
    ) {
        let configured = Int64(servers[server].configuration.destination.weight)
        for (index, checker) in servers[server].configuration.checkers.enumerated() {
            var state = CheckerState(alpha: checker.alpha)
            switch known(checker.check) {
            case .up(let weight):
                state.isUp = true
                state.hasRun = true
                state.weightChange = checker.check.target.weightChange(asked: weight, configured: configured)
            case .down(let failure):
                state.isUp = false
                state.hasRun = true
                state.failure = failure
            case .unknown, nil:
                // Not decided yet, or asked under another policy from now on: what was assumed stays assumed until
                // the next result. A server that is down does not come up because its delay_loop was edited.
                let checkers = old?.configuration.checkers ?? []
                let position =
                    checkers.firstIndex { $0.check == checker.check }
                    ?? checkers.firstIndex { $0.check.target == checker.check.target }
                if let position, let old {
                    state = old.checkers[position]
                    // A weight that the check asked for stays what it is when the configured one is edited.
                    let before = Int64(old.configuration.destination.weight)
                    if state.weightChange != 0, !checker.check.target.addsToWeight {
                        state.weightChange += before - configured
                    }
                }
            }
            adopt(state, server: server, checker: index)
        }
    }

    /// What there is to say when the service is taken out of the configuration: its down notifications run.
    func goneEvents() -> [HealthEvent] {
        [event(.serviceGone)] + downNotifications()
    }

    /// What there is to say when the service is taken out of a group that goes on without it.
    func leavesGroupEvents() -> [HealthEvent] { [HealthEvent(service: id, kind: .serviceGone)] }

    /// That each server which is up is so (`rs_init_notifies`).
    public var upEvents: [HealthEvent] {
        servers.filter(\.isUp).map { event(.notifyServer($0.configuration.destination.id, isUp: true)) }
    }

    /// What there is to say at a clean stop: every server, up or not, has its line.
    ///
    /// - Parameter notifies: `omega`: also run the down notifications of what is up.
    public func stopEvents(notifies: Bool) -> [HealthEvent] {
        let lines = servers.map { server in
            event(
                .serverShutDown(
                    server.configuration.destination.id, inhibits: server.configuration.inhibits && !server.isUp))
        }
        return lines + (notifies ? downNotifications() : [])
    }

    private func downNotifications() -> [HealthEvent] {
        servers.filter(\.isUp).map { event(.notifyServer($0.configuration.destination.id, isUp: false)) }
            + (hasQuorum ? [event(.notifyQuorum(isUp: false))] : [])
    }
}
