import Addressing
import IPVS

extension Resolver {
    mutating func resolve(
        _ drafts: [VirtualServerDraft], groups: [VirtualServerGroup], groupNames: [String], names: CheckerNames,
        global: GlobalDraft
    ) -> [VirtualServer] {
        let groups = Dictionary(groups.map { ($0.name, $0) }) { first, _ in first }
        var seen: [VirtualService.ID: Span] = [:]
        var uses: [String: Int] = [:]
        var result: [VirtualServer] = []
        result.reserveCapacity(drafts.count)
        for draft in drafts {
            guard !draft.realServers.isEmpty else {
                if !draft.hasUnreadableServers, !draft.meant.contains("real_server") {
                    sink.report(.poolWithoutServers, at: draft.span)
                }
                continue
            }
            let transport = draft.transport?.value ?? .udp
            guard
                let targets = targets(of: draft, transport: transport, groups: groups, groupNames: groupNames)
            else { continue }
            guard result.count + targets.ids.count <= Self.serviceLimit else {
                sink.report(.tooManyServices(limit: Self.serviceLimit), at: draft.span)
                break
            }
            if targets.group == nil, let id = targets.ids.first {
                if let other = seen[id] {
                    guard sink.admits(.warning) else { continue }
                    sink.report(
                        .duplicateService(draft.name, line: line(other)).relating("first defined here", to: other),
                        at: draft.span)
                    if let pool = pool(draft, targets, transport, names, global) { merge(pool, into: &result) }
                    continue
                }
                seen[id] = draft.span
            }
            guard let pool = pool(draft, targets, transport, names, global) else { continue }
            guard let group = targets.group else {
                append(pool.server, to: &result, at: draft.span, pool.spans)
                continue
            }
            let number = uses[group, default: 0]
            uses[group] = number + 1
            addServices(of: targets, GroupUse(group: group, number: number, draft: draft), pool, &seen, to: &result)
        }
        return result
    }

    /// Most services that a file may make.
    static let serviceLimit = 262_144

    mutating func append(
        _ server: VirtualServer, to result: inout [VirtualServer], at span: Span, _ servers: [Span]
    ) {
        result.append(server)
        places.virtualServers.append(span)
        places.realServers.append(servers)
    }

    /// Adds the servers of a block to the service that an earlier block has made: in the kernel there is one.
    private mutating func merge(_ pool: ResolvedPool, into result: inout [VirtualServer]) {
        guard let index = result.firstIndex(where: { $0.service.id == pool.server.service.id }) else { return }
        let known = Set(result[index].realServers.map(\.destination.id))
        for (server, span) in zip(pool.server.realServers, pool.spans) where !known.contains(server.destination.id) {
            result[index].realServers.append(server)
            places.realServers[index].append(span)
        }
    }

    /// The pool of a block, with the identity and ports of its first service.
    private mutating func pool(
        _ draft: VirtualServerDraft, _ targets: ServiceTargets, _ transport: TransportProtocol, _ names: CheckerNames,
        _ global: GlobalDraft
    ) -> ResolvedPool? {
        guard let id = targets.ids.first else { return nil }
        var pool = ResolvedPool(server: VirtualServer(service: service(draft, id, targets, transport)))
        fill(&pool, draft, targets, names, global)
        return pool
    }

    /// Scheduler and persistence, corrected in keepalived's order.
    private mutating func service(
        _ draft: VirtualServerDraft, _ id: VirtualService.ID, _ targets: ServiceTargets, _ transport: TransportProtocol
    ) -> VirtualService {
        var persistence = draft.persistenceTimeout?.value ?? draft.granularity.map { _ in 360 }
        if targets.hasMarks, let place = draft.suspendsWithoutAddress {
            sink.report(.cleared("ha_suspend", reason: "for a firewall mark, which has no address"), at: place)
        }
        if targets.hasEndpoints {
            if draft.transport == nil {
                reportAssumed(
                    draft.isCheckedByTCP ? .protocolAssumed : .assumed("protocol", value: "UDP"), draft, ["protocol"])
            }
            if targets.ids.contains(where: \.isForEveryPort), persistence == nil {
                sink.report(.portNeedsPersistence, at: draft.span)
                persistence = 360
            }
        } else if let transport = draft.transport {
            sink.report(.cleared("protocol", reason: "for a firewall mark"), at: transport.span)
        }
        if draft.scheduler == nil { reportAssumed(.assumed("lb_algo", value: "wlc"), draft, ["lb_algo", "lvs_sched"]) }
        var service = VirtualService(id: id, scheduler: draft.scheduler?.value ?? "wlc")
        service.schedulerFlags = draft.flags
        for option in draft.schedulerOptions { add(option, to: &service) }
        if let place = draft.onePacket {
            if !targets.hasEndpoints || transport == .udp {
                service.onePacketScheduling = true
            } else {
                sink.report(.cleared("ops", reason: "for a protocol other than UDP"), at: place)
            }
        }
        if persistence == nil, let engine = draft.engine {
            sink.report(.cleared("persistence_engine", reason: "without 'persistence_timeout'"), at: engine.span)
        }
        service.persistence = persistence.map {
            VirtualService.Persistence(
                timeout: $0, granularity: granularity(draft, targets.family), engine: draft.engine?.value)
        }
        return service
    }

    /// A keyword that has no usable value is not missing: its error is enough.
    private mutating func reportAssumed(_ issue: Issue, _ draft: VirtualServerDraft, _ keywords: Set<String>) {
        guard !sink.hasErrors, draft.meant.isDisjoint(with: keywords) else { return }
        sink.report(issue, at: draft.span)
    }

    private mutating func add(_ option: Located<String>, to service: inout VirtualService) {
        guard option.value.hasPrefix(service.scheduler + "-") else {
            sink.report(.schedulerFlagIgnored(option.value, scheduler: service.scheduler), at: option.span)
            return
        }
        service.schedulerFlags.insert(option.value.hasSuffix("fallback") ? .flag1 : .flag2)
    }

    private mutating func granularity(_ draft: VirtualServerDraft, _ family: AddressFamily) -> UInt8 {
        guard let granularity = draft.granularity else { return UInt8(family.bitWidth) }
        guard Int(granularity.value) <= family.bitWidth, draft.granularityFamily.map({ $0 == family }) ?? true else {
            sink.report(
                Issue.malformed(
                    tree.text.string(granularity.span), expected: "a prefix length from 1 to \(family.bitWidth)"
                ).adding(consequence: "\(family.bitWidth) is used"),
                at: granularity.span)
            return UInt8(family.bitWidth)
        }
        return granularity.value
    }

    private mutating func fill(
        _ pool: inout ResolvedPool, _ draft: VirtualServerDraft, _ targets: ServiceTargets, _ names: CheckerNames,
        _ global: GlobalDraft
    ) {
        if draft.forwarding == nil, draft.realServers.contains(where: { $0.forwarding == nil }) {
            reportAssumed(.assumed("lb_kind", value: "NAT"), draft, ["lb_kind", "lvs_method"])
        }
        var settings = draft.settings
        settings.delayLoop = settings.delayLoop ?? .seconds(60)
        pool.server.forwarding = draft.forwarding?.method ?? .masquerading
        pool.server.delayLoop = settings.delayLoop ?? .seconds(60)
        pool.server.alpha = settings.alpha ?? false
        pool.server.omega = draft.omega
        pool.server.quorumUp = draft.quorumUp
        pool.server.quorumDown = draft.quorumDown
        pool.server.smtpAlert = draft.smtpAlert ?? global.model.mail.alertsOfVirtualServers
        pool.server.snmpName = draft.snmpName
        pool.server.suspendsWithoutAddress = draft.suspendsWithoutAddress != nil && !targets.hasMarks
        var context = PoolContext(
            draft: draft, settings: settings, targets: targets, forwarding: pool.server.forwarding,
            logsAllFailures: global.model.checkerLogAllFailures,
            alertsOfServers: global.model.mail.alertsOfRealServers, names: names)
        var seen: [Destination.ID: Span] = [:]
        pool.server.realServers.reserveCapacity(draft.realServers.count)
        for real in draft.realServers {
            guard let resolved = resolve(real, &context) else { continue }
            if let other = seen[resolved.destination.id] {
                guard sink.admits(.warning) else { continue }
                sink.report(
                    .duplicateServer(tree.text.string(real.server.span), line: line(other)), .warning,
                    at: real.server.span)
                continue
            }
            seen[resolved.destination.id] = real.server.span
            pool.spans.append(real.server.span)
            pool.ports.append(real.server.value.port?.value)
            pool.server.realServers.append(resolved)
        }
        pool.sorryPort = draft.sorryServer?.value.port?.value
        setQuorum(&pool.server, draft)
        setSorryServer(&pool.server, draft, &context)
    }

    private mutating func setQuorum(_ server: inout VirtualServer, _ draft: VirtualServerDraft) {
        let total = server.realServers.reduce(Int64(0)) { $0 + Int64($1.destination.weight) }
        server.quorum = draft.quorum?.value ?? 1
        // A pool whose weights are all 0 keeps quorum 1: it is simply not up.
        if Int64(server.quorum) > max(1, total), let quorum = draft.quorum {
            sink.report(.quorumReduced(quorum.value, total: total), at: quorum.span)
            server.quorum = UInt32(clamping: max(1, total))
        }
        server.hysteresis = draft.hysteresis?.value ?? 0
        if let hysteresis = draft.hysteresis, server.hysteresis >= server.quorum {
            if server.hysteresis > 0 {
                sink.report(.hysteresisReduced(hysteresis.value, quorum: server.quorum), at: hysteresis.span)
            }
            server.hysteresis = server.quorum - 1
        }
    }

    private mutating func setSorryServer(
        _ server: inout VirtualServer, _ draft: VirtualServerDraft, _ context: inout PoolContext
    ) {
        guard let sorry = draft.sorryServer else { return }
        let forwarding = draft.sorryForwarding?.method ?? server.forwarding
        guard hasFamily(sorry, forwarding, context) else { return }
        let id = Destination.ID(address: sorry.value.address, port: port(of: sorry, forwarding, context))
        var inhibits = draft.sorryInhibits
        if let same = server.realServers.first(where: { $0.destination.id == id }),
            same.inhibitsOnFailure != inhibits
        {
            inhibits = same.inhibitsOnFailure
            sink.report(.sorryServerInhibits(inhibits), at: sorry.span)
        }
        server.sorryServer = SorryServer(
            destination: Destination(id: id, forwarding: forwarding, weight: 1), inhibits: inhibits)
    }

    private mutating func resolve(_ draft: RealServerDraft, _ context: inout PoolContext) -> RealServer? {
        let forwarding = draft.forwarding?.method ?? context.forwarding
        guard hasFamily(draft.server, forwarding, context) else { return nil }
        let id = Destination.ID(
            address: draft.server.value.address, port: port(of: draft.server, forwarding, context))
        var server = RealServer(
            destination: Destination(
                id: id, forwarding: forwarding, weight: draft.weight ?? context.draft.weight ?? 1,
                upperThreshold: draft.upperThreshold, lowerThreshold: lowerThreshold(of: draft)))
        let settings = draft.settings.inheriting(context.settings)
        server.inhibitsOnFailure = draft.inhibitsOnFailure ?? context.draft.inhibitsOnFailure
        server.alpha = settings.alpha ?? false
        server.smtpAlert = draft.smtpAlert ?? context.alertsOfServers
        server.snmpName = draft.snmpName ?? context.draft.snmpName
        server.notifyUp = draft.notifyUp
        server.notifyDown = draft.notifyDown
        for checker in draft.checkers {
            server.checkers += resolve(checker, draft, settings: settings, context)
        }
        return server
    }

    /// The kernel refuses a server that would take connections again only above the limit.
    private mutating func lowerThreshold(of draft: RealServerDraft) -> UInt32 {
        guard let lower = draft.lowerThreshold, lower.value > draft.upperThreshold else {
            return draft.lowerThreshold?.value ?? 0
        }
        sink.report(.thresholdCleared(lower.value, upper: draft.upperThreshold), at: lower.span)
        return 0
    }

    private mutating func hasFamily(
        _ server: Located<ServerAddress>, _ forwarding: ForwardingMethod, _ context: PoolContext
    ) -> Bool {
        if server.value.address.family == context.targets.family { return true }
        if case .tunneling = forwarding { return true }
        sink.report(.serverFamily(server.value.address.description), at: server.span)
        return false
    }

    /// The port in IPVS: the virtual server's where it is not written, and always for methods that cannot change it.
    private mutating func port(
        of server: Located<ServerAddress>, _ forwarding: ForwardingMethod, _ context: PoolContext
    ) -> Port {
        let ports = context.targets.ports
        if let written = server.value.port, let other = ports.first(where: { $0 != written.value }),
            !forwarding.changesPorts
        {
            let method = if case .directRouting = forwarding { "DR" } else { "TUN" }
            let used =
                context.targets.commonPort == .any && other == .any
                ? Issue.portOfPacket : ports.count > 1 ? "the port of the group" : "port \(other)"
            sink.report(.portForced(written.value.description, to: used, method: method), at: written.span)
        }
        return forwarding.port(written: server.value.port?.value, service: ports.first ?? .any)
    }
}
