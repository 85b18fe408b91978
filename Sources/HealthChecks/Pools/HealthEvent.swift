public import IPVS

/// Something that happened to a service: a line for the log, a notification, or both.
public struct HealthEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// A check of a server gave a verdict or a failed try.
        case check(Destination.ID, CheckTarget, CheckEvent)
        /// A page of a server that was down is as expected again, and what it was judged by last.
        case pageSucceeded(Destination.ID, path: String, PageEvidence)
        /// The server is used (again). With `inhibits` it never left the table.
        case serverAdded(Destination.ID, inhibits: Bool)
        /// The server is no longer used. With `inhibits` it stays with weight 0.
        case serverRemoved(Destination.ID, inhibits: Bool)
        /// A reload took the server out of the configuration.
        case serverGone(Destination.ID)
        /// The effective weight of a server changed; `isActive` when it is up.
        case weightChanged(Destination.ID, from: Int32, to: Int32, isActive: Bool)
        /// The checks of a server begin, or rest, because the service's address came to this host or went.
        case checksChanged(Destination.ID, areActive: Bool)
        /// The weight of the live servers reached the threshold, or starts above it.
        case quorumGained(Quorum, atStart: Bool)
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
        /// A checker has another opinion of the server than before: a mail is due. `isUp` is what the checker says,
        /// `serverIsUp` what all of them make of the server; `changesServer` when it went up or down by this one.
        case checkerChanged(Destination.ID, CheckTarget, isUp: Bool, serverIsUp: Bool, changesServer: Bool)
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
    /// The block of a group that the service stands for; nil where it speaks for itself.
    public var group: ServiceGroup?

    /// Creates an event.
    public init(service: VirtualService.ID, kind: Kind, cause: CheckFailure? = nil, group: ServiceGroup? = nil) {
        self.service = service
        self.kind = kind
        self.cause = cause
        self.group = group
    }

    /// What the service is called in log lines, mail and the notification FIFO.
    public var serviceName: String { group.map { "\($0)" } ?? ServiceNames.name(of: service) }

    /// The server that the event is about, when it is about one.
    public var server: Destination.ID? {
        switch kind {
        case .check(let id, _, _), .pageSucceeded(let id, _, _), .serverAdded(let id, _), .serverRemoved(let id, _),
            .serverGone(let id),
            .weightChanged(let id, _, _, _), .sorryServerAdded(let id, _), .sorryServerRemoved(let id, _),
            .serverShutDown(let id, _), .notifyServer(let id, _), .checkerChanged(let id, _, _, _, _),
            .checksChanged(let id, _):
            id
        case .quorumGained, .quorumLost, .liveServersAdded, .liveServersRemoved, .serviceGone, .notifyQuorum: nil
        }
    }
}

/// What a page is judged by last: everything before it was as expected. Raw values are keepalived's words for it.
public enum PageEvidence: String, Sendable, Hashable {
    /// The status alone.
    case status = "HTTP status code"
    /// The digest of the body.
    case digest = "MD5 digest"
    /// A pattern in the body.
    case pattern = "Regex match"

    init(_ page: HTTPPage) {
        self = page.pattern != nil ? .pattern : page.digest != nil ? .digest : .status
    }
}
