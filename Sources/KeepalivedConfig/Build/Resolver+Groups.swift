import Addressing
import IPVS

/// What a `virtual_server` block stands for: one service, or those of its group.
struct ServiceTargets {
    var ids: [VirtualService.ID]
    /// For each of them the entry of the group that it is from; empty without a group.
    var entries: [Int] = []
    /// Every address has this family, and every server that is not tunnelled must have it.
    var family: AddressFamily
    /// The ports of the addresses; 0 for a mark.
    var ports: [Port]
    /// The name of the group.
    var group: String?

    /// Whether there is a service with an address.
    var hasEndpoints: Bool {
        ids.contains { if case .endpoint = $0 { true } else { false } }
    }

    /// Whether there is a service of a firewall mark.
    var hasMarks: Bool {
        ids.contains { if case .firewallMark = $0 { true } else { false } }
    }

    /// The port that a check of a server without one goes to.
    var commonPort: Port { ports.allSatisfy { $0 == ports.first } ? ports.first ?? .any : .any }
}

extension Resolver {
    /// The groups of a file by their names.
    mutating func resolve(_ drafts: [VirtualServerGroupDraft]) -> [VirtualServerGroup] {
        var first: [String: Span] = [:]
        var result: [VirtualServerGroup] = []
        for draft in drafts {
            guard isNew(draft.name, "virtual_server_group", at: draft.span, in: &first) else { continue }
            guard !draft.entries.isEmpty else {
                if !draft.hasUnreadable { sink.report(.groupWithoutEntries, at: draft.span) }
                continue
            }
            var total = 0
            for (entry, span) in zip(draft.entries, draft.spans) {
                guard case .addresses(let range, _) = entry else { continue }
                total += range.count(upTo: VirtualServerGroup.addressLimit)
                guard total <= VirtualServerGroup.addressLimit else {
                    sink.report(.groupTooLarge(limit: VirtualServerGroup.addressLimit), at: span)
                    break
                }
            }
            guard total <= VirtualServerGroup.addressLimit else { continue }
            result.append(VirtualServerGroup(name: draft.name, entries: draft.entries))
            groupEntries[draft.name] = draft.spans
        }
        return result
    }

    /// The services of a block; nil where it has none.
    mutating func targets(
        of draft: VirtualServerDraft, transport: TransportProtocol, groups: [String: VirtualServerGroup],
        groupNames: [String]
    ) -> ServiceTargets? {
        switch draft.target {
        case .endpoint(let address, let port):
            if let family = draft.family, family.value != address.family {
                sink.report(.cleared("ip_family", reason: "against the family of the address"), at: family.span)
            }
            return ServiceTargets(ids: [.endpoint(transport, address, port)], family: address.family, ports: [port])
        case .firewallMark(let mark):
            let family = draft.family?.value ?? serverFamily(of: draft) ?? .ipv4
            return ServiceTargets(ids: [.firewallMark(mark, family)], family: family, ports: [.any])
        case .group(let name):
            guard let group = groups[name] else {
                guard !groupNames.contains(name), sink.admits(.warning) else { return nil }
                sink.report(
                    .unknownGroup(name, nearest: Suggestion.nearest(to: name, among: groupNames)), at: draft.span)
                return nil
            }
            return targets(of: group, draft, transport)
        }
    }

    private mutating func targets(
        of group: VirtualServerGroup, _ draft: VirtualServerDraft, _ transport: TransportProtocol
    ) -> ServiceTargets? {
        var families: Set<AddressFamily> = []
        var addresses: [AddressFamily] = []
        for case .addresses(let range, _) in group.entries { addresses.append(range.lowerBound.family) }
        // A mark without a family has that of the addresses or servers.
        let assumed = draft.family?.value ?? addresses.first ?? serverFamily(of: draft) ?? .ipv4
        if let family = draft.family, !addresses.isEmpty, !addresses.contains(family.value) {
            sink.report(.cleared("ip_family", reason: "against the family of the addresses"), at: family.span)
        }
        var ids: [VirtualService.ID] = []
        var entries: [Int] = []
        var ports: [Port] = []
        for (index, entry) in group.entries.enumerated() {
            defer { entries += repeatElement(index, count: ids.count - entries.count) }
            switch entry {
            case .addresses(let range, let port):
                let count = range.count(upTo: VirtualServerGroup.addressLimit)
                for distance in 0..<UInt32(clamping: min(count, VirtualServerGroup.addressLimit)) {
                    ids.append(.endpoint(transport, range.lowerBound.advanced(by: distance), port))
                }
                ports.append(port)
                families.insert(range.lowerBound.family)
            case .firewallMark(let mark, let family):
                ids.append(.firewallMark(mark, family ?? assumed))
                ports.append(.any)
                families.insert(family ?? assumed)
            }
        }
        if families.count > 1, draft.hasServersWithoutTunnel {
            let family = serverFamily(of: draft) ?? assumed
            sink.report(.groupOfBothFamilies(group.name, served: family), at: draft.span)
            entries = zip(ids, entries).filter { $0.0.family == family }.map { $0.1 }
            ids.removeAll { $0.family != family }
            families = [family]
        }
        return ServiceTargets(
            ids: ids, entries: entries, family: families.first ?? assumed, ports: ports, group: group.name)
    }

    /// A `virtual_server` block of a group, by its number among those of the group.
    struct GroupUse {
        var group: String
        var number: Int
        var draft: VirtualServerDraft
    }

    /// An entry of a group with what has one of its services already.
    private struct TakenEntry: Hashable {
        var entry: Int
        var other: Span
    }

    /// Makes the services of a group's entries, each with the servers of the block.
    mutating func addServices(
        of targets: ServiceTargets, _ use: GroupUse, _ pool: ResolvedPool, _ seen: inout [VirtualService.ID: Span],
        to result: inout [VirtualServer]
    ) {
        let spans = groupEntries[use.group] ?? []
        var isFirst = true
        var taken: Set<TakenEntry> = []
        for (index, id) in targets.ids.enumerated() {
            let number = targets.entries.indices.contains(index) ? targets.entries[index] : 0
            let place = spans.indices.contains(number) ? spans[number] : use.draft.span
            if let other = seen[id] {
                // Two ranges that overlap are one mistake, however many addresses they share.
                guard taken.insert(TakenEntry(entry: number, other: other)).inserted, sink.admits(.warning) else {
                    continue
                }
                let first = tree.text.place(of: other).line
                sink.report(
                    .entryTaken(id.words, line: first).relating("it is there already", to: other), at: place)
                continue
            }
            seen[id] = place
            let entry = GroupEntry(group: use.group, serverIndex: use.number, index: index)
            append(pool.entry(entry, id: id, runsScripts: isFirst), to: &result, at: use.draft.span, pool.spans)
            isFirst = false
        }
    }

    /// The family that the servers have which cannot carry another one; of tunnelled servers the one that all have.
    private func serverFamily(of draft: VirtualServerDraft) -> AddressFamily? {
        if let sorry = draft.sorryServer, !(draft.sorryForwarding ?? draft.forwarding).isTunnel {
            return sorry.value.address.family
        }
        if let plain = draft.realServers.first(where: { !($0.forwarding ?? draft.forwarding).isTunnel }) {
            return plain.server.value.address.family
        }
        let families = Set(
            draft.realServers.map { $0.server.value.address.family }
                + (draft.sorryServer.map { [$0.value.address.family] } ?? []))
        return families.count == 1 ? families.first : nil
    }
}

extension VirtualServerDraft {
    fileprivate var hasServersWithoutTunnel: Bool {
        realServers.contains { !($0.forwarding ?? forwarding).isTunnel }
            || sorryServer != nil && !(sorryForwarding ?? forwarding).isTunnel
    }
}

extension ForwardingDraft? {
    fileprivate var isTunnel: Bool {
        if case .tunneling = self?.method { true } else { false }
    }
}
