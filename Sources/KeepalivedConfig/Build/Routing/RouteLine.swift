import Addressing

/// Reads a route line.
struct RouteLine: RoutingLine {
    static let name = "route"
    static let interfaceWord = "dev"

    var words: LineWords
    private var route = RouteDefinition()
    private var origin: (value: RoutingName, span: Span)?
    private var hasDestination = false

    init(_ words: LineWords) { self.words = words }

    mutating func finish() throws(LineProblem) -> RouteDefinition {
        guard hasDestination else { throw LineProblem(message: "the route has no destination", span: words.start) }
        if let origin = effective(origin, tracked: .number(18)) { route.origin = origin }
        route.isUntracked = words.isUntracked
        route.trackGroup = effectiveTrackGroup(hasInterface: route.device != nil)
        route.family = words.family ?? .ipv4
        return route
    }

    mutating func readOption(_ word: (text: String, span: Span)) throws(LineProblem) {
        if let metric = RouteMetric(rawValue: word.text) { return try readMetric(metric) }
        switch word.text {
        case "nexthop":
            guard route.nextHops.isEmpty else {
                throw LineProblem(message: "'nexthop' and 'or' do not go together", span: words.place)
            }
            try readNextHops()
        case "src": route.preferredSource = try words.address("src")
        case "via", "gw":
            if word.text == "gw" { words.remark("'gw' is the old name of 'via'", word.span) }
            route.gateway = try readGateway(word.text)
        case "from":
            route.source = try words.prefix("from")
            try words.agree(.ipv6, at: word.span)
        case "tos", "dsfield": route.typeOfService = try words.name(word.text, limit: 255)
        case "table": route.table = try words.name("table", RoutingNames.tables)
        case "protocol": origin = (try words.name("protocol", limit: 255, RoutingNames.origins), word.span)
        case "scope": route.scope = try words.name("scope", limit: 255, RoutingNames.scopes)
        case "metric", "priority", "preference": route.metric = try words.number(word.text, 0...UInt32.max)
        case "dev", "oif": route.device = try words.interface(word.text)
        case "onlink": route.isOnLink = true
        case "encap": route.encapsulation = try words.encapsulation()
        case "expires":
            try words.agree(.ipv6, at: word.span)
            route.expires = try words.number("expires", 0...UInt32.max)
        case "realms":
            try words.agree(.ipv4, at: word.span)
            route.realms = try words.realms()
        case "features":
            let feature = try words.value(of: "features")
            if feature.text == "ecn" {
                route.usesECN = true
            } else {
                words.remark("'features' knows 'ecn' only", feature.span)
            }
        case "congctl":
            route.locksCongestionControl = words.take("lock")
            route.congestionControl = try words.value(of: "congctl").text
        case "pref":
            try words.agree(.ipv6, at: word.span)
            route.preference = try readPreference()
        case "ttl-propagate":
            let value = try words.value(of: "ttl-propagate")
            guard ["enabled", "disabled"].contains(value.text) else {
                throw LineProblem(message: "'ttl-propagate' is 'enabled' or 'disabled'", span: value.span)
            }
            route.propagatesTTL = value.text == "enabled"
        case "add": route.placement = .add
        case "prepend": route.placement = .prepend
        case "append": route.placement = .append
        case "as":
            _ = words.take("to")
            _ = try words.value(of: "as")
            words.remark("'as' is for MPLS and has no effect", word.span)
        case "or": try readAlternative(word.span)
        case "vrf": route.vrf = try words.interface("vrf")
        default: try readDestination(word)
        }
    }

    private mutating func readDestination(_ first: (text: String, span: Span)) throws(LineProblem) {
        var word = first
        if word.text == "to" { word = try words.value(of: "to") }
        if let kind = RoutingNames.kinds[word.text] {
            route.kind = kind
            word = try words.value(of: word.text)
        }
        do throws(LineProblem) {
            route.destination = try words.prefix(word)
        } catch {
            let isAddress = word.text.utf8.contains { [UInt8(ascii: "."), UInt8(ascii: ":")].contains($0) }
            throw isAddress
                ? error : LineProblem(message: "\(quoted(word.text)) is no destination and no option", span: word.span)
        }
        hasDestination = true
    }

    private mutating func readGateway(_ option: String) throws(LineProblem) -> IPAddress {
        let place = words.place
        if words.take("inet") {
            try words.agree(.ipv4, at: place)
        } else if words.take("inet6") {
            try words.agree(.ipv6, at: place)
        }
        return try words.address(option)
    }

    private mutating func readPreference() throws(LineProblem) -> RouteDefinition.Preference {
        if words.take("low") { return .low }
        if words.take("medium") { return .medium }
        if words.take("high") { return .high }
        return .number(try words.number("pref", 0...UInt8.max))
    }

    private mutating func readMetric(_ metric: RouteMetric) throws(LineProblem) {
        let name = metric.rawValue
        switch metric {
        case .mtu, .advertisedSegmentSize, .reordering, .congestionWindow, .slowStartThreshold:
            let isLocked = words.take("lock")
            route.metrics[metric] = RouteMetricValue(
                .number(try words.number(name, 0...UInt32.max)), isLocked: isLocked)
        case .roundTripTime, .roundTripVariance, .minimumRetransmissionTime:
            let isLocked = words.take("lock")
            route.metrics[metric] = RouteMetricValue(try words.time(name), isLocked: isLocked)
        case .window, .initialCongestionWindow, .initialReceiveWindow:
            route.metrics[metric] = RouteMetricValue(.number(try words.number(name, 0...UInt32.max)))
        case .hopLimit: route.metrics[metric] = RouteMetricValue(.number(UInt32(try words.number(name, 0...UInt8.max))))
        case .quickAcknowledgement, .fastOpenWithoutCookie:
            route.metrics[metric] = RouteMetricValue(.number(try words.number(name, 0...UInt32(1))))
        }
    }

    /// `via A or B` is what two next hops were written as.
    private mutating func readAlternative(_ span: Span) throws(LineProblem) {
        words.remark("'or' is the old form of 'nexthop'", span)
        var second = RouteNextHop()
        second.gateway = try words.address("or")
        guard route.nextHops.isEmpty else { return }
        var first = RouteNextHop()
        first.gateway = route.gateway
        route.gateway = nil
        route.nextHops = [first, second]
    }

    private mutating func readNextHops() throws(LineProblem) {
        repeat {
            var hop = RouteNextHop()
            while let option = words.next, option != "nexthop" {
                guard let word = words.take() else { break }
                switch option {
                case "via": hop.gateway = try readGateway(option)
                case "dev": hop.device = try words.interface("dev")
                case "weight": hop.weight = try words.number("weight", 1...UInt16(256))
                case "onlink": hop.isOnLink = true
                case "encap": hop.encapsulation = try words.encapsulation()
                case "realms":
                    try words.agree(.ipv4, at: word.span)
                    hop.realms = try words.realms()
                default:
                    throw LineProblem(message: "\(quoted(option)) does not belong in a next hop", span: word.span)
                }
            }
            route.nextHops.append(hop)
        } while words.take("nexthop")
    }
}
