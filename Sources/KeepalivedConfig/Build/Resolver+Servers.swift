import Addressing
import IPVS

extension Resolver {
    mutating func resolve(_ drafts: [VirtualServerDraft], global: GlobalDraft) -> [VirtualServer] {
        var seen: [VirtualService.ID: Span] = [:]
        var result: [VirtualServer] = []
        result.reserveCapacity(drafts.count)
        for draft in drafts {
            guard !draft.realServers.isEmpty else {
                sink.report(.poolWithoutServers, at: draft.span)
                continue
            }
            let service = service(draft)
            if let other = seen[service.id] {
                guard sink.admits(.error) else { continue }
                sink.report(.duplicate("virtual_server \(draft.name)", line: line(other)), .error, at: draft.span)
                continue
            }
            seen[service.id] = draft.span
            var server = VirtualServer(service: service)
            places.virtualServers.append(draft.span)
            fill(&server, draft, global)
            result.append(server)
        }
        return result
    }

    /// Identity, scheduler and persistence, corrected in keepalived's order.
    private mutating func service(_ draft: VirtualServerDraft) -> VirtualService {
        var persistence = draft.persistenceTimeout?.value
        let id: VirtualService.ID
        var allowsOnePacket = true
        switch draft.target {
        case .endpoint(let address, let port):
            if draft.transport == nil { reportAssumed("protocol", "UDP", draft) }
            let transport = draft.transport?.value ?? .udp
            allowsOnePacket = transport == .udp
            if port == .any, persistence == nil {
                sink.report(.portNeedsPersistence, at: draft.span)
                persistence = 360
            }
            id = .endpoint(transport, address, port)
        case .firewallMark(let mark):
            if let place = draft.suspendsWithoutAddress {
                sink.report(.cleared("ha_suspend", reason: "for a firewall mark, which has no address"), at: place)
            }
            if let transport = draft.transport {
                sink.report(.cleared("protocol", reason: "for a firewall mark"), at: transport.span)
            }
            id = .firewallMark(
                mark, draft.family?.value ?? draft.realServers.first?.server.value.address.family ?? .ipv4)
        }
        if draft.scheduler == nil { reportAssumed("lb_algo", "wlc", draft) }
        var service = VirtualService(id: id, scheduler: draft.scheduler?.value ?? "wlc")
        service.schedulerFlags = draft.flags
        for option in draft.schedulerOptions { add(option, to: &service) }
        if let place = draft.onePacket {
            if allowsOnePacket {
                service.onePacketScheduling = true
            } else {
                sink.report(.cleared("ops", reason: "for a protocol other than UDP"), at: place)
            }
        }
        service.persistence = persistence.map {
            VirtualService.Persistence(timeout: $0, granularity: granularity(draft, id.family), engine: draft.engine)
        }
        return service
    }

    /// A keyword that has no usable value is not missing: its error is enough.
    private mutating func reportAssumed(_ keyword: String, _ value: String, _ draft: VirtualServerDraft) {
        guard !sink.hasErrors else { return }
        sink.report(.assumed(keyword, value: value), at: draft.span)
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
                .malformed(
                    tree.text.string(granularity.span), expected: "a prefix length from 1 to \(family.bitWidth)"),
                at: granularity.span)
            return UInt8(family.bitWidth)
        }
        return granularity.value
    }

    private mutating func fill(_ server: inout VirtualServer, _ draft: VirtualServerDraft, _ global: GlobalDraft) {
        let family = server.service.id.family
        if draft.forwarding == nil, draft.realServers.contains(where: { $0.forwarding == nil }) {
            reportAssumed("lb_kind", "NAT", draft)
        }
        server.forwarding = draft.forwarding?.method ?? .masquerading
        var settings = draft.settings
        settings.delayLoop = settings.delayLoop ?? .seconds(60)
        server.delayLoop = settings.delayLoop ?? .seconds(60)
        server.alpha = settings.alpha ?? false
        server.omega = draft.omega
        server.quorumUp = draft.quorumUp
        server.quorumDown = draft.quorumDown
        if case .endpoint = server.service.id { server.suspendsWithoutAddress = draft.suspendsWithoutAddress != nil }
        let ownPort: Port =
            switch server.service.id {
            case .endpoint(_, _, let port): port
            case .firewallMark: .any
            }
        var context = PoolContext(
            draft: draft, settings: settings, family: family, port: ownPort, forwarding: server.forwarding,
            logsAllFailures: global.model.checkerLogAllFailures)
        var seen: Set<Destination.ID> = []
        var spans: [Span] = []
        server.realServers.reserveCapacity(draft.realServers.count)
        for real in draft.realServers {
            guard let resolved = resolve(real, &context) else { continue }
            guard seen.insert(resolved.destination.id).inserted else {
                guard sink.admits(.warning) else { continue }
                let first = server.realServers.firstIndex { $0.destination.id == resolved.destination.id }
                sink.report(
                    .duplicateServer(
                        tree.text.string(real.server.span), line: first.map { line(spans[$0]) } ?? 0),
                    .warning, at: real.server.span)
                continue
            }
            spans.append(real.server.span)
            server.realServers.append(resolved)
        }
        places.realServers.append(spans)
        setQuorum(&server, draft)
        setSorryServer(&server, draft, &context)
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
        if let same = server.realServers.first(where: { $0.destination.id == id }) { inhibits = same.inhibitsOnFailure }
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
                upperThreshold: draft.upperThreshold, lowerThreshold: draft.lowerThreshold))
        let settings = draft.settings.inheriting(context.settings)
        server.inhibitsOnFailure = draft.inhibitsOnFailure ?? context.draft.inhibitsOnFailure
        server.alpha = settings.alpha ?? false
        server.notifyUp = draft.notifyUp
        server.notifyDown = draft.notifyDown
        server.checkers = draft.checkers.compactMap { checker in
            resolve(checker, draft, settings: checker.settings.inheriting(settings), context)
        }
        return server
    }

    private mutating func hasFamily(
        _ server: Located<ServerAddress>, _ forwarding: ForwardingMethod, _ context: PoolContext
    ) -> Bool {
        if server.value.address.family == context.family { return true }
        if case .tunneling = forwarding { return true }
        sink.report(.serverFamily(server.value.address.description), at: server.span)
        return false
    }

    /// The port in IPVS: the virtual server's where it is not written, and always for methods that cannot change it.
    private mutating func port(
        of server: Located<ServerAddress>, _ forwarding: ForwardingMethod, _ context: PoolContext
    ) -> Port {
        guard let written = server.value.port else { return context.port }
        if case .masquerading = forwarding { return written.value }
        if written.value != context.port {
            let method = if case .directRouting = forwarding { "DR" } else { "TUN" }
            let used = context.port == .any ? "the port of the packet" : "port \(context.port)"
            sink.report(.portForced(written.value.description, to: used, method: method), at: written.span)
        }
        return context.port
    }
}

/// What the servers of one pool have in common.
struct PoolContext {
    let draft: VirtualServerDraft
    let settings: CheckSettings
    let family: AddressFamily
    /// Port of the virtual server, 0 for a firewall mark.
    let port: Port
    let forwarding: ForwardingMethod
    let logsAllFailures: Bool
}
