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
    /// Keywords without effect that were named already: a file that uses one a thousand times is told once.
    private var named: Set<String> = []

    init(tree: SyntaxTree, sink: DiagnosticSink) {
        self.tree = tree
        self.sink = sink
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
        forEachLine(of: statement) { analyzer, line in analyzer.read(table, statement: line, into: &target) }
    }

    /// Reads one statement of a block into a draft.
    mutating func read<Target>(_ table: KeywordTable<Target>, statement: Int, into target: inout Target) {
        guard let word = tree.keyword(statement) else { return }
        guard let index = table.lookUp(bytes(word)) else {
            reportUnknown(word, statement, table)
            return
        }
        if tree.hasBlock(statement), !table.keywords[index].takesBlock {
            sink.report(.surplusBlock(table.keywords[index].info.name), at: word.span)
            return
        }
        table.keywords[index].action(&target, statement, &self)
    }

    /// Calls `body` with every statement directly in the block of a statement.
    mutating func forEachLine(of statement: Int, _ body: (inout Analyzer, Int) -> Void) {
        let range = tree.block(of: statement)
        var line = range.lowerBound
        while line < range.upperBound {
            body(&self, line)
            line = max(line + 1, Int(tree.statements[line].next))
        }
    }

    /// Reports a keyword that does nothing, the first time that it is used.
    mutating func reportNoEffect(_ keyword: String, reason: String, at statement: Int) {
        guard named.insert(keyword).inserted else { return }
        sink.report(.noEffect(keyword, reason: reason), at: tree.span(statement))
    }

    private mutating func reportUnknown<Target>(_ word: Word, _ statement: Int, _ table: KeywordTable<Target>) {
        guard sink.admits(.warning) else { return }
        let text = tree.string(word)
        let hasBlock = tree.hasBlock(statement)
        if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex {
            let keyword = String(text[..<equals])
            if table.lookUp(Array(keyword.utf8)[...]) != nil {
                let value = String(text[text.utf8.index(after: equals)...])
                sink.report(.keywordWithEqualsSign(text, keyword: keyword, value: value), at: word.span)
                return
            }
        }
        if let blocks = KeywordReference.blocksByKeyword[text] {
            sink.report(.keywordElsewhere(text, block: table.name, belongs: blocks, hasBlock: hasBlock), at: word.span)
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
