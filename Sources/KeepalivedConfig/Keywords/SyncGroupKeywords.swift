import Addressing

/// `vrrp_sync_group`, `track_group` and `garp_group`.
enum SyncGroupKeywords {
    static let table = KeywordTable<SyncGroupDraft>(
        "'vrrp_sync_group'",
        [
            .custom("group", "{ INSTANCE … }", "instances that are master together", takesBlock: true) {
                draft, statement, analyzer in
                guard analyzer.requireBlock(statement, isList: true) else { return }
                guard !draft.hasMembers else {
                    analyzer.reportGivenAlready("group", at: analyzer.tree.span(statement))
                    return
                }
                draft.hasMembers = true
                draft.members = analyzer.namesInBlock(statement)
            },
            .flag("sync_group_tracking_weight", "trackers of members may have weights") { draft, _ in
                draft.allowsTrackingWeights = true
            },
            .custom("global_tracking", "", default: "off", "old name of `sync_group_tracking_weight`") {
                draft, statement, analyzer in
                analyzer.expectNoMore(than: 0, of: statement)
                analyzer.sink.report(
                    .deprecated("global_tracking", instead: "sync_group_tracking_weight"),
                    at: analyzer.tree.span(statement))
                draft.allowsTrackingWeights = true
            },
            .boolean(
                "notify_priority_changes", default: "that of `vrrp_notify_priority_changes`",
                "default of the members' `notify_priority_changes`"
            ) { draft, value, _ in draft.notifiesPriorityChanges = value },
            .boolean(
                "smtp_alert", default: "that of `smtp_alert_vrrp`, else of `smtp_alert`, else off", "mail on a change"
            ) {
                draft, value, _ in draft.sendsMail = value
            },
        ]
            + TrackerKeywords.lists { draft, change in change(&draft.trackers) }
            + TrackerKeywords.notify { draft, change in change(&draft.notify) })

    static let trackGroup = KeywordTable<TrackGroupDraft>(
        "'track_group'",
        [
            .custom("group", "{ INSTANCE … }", "instances that static addresses follow", takesBlock: true) {
                draft, statement, analyzer in
                guard analyzer.requireBlock(statement, isList: true) else { return }
                guard !draft.hasMembers else {
                    analyzer.reportGivenAlready("group", at: analyzer.tree.span(statement))
                    return
                }
                draft.hasMembers = true
                draft.members = analyzer.namesInBlock(statement)
            }
        ])

    static let garpGroup = KeywordTable<GARPGroupDraft>(
        "'garp_group'",
        [
            .interval("garp_interval", .seconds(0)...Intervals.hour, "between two gratuitous ARPs") {
                $0.garpInterval = $1.value
            },
            .interval("gna_interval", .seconds(0)...Intervals.hour, "between two neighbour adverts") {
                $0.gnaInterval = $1.value
            },
            .interface("interface", "an interface of the group") { $0.interfaces.append($1) },
            .custom("interfaces", "{ INTERFACE … }", "interfaces of the group", takesBlock: true) {
                draft, statement, analyzer in
                guard analyzer.requireBlock(statement) else { return }
                for name in analyzer.namesInBlock(statement) where name.value.utf8.count <= 15 {
                    draft.interfaces.append(name)
                }
            },
        ])
}

extension Analyzer {
    /// The words of a block: names may share a line.
    mutating func namesInBlock(_ statement: Int) -> [Located<String>] {
        expectNoMore(than: 0, of: statement)
        var names: [Located<String>] = []
        forEachLine(of: statement) { analyzer, line in
            guard let word = analyzer.tree.keyword(line) else { return }
            guard !analyzer.tree.hasBlock(line) else {
                analyzer.sink.report(.surplusBlock(analyzer.tree.string(word)), at: word.span)
                return
            }
            let others = (0..<analyzer.tree.argumentCount(line)).compactMap { analyzer.tree.argument($0, of: line) }
            names += ([word] + others).map { Located(analyzer.tree.string($0), $0.span) }
        }
        return names
    }
}
