import Addressing
import Netlink

extension RoutingEntry {
    /// The entry in iproute2's words, for log lines.
    func text(interface: (UInt32) -> String?) -> String {
        switch subject {
        case .route(let route): "route \(route.text(interface: interface))"
        case .rule(let rule): "rule \(rule.text)"
        }
    }
}

extension Route {
    fileprivate func text(interface: (UInt32) -> String?) -> String {
        var words = [destination.length == 0 ? "default" : "\(destination)"]
        if kind != .unicast, let name = Self.kinds[kind] { words.insert(name, at: 0) }
        if let gateway { words.append("via \(gateway)") }
        if let interfaceIndex { words.append("dev \(interface(interfaceIndex) ?? "#\(interfaceIndex)")") }
        for hop in nextHops {
            words.append("nexthop")
            if let gateway = hop.gateway { words.append("via \(gateway)") }
            if let index = hop.interfaceIndex { words.append("dev \(interface(index) ?? "#\(index)")") }
        }
        if let preferredSource { words.append("src \(preferredSource)") }
        if table != Self.mainTable { words.append("table \(table)") }
        if metric != 0 { words.append("metric \(metric)") }
        return words.joined(separator: " ")
    }

    private static let kinds: [Kind: String] = [
        .local: "local", .broadcast: "broadcast", .anycast: "anycast", .multicast: "multicast",
        .blackhole: "blackhole", .unreachable: "unreachable", .prohibit: "prohibit", .throw: "throw",
    ]
}

extension RoutingRule {
    fileprivate var text: String {
        var words = ["\(priority):"]
        if isInverted { words.append("not") }
        words.append("from \(source.map { "\($0)" } ?? "all")")
        if let destination { words.append("to \(destination)") }
        if let inputInterface { words.append("iif \(inputInterface)") }
        if let outputInterface { words.append("oif \(outputInterface)") }
        if let mark { words.append("fwmark 0x\(String(mark, radix: 16))") }
        switch action {
        case .table(let table): words.append("table \(table)")
        case .routingDomain: words.append("l3mdev")
        case .jump(let target): words.append("goto \(target)")
        case .nothing: words.append("nop")
        case .blackhole: words.append("blackhole")
        case .unreachable: words.append("unreachable")
        case .prohibit: words.append("prohibit")
        }
        return words.joined(separator: " ")
    }
}
