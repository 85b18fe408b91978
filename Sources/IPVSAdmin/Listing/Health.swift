public import IPVS

/// What a running director says about the services of its configuration.
public struct DirectorHealth: Sendable, Hashable {
    /// By identity of the service.
    public var services: [VirtualService.ID: ServiceHealth]

    /// Creates it.
    public init(services: [VirtualService.ID: ServiceHealth] = [:]) { self.services = services }
}

/// What a director says about one virtual service.
public struct ServiceHealth: Sendable, Hashable {
    /// Its name in the director's log and status.
    public var name: String
    /// Whether the live servers reach the quorum.
    public var hasQuorum: Bool
    /// Its real servers by identity; the sorry server among them while it takes the traffic.
    public var servers: [Destination.ID: ServerHealth]

    /// Creates it.
    public init(name: String, hasQuorum: Bool, servers: [Destination.ID: ServerHealth]) {
        self.name = name
        self.hasQuorum = hasQuorum
        self.servers = servers
    }
}

/// What a director says about one real server.
public struct ServerHealth: Sendable, Hashable {
    /// Its name in the director's log and status.
    public var name: String
    /// Whether no checker has failed.
    public var isUp: Bool
    /// Whether every checker has come to a result.
    public var isChecked: Bool
    /// Whether it is the service's sorry server.
    public var isSorryServer: Bool
    /// Why it is down, or why a check failed that does not count yet.
    public var reasons: [String]

    /// Creates it.
    public init(
        name: String, isUp: Bool, isChecked: Bool = true, isSorryServer: Bool = false, reasons: [String] = []
    ) {
        self.name = name
        self.isUp = isUp
        self.isChecked = isChecked
        self.isSorryServer = isSorryServer
        self.reasons = reasons
    }

    /// `up`, `down: TCP connection refused`, `sorry server`.
    var words: String {
        let state = isSorryServer ? "sorry server" : !isUp ? "down" : isChecked ? "up" : "up, not checked yet"
        return reasons.isEmpty ? state : "\(state): \(reasons.joined(separator: "; "))"
    }
}
