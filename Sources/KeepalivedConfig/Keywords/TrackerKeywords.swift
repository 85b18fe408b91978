import Addressing

/// `vrrp_script`, `track_file` and `vrrp_track_process`.
enum TrackerKeywords {
    static let script = KeywordTable<TrackScriptDraft>(
        "'vrrp_script'",
        [
            .custom("script", "COMMAND [USER [GROUP]]", "what is run; exit status 0 is success") {
                draft, statement, analyzer in
                let said = analyzer.sink.count
                if let script = analyzer.script(statement) {
                    draft.script = Located(script, analyzer.tree.span(statement))
                } else if analyzer.sink.count > said {
                    draft.cause = analyzer.sink.warnings.last?.span
                }
            },
            .interval("interval", .seconds(0)...Intervals.day, default: "1", "from one start to the next; 0 is 1") {
                $0.interval = $1
            },
            .interval(
                "timeout", .seconds(0)...Intervals.day, default: "the interval", "a longer run is a failure; 0 is 1"
            ) {
                $0.timeout = $1
            },
            .custom(
                "weight", "-253…253 [reverse|noreverse]", default: "0",
                "what it adds to the priority; 0: failure is a fault"
            ) { draft, statement, analyzer in
                guard let (weight, isReversed) = analyzer.weight(statement, in: -253...253) else { return }
                draft.weight = weight
                draft.isReversed = isReversed ?? false
            },
            .integer("rise", UInt32(1)...2_147_483_647, default: "1", "successes in a row that count as up") {
                $0.rise = $1.value
            },
            .integer("fall", UInt32(1)...2_147_483_647, default: "1", "failures in a row that count as down") {
                $0.fall = $1.value
            },
            .custom("user", "USER [GROUP]", default: "`script_user`", "who runs it") { draft, statement, analyzer in
                guard analyzer.required(of: statement, expected: "a user") != nil else { return }
                analyzer.expectNoMore(than: 2, of: statement)
                draft.user = analyzer.scriptUser(statement)
            },
            .flag("init_fail", "counts as failed until the first result") { draft, _ in draft.startsFailed = true },
        ])

    static let file = KeywordTable<TrackFileDraft>(
        "'track_file'",
        [
            Keyword.text("file", "PATH", "file with a whole number") { $0.path = $1 }.keepingFirst,
            .custom(
                "weight", "-254…254 [reverse]", default: "1",
                "what the number is multiplied by; 0: a number other than 0 is a fault"
            ) { draft, statement, analyzer in
                guard draft.weight == nil else {
                    analyzer.reportGivenAlready("weight", at: analyzer.tree.span(statement))
                    return
                }
                guard let (weight, isReversed) = analyzer.weight(statement, in: -254...254) else { return }
                draft.weight = weight
                draft.isReversed = isReversed ?? false
            },
            .custom(
                "init_file", "[VALUE] [overwrite]", default: "none; 0 without a value", "what is written at the start"
            ) { draft, statement, analyzer in
                var initial = TrackFile.Initial()
                for index in 0..<analyzer.tree.argumentCount(statement) {
                    guard let word = analyzer.tree.argument(index, of: statement) else { return }
                    if analyzer.tree.string(word) == "overwrite" {
                        initial.overwrites = true
                    } else {
                        guard let value = analyzer.integer(word, in: Int32.min...Int32.max) else { return }
                        initial.value = value
                    }
                }
                draft.initial = initial
            },
        ])

    static let process = KeywordTable<TrackProcessDraft>(
        "'vrrp_track_process'",
        [
            .custom("process", "PROGRAM [ARGUMENT…]", "what must run") { draft, statement, analyzer in
                draft.hasCommand = true
                guard let command = analyzer.command(statement) else { return }
                guard draft.command.isEmpty else {
                    analyzer.reportGivenAlready("process", at: analyzer.tree.span(statement))
                    return
                }
                draft.command = command
            },
            .custom(
                "param_match", "[initial|partial]", default: "exact where `process` has arguments",
                "how arguments are compared; all of them without a word"
            ) { draft, statement, analyzer in
                analyzer.expectNoMore(than: 1, of: statement)
                guard let word = analyzer.tree.argument(0, of: statement) else {
                    draft.match = .exact
                    return
                }
                let choices: [(name: String, value: TrackProcess.Match)] = [
                    ("initial", .initial), ("partial", .partial),
                ]
                draft.match = analyzer.choice(word, choices) ?? draft.match
            },
            .custom(
                "weight", "-254…254 [reverse]", default: "0",
                "what it adds to the priority; 0: too few processes are a fault"
            ) { draft, statement, analyzer in
                guard draft.weight == nil else {
                    analyzer.reportGivenAlready("weight", at: analyzer.tree.span(statement))
                    return
                }
                guard let (weight, isReversed) = analyzer.weight(statement, in: -254...254) else { return }
                draft.weight = weight
                draft.isReversed = isReversed ?? false
            },
            .integer("quorum", UInt16(1)...65535, default: "1", "fewer processes are too few") { $0.quorum = $1 },
            .integer("quorum_max", UInt16(0)...65535, default: "none", "more processes are too many") {
                $0.maximum = $1
            },
            .interval("delay", Interval(microseconds: 1)...hour, default: "0", "how long a change must last") {
                $0.terminateDelay = $1.value
                $0.forkDelay = $1.value
            },
            .interval("terminate_delay", Interval(microseconds: 1)...hour, default: "0", "how long an end must last") {
                $0.terminateDelay = $1.value
            },
            .interval("fork_delay", Interval(microseconds: 1)...hour, default: "0", "how long a start must last") {
                $0.forkDelay = $1.value
            },
            .flag("full_command", "compare the whole command line, not the short name") { draft, _ in
                draft.comparesFullCommand = true
            },
        ])

    private static let hour = Interval.seconds(3600)
}

extension Analyzer {
    /// `WEIGHT [reverse|noreverse]` behind `first` arguments.
    mutating func weight(_ statement: Int, from first: Int = 0, in range: ClosedRange<Int>) -> (Int, Bool?)? {
        guard
            let word = required(
                first, of: statement, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"),
            let weight = integer(word, in: range)
        else { return nil }
        expectNoMore(than: first + 2, of: statement)
        guard let option = tree.argument(first + 1, of: statement) else { return (weight, nil) }
        guard let isReversed = choice(option, [("reverse", true), ("noreverse", false)]) else { return nil }
        return (weight, isReversed)
    }

    /// `NAME [weight N [reverse|noreverse]]`. Weights of ±254 are brought to ±`limit`, as in former versions' files.
    mutating func track(_ line: Int, limit: Int = 253, tolerates: Int = 254) -> TrackDraft? {
        guard let word = tree.keyword(line) else { return nil }
        var draft = TrackDraft(name: tree.string(word), span: word.span, order: line)
        guard let option = tree.argument(0, of: line) else { return draft }
        // What cannot be read is ignored, and the tracker has its own weight.
        let range = -max(limit, tolerates)...max(limit, tolerates)
        guard self.option({ $0.choice(option, [("weight", true)]) }) != nil else { return draft }
        guard tree.argument(1, of: line) != nil else {
            self.option {
                $0.reportMissingValue(
                    "weight", expected: "a whole number from \(-limit) to \(limit)", at: option.span, isFatal: false)
            }
            return draft
        }
        guard let (weight, isReversed) = self.option({ $0.weight(line, from: 1, in: range) }) else { return draft }
        let used = min(max(weight, -limit), limit)
        if used != weight, let word = tree.argument(1, of: line) {
            sink.report(.corrected("weight", "\(weight)", used: "\(used)"), at: word.span)
        }
        draft.weight = used
        draft.isReversed = isReversed
        return draft
    }

    /// The words behind a keyword, split by the escaping rule.
    fileprivate mutating func command(_ statement: Int) -> [String]? {
        guard let keyword = tree.keyword(statement), required(of: statement, expected: "a program") != nil else {
            return nil
        }
        let raw = tree.text.bytes[Int(keyword.span.end)..<Int(tree.statements[statement].end)]
        let words = ScriptWords.split(raw).map { String(decoding: $0, as: UTF8.self) }
        guard let program = words.first, !program.isEmpty else {
            ignore(.emptyCommand(name(statement)), at: keyword.span)
            return nil
        }
        return words
    }
}
