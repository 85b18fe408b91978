/// `vrrp_script`, and the blocks that name trackers.
enum TrackerKeywords {
    static let script = KeywordTable<TrackScriptDraft>(
        "'vrrp_script'",
        [
            .script("script", "what is run; exit status 0 is success") { $0.script = $1 },
            .interval("interval", .seconds(0)...Intervals.day, default: "1", "from one start to the next; 0 is 1") {
                $0.interval = $1.value
            },
            .interval(
                "timeout", .seconds(0)...Intervals.day, default: "the interval", "a longer run is a failure; 0 is 1"
            ) {
                $0.timeout = $1.value
            },
            .custom(
                "weight", "-253…253 [reverse|noreverse]", default: "0",
                "what it adds to the priority; 0: failure is a fault"
            ) {
                draft, statement, analyzer in
                guard let (weight, isReversed) = analyzer.weight(statement) else { return }
                draft.weight = weight
                draft.isReversed = isReversed ?? false
            },
            .integer("rise", UInt32(1)...1_000_000, default: "1", "successes in a row that count as up") {
                $0.rise = $1.value
            },
            .integer("fall", UInt32(1)...1_000_000, default: "1", "failures in a row that count as down") {
                $0.fall = $1.value
            },
            .custom("user", "USER [GROUP]", default: "`script_user`", "who runs it") { draft, statement, analyzer in
                guard analyzer.required(of: statement, expected: "a user") != nil else { return }
                analyzer.expectNoMore(than: 2, of: statement)
                draft.user = analyzer.scriptUser(statement)
            },
            .flag("init_fail", "counts as failed until the first result") { draft, _ in draft.startsFailed = true },
        ])

    /// The keywords of an instance and of a group that name trackers.
    static func lists<Target>(
        interfaces: @escaping @Sendable (inout Target, TrackDraft) -> Void,
        scripts: @escaping @Sendable (inout Target, TrackDraft) -> Void
    ) -> [Keyword<Target>] {
        [
            .list("track_interface", "INTERFACE [weight -253…253 [reverse|noreverse]]", "interfaces that must be up") {
                target, line, analyzer in
                guard let word = analyzer.tree.keyword(line), analyzer.interface(word) != nil,
                    let draft = analyzer.track(line)
                else { return }
                interfaces(&target, draft)
            },
            .list("track_script", "NAME [weight -253…253 [reverse|noreverse]]", "scripts that must succeed") {
                target, line, analyzer in
                guard let draft = analyzer.track(line) else { return }
                scripts(&target, draft)
            },
            .refused(
                "track_file", "what it should react to would not happen",
                remedy: "use 'track_script' with a script that reads the file",
                "files whose number changes the priority"),
            .refused(
                "track_process", "what it should react to would not happen",
                remedy: "use 'track_script' with 'pidof' or 'pgrep'",
                "processes that must run"),
            .refused(
                "track_bfd", "what it should react to would not happen", remedy: "remove it",
                "BFD sessions that must be up"),
        ]
    }

    /// The scripts of an instance and of a group.
    static func notify<Target>(
        _ assign: @escaping @Sendable (inout Target, (inout NotifyScripts) -> Void) -> Void
    ) -> [Keyword<Target>] {
        [
            .script("notify_master", "run on becoming master") { target, script in
                assign(&target) { $0.master = script.value }
            },
            .script("notify_backup", "run on becoming backup") { target, script in
                assign(&target) { $0.backup = script.value }
            },
            .script("notify_fault", "run on a fault") { target, script in assign(&target) { $0.fault = script.value } },
            .script("notify_stop", "run at a stop") { target, script in assign(&target) { $0.stop = script.value } },
            .script("notify", "run on every change with type, name, state and priority") { target, script in
                assign(&target) { $0.generic = script.value }
            },
        ]
    }
}

extension Analyzer {
    /// `WEIGHT [reverse|noreverse]` behind `first` arguments.
    mutating func weight(_ statement: Int, from first: Int = 0) -> (Int, Bool?)? {
        guard let word = required(first, of: statement, expected: "a whole number from -253 to 253"),
            let weight = integer(word, in: -253...253)
        else { return nil }
        expectNoMore(than: first + 2, of: statement)
        guard let option = tree.argument(first + 1, of: statement) else { return (weight, nil) }
        guard let isReversed = choice(option, [("reverse", true), ("noreverse", false)]) else { return nil }
        return (weight, isReversed)
    }

    /// `NAME [weight N [reverse|noreverse]]`.
    mutating func track(_ line: Int) -> TrackDraft? {
        guard let word = tree.keyword(line) else { return nil }
        var draft = TrackDraft(name: tree.string(word), span: word.span)
        guard let option = tree.argument(0, of: line) else { return draft }
        guard choice(option, [("weight", true)]) != nil, let (weight, isReversed) = weight(line, from: 1) else {
            return nil
        }
        draft.weight = weight
        draft.isReversed = isReversed
        return draft
    }
}
