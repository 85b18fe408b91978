import Addressing

/// Whether trackers may have weights.
enum WeightRule: Sendable {
    /// They may. Those of an address owner change nothing, which lint says.
    case allowed
    /// Members of a sync group without `sync_group_tracking_weight`.
    case group
    /// The trackers of a group with an address owner among its members.
    case groupWithOwner
}

extension Resolver {
    /// Trackers of an instance or a group.
    mutating func trackedInterfaces(_ drafts: [TrackDraft], _ rule: WeightRule, own: String?) -> [TrackedInterface] {
        drafts.compactMap { draft in
            places.interfaces.append(InterfaceSpan(name: draft.name, span: draft.span))
            guard draft.name != own else {
                sink.report(
                    .keywordCleared(
                        "track_interface \(draft.name)", "it is the instance's own interface, whose failure is a fault"),
                    at: draft.span)
                return nil
            }
            var weight = draft.weight ?? 0
            switch rule {
            case _ where weight == 0: break
            case .allowed: break
            case .group:
                sink.report(.weightIgnored(draft.name, "in a sync group"), at: draft.span)
                weight = 0
            case .groupWithOwner:
                sink.report(.weightIgnored(draft.name, "with a member that owns its addresses"), at: draft.span)
                weight = 0
            }
            return TrackedInterface(name: draft.name, weight: weight, isReversed: draft.isReversed ?? false)
        }
    }

    mutating func trackedScripts(
        _ drafts: [TrackDraft], _ rule: WeightRule, _ blocks: NamedBlocks<TrackScript>
    ) -> [TrackedScript] {
        drafts.compactMap { draft in
            guard let script = definition(of: draft, "vrrp_script", among: blocks),
                let weight = weight(draft.weight ?? script.weight, of: draft, rule)
            else { return nil }
            return TrackedScript(name: draft.name, weight: weight, isReversed: draft.isReversed ?? script.isReversed)
        }
    }

    mutating func trackedFiles(
        _ drafts: [TrackDraft], _ rule: WeightRule, _ blocks: NamedBlocks<TrackFile>
    ) -> [NamedTracker] {
        drafts.compactMap { draft in
            guard let file = definition(of: draft, "track_file", among: blocks) else { return nil }
            let wanted = draft.weight ?? file.weight
            // 1 is the default, so nobody asked for it: the file still counts, as a fault.
            let isDefault = wanted == 1 && rule == .group
            if isDefault { sink.report(.weightIgnored(draft.name, "in a sync group"), at: draft.span) }
            guard let weight = isDefault ? 0 : weight(wanted, of: draft, rule) else { return nil }
            return NamedTracker(name: draft.name, weight: weight, isReversed: draft.isReversed ?? file.isReversed)
        }
    }

    mutating func trackedProcesses(
        _ drafts: [TrackDraft], _ rule: WeightRule, _ blocks: NamedBlocks<TrackProcess>
    ) -> [NamedTracker] {
        drafts.compactMap { draft in
            guard let process = definition(of: draft, "vrrp_track_process", among: blocks) else { return nil }
            let wanted = draft.weight ?? process.weight
            guard let weight = rule == .groupWithOwner ? weight(wanted, of: draft, rule) : wanted else { return nil }
            return NamedTracker(name: draft.name, weight: weight, isReversed: draft.isReversed ?? process.isReversed)
        }
    }

    mutating func trackedBFDs(
        _ drafts: [TrackDraft], _ rule: WeightRule, _ blocks: NamedBlocks<BFDInstance>
    ) -> [NamedTracker] {
        drafts.compactMap { draft in
            guard let session = definition(of: draft, "bfd_instance", among: blocks),
                let weight = weight(draft.weight ?? Int(session.weight), of: draft, rule)
            else { return nil }
            return NamedTracker(name: draft.name, weight: weight, isReversed: draft.isReversed ?? session.isReversed)
        }
    }

    /// The weight under a rule; nil where the tracker is dropped.
    private mutating func weight(_ weight: Int, of draft: TrackDraft, _ rule: WeightRule) -> Int? {
        guard weight != 0 else { return 0 }
        switch rule {
        case .allowed: return weight
        case .group:
            sink.report(.trackerDropped(draft.name, "by a member of a sync group"), at: draft.span)
            return nil
        case .groupWithOwner:
            sink.report(.weightIgnored(draft.name, "with a member that owns its addresses"), at: draft.span)
            return 0
        }
    }
}
