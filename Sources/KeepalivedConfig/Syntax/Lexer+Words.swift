extension Lexer {
    /// Lexes the statements of a line of a file and returns the start of the next line. `indentation` is the column of
    /// the first statement where it is the first thing on its line, else -1.
    mutating func statements(from first: Int, to end: Int, lineStart: Int, indentation: Int) -> Int {
        statements(from: first, to: end, lineStart: lineStart, indentation: indentation, isMade: false)
    }

    /// Lexes a line that was made: comments are gone and definitions are replaced.
    mutating func statements(made line: Range<Int>, indentation: Int) {
        _ = statements(
            from: line.lowerBound, to: line.upperBound, lineStart: line.lowerBound, indentation: indentation,
            isMade: true)
    }

    private mutating func statements(
        from first: Int, to end: Int, lineStart: Int, indentation: Int, isMade: Bool
    ) -> Int {
        var index = first
        var start = index
        var firstWord = tree.words.count
        var indentation = indentation
        while index < end, !isAbandoned {
            let byte = tree.text.bytes[index]
            switch byte {
            case UInt8(ascii: "\n"):
                finishStatement(firstWord, end: index, indentation: indentation)
                return index + 1
            case UInt8(ascii: " "), 0x09, 0x0B...0x0D:
                index += 1
            case UInt8(ascii: "#") where !isMade, UInt8(ascii: "!") where !isMade:
                finishStatement(firstWord, end: index, indentation: indentation)
                return lineEnd(index, end) + 1
            case UInt8(ascii: "{"):
                openBlock(firstWord, brace: index, indentation: indentation)
                index += 1
                firstWord = tree.words.count
                indentation = -1
                while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
                start = index
            case UInt8(ascii: "}"):
                finishStatement(firstWord, end: index, indentation: indentation)
                closeBlock(brace: index, indentation: index == start && indentation >= 0 ? index - lineStart : -1)
                index += 1
                firstWord = tree.words.count
                indentation = -1
                while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
                start = index
            default:
                let next =
                    byte == UInt8(ascii: "\"")
                    ? quotedWord(from: index, to: end, firstWord: firstWord, isMade: isMade)
                    : word(from: index, to: end, isMade: isMade)
                guard next >= 0 else {
                    // A definition is used, or a comment character is escaped: lex a rewritten copy of the rest.
                    tree.words.removeLast(tree.words.count - firstWord)
                    let stop = lineEnd(index, end)
                    expand(start..<stop, indentation: indentation)
                    return stop + 1
                }
                index = next
                if tree.words.count == firstWord + 1, byte == UInt8(ascii: "i"),
                    let next = include(firstWord, from: index, to: end, isMade: isMade)
                {
                    return next
                }
            }
        }
        finishStatement(firstWord, end: index, indentation: indentation)
        return end
    }

    /// Lexes a word without quotes; returns the index behind it, or -1 when the line must be rewritten first.
    private mutating func word(from start: Int, to end: Int, isMade: Bool) -> Int {
        var index = start
        var bits: UInt8 = 0
        scan: while index < end {
            let byte = tree.text.bytes[index]
            if byte > 0x27, byte < 0x5C {
                index += 1
                continue
            }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: " "), 0x09, 0x0B...0x0D, UInt8(ascii: "{"), UInt8(ascii: "}"),
                UInt8(ascii: "\""):
                break scan
            case UInt8(ascii: "#"), UInt8(ascii: "!"):
                if !isMade { break scan }
            case UInt8(ascii: "\\"):
                if !isMade, index + 1 < end, isCommentMark(tree.text.bytes[index + 1]) { return -1 }
            case UInt8(ascii: "$"):
                if !isMade, index + 1 < end, mayBeReference(tree.text.bytes[index + 1]) { return -1 }
                if isMade, let close = undefinedReferenceEnd(index, end) {
                    index = close
                    continue
                }
            default: bits |= byte
            }
            index += 1
        }
        append(Word(span: span(start, index), isQuoted: false, isASCII: bits < 0x80))
        return index
    }

    /// The index behind `${NAME}`: a reference that was not replaced is text, its braces are no block.
    private func undefinedReferenceEnd(_ index: Int, _ end: Int) -> Int? {
        guard index + 1 < end, tree.text.bytes[index + 1] == UInt8(ascii: "{") else { return nil }
        var close = index + 2
        while close < end, isName(tree.text.bytes[close]) { close += 1 }
        return close < end && close > index + 2 && tree.text.bytes[close] == UInt8(ascii: "}") ? close + 1 : nil
    }

    /// Lexes a word in double quotes; the same returns as ``word(from:to:isMade:)``.
    private mutating func quotedWord(from quote: Int, to end: Int, firstWord: Int, isMade: Bool) -> Int {
        var index = quote + 1
        var bits: UInt8 = 0
        while index < end {
            let byte = tree.text.bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                append(Word(span: span(quote + 1, index), isQuoted: true, isASCII: bits < 0x80))
                return index + 1
            case UInt8(ascii: "\n"):
                return unclosedWord(from: quote, to: index, isASCII: bits < 0x80, isMade: isMade)
            case UInt8(ascii: "\\"):
                // Only the keywords whose argument is split again know an escaped quote.
                if index + 1 < end, tree.text.bytes[index + 1] == UInt8(ascii: "\""),
                    !isEscapingKeyword(firstWord)
                {
                    break
                }
                if index + 1 < end, tree.text.bytes[index + 1] != UInt8(ascii: "\n") {
                    bits |= tree.text.bytes[index + 1]
                    index += 1
                }
            case UInt8(ascii: "$"):
                if !isMade, index + 1 < end, mayBeReference(tree.text.bytes[index + 1]) { return -1 }
            default: bits |= byte
            }
            index += 1
        }
        return unclosedWord(from: quote, to: min(index, end), isASCII: bits < 0x80, isMade: isMade)
    }

    /// Ends a word at the end of its line. A brace at the end of the line is taken for one that was meant, so that one
    /// missing quote does not break the structure of the file as well. Where the quote is closed in a later line, that is
    /// passed over.
    private mutating func unclosedWord(from quote: Int, to end: Int, isASCII: Bool, isMade: Bool) -> Int {
        var last = end
        while last > quote + 1, isBlank(tree.text.bytes[last - 1]) { last -= 1 }
        let hasBrace =
            last > quote + 1
            && [UInt8(ascii: "{"), UInt8(ascii: "}")].contains(tree.text.bytes[last - 1])
        let close = isMade || hasBrace ? nil : closingQuote(of: quote, behind: end)
        report(
            close.map { Issue.quoteOverLines.relating("it is closed here", to: span($0, $0 + 1)) } ?? .unclosedQuote,
            at: span(quote, quote + 1))
        let stop = hasBrace ? last - 1 : last
        var wordEnd = stop
        while wordEnd > quote + 1, isBlank(tree.text.bytes[wordEnd - 1]) { wordEnd -= 1 }
        append(Word(span: span(quote + 1, wordEnd), isQuoted: true, isASCII: isASCII))
        guard let close, let file = tree.text.segment(at: UInt32(close)) else { return stop }
        return lineEnd(close, Int(file.end))
    }

    /// The quote in one of the next lines that closes one that this line does not: the only one in its line, with
    /// nothing between that has a meaning of its own.
    private func closingQuote(of quote: Int, behind lineEnd: Int) -> Int? {
        guard let file = tree.text.segment(at: UInt32(quote)), file.file >= 0 else { return nil }
        let end = Int(file.end)
        var index = lineEnd
        var found: Int?
        for _ in 0..<8 where found == nil && index < end {
            index += 1
            while index < end, tree.text.bytes[index] != UInt8(ascii: "\n") {
                switch tree.text.bytes[index] {
                case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "!"): return nil
                case UInt8(ascii: "\""):
                    guard found == nil else { return nil }
                    found = index
                default: break
                }
                index += 1
            }
        }
        return found
    }

    private func mayBeReference(_ byte: UInt8) -> Bool { isNameStart(byte) || byte == UInt8(ascii: "{") }

    /// Whether the argument of this keyword is split by the escaping rule.
    private func isEscapingKeyword(_ word: Int) -> Bool {
        guard word < tree.words.count else { return false }
        let span = tree.words[word].span
        let bytes = tree.text.bytes[Int(span.start)..<Int(span.end)]
        return ScriptWords.keywords.contains { $0.utf8.elementsEqual(bytes) }
            || bytes.starts(with: "notify".utf8)
    }
}
