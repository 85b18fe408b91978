import IPVS

extension ServicePool {
    /// Replaces the pool of an equal service at a reload.
    ///
    /// A server is the same when its address and port are; a checker of it keeps its state when its check is the same.
    /// New servers without alpha are used at once. A server that was down only because of checkers that are gone comes
    /// up.
    ///
    /// - Parameter known: what is known of a check that already runs for somebody else; a new checker that shares it
    ///   starts from there, since no further event will come until the verdict changes. What that means for its server
    ///   is said as if the checker had found it itself.
    func replaced(
        with configuration: Configuration, known: (Check) -> CheckState.Verdict?
    ) -> (pool: ServicePool, events: [HealthEvent]) {
        var pool = ServicePool(configuration)
        var events: [HealthEvent] = []
        let old = Dictionary(
            servers.map { ($0.configuration.destination.id, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(pool.servers.map(\.configuration.destination.id))
        for server in servers where !kept.contains(server.configuration.destination.id) {
            let id = server.configuration.destination.id
            events.append(event(.serverGone(id)))
            if server.isUp { events.append(event(.serverRemoved(id, inhibits: false))) }
            if server.isUp { events.append(event(.notifyServer(id, isUp: false))) }
        }
        for index in pool.servers.indices {
            let before = old[pool.servers[index].configuration.destination.id]
            let learned = pool.carryOver(from: before, server: index, known: known)
            if let before {
                events += pool.changes(of: index, since: before, learned)
            } else {
                events += pool.arrival(of: index, learned, isAnnounced: true)
            }
        }
        pool.adoptQuorum(hasQuorum)
        // In a statement of its own: the returned value must not be a copy from before it.
        events += pool.updateQuorum(atStart: false)
        return (pool, events)
    }

    /// A new pool beside running ones: like ``start(_:)``, with what is known of shared checks.
    static func started(
        _ configuration: Configuration, known: (Check) -> CheckState.Verdict?
    ) -> (pool: ServicePool, events: [HealthEvent]) {
        var pool = ServicePool(configuration)
        var events: [HealthEvent] = []
        let assumedWeight = pool.liveWeight
        for index in pool.servers.indices {
            let learned = pool.carryOver(from: nil, server: index, known: known)
            events += pool.arrival(of: index, learned, isAnnounced: false)
        }
        let decision = pool.updateQuorum(atStart: true)
        events += decision
        // Without the others' checks it would start with its quorum, tell so, and lose it with the first results.
        if decision.isEmpty, !pool.hasQuorum, assumedWeight > 0, pool.liveWeight < assumedWeight {
            events += pool.quorumIsDown(atStart: true)
        }
        return (pool, events)
    }

    // MARK: Servers

    /// What there is to say of a server that was there before.
    private func changes(of index: Int, since before: ServerState, _ learned: [Int]) -> [HealthEvent] {
        let server = servers[index]
        let id = server.configuration.destination.id
        let inhibits = server.configuration.inhibits
        var events = lines(of: index, learned)
        if before.effectiveWeight != server.effectiveWeight {
            events.append(
                event(
                    .weightChanged(
                        id, from: before.effectiveWeight, to: server.effectiveWeight, isActive: server.isUp)))
        }
        if before.isUp != server.isUp {
            let cause = cause(of: index, learned)
            events.append(
                event(
                    server.isUp ? .serverAdded(id, inhibits: inhibits) : .serverRemoved(id, inhibits: inhibits), cause)
            )
            events.append(event(.notifyServer(id, isUp: server.isUp), cause))
        }
        return events + mails(of: index, learned, wasUp: before.isUp)
    }

    /// What there is to say of a server that is new.
    ///
    /// - Parameter isAnnounced: also when it is used because nothing is known of it.
    private func arrival(of index: Int, _ learned: [Int], isAnnounced: Bool) -> [HealthEvent] {
        let server = servers[index]
        let id = server.configuration.destination.id
        let inhibits = server.configuration.inhibits
        let isAssumedUp = server.configuration.checkers.allSatisfy { !$0.alpha }
        var events = lines(of: index, learned)
        switch (server.isUp, isAssumedUp) {
        case (true, true): if isAnnounced { events.append(event(.serverAdded(id, inhibits: inhibits))) }
        case (true, false):
            events.append(event(.serverAdded(id, inhibits: inhibits)))
            events.append(event(.notifyServer(id, isUp: true)))
        case (false, _):
            guard let cause = cause(of: index, learned) else { break }
            if isAssumedUp { events.append(event(.serverRemoved(id, inhibits: inhibits), cause)) }
            events.append(event(.notifyServer(id, isUp: false), cause))
        }
        return events + mails(of: index, learned, wasUp: isAssumedUp)
    }

    /// The log lines of checkers that begin with another verdict than the one that was assumed.
    private func lines(of index: Int, _ learned: [Int]) -> [HealthEvent] {
        news(of: index, learned).map { checker, configuration in
            let verdict: CheckEvent =
                checker.failure.map { .down($0, retries: 0, isFirst: true) } ?? .up(weight: nil, isFirst: true)
            let id = servers[index].configuration.destination.id
            return event(.check(id, configuration.check.target, verdict), checker.failure)
        }
    }

    private func mails(of index: Int, _ learned: [Int], wasUp: Bool) -> [HealthEvent] {
        var isUnchanged = true
        return news(of: index, learned).compactMap { checker, configuration in
            // As at any first result: a checker that was assumed to have failed does not fail anew.
            if !checker.isUp, configuration.alpha { return nil }
            let changesServer = isUnchanged && servers[index].isUp != wasUp
            isUnchanged = false
            return event(
                .checkerChanged(
                    servers[index].configuration.destination.id, configuration.check.target, isUp: checker.isUp,
                    serverIsUp: servers[index].isUp, changesServer: changesServer), checker.failure)
        }
    }

    private func news(of index: Int, _ learned: [Int]) -> [(state: CheckerState, configuration: Checker)] {
        learned.map { (servers[index].checkers[$0], servers[index].configuration.checkers[$0]) }
            .filter { !$0.state.isUp || $0.configuration.alpha }
    }

    /// Why a server is down, if one of the checkers that are new to it says so.
    private func cause(of index: Int, _ learned: [Int]) -> CheckFailure? {
        learned.lazy.compactMap { servers[index].checkers[$0].failure }.first
    }

    /// Gives the checkers of a server their states.
    ///
    /// - Returns: Those that are new to the server and of which others know the verdict.
    private mutating func carryOver(
        from old: ServerState?, server: Int, known: (Check) -> CheckState.Verdict?
    ) -> [Int] {
        let configured = Int64(servers[server].configuration.destination.weight)
        let former = old?.configuration.checkers ?? []
        var learned: [Int] = []
        for (index, checker) in servers[server].configuration.checkers.enumerated() {
            var state = CheckerState(alpha: checker.alpha)
            let position =
                former.firstIndex { $0.check == checker.check }
                ?? former.firstIndex { $0.check.target == checker.check.target }
            let verdict = known(checker.check) ?? .unknown
            switch verdict {
            case .up(let weight):
                state.isUp = true
                state.hasRun = true
                state.weightChange = checker.check.target.weightChange(asked: weight, configured: configured)
            case .down(let failure):
                state.isUp = false
                state.hasRun = true
                state.failure = failure
            case .unknown:
                // Not decided yet, or asked under another policy from now on: what was assumed stays assumed until
                // the next result. A server that is down does not come up because its delay_loop was edited.
                if let position, let old {
                    state = old.checkers[position]
                    // A weight that the check asked for stays what it is when the configured one is edited.
                    let before = Int64(old.configuration.destination.weight)
                    if state.weightChange != 0, !checker.check.target.addsToWeight {
                        state.weightChange += before - configured
                    }
                }
            }
            if position == nil, verdict != .unknown { learned.append(index) }
            adopt(state, server: server, checker: index)
        }
        return learned
    }

    // MARK: The end

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
