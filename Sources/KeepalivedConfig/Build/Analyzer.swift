/// A value with the place that it was written in.
struct Located<Value: Sendable>: Sendable {
    var value: Value
    var span: Span

    init(_ value: Value, _ span: Span) {
        self.value = value
        self.span = span
    }
}

/// Walks the syntax tree along the keyword tables.
struct Analyzer {
    let tree: SyntaxTree
    var sink: DiagnosticSink
    /// What is lost when a value of the statement that is being read cannot be used.
    private var stake = Stake.setting(default: nil)
    /// Whether a value that cannot be used is an error: there is no default for it that could run.
    private(set) var refusesValues = false
    /// The way out of such an error that says none by itself.
    private var remedy: String?
    /// Whether keepalived goes on where the statement that is being read has no value.
    private(set) var toleratesMissingValue = false
    /// Whether the statement that is being read counts as if it were not there.
    private var isIgnored = false
    /// Keywords that unknown words of the block are probably meant to be.
    var meant: [String: Span] = [:]
    /// Keywords that were reported to lack their block: what stands behind them was meant to be in it.
    var withoutBlock: Set<String> = []
    /// Keywords without effect that were named already: a file that uses one a thousand times is told once.
    private var named: Set<String> = []

    init(tree: SyntaxTree, sink: DiagnosticSink) {
        self.tree = tree
        self.sink = sink
        self.sink.text = tree.text
    }

    /// What a statement stands for.
    private enum Stake {
        /// A setting, with the words of its default.
        case setting(default: String?)
        /// One of several words of a line.
        case option
        /// A line of a list.
        case entry
        /// A block with all that is in it.
        case block

        /// What happens when it is ignored.
        var consequence: String {
            switch self {
            case .setting(let value?):
                "the line is ignored, and the default holds: \(value.replacing("`", with: "'"))"
            case .setting: "the line is ignored"
            case .option: "it is ignored"
            case .entry: "the line is left out"
            case .block: "the whole block is left out"
            }
        }
    }

    /// Reports a value that cannot be used, as keepalived does: the statement counts as if it were not there.
    ///
    /// - Parameter consequence: what happens, where it is not that.
    mutating func ignore(_ issue: Issue, at span: Span, consequence: String? = nil) {
        switch stake {
        case .option: break
        case .setting, .entry, .block: isIgnored = isIgnored || consequence == nil
        }
        guard !refusesValues else {
            isIgnored = true
            var issue = issue
            issue.hint = issue.hint ?? remedy
            sink.report(issue, .error, at: span)
            return
        }
        // What the value would be is said already.
        let isUnresolved = hasUnresolvedReference(span)
        var issue = issue.adding(consequence: consequence ?? stake.consequence)
        if consequence == nil {
            switch stake {
            case .entry, .block: issue.leavesOut = true
            case .setting, .option: break
            }
        }
        if isUnresolved { sink.note(issue, at: span) } else { sink.report(issue, at: span) }
    }

    /// Whether a reference in a word was reported to stay as it is.
    private func hasUnresolvedReference(_ span: Span) -> Bool {
        guard !tree.unresolved.isEmpty else { return false }
        return (span.start..<span.end).contains { index in
            tree.text.bytes[Int(index)] == UInt8(ascii: "$")
                && tree.unresolved.contains(tree.text.used(Span(start: index, length: 1)).start)
        }
    }

    /// Reports a missing value: an error where it ends keepalived, else the statement counts as if it were not there.
    mutating func reportMissingValue(_ keyword: String, expected: String, at span: Span, isFatal: Bool) {
        let issue = Issue.missingArgument(keyword, expected: expected)
        guard isFatal || refusesValues else { return ignore(issue.asWarning, at: span) }
        isIgnored = true
        sink.report(issue, at: span)
    }

    /// Reports what is there already, and counts no second time.
    mutating func reportGivenAlready(_ what: String, at span: Span) {
        isIgnored = true
        sink.report(.givenAlready(what), at: span)
    }

    /// Reads a value without which the file cannot be used.
    ///
    /// - Parameter remedy: the way out where the value is a wrong one.
    mutating func refusing<Value>(_ remedy: String, _ read: (inout Analyzer) -> Value) -> Value {
        let outer = (refusesValues, self.remedy)
        (refusesValues, self.remedy) = (true, remedy)
        defer { (refusesValues, self.remedy) = outer }
        return read(&self)
    }

    /// Reads a word of a line that stays, whatever the word is.
    mutating func option<Value>(_ read: (inout Analyzer) -> Value) -> Value {
        let outer = stake
        stake = .option
        defer { stake = outer }
        return read(&self)
    }

    /// Whether the statement has a block; reports when it has none.
    ///
    /// - Parameter isList: whether its arguments could be a line of it.
    mutating func requireBlock(_ statement: Int, isList: Bool = false) -> Bool {
        guard !tree.hasBlock(statement) else { return true }
        let arguments = (0..<tree.argumentCount(statement)).compactMap { tree.argument($0, of: statement) }
        withoutBlock.insert(name(statement))
        sink.report(
            .missingBlock(name(statement), line: isList ? arguments.map { tree.string($0) } : []),
            at: tree.span(statement))
        return false
    }

    /// Reads the block of a statement into a draft. Returns the keywords that were probably meant by unknown words, with
    /// their places: nobody needs to be told that they are missing.
    @discardableResult
    mutating func read<Target>(
        _ table: KeywordTable<Target>, of statement: Int, into target: inout Target
    ) -> [String: Span] {
        guard requireBlock(statement) else { return [:] }
        let outer = meant
        meant = [:]
        defer { meant = outer }
        var seen = KeywordSet()
        var ignored: [Int] = []
        forEachLine(of: statement) { analyzer, line in
            guard let index = analyzer.find(table, statement: line) else { return }
            let setting = table.setting(index)
            if table.keywords[index].keepsFirst, seen.contains(setting) {
                analyzer.reportGivenAlready(analyzer.name(line), at: analyzer.tree.span(line))
                return
            }
            guard analyzer.read(table, index, statement: line, into: &target) else {
                ignored.append(line)
                return
            }
            guard !seen.insert(setting) else { return }
            analyzer.reportRepeated(line, table, index, in: statement, without: ignored)
        }
        return meant
    }

    /// Which settings of a table a block has had. One beyond the 128th is never known to be there.
    private struct KeywordSet {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        func contains(_ index: Int) -> Bool {
            let bit: UInt64 = 1 << UInt64(index & 63)
            return switch index {
            case 0..<64: low & bit != 0
            case 64..<128: high & bit != 0
            default: false
            }
        }

        /// Whether it was not there.
        mutating func insert(_ index: Int) -> Bool {
            let bit: UInt64 = 1 << UInt64(index & 63)
            switch index {
            case 0..<64:
                defer { low |= bit }
                return low & bit == 0
            case 64..<128:
                defer { high |= bit }
                return high & bit == 0
            default: return true
            }
        }
    }

    /// Says that an earlier line of the block has set the same. Lines that are ignored have set nothing.
    private mutating func reportRepeated<Target>(
        _ line: Int, _ table: KeywordTable<Target>, _ index: Int, in statement: Int, without ignored: [Int]
    ) {
        guard let word = tree.keyword(line) else { return }
        var earlier: (word: Word, index: Int)?
        forEachLine(of: statement) { analyzer, other in
            guard earlier == nil, other < line, let word = analyzer.tree.keyword(other),
                let found = table.lookUp(analyzer.bytes(word)), table.setting(found) == table.setting(index),
                !ignored.contains(other)
            else { return }
            earlier = (word, found)
        }
        // A switch may be set twice, but not on and off.
        guard let earlier, table.keywords[index].countsOnce || earlier.index != index, sink.admits(.warning) else {
            return
        }
        sink.report(
            .setTwice(
                tree.string(word), line: tree.text.place(of: earlier.word.span).line,
                by: earlier.index == index ? nil : tree.string(earlier.word)
            ).relating("first set here", to: earlier.word.span), at: word.span)
    }

    /// Reads one statement into a draft.
    mutating func read<Target>(_ table: KeywordTable<Target>, statement: Int, into target: inout Target) {
        guard let index = find(table, statement: statement) else { return }
        _ = read(table, index, statement: statement, into: &target)
    }

    /// Which keyword of the table a statement has. Says so where it has none, or a block that it cannot have.
    private mutating func find<Target>(_ table: KeywordTable<Target>, statement: Int) -> Int? {
        guard let word = tree.keyword(statement) else { return nil }
        guard let index = table.lookUp(bytes(word)) else {
            reportUnknown(word, statement, table)
            return nil
        }
        if tree.hasBlock(statement), !table.keywords[index].takesBlock {
            let joined = joinedKeyword(table, statement).map { tree.string($0) }
            sink.report(.surplusBlock(table.keywords[index].info.name, joined: joined), at: word.span)
            return nil
        }
        return index
    }

    /// Reads one statement of a block into a draft. Returns whether it counts.
    private mutating func read<Target>(
        _ table: KeywordTable<Target>, _ index: Int, statement: Int, into target: inout Target
    ) -> Bool {
        let outer = (stake, toleratesMissingValue, isIgnored)
        defer { (stake, toleratesMissingValue, isIgnored) = outer }
        stake = tree.hasBlock(statement) ? .block : .setting(default: table.keywords[index].info.defaultValue)
        toleratesMissingValue = table.isIgnoredWithoutValue(index)
        isIgnored = false
        if let sign = sign(of: statement) {
            readWithSign(sign, table, index, statement: statement, into: &target)
        } else {
            table.keywords[index].action(&target, statement, &self)
        }
        return !isIgnored
    }

    /// A keyword of the block among the arguments of a statement, behind its first value: line ends were lost.
    private func joinedKeyword<Target>(_ table: KeywordTable<Target>, _ statement: Int) -> Word? {
        (1..<max(1, tree.argumentCount(statement))).lazy.compactMap { tree.argument($0, of: statement) }
            .first { !$0.isQuoted && table.lookUp(bytes($0)) != nil }
    }

    /// Calls `body` with every statement directly in the block of a statement.
    mutating func forEachLine(of statement: Int, _ body: (inout Analyzer, Int) -> Void) {
        let range = tree.block(of: statement)
        let outer = (stake, toleratesMissingValue)
        (stake, toleratesMissingValue) = (.entry, true)
        defer { (stake, toleratesMissingValue) = outer }
        var line = range.lowerBound
        while line < range.upperBound {
            body(&self, line)
            line = max(line + 1, Int(tree.statements[line].next))
        }
    }

    /// Reports a keyword that does nothing, the first time that it is used.
    mutating func reportNoEffect(_ keyword: String, reason: String, at statement: Int) {
        reportNoEffect(keyword, reason: reason, at: tree.span(statement))
    }

    /// Reports an option that does nothing, the first time that it is used.
    mutating func reportNoEffect(_ option: String, reason: String, at span: Span) {
        guard named.insert(option).inserted else { return }
        sink.report(.noEffect(option, reason: reason), at: span)
    }

    /// The keyword of a statement.
    func name(_ statement: Int) -> String { tree.keyword(statement).map { tree.string($0) } ?? "" }

    func bytes(_ word: Word) -> ArraySlice<UInt8> { tree.text.bytes[Int(word.span.start)..<Int(word.span.end)] }
}
