import Addressing
import IPVS
import KeepalivedConfig

/// Values of settings in words.
enum SettingText {
    /// A value as an operator would write it, or close to that.
    static func of(_ value: Any) -> String {
        if let optional = value as? any OptionalValue { return optional.wrappedValue.map(of) ?? "none" }
        switch value {
        case let value as Bool: return value ? "on" : "off"
        case let value as Interval: return of(value)
        case let value as Script: return "'\(value.words.joined(separator: " "))'"
        case let value as ScriptUser: return ([value.user] + [value.group].compactMap { $0 }).joined(separator: ":")
        case let value as VirtualAddress: return of(value)
        case let value as RouteDefinition: return of(value)
        case let value as RuleDefinition: return "rule \(value.priority)"
        case let value as UnicastPeer: return "\(value.address)"
        case let value as TrackedInterface: return value.name + weight(value.weight, value.isReversed)
        case let value as TrackedScript: return value.name + weight(value.weight, value.isReversed)
        case let value as Checker: return of(value)
        case let value as SorryServer: return "\(value.destination.id)"
        case let value as SchedulerFlags: return value.isEmpty ? "none" : String(value.rawValue, radix: 16)
        case let value as VirtualService.Persistence: return "\(value.timeout)"
        case let value as ForwardingMethod: return of(value)
        case let value as VRRPInstance.InitialState: return value == .master ? "MASTER" : "BACKUP"
        case let value as VRRPInstance.Version: return "\(value.rawValue)"
        case let value as LVSSyncDaemon: return "on \(value.interface)"
        case let value as Timeouts: return "tcp \(value.tcp) tcpfin \(value.tcpFin) udp \(value.udp)"
        case let list as [Any]: return list.isEmpty ? "none" : list.map(of).joined(separator: ", ")
        default: return "\(value)"
        }
    }

    private static func of(_ interval: Interval) -> String {
        let (seconds, rest) = interval.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest != 0 else { return "\(seconds) s" }
        var digits = String(rest)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(seconds).\(digits) s"
    }

    private static func of(_ address: VirtualAddress) -> String {
        "\(address.prefix)" + (address.interface.map { " dev \($0)" } ?? "")
            + (address.label.map { " label \($0)" } ?? "")
    }

    private static func of(_ route: RouteDefinition) -> String {
        (route.destination.map { "\($0)" } ?? "default") + (route.gateway.map { " via \($0)" } ?? "")
            + (route.device.map { " dev \($0)" } ?? "")
    }

    private static func of(_ method: ForwardingMethod) -> String {
        switch method {
        case .masquerading: "NAT"
        case .directRouting: "DR"
        case .tunneling: "TUN"
        default: "\(method)"
        }
    }

    private static func of(_ checker: Checker) -> String {
        if case .tcp(let connection) = checker.kind {
            return "TCP_CHECK \(connection.address) port \(connection.port)"
        }
        if case .http(let connection, _) = checker.kind {
            return "HTTP_GET \(connection.address) port \(connection.port)"
        }
        if case .misc(let check) = checker.kind { return "MISC_CHECK \(of(check.script))" }
        return Mirror(reflecting: checker.kind).children.first?.label ?? "check"
    }

    private static func weight(_ weight: Int, _ isReversed: Bool) -> String {
        (weight == 0 ? "" : " weight \(weight)") + (isReversed ? " reverse" : "")
    }
}
