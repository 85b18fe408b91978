import Addressing
import Glibc
import KeepalivedConfig
import VRRP

/// Text in the layout of keepalived's dumps: a line is indented by a blank for each level, `name = value`.
struct DumpText {
    private(set) var text = ""

    /// `------< TITLE >------`
    mutating func title(_ title: String, _ depth: Int = 0) { line(depth, "------< \(title) >------") }

    mutating func line(_ depth: Int, _ content: String) {
        text += String(repeating: " ", count: depth) + content + "\n"
    }

    /// `NAME = VALUE`
    mutating func value(_ depth: Int, _ name: String, _ value: some CustomStringConvertible) {
        line(depth, "\(name) = \(value)")
    }

    /// A line with what is below it; nothing where there is nothing.
    mutating func list(_ depth: Int, _ title: String, _ entries: [String]) {
        guard !entries.isEmpty else { return }
        line(depth, title)
        for entry in entries { line(depth + 2, entry) }
    }
}

/// Words that dumps have in common.
enum DumpWords {
    static func enabled(_ value: Bool) -> String { value ? "enabled" : "disabled" }
    static func yes(_ value: Bool) -> String { value ? "yes" : "no" }
    static func truth(_ value: Bool) -> String { value ? "true" : "false" }

    /// `'/usr/bin/true' 'master'`
    static func command(_ script: Script) -> String {
        script.words.map { "'\($0)'" }.joined(separator: " ")
    }

    /// `101 weight -5 reverse`, as far as it is not the default.
    static func tracker(_ name: String, _ weight: Int, _ isReversed: Bool) -> String {
        "\(name)\(weight == 0 ? "" : " weight \(weight)")\(isReversed ? " reverse" : "")"
    }

    /// `10.1.80.90/24 dev enp0s3 scope global label enp0s3:1 set`
    static func address(_ address: VirtualAddress, of instance: VRRPInstance, isSet: Bool) -> String {
        let isHost = address.prefix.length == (address.prefix.address.family == .ipv4 ? 32 : 128)
        var words = [isHost ? "\(address.prefix.address)" : "\(address.prefix)"]
        switch address.broadcast {
        case .address(let broadcast): words += ["brd", "\(broadcast)"]
        case .hostBitsSet: words += ["brd", "+"]
        case .hostBitsClear: words += ["brd", "-"]
        case nil: break
        }
        if let interface = address.interface ?? instance.interface { words += ["dev", interface] }
        words += ["scope", scope(address.scope ?? 0)]
        if let label = address.label { words += ["label", label] }
        if address.isUntracked { words.append("no_track") }
        if isSet { words.append("set") }
        return words.joined(separator: " ")
    }

    static func scope(_ number: UInt8) -> String {
        switch number {
        case 0: "global"
        case 200: "site"
        case 253: "link"
        case 254: "host"
        case 255: "nowhere"
        default: "\(number)"
        }
    }

    static func route(_ route: RouteDefinition) -> String {
        var words = ["\(route.placement)"]
        if route.kind != .unicast { words.append("\(route.kind)") }
        words.append(route.destination.map { $0.length == 0 ? "default" : "\($0)" } ?? "default")
        if let gateway = route.gateway { words += ["via", gateway.family == .ipv4 ? "inet" : "inet6", "\(gateway)"] }
        if let device = route.device { words += ["dev", device] }
        if let source = route.preferredSource { words += ["src", "\(source)"] }
        if let table = route.table { words += ["table", routing(table)] }
        if let scope = route.scope { words += ["scope", routing(scope)] }
        words += ["proto", routing(route.origin)]
        if let metric = route.metric { words += ["metric", "\(metric)"] }
        if route.isUntracked { words.append("no_track") }
        return words.joined(separator: " ")
    }

    static func rule(_ rule: RuleDefinition) -> String {
        var words = rule.isInverted ? ["not"] : []
        if let source = rule.source { words += ["from", "\(source)"] }
        if let destination = rule.destination { words += ["to", "\(destination)"] }
        words += ["priority", "\(rule.priority)"]
        if let interface = rule.inputInterface { words += ["iif", interface] }
        if let interface = rule.outputInterface { words += ["oif", interface] }
        if let mark = rule.mark { words += ["fwmark", "\(mark.value)"] }
        words += ["protocol", "\(rule.origin)"]
        switch rule.action {
        case .table(let table): words += ["lookup", routing(table)]
        case .routingDomain: words.append("l3mdev")
        case .jump(let priority): words += ["goto", "\(priority)"]
        case .nothing: words.append("nop")
        case .blackhole: words.append("blackhole")
        case .unreachable: words.append("unreachable")
        case .prohibit: words.append("prohibit")
        }
        return words.joined(separator: " ")
    }

    private static func routing(_ name: RoutingName) -> String {
        switch name {
        case .number(let number): "\(number)"
        case .name(let name): name
        }
    }

    /// `1795967332.193347`
    static func seconds(_ time: Double) -> String {
        let microseconds = Int64((max(0, min(time, 4e9)) * 1e6).rounded())
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return "\(microseconds / 1_000_000).\(fraction)"
    }

    /// `1795967332.193347 (Sun Nov 29 15:48:52.193347 2026)`
    static func time(_ time: Double) -> String {
        let text = seconds(time)
        let parts = text.split(separator: ".")
        guard parts.count == 2, let whole = Int(parts[0]) else { return text }
        return "\(text) (\(LogTimestamp.date(whole, fraction: String(parts[1]))))"
    }
}
