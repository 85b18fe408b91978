/// The keywords of an instance and of a group that name trackers and scripts.
extension TrackerKeywords {
    private static let weight = "[weight -253…253 [reverse|noreverse]]"
    private static let otherWeight = "[weight -254…254 [reverse|noreverse]]"

    static func lists<Target>(
        _ apply: @escaping @Sendable (inout Target, (inout TrackDrafts) -> Void) -> Void
    ) -> [Keyword<Target>] {
        [
            .list("track_interface", "INTERFACE \(weight)", "interfaces that must be up") { target, line, analyzer in
                guard let word = analyzer.tree.keyword(line), analyzer.interface(word) != nil,
                    let draft = analyzer.track(line)
                else { return }
                append(draft, "track_interface", to: \.interfaces, of: &target, &analyzer, apply)
            },
            .list("track_script", "NAME \(weight)", "scripts that must succeed") { target, line, analyzer in
                guard let draft = analyzer.track(line) else { return }
                append(draft, "track_script", to: \.scripts, of: &target, &analyzer, apply)
            },
            .list("track_file", "NAME \(otherWeight)", "files whose number changes the priority") {
                target, line, analyzer in
                guard let draft = analyzer.track(line, limit: 254) else { return }
                append(draft, "track_file", to: \.files, of: &target, &analyzer, apply)
            },
            .list("track_process", "NAME \(otherWeight)", "processes that must run") {
                target, line, analyzer in
                guard let draft = analyzer.track(line, limit: 254) else { return }
                append(draft, "track_process", to: \.processes, of: &target, &analyzer, apply)
            },
            .list("track_bfd", "NAME \(weight)", "BFD sessions that must be up") {
                target, line, analyzer in
                guard let draft = analyzer.track(line, tolerates: 253) else { return }
                append(draft, "track_bfd", to: \.bfds, of: &target, &analyzer, apply)
            },
        ]
    }

    /// What is tracked already keeps the weight of the first line.
    private static func append<Target>(
        _ draft: TrackDraft, _ keyword: String, to list: WritableKeyPath<TrackDrafts, [TrackDraft]>,
        of target: inout Target, _ analyzer: inout Analyzer,
        _ apply: (inout Target, (inout TrackDrafts) -> Void) -> Void
    ) {
        var isGiven = false
        apply(&target) { drafts in
            isGiven = drafts[keyPath: list].contains { $0.name == draft.name }
            if !isGiven { drafts[keyPath: list].append(draft) }
        }
        if isGiven { analyzer.reportGivenAlready("\(keyword) \(draft.name)", at: draft.span) }
    }

    /// The scripts of an instance and of a group.
    static func notify<Target>(
        _ assign: @escaping @Sendable (inout Target, (inout NotifyScripts) -> Void) -> Void
    ) -> [Keyword<Target>] {
        [
            .firstScript("notify_master", "run on becoming master") { target, change in
                assign(&target) { change(&$0.master) }
            },
            .firstScript("notify_backup", "run on becoming backup") { target, change in
                assign(&target) { change(&$0.backup) }
            },
            .firstScript("notify_fault", "run on a fault") { target, change in assign(&target) { change(&$0.fault) } },
            .firstScript("notify_stop", "run at a stop") { target, change in assign(&target) { change(&$0.stop) } },
            .firstScript("notify", "run on every change with type, name, state and priority") { target, change in
                assign(&target) { change(&$0.generic) }
            },
        ]
    }
}
