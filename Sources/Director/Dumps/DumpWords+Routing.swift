import Addressing
import KeepalivedConfig

extension DumpWords {
    /// `prepend 10.46.0.0/16 via inet 10.1.80.254 dev enp0s3 proto 18`
    static func route(_ route: RouteDefinition) -> String {
        var words = ["\(route.placement)"]
        if route.kind != .unicast { words.append("\(route.kind)") }
        words.append(route.destination.map { $0.length == 0 ? "default" : "\($0)" } ?? "default")
        if let source = route.source { words += ["from", "\(source)"] }
        if let source = route.preferredSource { words += ["src", "\(source)"] }
        if let service = route.typeOfService { words += ["tos", routing(service)] }
        words += way(route.gateway, route.device)
        if let table = route.table { words += ["table", routing(table)] }
        words += ["proto", routing(route.origin)]
        if let scope = route.scope { words += ["scope", routing(scope)] }
        if let metric = route.metric { words += ["metric", "\(metric)"] }
        if route.isOnLink { words.append("onlink") }
        if let realms = route.realms { words += self.realms(realms) }
        if let expires = route.expires { words += ["expires", "\(expires)sec"] }
        if let algorithm = route.congestionControl { words += ["congctl", algorithm] }
        words += metrics(of: route)
        for hop in route.nextHops {
            words += ["nexthop"] + way(hop.gateway, hop.device)
            if let weight = hop.weight { words += ["weight", "\(weight)"] }
            if hop.isOnLink { words.append("onlink") }
            if let realms = hop.realms { words += self.realms(realms) }
        }
        if route.isUntracked { words.append("no_track") }
        if let group = route.trackGroup { words += ["track_group", group] }
        return words.joined(separator: " ")
    }

    private static func way(_ gateway: IPAddress?, _ device: String?) -> [String] {
        (gateway.map { ["via", $0.family == .ipv4 ? "inet" : "inet6", "\($0)"] } ?? [])
            + (device.map { ["dev", $0] } ?? [])
    }

    private static func metrics(of route: RouteDefinition) -> [String] {
        var words: [String] = []
        for metric in RouteMetric.allCases {
            guard let value = route.metrics[metric] else { continue }
            words.append(metric.rawValue)
            if value.isLocked { words.append("lock") }
            switch value.amount {
            case .number(let number): words.append("\(number)")
            case .time(let time): words.append("\(time)s")
            }
        }
        if route.usesECN { words.append("features ecn") }
        switch route.preference {
        case .low: words += ["pref", "low"]
        case .medium: words += ["pref", "medium"]
        case .high: words += ["pref", "high"]
        case .number(let number): words += ["pref", "\(number)"]
        case nil: break
        }
        if let propagates = route.propagatesTTL { words += ["ttl-propagate", enabled(propagates)] }
        return words
    }

    private static func realms(_ realms: RouteRealms) -> [String] {
        guard let source = realms.source else { return ["realm", routing(realms.destination)] }
        return ["realms", "\(routing(source))/\(routing(realms.destination))"]
    }

    /// `from 10.44.0.0/16 priority 77 tos 0x0 protocol 18 lookup 100`
    static func rule(_ rule: RuleDefinition) -> String {
        var words = rule.source == nil && rule.destination == nil && rule.family == .ipv6 ? ["inet6"] : []
        if rule.isInverted { words.append("not") }
        words += ["from", rule.source.map { "\($0)" } ?? "all"]
        if let destination = rule.destination { words += ["to", "\(destination)"] }
        words += ["priority", "\(rule.priority)", "tos", hexadecimal(rule.typeOfService ?? .number(0))]
        if let mark = rule.mark {
            let mask = mark.mask.flatMap { $0 == .max ? nil : "/" + hexadecimal(.number($0)) } ?? ""
            words += ["fwmark", hexadecimal(.number(mark.value)) + mask]
        }
        if let interface = rule.inputInterface { words += ["iif", interface] }
        if let interface = rule.outputInterface { words += ["oif", interface] }
        if let length = rule.suppressedPrefixLength { words += ["suppress_prefixlen", "\(length)"] }
        if let group = rule.suppressedInterfaceGroup { words += ["suppress_ifgroup", routing(group)] }
        if let tunnel = rule.tunnelID { words += ["tunnel-id", "\(tunnel)"] }
        if let users = rule.users { words += ["uidrange", "\(users.lowerBound)-\(users.upperBound)"] }
        if rule.action == .routingDomain { words.append("l3mdev") }
        words += ["protocol", "\(rule.origin)"]
        if let transport = rule.transport { words += ["ipproto", routing(transport)] }
        if let ports = rule.sourcePorts { words += ["sport", "\(ports.lowerBound)-\(ports.upperBound)"] }
        if let ports = rule.destinationPorts { words += ["dport", "\(ports.lowerBound)-\(ports.upperBound)"] }
        if let realms = rule.realms {
            words += ["realms", "\(realms.source.map(routing) ?? "0")/\(routing(realms.destination))"]
        }
        switch rule.action {
        case .table(let table): words += ["lookup", routing(table)]
        case .routingDomain: break
        case .jump(let priority): words += ["goto", "\(priority)"]
        case .nothing: words.append("nop")
        case .blackhole: words.append("type blackhole")
        case .unreachable: words.append("type unreachable")
        case .prohibit: words.append("type prohibit")
        }
        if rule.isUntracked { words.append("no_track") }
        if let group = rule.trackGroup { words += ["track_group", group] }
        return words.joined(separator: " ")
    }

    private static func routing(_ name: RoutingName) -> String {
        switch name {
        case .number(let number): "\(number)"
        case .name(let name): name
        }
    }

    private static func hexadecimal(_ name: RoutingName) -> String {
        switch name {
        case .number(let number): "0x" + String(number, radix: 16)
        case .name(let name): name
        }
    }
}
