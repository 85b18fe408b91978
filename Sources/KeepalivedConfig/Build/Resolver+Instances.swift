import Addressing

/// What instances inherit and refer to.
struct InstanceContext: Sendable {
    var global: GlobalDraft
    var trackers: Trackers
    /// The sync group of each member.
    var groups: [String: SyncGroupDraft]
    /// The priority of each rule that has none of its own, by its place in the order of reading.
    var rulePriorities: [Int: UInt32]
}

extension Resolver {
    mutating func resolve(_ drafts: [VRRPInstanceDraft], _ context: InstanceContext) -> [VRRPInstance] {
        var names: [String: Span] = [:]
        var interfaceNames: Set<String> = []
        var result: [VRRPInstance] = []
        var known: [RouterIDKey: [Int]] = [:]
        for draft in drafts where isNew(draft.name, "vrrp_instance", at: draft.span, in: &names) {
            guard var instance = resolve(draft, context) else { continue }
            setVirtualInterface(draft, &instance, taken: &interfaceNames)
            let key = RouterIDKey(id: instance.virtualRouterID, family: instance.family)
            if let place = draft.virtualRouterID {
                for index in known[key] ?? [] { reportConflict(instance, result[index], at: place.span) }
            }
            known[key, default: []].append(result.count)
            places.instances.append(draft.span)
            result.append(instance)
        }
        return result
    }

    private mutating func resolve(_ draft: VRRPInstanceDraft, _ context: InstanceContext) -> VRRPInstance? {
        let global = context.global
        reportMissing(draft)
        guard let id = draft.virtualRouterID, draft.interface != nil || !draft.peers.isEmpty else { return nil }
        var instance = VRRPInstance(name: draft.name, virtualRouterID: id.value)
        instance.interface = draft.interface?.value
        if let interface = draft.interface {
            if interface.value == "lo" { sink.report(.loopbackInterface(interface.value), at: interface.span) }
            refer(to: [interface])
        }
        refer(to: draft.otherInterfaces)
        instance.strict = draft.strict ?? global.model.vrrpStrict
        setFamily(draft, global, &instance)
        setState(draft, &instance)
        setAdvertInterval(draft, &instance)
        setAuthentication(draft, &instance)
        setAddresses(draft, &instance)
        setPreemption(draft, &instance)
        setPeers(draft, global, &instance)
        setTrackers(draft, context, &instance)
        instance.routes = draft.routes.map { $0.value }
        instance.rules = resolve(draft.rules, context.rulePriorities)
        instance.gratuitousARP = draft.garp.resolved(
            inheriting: global.instances.garp, minimum: global.instances.usesMinimumGARP)
        instance.lowerPriorityNoAdvert = draft.lowerPriorityNoAdvert?.value ?? global.instances.lowerPriorityNoAdvert
        instance.higherPrioritySendAdvert =
            draft.higherPrioritySendAdvert?.value ?? global.instances.higherPrioritySendAdvert
        instance.downTimerAdverts = draft.downTimerAdverts?.value ?? global.instances.downTimerAdverts
        instance.skipCheckAdvertAddresses =
            draft.skipCheckAdvertAddresses ?? global.model.vrrpSkipCheckAdvertAddresses
        instance.v3ChecksumAsV2 = draft.v3ChecksumAsV2 ?? global.model.v3ChecksumAsV2
        instance.promotesSecondaries = draft.promotesSecondaries
        instance.pollsLink = draft.pollsLink && draft.interface != nil
        instance.receiveBufferSize = draft.receiveBufferSize
        instance.debugLevel = draft.debugLevel
        instance.sendsMail = draft.sendsMail ?? global.model.mail.alertsOfInstances
        instance.notifiesPriorityChanges =
            draft.notifiesPriorityChanges ?? context.groups[draft.name]?.notifiesPriorityChanges
            ?? global.model.notifiesPriorityChanges
        instance.notify = draft.notify
        setOwnerBehaviour(draft, global, &instance)
        if instance.strict { makeStrict(draft, &instance) }
        return instance
    }

    private mutating func reportMissing(_ draft: VRRPInstanceDraft) {
        // Where lines were joined, what seems to be missing stands on one of them.
        guard !sink.errors.contains(where: { $0.issue.code == "MR0107" }) else { return }
        if draft.virtualRouterID == nil, !draft.hasVirtualRouterID {
            sink.report(
                .instanceWithout(
                    draft.name, keyword: "virtual_router_id",
                    remedy: "add 'virtual_router_id' with a number from 1 to 255, the same on every router of the group"
                ), at: draft.span)
        }
        if draft.interface == nil, !draft.hasInterface, draft.peers.isEmpty {
            sink.report(
                .instanceWithout(
                    draft.name, keyword: "interface",
                    remedy: "add 'interface' with the interface that carries the adverts"),
                at: draft.span)
        }
    }

    /// The first address that says so decides the family; IPv6 adverts are of version 3.
    private mutating func setFamily(
        _ draft: VRRPInstanceDraft, _ global: GlobalDraft, _ instance: inout VRRPInstance
    ) {
        instance.family = draft.family?.value ?? .ipv4
        guard instance.family == .ipv6 else {
            if let place = draft.wantsIPv6 {
                sink.report(.keywordCleared("native_ipv6", "the instance's addresses are IPv4"), at: place)
            }
            instance.version = draft.version?.value ?? global.model.vrrpVersion
            return
        }
        if let version = draft.version, version.value == .v2 {
            sink.report(.keywordCleared("version", "IPv6 adverts are of version 3"), at: version.span)
        }
        instance.version = .v3
    }

    private mutating func setAdvertInterval(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        guard let wanted = draft.advertInterval else { return }
        let step: Int64 = instance.version == .v2 ? 1_000_000 : 10_000
        let longest: Int64 = instance.version == .v2 ? 255_000_000 : 40_950_000
        let rounded = (wanted.value.microseconds + step / 2) / step * step
        instance.advertInterval = Interval(microseconds: min(max(rounded, step), longest))
        if instance.advertInterval != wanted.value {
            sink.report(
                .advertIntervalRounded(tree.text.string(wanted.span), used: "\(instance.advertInterval)"),
                at: wanted.span)
        }
    }
}
