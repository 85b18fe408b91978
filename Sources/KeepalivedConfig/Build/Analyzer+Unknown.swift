/// Words that are no keyword where they stand.
extension Analyzer {
    /// Reports a statement whose keyword the table does not have, with what was probably meant.
    mutating func reportUnknown<Target>(_ word: Word, _ statement: Int, _ table: KeywordTable<Target>) {
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
            meant[keyword] = word.span
            let value = glued.isEmpty ? tree.argument(0, of: statement).map { tree.string($0) } ?? "" : glued
            sink.report(
                .keywordWithSign(
                    text, keyword: keyword, sign: String(text[end]), value: value,
                    needsBlock: KeywordReference.needsBlock(keyword)),
                at: word.span)
            return
        }
        if let list = listWithOption(text, table), !hasBlock {
            sink.report(
                .optionAsKeyword(
                    text, block: table.name, lists: list.names, line: list.line,
                    value: tree.argument(0, of: statement).map { tree.string($0) }), at: word.span)
            return
        }
        let bare = text.utf8.last == UInt8(ascii: ":") ? String(text.dropLast()) : text
        if let blocks = KeywordReference.blocksByKeyword[bare] {
            // Only a name in quotes is a block that a keyword opens.
            let openers = blocks.filter { $0.hasPrefix("'") }.map { String($0.dropFirst().dropLast()) }
            guard withoutBlock.isDisjoint(with: openers) else { return }
            sink.report(
                .keywordElsewhere(
                    bare, block: table.name, belongs: blocks, hasBlock: hasBlock,
                    opener: openers.first { name in
                        table.lookUp(Array(name.utf8)[...]).map { !table.keywords[$0].isList } ?? false
                    }),
                at: word.span)
            return
        }
        let nearest = Suggestion.nearest(to: text, among: table.keywords.lazy.map { $0.info.name })
        // What stands behind a keyword without its block was meant to be in it.
        if nearest == nil, !hasBlock, !withoutBlock.isEmpty { return }
        if nearest == nil, !hasBlock, table.lookUp(Array("group".utf8)[...]) != nil {
            // Whose first member was told needs no list.
            guard meant.updateValue(word.span, forKey: "group") == nil else { return }
            sink.report(.memberOutsideGroup(text, block: table.name), at: word.span)
            return
        }
        if let nearest { meant[nearest] = word.span }
        sink.report(.unknownKeyword(text, block: table.name, nearest: nearest, hasBlock: hasBlock), at: word.span)
    }

    /// The lists of a block whose lines have this option, and what the lines of the first begin with.
    private func listWithOption<Target>(
        _ option: String, _ table: KeywordTable<Target>
    ) -> (names: [String], line: String)? {
        let lists = table.keywords.filter { keyword in
            keyword.isList
                && (keyword.info.arguments.contains("[\(option) ") || keyword.info.arguments.contains("[\(option)]"))
        }
        guard let first = lists.first else { return nil }
        let start = first.info.arguments.dropFirst(2).prefix { $0 != " " && $0 != "[" }
        return (lists.map { $0.info.name }, start.isEmpty ? "…" : String(start))
    }
}
