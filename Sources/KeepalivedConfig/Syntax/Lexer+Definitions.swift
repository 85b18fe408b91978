/// Lines of a file that start with `@` or define a name.
extension Lexer {
    /// Whether a line that starts with `@` counts, and the index of what follows.
    mutating func condition(at mark: Int, to end: Int) -> (counts: Bool, rest: Int) {
        var index = mark + 1
        while index < end, !isBlank(tree.text.bytes[index]), tree.text.bytes[index] != UInt8(ascii: "\n") { index += 1 }
        let counts = isMet(condition: tree.text.bytes[mark..<index], at: span(mark, index))
        while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
        return (counts, index)
    }

    /// Whether `@ID` or `@^ID` is true here.
    mutating func isMet(condition: ArraySlice<UInt8>, at place: Span) -> Bool {
        var identifier = condition.dropFirst()
        let isNegated = identifier.first == UInt8(ascii: "^")
        if isNegated { identifier.removeFirst() }
        guard !identifier.isEmpty else {
            report(.conditionWithoutID(isNegated: isNegated), at: place)
            return isNegated
        }
        return options.configID.utf8.elementsEqual(identifier) != isNegated
    }

    /// Passes over a line that does not count, with the lines that a definition in it continues on; returns the start
    /// of the next.
    mutating func skipLine(from index: Int, to end: Int) -> Int {
        guard index < end, let value = definitionValue(at: index, to: end) else { return lineEnd(index, end) + 1 }
        return definitionLines(from: value, to: end).next
    }

    /// Takes a `$NAME=value` line; nil when it is none, else the start of the line behind it.
    mutating func definition(at mark: Int, to end: Int) -> Int? {
        guard let value = definitionValue(at: mark, to: end) else { return nil }
        let (lines, next) = definitionLines(from: value, to: end)
        let name = tree.text.string(span(mark + 1, value - 1))
        definitions[name] = Definition(value: .lines(lines), place: span(mark, value - 1))
        return next
    }

    /// The index behind `$NAME=`.
    func definitionValue(at mark: Int, to end: Int) -> Int? {
        guard tree.text.bytes[mark] == UInt8(ascii: "$"), mark + 1 < end, isNameStart(tree.text.bytes[mark + 1]) else {
            return nil
        }
        var index = mark + 1
        while index < end, isName(tree.text.bytes[index]) { index += 1 }
        return index < end && tree.text.bytes[index] == UInt8(ascii: "=") ? index + 1 : nil
    }

    /// The lines of a value, and the start of the line behind it. `\` at the end of a line continues the value, in a
    /// comment too; a line of comment does not end it.
    private func definitionLines(from first: Int, to end: Int) -> (lines: [[Span]], next: Int) {
        var lines: [[Span]] = []
        var index = first
        while true {
            let stop = lineEnd(index, end)
            let line = trimmed(index..<stop)
            let isContinued = line.last.map { tree.text.bytes[$0] == UInt8(ascii: "\\") } ?? false
            let isComment = index > first && (line.first.map { isCommentMark(tree.text.bytes[$0]) } ?? false)
            if !isComment {
                let text = withoutComment(isContinued ? trimmed(line.dropLast()) : line)
                if index > first || !isContinued || !text.isEmpty { lines.append(text) }
            }
            index = min(stop + 1, end)
            guard isContinued || isComment, index < end else { return (lines.isEmpty ? [[]] : lines, index) }
        }
    }

    /// The range without blanks at both ends.
    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isBlank(tree.text.bytes[lower]) { lower += 1 }
        while upper > lower, isBlank(tree.text.bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// The parts of a line up to a comment; a `\` that escapes a comment character is left out.
    func withoutComment(_ range: Range<Int>) -> [Span] {
        var parts: [Span] = []
        var copied = range.lowerBound
        var index = range.lowerBound
        var isQuoted = false
        while index < range.upperBound {
            let byte = tree.text.bytes[index]
            if byte == UInt8(ascii: "\\"), index + 1 < range.upperBound {
                if !isQuoted, isCommentMark(tree.text.bytes[index + 1]) {
                    if index > copied { parts.append(span(copied, index)) }
                    copied = index + 1
                }
                index += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, isCommentMark(byte) { break }
            index += 1
        }
        index = min(index, range.upperBound)
        while index > copied, isBlank(tree.text.bytes[index - 1]) { index -= 1 }
        if index > copied { parts.append(span(copied, index)) }
        return parts
    }
}
