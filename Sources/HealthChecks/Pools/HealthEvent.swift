public import IPVS

/// Something that happened to a service: a line for the log, a notification, or both.
public struct HealthEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// A check of a server gave a verdict or a failed try.
        case check(Destination.ID, CheckTarget, CheckEvent)
        /// A page of a server that was down is as expected again; by its digest or by its status alone.
        case pageSucceeded(Destination.ID, path: String, byDigest: Bool)
        /// The server is used (again). With `inhibits` it never left the table.
        case serverAdded(Destination.ID, inhibits: Bool)
        /// The server is no longer used. With `inhibits` it stays with weight 0.
        case serverRemoved(Destination.ID, inhibits: Bool)
        /// A reload took the server out of the configuration.
        case serverGone(Destination.ID)
        /// The effective weight of a server changed; `isActive` when it is up.
        case weightChanged(Destination.ID, from: Int32, to: Int32, isActive: Bool)
        /// The weight of the live servers reached the threshold.
        case quorumGained(Quorum)
        /// The weight of the live servers fell below the threshold, or starts below it.
        case quorumLost(Quorum, atStart: Bool)
        /// The sorry server takes the traffic.
        case sorryServerAdded(Destination.ID, inhibits: Bool)
        /// The sorry server is not needed any more.
        case sorryServerRemoved(Destination.ID, inhibits: Bool)
        /// The live servers replace the sorry server.
        case liveServersAdded
        /// The sorry server replaces the live servers.
        case liveServersRemoved
        /// A reload took the service out of the configuration.
        case serviceGone
        /// At a stop a server is taken out.
        case serverShutDown(Destination.ID, inhibits: Bool)
        /// `notify_up` or `notify_down` of a server is due, and its line in the FIFO.
        case notifyServer(Destination.ID, isUp: Bool)
        /// `quorum_up` or `quorum_down` is due, and its line in the FIFO.
        case notifyQuorum(isUp: Bool)
    }

    /// The figures of a quorum decision.
    public struct Quorum: Sendable, Hashable {
        /// `quorum`.
        public var quorum: UInt32
        /// `hysteresis`.
        public var hysteresis: UInt32
        /// Sum of the effective weights of the live servers.
        public var weight: Int64

        /// Creates figures.
        public init(quorum: UInt32, hysteresis: UInt32, weight: Int64) {
            self.quorum = quorum
            self.hysteresis = hysteresis
            self.weight = weight
        }
    }

    /// The service.
    public var service: VirtualService.ID
    /// What happened.
    public var kind: Kind
    /// Why, where a check is behind it.
    public var cause: CheckFailure?

    /// Creates an event.
    public init(service: VirtualService.ID, kind: Kind, cause: CheckFailure? = nil) {
        self.service = service
        self.kind = kind
        self.cause = cause
    }

    /// The server that the event is about, when it is about one.
    public var server: Destination.ID? {
        switch kind {
        case .check(let id, _, _), .pageSucceeded(let id, _, _), .serverAdded(let id, _), .serverRemoved(let id, _),
            .serverGone(let id),
            .weightChanged(let id, _, _, _), .sorryServerAdded(let id, _), .sorryServerRemoved(let id, _),
            .serverShutDown(let id, _), .notifyServer(let id, _):
            id
        case .quorumGained, .quorumLost, .liveServersAdded, .liveServersRemoved, .serviceGone, .notifyQuorum: nil
        }
    }
}
