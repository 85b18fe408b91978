import Addressing

extension Resolver {
    /// The priority of each rule that has none, by its place in the order of reading: descending for each family, over
    /// the static rules and those of instances.
    mutating func rulePriorities(_ draft: FileDraft) -> [Int: UInt32] {
        let rules = (draft.statics.rules + draft.instances.flatMap { $0.rules }).filter { !$0.hasPriority }
        var next: [AddressFamily: UInt32] = [.ipv4: 16_384, .ipv6: 16_384]
        var result: [Int: UInt32] = [:]
        for rule in rules.sorted(by: { $0.order < $1.order }) {
            let priority = next[rule.rule.family] ?? 1
            next[rule.rule.family] = max(priority, 2) - 1
            result[rule.order] = priority
            sink.report(.ruleWithoutPriority(priority), at: rule.span)
        }
        return result
    }

    func resolve(_ drafts: [RuleDraft], _ priorities: [Int: UInt32]) -> [RuleDefinition] {
        drafts.map { draft in
            var rule = draft.rule
            rule.priority = priorities[draft.order] ?? rule.priority
            return rule
        }
    }

    /// Static addresses, routes and rules, track groups and GARP groups.
    mutating func resolveStatics(
        _ draft: FileDraft, instances: [String], _ priorities: [Int: UInt32], into configuration: inout Configuration
    ) {
        var groups = NamedBlocks<TrackGroup>()
        var names: [String: Span] = [:]
        for group in draft.trackGroups where isNew(group.name, "track_group", at: group.span, in: &names) {
            let members = members(group.members, instances: instances)
            guard !members.isEmpty else {
                sink.report(.smallGroup(0), at: group.span)
                continue
            }
            groups.append(
                TrackGroup(name: group.name, members: members), named: group.name, at: group.span, order: group.order)
        }
        var usable: Set<String> = []
        for use in draft.statics.groupUses {
            let track = TrackDraft(name: use.name.value, span: use.name.span, order: use.order)
            if definition(of: track, "track_group", among: groups) != nil { usable.insert(use.name.value) }
        }
        configuration.trackGroups = groups.values
        let fallback = configuration.global.defaultInterface
        configuration.staticAddresses = draft.statics.addresses.map { address in
            var result = address.value
            if result.interface == nil {
                result.interface = fallback
                refer(to: [Located(fallback, address.span)])
            }
            if let group = result.trackGroup, !usable.contains(group) { result.trackGroup = nil }
            return result
        }
        configuration.staticRoutes = draft.statics.routes.map { route in
            var result = route.value
            if let group = result.trackGroup, !usable.contains(group) { result.trackGroup = nil }
            return result
        }
        configuration.staticRules = resolve(draft.statics.rules, priorities).map { rule in
            var result = rule
            if let group = result.trackGroup, !usable.contains(group) { result.trackGroup = nil }
            return result
        }
        configuration.garpGroups = garpGroups(draft.garpGroups)
    }

    private mutating func garpGroups(_ drafts: [GARPGroupDraft]) -> [GratuitousARPGroup] {
        var taken: Set<String> = []
        return drafts.compactMap { draft in
            guard draft.garpInterval != nil || draft.gnaInterval != nil else {
                sink.report(
                    .keywordCleared("garp_group", "it has neither 'garp_interval' nor 'gna_interval'"), at: draft.span)
                return nil
            }
            var group = GratuitousARPGroup()
            group.garpInterval = draft.garpInterval
            group.gnaInterval = draft.gnaInterval
            for interface in draft.interfaces {
                if taken.insert(interface.value).inserted {
                    group.interfaces.append(interface.value)
                } else {
                    sink.report(.givenAlready("garp_group of \(interface.value)"), at: interface.span)
                }
            }
            return group
        }
    }
}
