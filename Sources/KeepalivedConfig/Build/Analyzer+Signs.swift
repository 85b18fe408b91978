/// `=` and `:` between a keyword and its value.
extension Analyzer {
    /// Reads a statement with a sign in front of its value. All that is wrong with it is the sign.
    mutating func readWithSign<Target>(
        _ sign: Word, _ table: KeywordTable<Target>, _ index: Int, statement: Int, into target: inout Target
    ) {
        let earlier = sink
        table.keywords[index].action(&target, statement, &self)
        let isAlone = sign.span.length == 1 && (tree.argumentCount(statement) > 1 || tree.hasBlock(statement))
        guard isAlone || sink.count > earlier.count else { return }
        let severity: Diagnostic.Severity = sink.errors.count > earlier.errors.count ? .error : .warning
        let text = tree.string(sign)
        let value = isAlone ? tree.argument(1, of: statement).map { tree.string($0) } : String(text.dropFirst())
        let keyword = table.keywords[index].info.name
        sink = earlier
        sink.report(
            .signAsValue(
                keyword, sign: String(text.prefix(1)), value: value ?? "",
                needsBlock: KeywordReference.needsBlock(keyword)), severity, at: sign.span)
    }

    /// `=` or `:` in front of the value, as other languages have it.
    func sign(of statement: Int) -> Word? {
        guard let word = tree.argument(0, of: statement), !word.isQuoted, word.span.length > 0 else { return nil }
        let first = tree.text.bytes[Int(word.span.start)]
        return first == UInt8(ascii: "=") || first == UInt8(ascii: ":") ? word : nil
    }
}
