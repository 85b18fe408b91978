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
            case .setting(let value?): "the line is ignored, and the default holds: \(value)"
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
        guard !refusesValues else {
            sink.report(issue, .error, at: span)
            return
        }
        var issue = issue.adding(consequence: consequence ?? stake.consequence)
        if consequence == nil {
            switch stake {
            case .entry, .block: issue.leavesOut = true
            case .setting, .option: break
            }
        }
        sink.report(issue, at: span)
    }

    /// Reads a value without which the file cannot be used.
    mutating func refusing<Value>(_ read: (inout Analyzer) -> Value) -> Value {
        let outer = refusesValues
        refusesValues = true
        defer { refusesValues = outer }
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
    mutating func requireBlock(_ statement: Int) -> Bool {
        guard !tree.hasBlock(statement) else { return true }
        sink.report(.missingBlock(name(statement)), at: tree.span(statement))
        return false
    }

    /// Reads the block of a statement into a draft.
    mutating func read<Target>(_ table: KeywordTable<Target>, of statement: Int, into target: inout Target) {
        guard requireBlock(statement) else { return }
        var seen = KeywordSet()
        forEachLine(of: statement) { analyzer, line in
            guard let index = analyzer.read(table, statement: line, into: &target), !seen.insert(index),
                table.keywords[index].countsOnce
            else { return }
            analyzer.reportRepeated(line, in: statement)
        }
    }

    /// Which keywords of a table a block has had. A keyword beyond the 128th is never known to be there.
    private struct KeywordSet {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

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

    private mutating func reportRepeated(_ line: Int, in statement: Int) {
        guard let word = tree.keyword(line), sink.admits(.warning) else { return }
        let name = bytes(word)
        var first: Word?
        forEachLine(of: statement) { analyzer, other in
            guard first == nil, other < line, let word = analyzer.tree.keyword(other),
                analyzer.bytes(word).elementsEqual(name)
            else { return }
            first = word
        }
        guard let first else { return }
        let number = tree.text.place(of: first.span).line
        sink.report(
            .setTwice(tree.string(word), line: number).relating("first set here", to: first.span), at: word.span)
    }

    /// Reads one statement of a block into a draft. Returns which keyword of the table it was; nil where it was none.
    @discardableResult
    mutating func read<Target>(_ table: KeywordTable<Target>, statement: Int, into target: inout Target) -> Int? {
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
        let outer = stake
        defer { stake = outer }
        let defaultValue = table.keywords[index].info.defaultValue
        stake =
            tree.hasBlock(statement)
            ? .block : .setting(default: defaultValue.map { $0.replacing("`", with: "'") })
        table.keywords[index].action(&target, statement, &self)
        return index
    }

    /// A keyword of the block among the arguments of a statement, behind its first value: line ends were lost.
    private func joinedKeyword<Target>(_ table: KeywordTable<Target>, _ statement: Int) -> Word? {
        (1..<max(1, tree.argumentCount(statement))).lazy.compactMap { tree.argument($0, of: statement) }
            .first { !$0.isQuoted && table.lookUp(bytes($0)) != nil }
    }

    /// Calls `body` with every statement directly in the block of a statement.
    mutating func forEachLine(of statement: Int, _ body: (inout Analyzer, Int) -> Void) {
        let range = tree.block(of: statement)
        let outer = stake
        stake = .entry
        defer { stake = outer }
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

    private mutating func reportUnknown<Target>(_ word: Word, _ statement: Int, _ table: KeywordTable<Target>) {
        let hasBlock = tree.hasBlock(statement)
        // A reference to an undefined name is reported already.
        if bytes(word).first == UInt8(ascii: "$"), !hasBlock { return }
        guard sink.admits(.warning) else { return }
        let text = tree.string(word)
        if let end = text.utf8.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }),
            end != text.startIndex, table.lookUp(Array(text[..<end].utf8)[...]) != nil
        {
            let keyword = String(text[..<end])
            let glued = String(text[text.utf8.index(after: end)...])
            let value = glued.isEmpty ? tree.argument(0, of: statement).map { tree.string($0) } ?? "" : glued
            sink.report(
                .keywordWithSign(
                    text, keyword: keyword, sign: String(text[end]), value: value,
                    needsBlock: KeywordReference.needsBlock(keyword)),
                at: word.span)
            return
        }
        if let blocks = KeywordReference.blocksByKeyword[text] {
            // Only a name in quotes is a block that a keyword opens.
            let openers = blocks.filter { $0.hasPrefix("'") }.map { String($0.dropFirst().dropLast()) }
            sink.report(
                .keywordElsewhere(
                    text, block: table.name, belongs: blocks, hasBlock: hasBlock,
                    opener: openers.first { table.lookUp(Array($0.utf8)[...]) != nil }),
                at: word.span)
            return
        }
        sink.report(
            .unknownKeyword(
                text, block: table.name,
                nearest: Suggestion.nearest(to: text, among: table.keywords.lazy.map { $0.info.name }),
                hasBlock: hasBlock), .warning, at: word.span)
    }

    /// The keyword of a statement.
    func name(_ statement: Int) -> String { tree.keyword(statement).map { tree.string($0) } ?? "" }

    func bytes(_ word: Word) -> ArraySlice<UInt8> { tree.text.bytes[Int(word.span.start)..<Int(word.span.end)] }
}
