import Addressing

/// Sync groups before their instances are known.
struct GroupDrafts: Sendable {
    /// Those with a name of their own.
    var all: [SyncGroupDraft] = []
    /// The group of each member.
    var byMember: [String: SyncGroupDraft] = [:]
}

extension Resolver {
    mutating func groups(_ drafts: [SyncGroupDraft]) -> GroupDrafts {
        var result = GroupDrafts()
        var names: [String: Span] = [:]
        for draft in drafts where isNew(draft.name, "vrrp_sync_group", at: draft.span, in: &names) {
            result.all.append(draft)
            for member in draft.members {
                if let other = result.byMember[member.value] {
                    if other.span != draft.span {
                        sink.report(.memberOfTwoGroups(member.value, group: other.name), at: member.span)
                    }
                } else {
                    result.byMember[member.value] = draft
                }
            }
        }
        return result
    }

    mutating func resolve(
        _ drafts: [SyncGroupDraft], instances: [VRRPInstance], _ global: GlobalDraft, _ trackers: Trackers
    ) -> [SyncGroup] {
        let names = instances.map { $0.name }
        let owners = Set(instances.filter { $0.priority == 255 }.map { $0.name })
        return drafts.compactMap { draft in
            var group = SyncGroup(name: draft.name)
            group.members = members(draft.members, instances: names)
            // Members that do not exist were named.
            let isSmall = group.members.count < 2 && group.members.count == Set(draft.members.map(\.value)).count
            if isSmall, !draft.hasUnreadable { sink.report(.smallGroup(group.members.count), at: draft.span) }
            guard !group.members.isEmpty else { return nil }
            let count = group.members.count { owners.contains($0) }
            if count > 0, count < group.members.count {
                sink.report(
                    .conflictingSettings(
                        "some members own their addresses and others do not: they cannot be master together"),
                    at: draft.span)
            }
            let rule: WeightRule = count > 0 ? .groupWithOwner : .allowed
            group.allowsTrackingWeights = draft.allowsTrackingWeights
            group.trackedInterfaces = trackedInterfaces(draft.trackers.interfaces, rule, own: nil)
            group.trackedScripts = trackedScripts(draft.trackers.scripts, rule, trackers.scripts)
            group.trackedFiles = trackedFiles(draft.trackers.files, rule, trackers.files)
            group.trackedProcesses = trackedProcesses(draft.trackers.processes, rule, trackers.processes)
            group.trackedBFDs = trackedBFDs(draft.trackers.bfds, rule, trackers.sessions)
            group.sendsMail = draft.sendsMail ?? global.model.mail.alertsOfInstances
            group.notify = draft.notify
            return group
        }
    }

    /// Those members that exist, each once.
    mutating func members(_ members: [Located<String>], instances: [String]) -> [String] {
        var result: [String] = []
        let known = Set(instances)
        for member in members where !result.contains(member.value) {
            if known.contains(member.value) {
                result.append(member.value)
            } else if sink.admits(.warning) {
                sink.report(
                    .unknownMember(
                        member.value, nearest: Suggestion.nearest(to: member.value, among: instances)),
                    at: member.span)
            }
        }
        return result
    }
}
