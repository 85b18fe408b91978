import Addressing

/// Instances that may stand in each other's way.
struct RouterIDKey: Hashable {
    var id: UInt8
    var family: AddressFamily
}

/// An address where it is held: one may be on several interfaces, as link-local ones often are.
private struct HeldPlace: Hashable {
    var address: IPAddress
    var interface: String?

    init(_ held: VirtualAddress, _ instance: VRRPInstance) {
        address = held.prefix.address
        interface = held.interface ?? instance.interface
    }
}

extension Resolver {
    mutating func setAddresses(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        var seen: Set<HeldPlace> = []
        for address in draft.addresses {
            let own = address.value.prefix.address
            guard own.family == instance.family else {
                sink.report(.addressOfOtherFamily(own.description), at: address.span)
                continue
            }
            guard seen.insert(HeldPlace(address.value, instance)).inserted else {
                sink.report(.duplicateAddress(own.description), at: address.span)
                continue
            }
            instance.virtualAddresses.append(address.value)
        }
        for address in draft.excludedAddresses {
            guard seen.insert(HeldPlace(address.value, instance)).inserted else {
                sink.report(.duplicateAddress(address.value.prefix.address.description), at: address.span)
                continue
            }
            instance.excludedVirtualAddresses.append(address.value)
        }
        limitAddresses(draft, &instance)
        instance.allowsNoAddresses = draft.allowsNoAddresses != nil
        if instance.strict, let place = draft.allowsNoAddresses {
            sink.report(.keywordCleared("no_virtual_ipaddress", "strict mode requires an address"), at: place)
            instance.allowsNoAddresses = false
        }
        guard instance.virtualAddresses.isEmpty, instance.excludedVirtualAddresses.isEmpty, !instance.allowsNoAddresses
        else { return }
        if instance.strict || instance.version == .v3 {
            sink.report(
                .instanceNeedsAddress(draft.name, instance.strict ? "strict mode" : "VRRP version 3"), at: draft.span)
        } else if !draft.hasAddresses, !sink.hasErrors {
            sink.report(.instanceWithoutAddresses(draft.name), at: draft.span)
        }
    }

    /// What an advert of an Ethernet frame cannot carry is held like the excluded addresses.
    private mutating func limitAddresses(_ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance) {
        let trailer = instance.hmac == nil ? 0 : 28
        let header = (instance.family == .ipv4 ? 14 + 20 + 8 + 8 : 14 + 40 + 8) + trailer
        let limit = min(255, (1500 - header) / instance.family.byteCount)
        guard instance.virtualAddresses.count > limit else { return }
        sink.report(.tooManyAddresses(instance.virtualAddresses.count, limit: limit), at: draft.span)
        instance.excludedVirtualAddresses += instance.virtualAddresses[limit...]
        instance.virtualAddresses.removeSubrange(limit...)
    }

    mutating func setPeers(_ draft: VRRPInstanceDraft, _ global: GlobalDraft, _ instance: inout VRRPInstance) {
        let family = instance.family
        let expected = family == .ipv4 ? "an IPv4 address" : "an IPv6 address"
        for peer in draft.peers {
            guard peer.value.address.family == family else {
                sink.report(
                    Issue.familyMismatch(
                        peer.value.address.description, expected: "\(expected), as the other peers have"
                    ).adding(consequence: "the peer is left out").leavingOut, at: peer.span)
                continue
            }
            instance.unicastPeers.append(peer.value)
        }
        let source =
            draft.peers.isEmpty
            ? draft.multicastSource ?? draft.unicastSource : draft.unicastSource ?? draft.multicastSource
        if let source {
            if source.value.family == family {
                instance.sourceAddress = source.value
            } else {
                sink.report(
                    Issue.familyMismatch(source.value.description, expected: "\(expected), as the adverts have")
                        .adding(consequence: "the line is ignored"), at: source.span)
            }
        }
        instance.faultsWithoutPeers = draft.faultsWithoutPeers
        instance.oldUnicastChecksum = draft.oldUnicastChecksum
        instance.unicastTTL = draft.unicastTTL?.value ?? 255
        instance.checkUnicastSource = draft.checkUnicastSource ?? global.model.vrrpCheckUnicastSource
        setGroup(draft, global, &instance)
        guard draft.peers.isEmpty else { return }
        if let keyword = draft.unicastKeyword, !draft.faultsWithoutPeers {
            sink.report(.unicastWithoutPeers(keyword.value), at: keyword.span)
        }
        if let ttl = draft.unicastTTL {
            sink.report(.keywordCleared("unicast_ttl", "there is no 'unicast_peer'"), at: ttl.span)
            instance.unicastTTL = 255
        }
    }

    private mutating func setGroup(
        _ draft: VRRPInstanceDraft, _ global: GlobalDraft, _ instance: inout VRRPInstance
    ) {
        instance.multicastGroup =
            instance.family == .ipv4 ? global.model.multicastGroup4 : global.model.multicastGroup6
        guard let group = draft.multicastGroup else { return }
        if !draft.peers.isEmpty {
            sink.report(.keywordCleared("mcast_dst_ip", "adverts go to the unicast peers"), at: group.span)
        } else if group.value.family != instance.family {
            sink.report(
                Issue.familyMismatch(
                    group.value.description,
                    expected: instance.family == .ipv4 ? "an IPv4 multicast group" : "an IPv6 multicast group"
                ).adding(consequence: "the line is ignored"), at: group.span)
        } else {
            instance.multicastGroup = group.value
        }
    }

    /// Two instances with one identifier must be told apart by interface, group, or the addresses that they send from.
    mutating func reportConflict(_ instance: VRRPInstance, _ other: VRRPInstance, at span: Span) {
        guard instance.unicastPeers.isEmpty == other.unicastPeers.isEmpty else { return }
        var severity = Diagnostic.Severity.error
        if instance.unicastPeers.isEmpty {
            guard instance.interface == other.interface, instance.multicastGroup == other.multicastGroup else {
                return
            }
        } else {
            guard instance.interface == nil || other.interface == nil || instance.interface == other.interface,
                instance.sourceAddress == other.sourceAddress,
                instance.sourceAddress != nil || instance.interface != nil
            else { return }
            let peers = Set(other.unicastPeers.map { $0.address })
            // Adverts are told apart by the address that they were sent to, not by who sent them.
            if !instance.unicastPeers.contains(where: { peers.contains($0.address) }) { severity = .warning }
        }
        sink.report(
            .duplicateRouterID(
                instance.virtualRouterID, interface: instance.interface ?? other.interface ?? "any", other: other.name),
            severity, at: span)
    }

    /// Corrections of `use_vmac` and the like.
    mutating func setVirtualInterface(
        _ draft: VRRPInstanceDraft, _ instance: inout VRRPInstance, taken: inout Set<String>
    ) {
        var settings = draft.virtualInterface
        settings.transmitsFromBase = draft.transmitsFromBase != nil
        if draft.vmacUsesRouterID, let address = settings.vmac?.address {
            settings.vmac?.address = MACAddress(bytes: address.bytes.prefix(5) + [instance.virtualRouterID])
        }
        if let place = draft.vmac {
            if instance.strict, settings.vmac?.address != nil {
                sink.report(.strictMode("the virtual MAC address is that of the RFC"), at: place)
                settings.vmac?.address = nil
            }
            if draft.unicastKeyword != nil || !draft.peers.isEmpty {
                if instance.interface == nil {
                    sink.report(.keywordCleared("use_vmac", "there is no 'interface'"), at: place)
                    settings.vmac = nil
                } else if !settings.transmitsFromBase {
                    sink.report(.conflictingSettings("unicast with 'use_vmac' sets 'vmac_xmit_base'"), at: place)
                    settings.transmitsFromBase = true
                }
            }
            if instance.promotesSecondaries, settings.vmac != nil {
                sink.report(.keywordCleared("promote_secondaries", "'use_vmac' sets it"), at: place)
                instance.promotesSecondaries = false
            }
            if let name = settings.vmac?.name, !taken.insert(name).inserted {
                sink.report(.givenAlready("use_vmac \(name)"), at: place)
                settings.vmac?.name = nil
            }
        }
        if let place = draft.transmitsFromBase {
            if settings.vmac == nil {
                sink.report(.keywordCleared("vmac_xmit_base", "there is no 'use_vmac'"), at: place)
                settings.transmitsFromBase = false
            } else if instance.strict {
                sink.report(.strictMode("'vmac_xmit_base' is off"), at: place)
                settings.transmitsFromBase = false
            }
        }
        if let place = draft.vrf, instance.interface != nil || instance.unicastPeers.isEmpty {
            sink.report(
                .keywordCleared("vrf", instance.interface != nil ? "'interface' decides" : "it is for unicast"),
                at: place)
            settings.vrf = nil
        }
        instance.virtualInterface = settings
    }
}
