/// `@ID` in front of a line that opens a block: the condition is that of the line, and every line of the block needs one.
extension Lexer {
    /// A line with a condition that opens a block.
    struct ConditionalOpening {
        /// Where the next line with content starts.
        var next: Int
        /// Whether the line counts, or one of those directly above it that open the same block for other hosts.
        var counts: Bool
    }

    /// Whether a condition that is not met takes away the line that opens a block and leaves the block. Says so then;
    /// the line is best read on, or each line of the block would be in the way.
    ///
    /// - Parameters:
    ///   - condition: `@ID` with what stands in front of the line.
    ///   - counts: whether it is met.
    mutating func leavesBlock(_ condition: Span, counts: Bool, to end: Int) -> Bool {
        let stop = lineEnd(Int(condition.end), end)
        guard opensBlock(Int(condition.end)..<stop) else { return false }
        let isAlternative = opening.map { $0.next == Int(condition.start) && $0.counts } ?? false
        var next = stop
        while next < end, isBlank(tree.text.bytes[next]) || tree.text.bytes[next] == UInt8(ascii: "\n") {
            next += 1
            if next < end, isCommentMark(tree.text.bytes[next]) { next = lineEnd(next, end) }
        }
        opening = ConditionalOpening(next: next, counts: counts || isAlternative)
        guard !counts, !isAlternative, next < end, tree.text.bytes[next] != UInt8(ascii: "@") else { return false }
        var identifier = condition
        while identifier.length > 0, isBlank(tree.text.bytes[Int(identifier.end) - 1]) { identifier.length -= 1 }
        // Without an identifier it is no condition, which is said already.
        guard identifier.length > (tree.text.bytes[Int(identifier.start) + 1] == UInt8(ascii: "^") ? 2 : 1) else {
            return false
        }
        report(.conditionOfOpening(tree.text.string(identifier)), at: identifier)
        return true
    }

    /// Whether more blocks start on a line than end.
    private func opensBlock(_ line: Range<Int>) -> Bool {
        var depth = 0
        var isQuoted = false
        var isReference = false
        for index in line {
            switch tree.text.bytes[index] {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "{") where index > line.lowerBound && tree.text.bytes[index - 1] == UInt8(ascii: "$"):
                isReference = true
            case UInt8(ascii: "}") where isReference: isReference = false
            case UInt8(ascii: "{") where !isQuoted: depth += 1
            case UInt8(ascii: "}") where !isQuoted: depth -= 1
            case let byte where !isQuoted && isCommentMark(byte): return depth > 0
            default: break
            }
        }
        return depth > 0
    }
}
