import Addressing
public import IPVS
import KeepalivedConfig

/// What of a listing is wanted. Every part that is not empty has to be met.
public struct ListingFilter: Sendable, Hashable {
    /// A state that a real server, or a connection, can be asked for.
    public enum State: Sendable, Hashable {
        /// Its weight is above 0.
        case active
        /// Its weight is 0: it takes no new connections.
        case drained
        /// It has connections, active or not.
        case busy
        /// It has none.
        case idle
        /// A running director holds it for alive.
        case up
        /// A running director holds it for dead.
        case down
        /// A connection's state, such as `ESTABLISHED`, in capitals.
        case connection(String)
        /// None of these, as it was typed.
        case unknown(String)
    }

    /// What real servers can be asked for, by the names that are typed.
    private static let serverStates: [(name: String, state: State)] = [
        ("active", .active), ("drained", .drained), ("busy", .busy), ("idle", .idle), ("up", .up), ("down", .down),
    ]

    /// The states that the kernel names: `tcp_state_name_table` of `net/netfilter/ipvs/ip_vs_proto_tcp.c`,
    /// `sctp_state_name_table` of `ip_vs_proto_sctp.c`, `udp_state_name_table` of `ip_vs_proto_udp.c`, and what
    /// `ip_vs_state_name()` of `ip_vs_proto.c` says of templates.
    private static let connectionStates = [
        "ESTABLISHED", "SYN_SENT", "SYN_RECV", "SYNACK", "FIN_WAIT", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
        "LISTEN", "NONE", "UDP", "ASSURED", "INIT1", "INIT", "C-SENT", "C-REPLIED", "C-WAIT", "COOKIE", "C-ECHOED",
        "S-SENT", "S-RECEIVED", "S-ACK-SENT", "REJECTED", "CLOSED",
    ]

    var services: [EndpointFilter] = []
    var servers: [EndpointFilter] = []
    var states: [State] = []

    /// Creates a filter that wants everything.
    public init() {}

    /// Whether it wants everything.
    public var isEmpty: Bool { services.isEmpty && servers.isEmpty && states.isEmpty }

    /// Whether it asks what only a director knows.
    public var asksForHealth: Bool { states.contains(.up) || states.contains(.down) }

    /// Whether it asks for something of real servers.
    public var asksForServers: Bool { !servers.isEmpty || !states.isEmpty }

    /// Whether a service is wanted, as far as that can be said without its real servers.
    public func takes(_ service: VirtualService.ID) -> Bool {
        services.isEmpty || services.contains { $0.matches(service) }
    }

    /// What of a pool is wanted; nil when nothing is. A service without a wanted real server is not wanted where
    /// something is asked of real servers.
    public func filtered(_ pool: PoolSnapshot, health: ServiceHealth?) -> PoolSnapshot? {
        guard takes(pool.service.service.id) else { return nil }
        guard asksForServers else { return pool }
        var pool = pool
        pool.destinations = pool.destinations.filter { takes($0, health?.servers[$0.destination.id]) }
        return pool.destinations.isEmpty ? nil : pool
    }

    private func takes(_ server: DestinationSnapshot, _ health: ServerHealth?) -> Bool {
        let id = server.destination.id
        guard servers.isEmpty || servers.contains(where: { $0.matches(id.address, id.port) }) else { return false }
        return states.allSatisfy { state in
            switch state {
            case .active: server.destination.weight > 0
            case .drained: server.destination.weight <= 0
            case .busy: server.activeConnections > 0 || server.inactiveConnections > 0
            case .idle: server.activeConnections == 0 && server.inactiveConnections == 0
            case .up: health?.isUp == true
            case .down: health?.isUp == false
            case .connection, .unknown: false
            }
        }
    }

    /// Whether a connection is wanted. Several states are alternatives here: a connection has one.
    func takes(_ entry: ConnectionEntry) -> Bool {
        func matches(_ filters: [EndpointFilter], _ endpoint: ConnectionEntry.Destination) -> Bool {
            filters.isEmpty || filters.contains { $0.matches(endpoint.address, endpoint.port) }
        }
        guard matches(services, entry.virtual), matches(servers, entry.destination) else { return false }
        return states.isEmpty || states.contains(.connection(entry.state.uppercased()))
    }

    /// Reads `active,down`.
    static func states(_ text: String) -> [State] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            if let known = serverStates.first(where: { $0.name == word.lowercased() }) { return known.state }
            let name = word.uppercased()
            return connectionStates.contains(name) ? .connection(name) : .unknown(String(word))
        }
    }

    /// Refuses states that nothing in the listing has: connection states belong to `-c`, the others to the table.
    func check(for subject: ListingOptions.Subject) throws(CommandLineError) {
        for state in states {
            let isOfConnections = subject == .connections
            switch state {
            case .unknown(let word):
                let (thing, names) =
                    isOfConnections
                    ? ("connection", Self.connectionStates) : ("real server", Self.serverStates.map(\.name))
                let nearest = Suggestion.nearest(to: word, among: names).map { "did you mean `\($0)'? " } ?? ""
                throw CommandLineError(
                    "`\(word)' is no state of a \(thing): \(nearest)it is one of \(Self.list(names))")
            case .connection(let name) where !isOfConnections:
                throw CommandLineError(
                    "`\(name)' is a state of connections, which -c lists; a real server is one of "
                        + Self.list(Self.serverStates.map(\.name)))
            case .connection: break
            default:
                guard isOfConnections else { break }
                let name = Self.serverStates.first { $0.state == state }?.name ?? ""
                throw CommandLineError(
                    "`\(name)' is a state of real servers; a connection is one of \(Self.list(Self.connectionStates))")
            }
        }
    }

    private static func list(_ names: [String]) -> String {
        "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
    }
}

/// One pattern of `--service` or `--server`: `10.1.80.0/24`, `10.1.80.90:443`, `[2001:db8::/32]:80`, `:80`; for services
/// also `fwm` for marks and `fwm:7` for one.
struct EndpointFilter: Sendable, Hashable {
    private enum Place: Sendable, Hashable {
        case any
        case network(Prefix)
        case marks(UInt32?)
    }

    private let place: Place
    private let port: Port?

    /// Reads patterns between commas; one of them has to match.
    static func list(_ text: String, option: String) throws(CommandLineError) -> [EndpointFilter] {
        var filters: [EndpointFilter] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let filter = EndpointFilter(part, takesMarks: option == "service") else {
                throw CommandLineError("invalid \(option) filter `\(part)'")
            }
            filters.append(filter)
        }
        return filters
    }

    private init?(_ text: Substring, takesMarks: Bool) {
        if takesMarks, text == "fwm" || text.hasPrefix("fwm:") {
            let number = text.dropFirst(4)
            let mark = number.isEmpty ? nil : DecimalNumber.parse(number).flatMap { UInt32(exactly: $0) }
            guard (mark == nil) == (text == "fwm") else { return nil }
            (place, port) = (.marks(mark), nil)
            return
        }
        if text.hasPrefix("[") {
            guard let end = text.lastIndex(of: "]"), let network = Prefix(text[..<end].dropFirst()) else { return nil }
            let rest = text[end...].dropFirst()
            guard rest.isEmpty || rest.first == ":" else { return nil }
            (place, port) = (.network(network), rest.isEmpty ? nil : Port(rest.dropFirst()))
            if !rest.isEmpty, port == nil { return nil }
        } else if let network = Prefix(text) {
            (place, port) = (.network(network), nil)
        } else {
            guard let colon = text.lastIndex(of: ":"), let port = Port(text[colon...].dropFirst()) else { return nil }
            let before = text[..<colon]
            guard !before.isEmpty else {
                (place, self.port) = (.any, port)
                return
            }
            guard let network = Prefix(before), network.address.family == .ipv4 else { return nil }
            (place, self.port) = (.network(network), port)
        }
    }

    func matches(_ service: VirtualService.ID) -> Bool {
        switch service {
        case .endpoint(_, let address, let port): return matches(address, port)
        case .firewallMark(let mark, _):
            if case .marks(let wanted) = place { return wanted == nil || wanted == mark }
            return false
        }
    }

    func matches(_ address: IPAddress, _ port: Port) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        return switch place {
        case .any: true
        case .network(let prefix): prefix.contains(address)
        case .marks: false
        }
    }
}
