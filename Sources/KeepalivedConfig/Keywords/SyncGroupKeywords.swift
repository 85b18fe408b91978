/// `vrrp_sync_group`.
enum SyncGroupKeywords {
    static let table = KeywordTable<SyncGroupDraft>(
        "'vrrp_sync_group'",
        [
            .list("group", "INSTANCE", "instances that are master together") { draft, line, analyzer in
                // Names may share a line.
                guard let word = analyzer.tree.keyword(line) else { return }
                let others = (0..<analyzer.tree.argumentCount(line)).compactMap { analyzer.tree.argument($0, of: line) }
                for word in [word] + others {
                    draft.members.append(Located(analyzer.tree.string(word), word.span))
                }
            },
            .flag("sync_group_tracking_weight", "trackers may have weights") { draft, _ in
                draft.allowsTrackingWeights = true
            },
            .noEffect("global_tracking", "trackers of a group always count for all members", "track for all members"),
            .noEffect("notify_priority_changes", "changed priorities are in the log only", "notify changed priorities"),
            .noEffect("smtp_alert", "mail is not sent by this version", "mail on a change"),
        ]
            + TrackerKeywords.lists(interfaces: { $0.interfaces.append($1) }, scripts: { $0.scripts.append($1) })
            + TrackerKeywords.notify { draft, change in change(&draft.notify) })
}
