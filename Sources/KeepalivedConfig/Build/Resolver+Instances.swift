import Addressing

extension Resolver {
    mutating func resolve(
        _ drafts: [VRRPInstanceDraft], global: GlobalDraft, scripts: [TrackScript],
        membership: [String: SyncGroupDraft]
    ) -> [VRRPInstance] {
        let scriptsByName = Dictionary(scripts.map { ($0.name, $0) }) { first, _ in first }
        var names: [String: Span] = [:]
        var identifiers: [String: (UInt8, String)] = [:]
        var result: [VRRPInstance] = []
        for draft in drafts {
            if let other = names[draft.name] {
                guard sink.admits(.error) else { continue }
                sink.report(.duplicate("vrrp_instance \(draft.name)", line: line(other)), .error, at: draft.span)
                continue
            }
            names[draft.name] = draft.span
            let allowsWeights = membership[draft.name]?.allowsTrackingWeights ?? true
            guard
                let instance = resolve(
                    draft, global: global, scripts: scriptsByName, allowsWeights: allowsWeights)
            else { continue }
            let interface = instance.interface ?? ""
            let key = "\(instance.virtualRouterID) \(interface)"
            if let (id, other) = identifiers[key], let place = draft.virtualRouterID {
                sink.report(.duplicateRouterID(id, interface: interface, other: other), at: place.span)
            }
            identifiers[key] = (instance.virtualRouterID, instance.name)
            places.instances.append(draft.span)
            result.append(instance)
        }
        return result
    }

    private mutating func resolve(
        _ draft: VRRPInstanceDraft, global: GlobalDraft, scripts: [String: TrackScript], allowsWeights: Bool
    ) -> VRRPInstance? {
        reportMissing(draft)
        guard let id = draft.virtualRouterID, draft.interface != nil || !draft.peers.isEmpty else { return nil }
        var instance = VRRPInstance(name: draft.name, virtualRouterID: id.value)
        instance.interface = draft.interface?.value
        if let interface = draft.interface {
            if interface.value == "lo" { sink.report(.loopbackInterface(interface.value), at: interface.span) }
            places.interfaces.append(InterfaceSpan(name: interface.value, span: interface.span))
        }
        for interface in draft.addressInterfaces {
            places.interfaces.append(InterfaceSpan(name: interface.value, span: interface.span))
        }
        instance.strict = draft.strict ?? global.model.vrrpStrict
        instance.version = draft.version?.value ?? global.instances.version
        guard hasSupportedFamily(draft) else { return nil }
        setAddresses(draft, &instance)
        setState(draft, &instance)
        setAdvertInterval(draft, &instance)
        setPassword(draft, &instance)
        setPreemption(draft, &instance)
        setPeers(draft, global, &instance)
        instance.doesNotTrackPrimary = draft.doesNotTrackPrimary
        instance.trackedInterfaces = trackedInterfaces(draft.interfaces, allowsWeights: allowsWeights)
        instance.trackedScripts = trackedScripts(draft.scripts, scripts: scripts, allowsWeights: allowsWeights)
        instance.gratuitousARP = draft.garp.resolved(inheriting: global.instances.garp)
        instance.lowerPriorityNoAdvert = draft.lowerPriorityNoAdvert?.value ?? global.instances.lowerPriorityNoAdvert
        instance.higherPrioritySendAdvert =
            draft.higherPrioritySendAdvert?.value ?? global.instances.higherPrioritySendAdvert
        instance.downTimerAdverts = draft.downTimerAdverts?.value ?? global.instances.downTimerAdverts
        instance.skipCheckAdvertAddresses =
            draft.skipCheckAdvertAddresses ?? global.model.vrrpSkipCheckAdvertAddresses
        instance.accept = draft.accept?.value ?? true
        instance.notify = draft.notify
        if instance.strict { makeStrict(draft, &instance) }
        return instance
    }

    private mutating func reportMissing(_ draft: VRRPInstanceDraft) {
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
        if !draft.hasAddresses, !draft.allowsNoAddresses {
            sink.report(.instanceWithoutAddresses(draft.name), at: draft.span)
        }
    }

    /// IPv6 adverts are refused here rather than at the start, with the place.
    private mutating func hasSupportedFamily(_ draft: VRRPInstanceDraft) -> Bool {
        let span: Span
        if let peer = draft.peers.first, peer.value.address.family == .ipv6 {
            span = peer.span
        } else if draft.peers.isEmpty, let first = draft.addresses.first, first.value.prefix.address.family == .ipv6 {
            span = first.span
        } else {
            return true
        }
        sink.report(
            .unsupported(
                "vrrp_instance with IPv6 adverts", consequence: "the addresses would not fail over",
                remedy: "put IPv6 addresses into 'virtual_ipaddress_excluded' of an IPv4 instance"), at: span)
        return false
    }

    private mutating func setAddresses(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        var seen: Set<IPAddress> = []
        for address in draft.addresses {
            let own = address.value.prefix.address
            guard own.family == .ipv4 else {
                sink.report(.addressOfOtherFamily(own.description), at: address.span)
                continue
            }
            guard seen.insert(own).inserted else {
                sink.report(.duplicateAddress(own.description), at: address.span)
                continue
            }
            instance.virtualAddresses.append(address.value)
        }
        for address in draft.excludedAddresses {
            guard seen.insert(address.value.prefix.address).inserted else {
                sink.report(.duplicateAddress(address.value.prefix.address.description), at: address.span)
                continue
            }
            instance.excludedVirtualAddresses.append(address.value)
        }
        if instance.virtualAddresses.count > 255 {
            sink.report(.tooManyAddresses(instance.virtualAddresses.count), at: draft.span)
        }
    }

    private mutating func setState(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        let state = draft.state?.value
        if let priority = draft.priority {
            instance.priority = priority.value
        } else if state == .master {
            instance.priority = 255
            sink.report(
                .stateCorrected("'state MASTER' without 'priority' is the address owner with priority 255"),
                at: draft.state?.span ?? draft.span)
        }
        instance.initialState = state ?? .backup
        if instance.priority == 255 {
            if state == .backup, let place = draft.state {
                sink.report(
                    .stateCorrected("'state BACKUP' has no effect: priority 255 is the address owner, which is MASTER"),
                    at: place.span)
            }
            instance.initialState = .master
        } else if instance.strict, state == .master, let place = draft.state {
            sink.report(.strictMode("only priority 255 starts as MASTER; 'state BACKUP' is used"), at: place.span)
            instance.initialState = .backup
        }
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

    private mutating func setPassword(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        guard let authentication = draft.authentication else { return }
        if instance.version == .v3 {
            sink.report(.passwordIgnored("VRRP version 3 has none"), at: authentication.span)
            return
        }
        if instance.strict {
            sink.report(.passwordIgnored("strict mode allows none"), at: authentication.span)
            return
        }
        guard let password = authentication.password else {
            if !authentication.hasPassword { sink.report(.authenticationWithoutPassword, at: authentication.span) }
            return
        }
        guard authentication.isSimple else {
            if !authentication.hasType {
                sink.report(.passwordIgnored("'auth_type PASS' is missing"), at: authentication.span)
            }
            return
        }
        let bytes = Array(password.value.utf8)
        if bytes.count > 8 { sink.report(.passwordTruncated(bytes.count), at: password.span) }
        // Half a character cannot be kept in a string; a shorter password is refused by peers as any wrong one.
        var kept = bytes.prefix(8)
        while !kept.isEmpty, String(validating: kept, as: UTF8.self) == nil { kept.removeLast() }
        instance.password = String(decoding: kept, as: UTF8.self)
    }

    private mutating func setPreemption(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        let reason: String? =
            if instance.priority == 255 {
                "for the address owner"
            } else if instance.initialState == .master {
                "with 'state MASTER'"
            } else {
                nil
            }
        if let place = draft.noPreempt {
            if let reason {
                sink.report(.noPreemptCleared(reason), at: place)
            } else {
                instance.noPreempt = true
            }
        }
        guard let delay = draft.preemptDelay, delay.value.microseconds > 0 else { return }
        if let reason {
            sink.report(.preemptDelayCleared(reason), at: delay.span)
        } else if instance.noPreempt {
            sink.report(.preemptDelayCleared("with 'nopreempt'"), at: delay.span)
        } else if instance.strict {
            sink.report(.preemptDelayCleared("in strict mode"), at: delay.span)
        } else {
            instance.preemptDelay = delay.value
        }
    }

    private mutating func setPeers(
        _ draft: VRRPInstanceDraft, _ global: GlobalDraft, _ instance: inout VRRPInstance
    ) {
        for peer in draft.peers {
            guard peer.value.address.family == .ipv4 else {
                sink.report(
                    .familyMismatch(
                        peer.value.address.description, expected: "an IPv4 address, as the other peers have"),
                    at: peer.span)
                continue
            }
            instance.unicastPeers.append(peer.value)
        }
        let source =
            draft.peers.isEmpty
            ? draft.multicastSource ?? draft.unicastSource : draft.unicastSource ?? draft.multicastSource
        if let source {
            if source.value.family == .ipv4 {
                instance.sourceAddress = source.value
            } else {
                sink.report(
                    .familyMismatch(source.value.description, expected: "an IPv4 address, as the adverts have"),
                    at: source.span)
            }
        }
        instance.unicastTTL = draft.unicastTTL ?? 255
        instance.checkUnicastSource = draft.checkUnicastSource ?? global.model.vrrpCheckUnicastSource
        instance.multicastGroup = draft.multicastGroup?.value ?? global.instances.multicastGroup
    }

    /// RFC mode: what contradicts it is overruled.
    private mutating func makeStrict(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        if let peer = draft.peers.first {
            sink.report(
                .strictMode("the RFC knows multicast only; the unicast peers are used all the same"), at: peer.span)
        }
        if let lower = draft.lowerPriorityNoAdvert, !lower.value {
            sink.report(.strictMode("'lower_prio_no_advert' is on"), at: lower.span)
        }
        if let higher = draft.higherPrioritySendAdvert, higher.value {
            sink.report(.strictMode("'higher_prio_send_advert' is off"), at: higher.span)
        }
        if let count = draft.downTimerAdverts, count.value != 3 {
            sink.report(.strictMode("'down_timer_adverts' is 3"), at: count.span)
        }
        instance.lowerPriorityNoAdvert = true
        instance.higherPrioritySendAdvert = false
        instance.downTimerAdverts = 3
        instance.gratuitousARP.lowerPriorityRepeatCount = 0
        if draft.accept == nil {
            instance.accept = false
            sink.report(
                .strictMode("packets to the virtual addresses are not dropped by this version"), at: draft.span)
        }
    }
}
