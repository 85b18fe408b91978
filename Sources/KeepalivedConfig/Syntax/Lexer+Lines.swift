/// Lines that are made: conditions, definitions and loops carried out, references replaced.
///
/// A line is a stack of items, the next one last. The value of a reference goes on the stack in its place, so that what
/// it uses is replaced in turn. A value of several lines brings line breaks with it; each line is made and lexed before
/// the references of the next are looked at, because it may define what the next uses.
extension Lexer {
    /// One line may grow to this many bytes.
    private static let lengthLimit = 1 << 20
    /// Replacements in one line.
    private static let replacementLimit = 1 << 16
    /// Replacements, values and turns of loops in a whole configuration.
    private static let workLimit = 16 << 20

    /// Rewrites a stretch of a line of a file and lexes what comes of it.
    mutating func expand(_ range: Range<Int>, indentation: Int) {
        var items = withoutComment(range).reversed().map { LineItem.text($0, frame: -1) }
        makeLines(&items, indentation: indentation)
    }

    /// Makes and lexes all lines of the stack.
    mutating func makeLines(_ items: inout [LineItem], indentation: Int) {
        var indentation = indentation
        while !items.isEmpty, !isAbandoned {
            makeLine(&items, indentation: indentation)
            indentation = -1
        }
    }

    private mutating func makeLine(_ items: inout [LineItem], indentation: Int) {
        var buffer = LineBuffer()
        lineWork = 0
        head: while buffer.content.isEmpty {
            guard let (first, frame) = firstText(&items) else { break }
            switch tree.text.bytes[Int(first.start)] {
            case UInt8(ascii: "@"):
                guard takeCondition(&items, at: usedPlace(first, frame)) else { return dropLine(&items) }
            case UInt8(ascii: "$"):
                if define(first, &items) { return }
                switch replace(&items, into: &buffer, isQuoted: false) {
                case .replaced: continue head
                case .noReference: break head
                case .failed: return dropLine(&items)
                }
            case UInt8(ascii: "~"):
                if loop(at: first, frame: frame, &items) { return }
                break head
            default: break head
            }
        }
        guard substitute(&items, into: &buffer) else { return dropLine(&items) }
        guard !buffer.content.isEmpty else { return }
        guard let made = tree.text.append(line: buffer.content, pieces: buffer.pieces) else {
            abandon(.textTooLong, at: buffer.pieces.first.map { $0.origin } ?? Span(start: 0, length: 1))
            return
        }
        statements(made: made, indentation: indentation)
    }

    /// Moves the rest of a line into the buffer with its references replaced; false when that cannot be done.
    mutating func substitute(_ items: inout [LineItem], into buffer: inout LineBuffer) -> Bool {
        var isQuoted = false
        while let item = items.popLast() {
            guard case .text(let text, let frame) = item else { return true }
            var index = text.start
            while index < text.end, tree.text.bytes[Int(index)] != UInt8(ascii: "$") {
                if tree.text.bytes[Int(index)] == UInt8(ascii: "\"") { isQuoted.toggle() }
                index += 1
            }
            buffer.append(
                copy: Span(start: text.start, length: index - text.start), of: tree.text.bytes, frame: frame)
            guard buffer.content.count < Self.lengthLimit, lineWork < Self.replacementLimit else {
                report(.expansionTooLong, at: usedPlace(text, frame))
                return false
            }
            guard index < text.end else { continue }
            items.append(.text(Span(start: index, length: text.end - index), frame: frame))
            switch replace(&items, into: &buffer, isQuoted: isQuoted) {
            case .replaced: continue
            case .failed: return false
            case .noReference:
                items.removeLast()
                buffer.append(copy: Span(start: index, length: 1), of: tree.text.bytes, frame: frame)
                items.append(.text(Span(start: index + 1, length: text.end - index - 1), frame: frame))
            }
        }
        return true
    }

    /// The first text of the line, blanks and empty items in front of it removed; nil at its end.
    private func firstText(_ items: inout [LineItem]) -> (Span, Int32)? {
        while case .text(var text, let frame)? = items.last {
            items.removeLast()
            while text.length > 0, isBlank(tree.text.bytes[Int(text.start)]) {
                text = Span(start: text.start + 1, length: text.length - 1)
            }
            guard text.length > 0 else { continue }
            items.append(.text(text, frame: frame))
            return (text, frame)
        }
        return nil
    }

    /// Removes the rest of the line with its end.
    func dropLine(_ items: inout [LineItem]) {
        while let item = items.popLast() {
            if case .lineBreak = item { return }
        }
    }

    /// Takes `@ID` from the line; false when the line does not count.
    private mutating func takeCondition(_ items: inout [LineItem], at place: Span) -> Bool {
        var condition: [UInt8] = []
        word: while case .text(let text, let frame)? = items.last {
            items.removeLast()
            for index in text.start..<text.end {
                let byte = tree.text.bytes[Int(index)]
                if isBlank(byte) {
                    items.append(.text(Span(start: index, length: text.end - index), frame: frame))
                    break word
                }
                condition.append(byte)
            }
        }
        return isMet(condition: condition[...], at: place)
    }

    /// Carries out `$NAME=value`, which takes the rest of the line; false when it is none.
    private mutating func define(_ first: Span, _ items: inout [LineItem]) -> Bool {
        guard let value = definitionValue(at: Int(first.start), to: Int(first.end)) else { return false }
        let name = tree.text.string(span(Int(first.start) + 1, value - 1))
        var parts: [Span] = []
        var index = UInt32(value)
        while index < first.end, isBlank(tree.text.bytes[Int(index)]) { index += 1 }
        if index < first.end { parts.append(Span(start: index, length: first.end - index)) }
        items.removeLast()
        while let item = items.popLast() {
            guard case .text(let text, _) = item else { break }
            parts.append(text)
        }
        work += 1 + parts.count
        definitions[name] = Definition(value: .lines([parts]), place: span(Int(first.start), value - 1))
        return true
    }

    /// Counts what was done; false when it is too much, and nothing more is read.
    mutating func mayGoOn(after amount: Int, at place: Span) -> Bool {
        work += amount
        lineWork += 1
        guard work > Self.workLimit else { return true }
        if !isAbandoned { abandon(.tooMuchWork(Self.workLimit), at: place) }
        return false
    }
}
