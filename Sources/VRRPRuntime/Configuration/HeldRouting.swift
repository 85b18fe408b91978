public import Netlink

/// A route that is held: by a master, or by the daemon as long as it runs.
public struct HeldRoute: Sendable, Hashable {
    /// Where the route stands among those of the same destination and metric.
    public enum Placement: Sendable, Hashable {
        /// Before the others.
        case prepend
        /// Refused where there is one already.
        case add
        /// Behind the others.
        case append
    }

    /// The route. Its interfaces are named below: an interface gets another index when it comes back.
    public var route: Route
    /// `dev`.
    public var interface: String?
    /// `dev` of each next hop, in their order.
    public var nextHopInterfaces: [String?] = []
    /// `vrf`: the table of this routing domain takes the place of the route's.
    public var routingDomain: String?
    /// Where it stands.
    public var placement = Placement.prepend
    /// Whether it is put back when somebody takes it away (not `no_track`).
    public var isTracked = true

    /// Creates a route.
    public init(_ route: Route, interface: String? = nil) {
        self.route = route
        self.interface = interface
    }

    /// Every interface that it names.
    public var interfaces: [String] { ([interface, routingDomain] + nextHopInterfaces).compactMap { $0 } }
}

/// A rule that is held: by a master, or by the daemon as long as it runs.
public struct HeldRule: Sendable, Hashable {
    /// The rule.
    public var rule: RoutingRule
    /// Whether it is put back when somebody takes it away (not `no_track`).
    public var isTracked = true

    /// Creates a rule.
    public init(_ rule: RoutingRule) { self.rule = rule }

    /// Every interface that it names.
    public var interfaces: [String] { [rule.inputInterface, rule.outputInterface].compactMap { $0 } }
}

/// What a master holds beside its addresses, or the daemon for as long as it runs.
public struct HeldRouting: Sendable, Hashable {
    /// Routes, in the order in which they are added.
    public var routes: [HeldRoute] = []
    /// Rules, added after the routes and removed before them.
    public var rules: [HeldRule] = []

    /// Neither routes nor rules.
    public init(routes: [HeldRoute] = [], rules: [HeldRule] = []) {
        self.routes = routes
        self.rules = rules
    }

    /// Whether there is nothing.
    public var isEmpty: Bool { routes.isEmpty && rules.isEmpty }

    /// Every interface that is named.
    public var interfaces: [String] { routes.flatMap(\.interfaces) + rules.flatMap(\.interfaces) }
}

/// What the daemon holds as long as it runs: `static_ipaddress`, `static_routes` and `static_rules`.
public struct StaticHoldings: Sendable, Hashable {
    /// Addresses; each names its interface.
    public var addresses: [HeldAddress] = []
    /// Routes and rules.
    public var routing = HeldRouting()

    /// Nothing.
    public init() {}

    /// Every interface that is named.
    public var interfaces: [String] { addresses.compactMap(\.interface) + routing.interfaces }
}
