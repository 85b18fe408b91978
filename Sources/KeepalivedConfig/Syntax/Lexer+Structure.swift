/// Statements and blocks, and what to make of missing and surplus braces.
extension Lexer {
    /// Blocks within blocks, this deep; the language itself needs five.
    private static let nestingLimit = 64
    /// Missing braces that are worth a diagnostic of their own.
    private static let forgottenLimit = 10
    /// More statements than this are refused: they are a runaway expansion or not a configuration.
    private static let statementLimit = 8 << 20

    mutating func finishStatement(_ firstWord: Int, end: Int, indentation: Int) {
        guard tree.words.count > firstWord else { return }
        attachable = tree.statements.count
        attachableIndentation = indentation
        append(firstWord, end: end, brace: nil)
        noticeSetting()
    }

    mutating func append(_ firstWord: Int, end: Int, brace: Int?) {
        let index = UInt32(tree.statements.count)
        guard index < Self.statementLimit else {
            abandon(
                .tooManyStatements(Self.statementLimit),
                at: tree.words.indices.contains(firstWord) ? tree.words[firstWord].span : span(end, end))
            return
        }
        tree.statements.append(
            Statement(
                firstWord: UInt32(firstWord), wordCount: UInt32(tree.words.count - firstWord), next: index + 1,
                brace: brace.map { UInt32($0) }, end: UInt32(end)))
    }

    mutating func openBlock(_ firstWord: Int, brace: Int, indentation: Int) {
        let statement: Int
        var column = indentation
        if tree.words.count == firstWord, let before = attachable {
            statement = before
            tree.statements[before].brace = UInt32(brace)
            column = attachableIndentation
        } else {
            if tree.words.count == firstWord {
                let isDoubled = open.last.map { $0.statement == tree.statements.count - 1 } ?? false
                if !hasReportedAnonymousBlock {
                    hasReportedAnonymousBlock = true
                    sink.report(isDoubled ? .secondBrace : .blockWithoutKeyword, at: span(brace, brace + 1))
                }
                // Its '}' may be there or not, and what is in it may belong elsewhere.
                hasSurplusOpening = true
                if let outermost = open.first { broken.append(outermost.statement..<outermost.statement + 1) }
            }
            statement = tree.statements.count
            append(firstWord, end: brace, brace: brace)
            guard !isAbandoned else { return }
        }
        attachable = nil
        if isRootKeyword(statement) {
            if !open.isEmpty { closeForgotten(before: statement) }
            lastRootStatement = statement
        }
        guard open.count < Self.nestingLimit else {
            abandon(.nestedTooDeep(Self.nestingLimit), at: span(brace, brace + 1))
            return
        }
        if suspect == nil, let outer = open.last, isRepeated(outer.statement, in: statement) {
            suspect = outer.statement
        }
        open.append(OpenBlock(statement: statement, indentation: column))
    }

    mutating func closeBlock(brace: Int, indentation: Int) {
        attachable = nil
        guard let block = open.popLast() else {
            guard !hasReportedSurplusBrace else { return }
            hasReportedSurplusBrace = true
            if let statement = blockNotOpened() {
                let line = tree.text.place(of: span(brace, brace + 1)).line
                sink.report(
                    .missingBlock(name(of: statement), braceLine: line)
                        .relating("this closes nothing", to: span(brace, brace + 1)), at: tree.span(statement))
                broken.append(min(lastRootStatement ?? statement, statement)..<tree.statements.count)
                return
            }
            let above = lastRootStatement.map { (describe($0), tree.text.place(of: tree.span($0)).line) }
            sink.report(.surplusBrace(above?.0, line: above?.1), at: span(brace, brace + 1))
            if let root = lastRootStatement { broken.append(root..<tree.statements.count) }
            return
        }
        tree.statements[block.statement].next = UInt32(tree.statements.count)
        guard !open.isEmpty else {
            suspect = nil
            hasSurplusOpening = false
            return
        }
        if suspect == nil, indentation >= 0, block.indentation >= 0, block.indentation != indentation,
            open.contains(where: { $0.indentation == indentation })
        {
            suspect = block.statement
        }
    }

    /// The last statement of the block before that needs a block and has none: its '{' is missing where a '}' is left
    /// over.
    private func blockNotOpened() -> Int? {
        ((lastRootStatement ?? 0)..<tree.statements.count).last { statement in
            tree.statements[statement].brace == nil && KeywordReference.needsBlock(name(of: statement))
        }
    }

    private func name(of statement: Int) -> String { tree.keyword(statement).map { tree.string($0) } ?? "" }

    /// Whether two blocks have the same keyword. None stands in one of its kind, so the outer one was not closed.
    private func isRepeated(_ outer: Int, in inner: Int) -> Bool {
        guard let first = tree.keyword(outer), let second = tree.keyword(inner),
            first.span.length == second.span.length
        else { return false }
        return (0..<first.span.length).allSatisfy {
            tree.text.bytes[Int(first.span.start + $0)] == tree.text.bytes[Int(second.span.start + $0)]
        }
    }

    /// A block that exists on the top level only stands inside another: the other one was not closed.
    mutating func closeForgotten(before statement: Int) {
        guard let outermost = open.first, let innermost = open.last else { return }
        forgottenBraces += 1
        guard forgottenBraces <= Self.forgottenLimit else {
            abandon(.textTooBroken, at: tree.span(statement))
            return
        }
        let culprit = suspect ?? innermost.statement
        let line = tree.text.place(of: tree.span(statement)).line
        if !hasSurplusOpening {
            report(
                .unclosedBlock(describe(culprit), before: (describe(statement), line))
                    .relating("this block cannot stand inside another", to: tree.span(statement)),
                at: tree.span(culprit))
        }
        broken.append(outermost.statement..<statement)
        for block in open { tree.statements[block.statement].next = UInt32(statement) }
        open.removeAll()
        suspect = nil
        // Its '}' closes nothing further down.
        if hasSurplusOpening { hasReportedSurplusBrace = true }
        hasSurplusOpening = false
    }

    mutating func finish() {
        guard let outermost = open.first, let innermost = open.last else { return }
        let culprit = suspect ?? innermost.statement
        if !hasSurplusOpening { report(.unclosedBlock(describe(culprit), before: nil), at: tree.span(culprit)) }
        broken.append(outermost.statement..<tree.statements.count)
        for block in open { tree.statements[block.statement].next = UInt32(tree.statements.count) }
        open.removeAll()
    }

    /// Keywords that exist on the top level only and always have a block.
    private static let rootKeywords: [String] = [
        "global_defs", "vrrp_instance", "vrrp_script", "vrrp_sync_group", "virtual_server", "virtual_server_group",
        "static_ipaddress", "static_routes", "static_rules", "bfd_instance", "vrrp_track_process",
        "garp_group", "linkbeat_interfaces", "interface_up_down_delays",
    ]

    private func isRootKeyword(_ statement: Int) -> Bool {
        guard let word = tree.keyword(statement), word.span.length > 9 else { return false }
        let bytes = tree.text.bytes[Int(word.span.start)..<Int(word.span.end)]
        return Self.rootKeywords.contains { $0.utf8.elementsEqual(bytes) }
    }

    /// The keyword and its arguments, as a message names a block.
    private func describe(_ statement: Int) -> String {
        let words = (0..<Int(tree.statements[statement].wordCount)).prefix(3).map {
            tree.string(tree.words[Int(tree.statements[statement].firstWord) + $0])
        }
        return words.isEmpty ? "{" : words.joined(separator: " ")
    }
}
