import HealthChecks
import IPVS

/// What the kernel refuses, and what is not told because of it.
///
/// A server whose command is refused counts, for those who are told, as what it was before; the command is sent again
/// every few seconds. What happens to it in the meantime is told in sum: a server that came and went before the kernel
/// took it has not come. A value that knows no kernel.
struct TableRefusals: Sendable {
    /// A refused command.
    struct Refusal: Sendable, Hashable {
        /// The destination that it was about; nil for the service itself.
        var destination: Destination.ID?
        /// Whether it was to take something that serves out of a pool.
        var isTaking = false
        /// The command and the reason.
        var text: String
    }

    /// What two events that undo each other have in common.
    fileprivate struct Subject: Hashable {
        enum Aspect: Hashable { case table, notification, mail, quorum, quorumNotification, sorryServer, liveServers }

        var service: VirtualService.ID
        var server: Destination.ID?
        var aspect: Aspect
    }

    /// By service, what was refused when its commands were sent last.
    private(set) var refusals: [VirtualService.ID: [Refusal]] = [:]
    /// Events that are not told, in order; at most one for each subject.
    private var held: [(subject: Subject, event: HealthEvent)] = []

    /// Nothing is refused.
    init() {}

    /// Whether there is anything to try again or to tell later.
    var isEmpty: Bool { refusals.isEmpty && held.isEmpty }

    /// Takes in what came of commands.
    ///
    /// - Parameters:
    ///   - outcome: nil when the table could not be read, and nothing was sent.
    ///   - services: those that the commands were for; nil when they were for all.
    mutating func record(_ outcome: TableReconciler.Outcome?, of services: Set<VirtualService.ID>? = nil) {
        guard let outcome else {
            for service in services ?? [] where refusals[service] == nil {
                refusals[service] = [Refusal(destination: nil, text: "the table could not be read")]
            }
            return
        }
        if !refusals.isEmpty {
            if let services { for service in services { refusals[service] = nil } } else { refusals = [:] }
        }
        for failure in outcome.failures where !failure.isHarmless {
            guard let service = failure.command.service else { continue }
            refusals[service, default: []].append(
                Refusal(
                    destination: failure.command.destination, isTaking: failure.command.emptiesPool,
                    text: "\(failure)"))
        }
    }

    /// Takes in events after what came of their commands was recorded.
    ///
    /// - Returns: What is true now: of earlier events first, then of these.
    mutating func pass(_ events: [HealthEvent]) -> [HealthEvent] {
        guard !isEmpty else { return events }
        var passing: [HealthEvent] = []
        for event in events {
            guard let subject = Subject(event) else {
                passing.append(event)
                continue
            }
            if let index = held.firstIndex(where: { $0.subject == subject }) {
                // The one that was not told and this one undo each other.
                held.remove(at: index)
            } else if isRefused(event) {
                held.append((subject, event))
            } else {
                passing.append(event)
            }
        }
        let settled = held.filter { !isRefused($0.event) }.map(\.event)
        held = held.filter { isRefused($0.event) }
        return settled + passing
    }

    /// Whether a server is up for those who are told; nil where that is what its checks say.
    func toldUp(_ server: Destination.ID, of service: VirtualService.ID) -> Bool? {
        for case (_, let event) in held where event.service == service {
            if case .notifyServer(server, let isUp) = event.kind { return !isUp }
        }
        return nil
    }

    /// Whether a service has its quorum for those who are told; nil where that is what its servers make of it.
    func toldQuorum(of service: VirtualService.ID) -> Bool? {
        for case (_, let event) in held where event.service == service {
            if case .notifyQuorum(let isUp) = event.kind { return !isUp }
        }
        return nil
    }

    private func isRefused(_ event: HealthEvent) -> Bool {
        guard let refused = refusals[event.service] else { return false }
        func concerns(_ id: Destination.ID) -> Bool {
            refused.contains { $0.destination == nil || $0.destination == id }
        }
        switch event.kind {
        case .serverAdded(let id, _), .serverRemoved(let id, _), .notifyServer(let id, _),
            .checkerChanged(let id, _, _, _, changesServer: true), .sorryServerAdded(let id, _):
            return concerns(id)
        // What takes the place of the others has not come, so they have not gone.
        case .sorryServerRemoved, .liveServersRemoved: return true
        case .liveServersAdded, .quorumGained, .notifyQuorum(isUp: true): return refused.contains { !$0.isTaking }
        // A service without servers has lost its quorum whether or not there is a sorry server to be had.
        case .quorumLost, .notifyQuorum(isUp: false):
            return refused.contains { $0.isTaking }
        default: return false
        }
    }
}

extension TableRefusals.Subject {
    /// Nil for what is told in any case.
    fileprivate init?(_ event: HealthEvent) {
        self.init(service: event.service, server: event.server, aspect: .table)
        switch event.kind {
        case .serverAdded, .serverRemoved: break
        case .notifyServer: aspect = .notification
        case .checkerChanged(_, _, _, _, changesServer: true): aspect = .mail
        case .quorumGained, .quorumLost: aspect = .quorum
        case .notifyQuorum: aspect = .quorumNotification
        case .sorryServerAdded, .sorryServerRemoved: aspect = .sorryServer
        case .liveServersAdded, .liveServersRemoved: aspect = .liveServers
        default: return nil
        }
    }
}
