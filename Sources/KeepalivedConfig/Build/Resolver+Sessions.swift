import Addressing

extension Resolver {
    /// The BFD sessions of a file; those that cannot be are left out.
    ///
    /// - Parameter trackable: gets those that serve instances.
    mutating func resolve(
        _ drafts: [BFDInstanceDraft], servingInstances trackable: inout NamedBlocks<BFDInstance>
    ) -> [BFDInstance] {
        var first: [String: Span] = [:]
        var result: [BFDInstance] = []
        for draft in drafts {
            guard isNew(draft.name, "bfd_instance", at: draft.span, in: &first) else { continue }
            guard let neighbor = draft.neighbor else {
                ignoredTrackers.insert(draft.name)
                if !draft.hasNeighbor { sink.report(.sessionWithoutNeighbor(draft.name), at: draft.span) }
                continue
            }
            var instance = BFDInstance(name: draft.name, neighbor: neighbor.value)
            if let source = draft.source {
                guard source.value.family == neighbor.value.family else {
                    sink.report(
                        Issue.familyMismatch(
                            source.value.description, expected: "one of the family of \(neighbor.value)"
                        ).adding(consequence: "the session is left out").leavingOut,
                        at: source.span)
                    ignoredTrackers.insert(draft.name)
                    continue
                }
                instance.source = source.value
            }
            instance.minimumReceiveInterval = draft.minimumReceiveInterval ?? instance.minimumReceiveInterval
            instance.minimumSendInterval = draft.minimumSendInterval ?? instance.minimumSendInterval
            instance.idleSendInterval = draft.idleSendInterval ?? instance.idleSendInterval
            instance.multiplier = draft.multiplier ?? instance.multiplier
            instance.isPassive = draft.isPassive
            instance.ttl = draft.ttl ?? instance.ttl
            instance.maximumHops = draft.maximumHops?.value ?? instance.maximumHops
            if let hops = draft.maximumHops, hops.value > Int16(instance.ttl) {
                sink.report(.hopsReduced(Int(hops.value), ttl: instance.ttl), at: hops.span)
                instance.maximumHops = Int16(instance.ttl)
            }
            instance.isMultihop = draft.isMultihop
            instance.weight = draft.weight
            instance.isReversed = draft.isReversed
            let servesBoth = !draft.servesVRRP && !draft.servesCheckers
            instance.servesVRRP = servesBoth || draft.servesVRRP
            instance.servesCheckers = servesBoth || draft.servesCheckers
            if let other = result.first(where: { $0.hasEnds(of: instance) }) {
                ignoredTrackers.insert(draft.name)
                sink.report(.sessionTwice(draft.name, other: other.name), at: draft.span)
                continue
            }
            result.append(instance)
            if instance.servesVRRP {
                trackable.append(instance, named: draft.name, at: draft.span, order: draft.order)
            }
        }
        return result
    }
}

extension BFDInstance {
    /// Whether a packet could belong to either of two sessions.
    fileprivate func hasEnds(of other: BFDInstance) -> Bool {
        guard neighbor == other.neighbor, isMultihop == other.isMultihop else { return false }
        guard let source, let otherSource = other.source else { return true }
        return source == otherSource
    }
}
