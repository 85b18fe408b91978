import Addressing
import KeepalivedConfig
import LinuxSystem
import Netlink
import VRRP
import VRRPRuntime

/// Turns the lines of `virtual_routes`, `virtual_rules` and their static kin into what the kernel is told: names become
/// the numbers of this host's files.
struct RoutingMapping {
    /// A name that no file of the host has.
    struct UnknownName: Error {
        var kind: RoutingNumbers.Kind
        var name: String
    }

    /// Lines that are left out, and why.
    private(set) var omissions: [String] = []
    private var numbers: RoutingNumbers?
    private let directories: IPRouteDirectories

    /// - Parameters:
    ///   - directories: where the host's files are, which are read when the first name is looked up.
    ///   - numbers: what names mean instead.
    init(directories: IPRouteDirectories = IPRouteDirectories(), numbers: RoutingNumbers? = nil) {
        self.directories = directories
        self.numbers = numbers
    }

    /// The routes and rules of a block.
    ///
    /// - Parameter owner: whose they are, for the reasons of omissions.
    mutating func held(_ routes: [RouteDefinition], _ rules: [RuleDefinition], of owner: String) -> HeldRouting {
        var result = HeldRouting()
        for definition in routes {
            do throws(UnknownName) { result.routes.append(try route(definition)) } catch {
                omit("route to \(definition.destination.map { "\($0)" } ?? "default")", owner, error)
            }
        }
        for definition in rules {
            do throws(UnknownName) { result.rules.append(try rule(definition)) } catch {
                omit("rule \(definition.priority)", owner, error)
            }
        }
        return result
    }

    private mutating func omit(_ line: String, _ owner: String, _ error: UnknownName) {
        let file =
            error.kind == .transports ? "/etc/protocols" : "/etc/iproute2/\(error.kind.rawValue)"
        omissions.append("\(owner): the \(line) is left out: \(file) has no '\(error.name)'")
    }

    private mutating func number(
        _ name: RoutingName, _ kind: RoutingNumbers.Kind
    ) throws(UnknownName) -> UInt32 {
        switch name {
        case .number(let number): return number
        case .name(let text):
            let numbers = numbers ?? RoutingNumbers(directories)
            self.numbers = numbers
            guard let number = numbers[kind, text] else { throw UnknownName(kind: kind, name: text) }
            return number
        }
    }

    /// The number of an interface group; `default` is the one name that iproute2 has without a file.
    mutating func group(_ text: String) throws(UnknownName) -> UInt32 {
        if text == "default" { return 0 }
        if let number = UInt32(text) { return number }
        return try number(.name(text), .interfaceGroups)
    }

    private mutating func realms(_ realms: RouteRealms?) throws(UnknownName) -> UInt32 {
        guard let realms else { return 0 }
        let source = try realms.source.map { name throws(UnknownName) in try number(name, .realms) } ?? 0
        return source << 16 | (try number(realms.destination, .realms) & 0xFFFF)
    }

    // MARK: Routes

    private mutating func route(_ definition: RouteDefinition) throws(UnknownName) -> HeldRoute {
        let anywhere = Prefix.anywhere(definition.family)
        var route = Route(
            destination: definition.destination ?? anywhere, gateway: definition.gateway,
            preferredSource: definition.preferredSource, metric: definition.metric ?? 0,
            table: try definition.table.map { name throws(UnknownName) in try number(name, .tables) }
                ?? Route.mainTable,
            kind: Route.Kind(rawValue: definition.kind.rawValue),
            scope: try scope(of: definition),
            owner: UInt8(truncatingIfNeeded: try number(definition.origin, .owners)))
        route.source = definition.source
        if let field = definition.typeOfService {
            route.typeOfService = UInt8(truncatingIfNeeded: try number(field, .trafficClasses))
        }
        route.isOnLink = definition.isOnLink
        route.metrics = Self.metrics(of: definition)
        route.realms = try realms(definition.realms)
        route.expires = definition.expires
        route.preference = definition.preference.map(Route.Preference.init)
        route.propagatesTTL = definition.propagatesTTL
        route.encapsulation = try definition.encapsulation.map { value throws(UnknownName) in
            try encapsulation(value)
        }
        for hop in definition.nextHops {
            var result = Route.NextHop(gateway: hop.gateway, weight: hop.weight ?? 1, isOnLink: hop.isOnLink)
            result.realms = try realms(hop.realms)
            result.encapsulation = try hop.encapsulation.map { value throws(UnknownName) in try encapsulation(value) }
            route.nextHops.append(result)
        }
        var held = HeldRoute(route, interface: definition.device)
        // The old form `via A or B dev IF` names the interface of both once.
        held.nextHopInterfaces = definition.nextHops.map { $0.device ?? definition.device }
        held.routingDomain = definition.vrf
        held.isTracked = !definition.isUntracked
        held.placement =
            switch definition.placement {
            case .prepend: .prepend
            case .add: .add
            case .append: .append
            }
        return held
    }

    /// keepalived's default is global. Kinds that the kernel takes with a narrower scope only get that one.
    private mutating func scope(of definition: RouteDefinition) throws(UnknownName) -> RouteScope? {
        if let scope = definition.scope {
            return RouteScope(rawValue: UInt8(truncatingIfNeeded: try number(scope, .scopes)))
        }
        return switch definition.kind {
        case .local, .broadcast, .anycast: nil
        default: .universe
        }
    }

    private static func metrics(of definition: RouteDefinition) -> RouteMetrics {
        var result = RouteMetrics()
        for (metric, value) in definition.metrics {
            let kind = RouteMetrics.Kind(metric)
            switch value.amount {
            case .number(let number): result.values[kind] = number
            case .time(let interval):
                let milliseconds = (interval.microseconds + 999) / 1000
                result.values[kind] = UInt32(clamping: milliseconds * metric.unitsPerMillisecond)
            }
            if value.isLocked { result.locked.insert(kind) }
        }
        if definition.usesECN { result.values[.features] = RouteMetrics.explicitCongestionNotification }
        if let algorithm = definition.congestionControl {
            result.congestionControl = algorithm
            if definition.locksCongestionControl { result.locked.insert(.congestionControl) }
        }
        return result
    }

    private mutating func encapsulation(
        _ definition: KeepalivedConfig.RouteEncapsulation
    ) throws(UnknownName) -> Netlink.RouteEncapsulation {
        switch definition {
        case .ip(let tunnel): .ip(try self.tunnel(tunnel))
        case .ip6(let tunnel): .ip6(try self.tunnel(tunnel))
        case .mpls(let labels): .mpls(labels)
        case .ila(let locator): .ila(locator)
        }
    }

    private mutating func tunnel(
        _ definition: RouteTunnel
    ) throws(UnknownName) -> Netlink.RouteEncapsulation.Tunnel {
        var tunnel = Netlink.RouteEncapsulation.Tunnel()
        tunnel.id = definition.id
        tunnel.destination = definition.destination
        tunnel.source = definition.source
        if let field = definition.trafficClass {
            tunnel.trafficClass = UInt8(truncatingIfNeeded: try number(field, .trafficClasses))
        }
        tunnel.hopLimit = definition.hopLimit
        tunnel.flags = definition.flags
        return tunnel
    }

    // MARK: Rules

    private mutating func rule(_ definition: RuleDefinition) throws(UnknownName) -> HeldRule {
        var rule = RoutingRule(
            family: definition.family, priority: definition.priority, action: try action(definition.action))
        rule.isInverted = definition.isInverted
        rule.source = definition.source
        rule.destination = definition.destination
        if let field = definition.typeOfService {
            rule.typeOfService = UInt8(truncatingIfNeeded: try number(field, .trafficClasses))
        }
        rule.mark = definition.mark?.value
        rule.markMask = definition.mark?.mask
        rule.realms = try realms(definition.realms)
        rule.suppressedPrefixLength = definition.suppressedPrefixLength
        if let group = definition.suppressedInterfaceGroup {
            rule.suppressedInterfaceGroup = try number(group, .interfaceGroups)
        }
        rule.inputInterface = definition.inputInterface
        rule.outputInterface = definition.outputInterface
        rule.tunnelID = definition.tunnelID
        rule.users = definition.users
        rule.owner = definition.origin
        if let transport = definition.transport {
            rule.transport = UInt8(truncatingIfNeeded: try number(transport, .transports))
        }
        rule.sourcePorts = definition.sourcePorts
        rule.destinationPorts = definition.destinationPorts
        var held = HeldRule(rule)
        held.isTracked = !definition.isUntracked
        return held
    }

    private mutating func action(_ action: RuleDefinition.Action) throws(UnknownName) -> RoutingRule.Action {
        switch action {
        case .table(let name): .table(try number(name, .tables))
        case .routingDomain: .routingDomain
        case .jump(let priority): .jump(priority)
        case .nothing: .nothing
        case .blackhole: .blackhole
        case .unreachable: .unreachable
        case .prohibit: .prohibit
        }
    }
}

extension VRRPRuntimeConfiguration {
    /// Takes in routes, rules and what the daemon holds as long as it runs, with the interfaces that they make the
    /// routers track.
    mutating func hold(_ configuration: Configuration, numbers: RoutingNumbers? = nil) {
        var mapping = RoutingMapping(directories: configuration.global.iprouteDirectories, numbers: numbers)
        let instances = Dictionary(
            configuration.instances.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for index in routers.indices {
            guard let instance = instances[routers[index].configuration.id.name] else { continue }
            routers[index].routing = mapping.held(instance.routes, instance.rules, of: "(\(instance.name))")
            routers[index].promotesSecondaries = instance.promotesSecondaries
            routers[index].configuration.track(
                instance.routingInterfaces + configuration.staticInterfaces(followedBy: instance.name),
                except: instance.doesNotTrackPrimary ? instance.interface : nil)
        }
        statics.addresses = configuration.staticAddresses.map(HeldAddress.init)
        statics.routing = mapping.held(configuration.staticRoutes, configuration.staticRules, of: "static")
        omissions += mapping.omissions
        announcementIntervals.groups = configuration.garpGroups.map { group in
            AnnouncementIntervals.Group(
                interfaces: group.interfaces, gratuitousARP: group.garpInterval?.duration,
                neighborAdvertisement: group.gnaInterval?.duration)
        }
    }
}

extension RoutingNumbers {
    fileprivate init(_ directories: IPRouteDirectories) {
        self = .ofHost(
            distribution: directories.distribution ?? "/usr/share/iproute2",
            administrator: directories.administrator ?? "/etc/iproute2")
    }
}

extension RouterConfiguration {
    /// Tracks interfaces with weight 0 unless they are tracked by name already.
    fileprivate mutating func track(_ names: [String], except own: String?) {
        var tracked: Set<String> = []
        if let own { tracked.insert(own) }
        for case .interface(let name) in trackers.map(\.subject) { tracked.insert(name) }
        for name in names where tracked.insert(name).inserted { trackers.append(.init(.interface(name))) }
    }
}

extension VRRPInstance {
    /// The interfaces that its routes and rules name, as far as they are tracked.
    fileprivate var routingInterfaces: [String] {
        routes.filter { !$0.isUntracked }.compactMap(\.device)
            + rules.filter { !$0.isUntracked }.compactMap(\.inputInterface)
    }
}

extension Configuration {
    /// The interfaces of static addresses, routes and rules that name a `track_group` of this instance.
    fileprivate func staticInterfaces(followedBy instance: String) -> [String] {
        let groups = Set(trackGroups.filter { $0.members.contains(instance) }.map(\.name))
        guard !groups.isEmpty else { return [] }
        func isFollowed(_ group: String?) -> Bool { group.map(groups.contains) ?? false }
        return staticAddresses.filter { isFollowed($0.trackGroup) }.compactMap(\.interface)
            + staticRoutes.filter { isFollowed($0.trackGroup) }.compactMap(\.device)
            + staticRules.filter { isFollowed($0.trackGroup) }.compactMap(\.inputInterface)
    }
}

extension InterfaceAddress.Flags {
    /// The flags of an address line. The kernel knows some of them for IPv6 only and would refuse them for IPv4.
    init(_ flags: VirtualAddress.Flags, of family: AddressFamily) {
        self = []
        if flags.contains(.noPrefixRoute) { insert(.noPrefixRoute) }
        if flags.contains(.autojoin) { insert(.joinsGroup) }
        guard family == .ipv6 else { return }
        if flags.contains(.home) { insert(.homeAddress) }
        if flags.contains(.managesTemporaryAddresses) { insert(.managesTemporaryAddresses) }
    }
}

extension Route.Preference {
    fileprivate init(_ preference: RouteDefinition.Preference) {
        switch preference {
        case .low: self = .low
        case .medium: self = .medium
        case .high: self = .high
        case .number(let number): self.init(rawValue: number)
        }
    }
}

extension RouteMetrics.Kind {
    fileprivate init(_ metric: RouteMetric) {
        self =
            switch metric {
            case .mtu: .mtu
            case .hopLimit: .hopLimit
            case .advertisedSegmentSize: .advertisedSegmentSize
            case .roundTripTime: .roundTripTime
            case .roundTripVariance: .roundTripVariance
            case .reordering: .reordering
            case .window: .window
            case .congestionWindow: .congestionWindow
            case .slowStartThreshold: .slowStartThreshold
            case .minimumRetransmissionTime: .minimumRetransmissionTime
            case .initialCongestionWindow: .initialCongestionWindow
            case .initialReceiveWindow: .initialReceiveWindow
            case .quickAcknowledgement: .quickAcknowledgement
            case .fastOpenWithoutCookie: .fastOpenWithoutCookie
            }
    }
}

extension RouteMetric {
    /// The kernel keeps round trip times in eighths of a millisecond and their variance in quarters.
    fileprivate var unitsPerMillisecond: Int64 {
        switch self {
        case .roundTripTime: 8
        case .roundTripVariance: 4
        default: 1
        }
    }
}

extension Prefix {
    /// All addresses of a family.
    fileprivate static func anywhere(_ family: AddressFamily) -> Prefix {
        let any = family == .ipv4 ? IPAddress.v4(.any) : .v6(.any)
        return Prefix(any, length: 0) ?? Prefix(host: any)
    }
}
