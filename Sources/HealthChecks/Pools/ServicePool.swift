public import IPVS

/// The servers of one virtual service and which of them are to take traffic.
///
/// Check events go in; log lines and notifications come out, and ``desired`` is the pool as the kernel should have it.
/// What to write in which order is the planner's business: it never empties a pool between two commands, so the short
/// gap that comes from deleting servers before the sorry server is added does not exist here.
///
/// The rules are keepalived's: a server is up while none of its checkers has failed; servers are used before their
/// first check unless they are in alpha mode; the quorum is gained at quorum + hysteresis and lost below
/// quorum − hysteresis or at weight 0.
public struct ServicePool: Sendable {
    /// What is wanted.
    public let configuration: Configuration
    /// Whether the quorum is reached.
    public private(set) var hasQuorum = false
    /// The servers in the order of the configuration.
    public private(set) var servers: [ServerState]
    /// Sum of the effective weights of the servers that are up.
    public private(set) var liveWeight: Int64 = 0

    /// Where one server stands.
    public struct ServerState: Sendable, Hashable {
        /// What is wanted.
        public let configuration: Server
        /// Its checkers in the order of the configuration.
        public internal(set) var checkers: [CheckerState]

        /// Whether none of its checkers has failed.
        public var isUp: Bool { checkers.allSatisfy(\.isUp) }

        /// Configured weight and what dynamic checks add, 0…2³¹−1.
        public var effectiveWeight: Int32 {
            let sum = checkers.reduce(Int64(configuration.destination.weight)) { $0 + $1.weightChange }
            return Int32(clamping: max(0, sum))
        }

        /// What it contributes to ``ServicePool/liveWeight``.
        var liveWeight: Int64 { isUp ? Int64(effectiveWeight) : 0 }
    }

    /// Where one checker of one server stands.
    public struct CheckerState: Sendable, Hashable {
        /// Whether it counts as succeeding.
        public internal(set) var isUp: Bool
        /// Whether it has run to a result.
        public internal(set) var hasRun = false
        /// What it adds to the server's weight.
        public internal(set) var weightChange: Int64 = 0
        /// Why it is down.
        public internal(set) var failure: CheckFailure?

        init(alpha: Bool) { isUp = !alpha }
    }

    /// Creates the pool as it is before its first check, and what there is to say about that.
    public static func start(_ configuration: Configuration) -> (pool: ServicePool, events: [HealthEvent]) {
        var pool = ServicePool(configuration)
        let events = pool.updateQuorum(atStart: true)
        return (pool, events)
    }

    init(_ configuration: Configuration) {
        self.configuration = configuration
        var seen: Set<Destination.ID> = []
        servers = configuration.servers.filter { seen.insert($0.destination.id).inserted }.map { server in
            ServerState(configuration: server, checkers: server.checkers.map { CheckerState(alpha: $0.alpha) })
        }
        liveWeight = servers.reduce(0) { $0 + $1.liveWeight }
    }

    /// The identity of the service.
    public var id: VirtualService.ID { configuration.service.id }

    /// Whether the sorry server takes the traffic.
    public var usesSorryServer: Bool { configuration.sorryServer != nil && !hasQuorum }

    /// The pool as the kernel should have it.
    public var desired: Pool {
        var pool = Pool(service: configuration.service)
        let sorry = configuration.sorryServer
        for server in servers {
            var destination = server.configuration.destination
            if usesSorryServer, let sorry, sorry.destination.id == destination.id { continue }
            if server.isUp && !usesSorryServer {
                destination.weight = server.effectiveWeight
            } else if server.configuration.inhibits {
                destination.weight = 0
            } else {
                continue
            }
            pool.destinations.append(destination)
        }
        if let sorry {
            if usesSorryServer {
                pool.destinations.append(sorry.destination)
            } else if sorry.inhibits,
                !servers.contains(where: { $0.configuration.destination.id == sorry.destination.id })
            {
                var destination = sorry.destination
                destination.weight = 0
                pool.destinations.append(destination)
            }
        }
        return pool
    }

    /// Takes in an event of a check that a checker depends on.
    ///
    /// - Parameters:
    ///   - server: index into ``servers``.
    ///   - checker: index into its checkers.
    /// - Returns: What there is to say; nothing when an index does not exist.
    public mutating func record(_ event: CheckEvent, server: Int, checker: Int) -> [HealthEvent] {
        guard servers.indices.contains(server), servers[server].checkers.indices.contains(checker) else { return [] }
        let checkerConfiguration = servers[server].configuration.checkers[checker]
        var events: [HealthEvent] = []
        let id = servers[server].configuration.destination.id
        // Kept as a sum: a pool whose servers die together would otherwise be added up once for each of them.
        let weightBefore = servers[server].liveWeight
        let line = self.event(.check(id, checkerConfiguration.check.target, event), event.failure)

        switch event {
        case .notRun: return [line]
        case .tryFailed, .stillDown: return checkerConfiguration.logsAllFailures ? [line] : []
        case .weightChanged(let weight):
            events += changeWeight(weight, server, checker)
        case .up(let weight, _):
            events += pagesSucceeded(server, checker)
            events.append(line)
            events += changeWeight(weight, server, checker)
            events += setVerdict(nil, server, checker)
        case .down(let failure, _, _):
            events.append(line)
            events += setVerdict(failure, server, checker)
            servers[server].checkers[checker].weightChange = 0
        }
        liveWeight += servers[server].liveWeight - weightBefore
        return events + updateQuorum(atStart: false)
    }

    /// The pages of a checker that has been down.
    private func pagesSucceeded(_ server: Int, _ checker: Int) -> [HealthEvent] {
        let state = servers[server]
        guard !state.checkers[checker].isUp,
            case .http(_, let exchange) = state.configuration.checkers[checker].check.target
        else { return [] }
        let id = state.configuration.destination.id
        return exchange.pages.map { event(.pageSucceeded(id, path: $0.path, PageEvidence($0))) }
    }

    private mutating func setVerdict(_ failure: CheckFailure?, _ server: Int, _ checker: Int) -> [HealthEvent] {
        let wasUp = servers[server].isUp
        let state = servers[server].checkers[checker]
        servers[server].checkers[checker].isUp = failure == nil
        servers[server].checkers[checker].failure = failure
        servers[server].checkers[checker].hasRun = true
        let isUp = servers[server].isUp
        let configuration = servers[server].configuration
        let change = event(
            .checkerChanged(
                configuration.destination.id, configuration.checkers[checker].check.target, isUp: failure == nil,
                serverIsUp: isUp, changesServer: isUp != wasUp), failure)
        let changes = state.isUp == (failure == nil) ? [] : [change]
        return serverEvents(server, checker, failure, wasUp: wasUp, state) + changes
    }

    private func serverEvents(
        _ server: Int, _ checker: Int, _ failure: CheckFailure?, wasUp: Bool, _ state: CheckerState
    ) -> [HealthEvent] {
        if servers[server].isUp != wasUp { return serverChanged(server, cause: failure) }
        // An alpha server whose first check confirms that it is down is announced as such, once.
        let othersFailed = servers[server].checkers.enumerated().contains { $0 != checker && $1.hasRun && !$1.isUp }
        guard failure != nil, !state.hasRun, !state.isUp, !othersFailed else { return [] }
        return [event(.notifyServer(servers[server].configuration.destination.id, isUp: false), failure)]
    }

    private func serverChanged(_ server: Int, cause: CheckFailure?) -> [HealthEvent] {
        let state = servers[server]
        let id = state.configuration.destination.id
        let inhibits = state.configuration.inhibits
        return [
            event(state.isUp ? .serverAdded(id, inhibits: inhibits) : .serverRemoved(id, inhibits: inhibits), cause),
            event(.notifyServer(id, isUp: state.isUp), cause),
        ]
    }

    private mutating func changeWeight(_ weight: Int32?, _ server: Int, _ checker: Int) -> [HealthEvent] {
        let before = servers[server].effectiveWeight
        let configured = Int64(servers[server].configuration.destination.weight)
        servers[server].checkers[checker].weightChange = servers[server].configuration.checkers[checker].check.target
            .weightChange(asked: weight, configured: configured)
        let after = servers[server].effectiveWeight
        guard before != after else { return [] }
        return [
            event(
                .weightChanged(
                    servers[server].configuration.destination.id, from: before, to: after,
                    isActive: servers[server].isUp))
        ]
    }

    /// Decides on the quorum anew.
    mutating func updateQuorum(atStart: Bool) -> [HealthEvent] {
        let weight = liveWeight
        let quorum = Int64(configuration.quorum)
        let hysteresis = Int64(configuration.hysteresis)
        let sorry = configuration.sorryServer
        if !hasQuorum, weight >= quorum + hysteresis, weight > 0 {
            hasQuorum = true
            var events = [event(.quorumGained(quorumFigures, atStart: atStart))]
            if let sorry, !atStart {
                events.append(event(.sorryServerRemoved(sorry.destination.id, inhibits: sorry.inhibits)))
                events.append(event(.liveServersAdded))
            }
            return events + [event(.notifyQuorum(isUp: true))]
        }
        let isLost = hasQuorum && (weight == 0 || weight < quorum - hysteresis)
        guard isLost || (atStart && !hasQuorum && sorry != nil) else { return [] }
        hasQuorum = false
        return quorumIsDown(atStart: atStart)
    }

    /// What there is to say when the quorum is not there.
    func quorumIsDown(atStart: Bool) -> [HealthEvent] {
        var events = [event(.quorumLost(quorumFigures, atStart: atStart))]
        if let sorry = configuration.sorryServer {
            events.append(event(.sorryServerAdded(sorry.destination.id, inhibits: sorry.inhibits)))
            events.append(event(.liveServersRemoved))
        }
        return events + [event(.notifyQuorum(isUp: false))]
    }

    private var quorumFigures: HealthEvent.Quorum {
        HealthEvent.Quorum(quorum: configuration.quorum, hysteresis: configuration.hysteresis, weight: liveWeight)
    }

    func event(_ kind: HealthEvent.Kind, _ cause: CheckFailure? = nil) -> HealthEvent {
        HealthEvent(service: id, kind: kind, cause: cause, group: configuration.group)
    }

    /// For a reload: takes over where an equal checker of an equal server stood.
    mutating func adoptQuorum(_ hadQuorum: Bool) { hasQuorum = hadQuorum }

    /// For a reload: puts a checker where another one stood, without a word.
    mutating func adopt(_ state: CheckerState, server: Int, checker: Int) {
        let weightBefore = servers[server].liveWeight
        servers[server].checkers[checker] = state
        liveWeight += servers[server].liveWeight - weightBefore
    }
}

extension CheckEvent {
    /// Why, when it is about a failure.
    public var failure: CheckFailure? {
        switch self {
        case .down(let failure, _, _), .tryFailed(let failure, _, _), .stillDown(let failure): failure
        case .up, .weightChanged, .notRun: nil
        }
    }
}
