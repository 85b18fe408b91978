/// `~SEQ`, `~SEQx` and `~LST`: the rest of the line once for each value.
extension Lexer {
    /// Turns of one loop, and of all together.
    static let turnLimit = 1 << 20
    /// Loops in loops.
    private static let nestingLimit = 16
    /// Bytes of the head of a loop, `~` to `)`.
    private static let headLimit = 1 << 20

    /// `~SEQ`, `~SEQx` or `~LST` where a loop starts here.
    func loopKeyword(at mark: Int, to end: Int) -> String? {
        var index = mark + 1
        while index < end, index < mark + 6, isName(tree.text.bytes[index]) { index += 1 }
        let keyword = tree.text.string(span(mark, index))
        while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
        guard index < end, tree.text.bytes[index] == UInt8(ascii: "(") else { return nil }
        return ["~SEQ", "~SEQx", "~LST"].contains(keyword) ? keyword : nil
    }

    /// The head of a loop, `~SEQ(x,1,3)`.
    struct Head {
        var keyword: String
        /// Its bytes.
        var text: [UInt8] = []
        /// Where they are from.
        var parts: [(span: Span, frame: Int32)] = []
        /// The arguments, blanks around them left out, as ranges of the text.
        var arguments: [Range<Int>] = []
        var place: Span
        var frame: Int32
    }

    /// Carries out the loop that a line starts with; false when it is none.
    mutating func loop(at first: Span, frame: Int32, _ items: inout [LineItem]) -> Bool {
        guard let keyword = loopKeyword(at: Int(first.start), to: Int(first.end)) else { return false }
        let used = usedPlace(first, frame)
        guard let head = takeHead(keyword, first, frame, &items) else {
            report(.malformedLoop(keyword, "')' is missing"), at: used)
            dropLine(&items)
            return true
        }
        var body: [LineItem] = []
        while let item = items.popLast() {
            guard case .text(let text, _) = item else { break }
            if text.length > 0 { body.append(item) }
        }
        body.reverse()
        guard loopDepth < Self.nestingLimit else {
            report(.loopsTooDeep(Self.nestingLimit), at: used)
            return true
        }
        if let planned = plannedTurns(of: head, body), planned.count > Self.turnLimit {
            var issue = Issue.loopsTooLong(planned.chain.map(\.turns), Self.turnLimit)
            for inner in planned.chain.dropFirst() {
                issue = issue.relating("\(counted(inner.turns, "turn")) of this loop in each", to: inner.place)
            }
            report(issue, at: usedPlace(head.place, frame))
            return true
        }
        if keyword == "~LST" { runList(head, body) } else { runSequence(head, body, isHexadecimal: keyword == "~SEQx") }
        return true
    }

    /// Takes everything up to `)` from the line.
    func takeHead(
        _ keyword: String, _ first: Span, _ frame: Int32, _ items: inout [LineItem]
    ) -> Head? {
        var head = Head(keyword: keyword, place: first, frame: frame)
        while case .text(let text, let textFrame)? = items.last, head.text.count < Self.headLimit {
            items.removeLast()
            let bytes = tree.text.bytes[Int(text.start)..<Int(text.end)]
            let close = bytes.firstIndex(of: UInt8(ascii: ")"))
            let stop = close.map { $0 + 1 } ?? Int(text.end)
            head.text += bytes[..<stop]
            let part = span(Int(text.start), stop)
            head.parts.append((part, textFrame))
            guard close != nil else { continue }
            items.append(.text(span(stop, Int(text.end)), frame: textFrame))
            if head.parts.count == 1 { head.place = part }
            head.arguments = arguments(head.text)
            return head
        }
        return nil
    }

    /// The arguments between `(` and `)`: commas separate them, but not within braces.
    private func arguments(_ text: [UInt8]) -> [Range<Int>] {
        guard let open = text.firstIndex(of: UInt8(ascii: "(")) else { return [] }
        var arguments: [Range<Int>] = []
        var start = open + 1
        var depth = 0
        for index in start..<text.count {
            switch text[index] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 0, UInt8(ascii: ")") where index == text.count - 1:
                arguments.append(trimmed(start..<index, in: text))
                start = index + 1
            default: break
            }
        }
        return arguments
    }

    func trimmed(_ range: Range<Int>, in text: [UInt8]) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isBlank(text[lower]) { lower += 1 }
        while upper > lower, isBlank(text[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    func variable(_ text: ArraySlice<UInt8>) -> String? {
        guard let first = text.first, isNameStart(first), text.allSatisfy({ isName($0) }) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func runSequence(_ head: Head, _ body: [LineItem], isHexadecimal: Bool) {
        let place = usedPlace(head.place, head.frame)
        let form = "\(head.keyword)(NAME, [START, [STEP,]] END)"
        guard (2...4).contains(head.arguments.count), let first = head.arguments.first,
            let name = variable(head.text[first])
        else {
            report(.malformedLoop(head.keyword, "write \(form)"), at: place)
            return
        }
        var numbers: [Int64] = []
        for argument in head.arguments.dropFirst() {
            guard let text = value(of: argument, in: head) else { return }
            guard let number = Self.number(text) else {
                report(
                    .malformedLoop(
                        head.keyword, "\(quoted(String(decoding: text, as: UTF8.self))) is not a whole number"),
                    at: place)
                return
            }
            numbers.append(number)
        }
        let bounds = SequenceBounds(numbers)
        guard !isHexadecimal || (bounds.start >= 0 && bounds.end >= 0) else {
            report(.malformedLoop(head.keyword, "hexadecimal numbers cannot be negative"), at: place)
            return
        }
        guard bounds.ends else {
            report(.loopNeverEnds(start: bounds.start, step: bounds.step, end: bounds.end), at: place)
            return
        }
        guard bounds.turns <= UInt64(Self.turnLimit) else {
            report(.loopTooLong(Self.turnLimit), at: place)
            return
        }
        let last = Int64(bounds.turns) - 1
        // Without a body only the value that the variable keeps behind the loop matters.
        for turn in (body.isEmpty ? last : 0)...last {
            let text = String(bounds.start + turn * bounds.step, radix: isHexadecimal ? 16 : 10)
            guard runTurn(head, body, [(name, .text(Array(text.utf8)))], label: "$\(name) = \(text)") else { return }
        }
    }

    /// Makes the body of a loop once; false when nothing more is read.
    mutating func runTurn(
        _ head: Head, _ body: [LineItem], _ variables: [(String, Definition.Value)], label: String
    ) -> Bool {
        guard !isAbandoned, mayGoOn(after: 1 + body.count + variables.count, at: usedPlace(head.place, head.frame))
        else { return false }
        turns += 1
        guard turns <= Self.turnLimit else {
            abandon(.loopsTooLong([], Self.turnLimit), at: usedPlace(head.place, head.frame))
            return false
        }
        guard let turn = turnFrame(of: head, parent: head.frame, label: label) else { return false }
        for (name, value) in variables { definitions[name] = Definition(value: value, place: head.place, turn: turn) }
        guard !body.isEmpty else { return true }
        var items: [LineItem] = []
        items.reserveCapacity(body.count)
        var last = (parent: head.frame, frame: turn)
        for item in body {
            guard case .text(let text, let parent) = item else { continue }
            if parent != last.parent {
                guard
                    let frame = parent == head.frame
                        ? turn : turnFrame(of: head, parent: parent, label: label)
                else { return false }
                last = (parent, frame)
            }
            items.append(.text(text, frame: last.frame))
        }
        loopDepth += 1
        makeLines(&items, indentation: -1)
        loopDepth -= 1
        return !isAbandoned
    }

    private mutating func turnFrame(of head: Head, parent: Int32, label: String) -> Int32? {
        let frame = tree.text.append(
            SourceText.Frame(parent: parent, kind: .loop, label: label, use: head.place))
        if frame == nil { abandon(.tooMuchWork(SourceText.frameLimit), at: usedPlace(head.place, head.frame)) }
        return frame
    }

    /// How far the parts of a head were looked at.
    struct PartCursor {
        var index = 0
        /// Bytes of the parts before.
        var offset = 0
    }

    /// The text of a head's argument in the files. With one cursor the ranges must ascend.
    func parts(
        _ range: Range<Int>, of head: Head, from cursor: inout PartCursor
    ) -> [(span: Span, frame: Int32)] {
        var parts: [(span: Span, frame: Int32)] = []
        while cursor.index < head.parts.count {
            let part = head.parts[cursor.index]
            let end = cursor.offset + Int(part.span.length)
            let lower = max(range.lowerBound, cursor.offset)
            let upper = min(range.upperBound, end)
            if lower < upper {
                parts.append(
                    (
                        Span(start: part.span.start + UInt32(lower - cursor.offset), length: UInt32(upper - lower)),
                        part.frame
                    ))
            }
            // The next range may start in this part.
            if end > range.upperBound { break }
            cursor.index += 1
            cursor.offset = end
        }
        return parts
    }

    /// An argument with its references replaced.
    private mutating func value(of range: Range<Int>, in head: Head) -> [UInt8]? {
        guard head.text[range].contains(UInt8(ascii: "$")) else { return Array(head.text[range]) }
        var cursor = PartCursor()
        var items = parts(range, of: head, from: &cursor).reversed().map { LineItem.text($0.span, frame: $0.frame) }
        var buffer = LineBuffer()
        guard substitute(&items, into: &buffer) else { return nil }
        return buffer.content
    }

    /// A whole number as C reads it: `0x` is hexadecimal, `0` octal; nothing at all is 0.
    static func number(_ text: [UInt8]) -> Int64? {
        var digits = text[...]
        while let last = digits.last, last == UInt8(ascii: " ") || last == 0x09 { digits.removeLast() }
        while let first = digits.first, first == UInt8(ascii: " ") || first == 0x09 { digits.removeFirst() }
        guard !digits.isEmpty else { return 0 }
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return nil }
        var radix = 10
        if digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) {
            radix = 16
            digits.removeFirst(2)
            guard let digit = digits.first, ScriptWords.hexadecimal(digit) != nil else { return nil }
        } else if first == UInt8(ascii: "0"), digits.count > 1 {
            radix = 8
        }
        return Int64((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: radix)
    }
}
