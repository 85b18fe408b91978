/// The numbers of a `~SEQ`.
struct SequenceBounds {
    let start: Int64
    let step: Int64
    let end: Int64

    /// - Parameter numbers: `[START, [STEP,]] END`.
    init(_ numbers: [Int64]) {
        end = numbers.last ?? 0
        start = numbers.count > 1 ? numbers[0] : end < 0 ? -1 : 1
        step = numbers.count > 2 ? numbers[1] : end < start ? -1 : 1
    }

    /// Whether the steps lead to the end.
    var ends: Bool { step != 0 && (start == end || (end > start) == (step > 0)) }

    /// How many values there are; 0 where the steps do not lead to the end.
    var turns: UInt64 {
        guard ends else { return 0 }
        let (distance, overflow) = end.subtractingReportingOverflow(start)
        guard !overflow else { return .max }
        let (turns, carry) = (distance.magnitude / step.magnitude).addingReportingOverflow(1)
        return carry ? .max : turns
    }
}

/// How many turns loops in loops will take, before the first is taken.
extension Lexer {
    /// Loops of one line that are looked at.
    private static let planLimit = 256

    /// A loop, with how many turns it takes each time.
    struct PlannedLoop {
        var place: Span
        var turns: Int
    }

    /// What a loop and the loops in it will take.
    struct LoopPlan {
        /// Turns of the innermost loop.
        var count: Int
        /// The loops from the outside in, on the way to the most turns.
        var chain: [PlannedLoop]
    }

    /// The plan of the outermost loop of a line, or nil where it need not be known. A number that is the variable of a
    /// loop around is taken for the mean of its values, and any other that is not written out for 1.
    func plannedTurns(of head: Head, _ body: [LineItem]) -> LoopPlan? {
        guard loopDepth == 0 else { return nil }
        var steps = Self.planLimit
        let plan = plan(head, body, [:], &steps)
        return plan.chain.count > 1 ? plan : nil
    }

    private func plan(
        _ head: Head, _ body: [LineItem], _ means: [String: Int64], _ steps: inout Int
    ) -> LoopPlan {
        let bounds = bounds(of: head, means)
        let turns = body.isEmpty ? 1 : turns(of: head, bounds)
        var means = means
        if let bounds, let name = head.arguments.first {
            means[String(decoding: head.text[name], as: UTF8.self)] = bounds.start / 2 + bounds.end / 2
        }
        let inner = plan(ofLines: body, means, &steps)
        let (count, overflow) = turns.multipliedReportingOverflow(by: max(1, inner?.count ?? 1))
        return LoopPlan(
            count: overflow ? .max : count,
            chain: [PlannedLoop(place: usedPlace(head.place, head.frame), turns: turns)] + (inner?.chain ?? []))
    }

    /// The sum of the loops that lines start with; nil without one.
    private func plan(ofLines lines: [LineItem], _ means: [String: Int64], _ steps: inout Int) -> LoopPlan? {
        var items = lines
        var total: LoopPlan?
        while !items.isEmpty, steps > 0 {
            steps -= 1
            guard let loop = takeLoop(&items, &steps) else { continue }
            let plan = plan(loop.head, loop.body, means, &steps)
            let (count, overflow) = plan.count.addingReportingOverflow(total?.count ?? 0)
            let isLarger = plan.count > total?.count ?? 0
            total = LoopPlan(count: overflow ? .max : count, chain: isLarger ? plan.chain : total?.chain ?? [])
        }
        return total
    }

    /// Takes a line from the items; its loop, where it starts with one. A definition is replaced by what it stands for.
    private func takeLoop(_ items: inout [LineItem], _ steps: inout Int) -> (head: Head, body: [LineItem])? {
        while steps > 0, case .text(var text, let frame)? = items.last {
            items.removeLast()
            while text.length > 0, isBlank(tree.text.bytes[Int(text.start)]) {
                text = Span(start: text.start + 1, length: text.length - 1)
            }
            guard text.length > 0 else { continue }
            items.append(.text(text, frame: frame))
            if let keyword = loopKeyword(at: Int(text.start), to: Int(text.end)) {
                guard let head = takeHead(keyword, text, frame, &items) else { break }
                return (head, takeLine(&items))
            }
            guard tree.text.bytes[Int(text.start)] == UInt8(ascii: "$"), let reference = reference(text, items),
                reference.obstacle == nil, case .lines(let lines)? = definitions[reference.name]?.value
            else { break }
            steps -= 1
            items[items.count - 1] = .text(
                Span(start: text.start + reference.length, length: text.length - reference.length), frame: frame)
            for (index, line) in lines.enumerated().reversed() {
                for part in line.reversed() { items.append(.text(part, frame: frame)) }
                if index > 0 { items.append(.lineBreak) }
            }
        }
        _ = takeLine(&items)
        return nil
    }

    /// Takes the rest of a line with its end, the next item last.
    private func takeLine(_ items: inout [LineItem]) -> [LineItem] {
        var line: [LineItem] = []
        while let item = items.popLast() {
            guard case .text = item else { break }
            line.append(item)
        }
        return line.reversed()
    }

    /// The turns of one loop, 1 where they are not known.
    private func turns(of head: Head, _ bounds: SequenceBounds?) -> Int {
        guard head.keyword != "~LST" else { return max(1, head.arguments.count - 1) }
        return bounds.map { max(1, Int(clamping: $0.turns)) } ?? 1
    }

    private func numberDefined(as name: String) -> Int64? {
        guard case .lines(let lines)? = definitions[name]?.value, lines.count == 1, let parts = lines.first,
            parts.count == 1, let part = parts.first
        else { return nil }
        return Self.number(Array(tree.text.bytes[Int(part.start)..<Int(part.end)]))
    }

    private func bounds(of head: Head, _ means: [String: Int64]) -> SequenceBounds? {
        guard head.keyword != "~LST" else { return nil }
        var numbers: [Int64] = []
        for argument in head.arguments.dropFirst() {
            var text = head.text[argument]
            if text.first == UInt8(ascii: "$") {
                text.removeFirst()
                if text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") {
                    text = text.dropFirst().dropLast()
                }
                let name = String(decoding: text, as: UTF8.self)
                guard let number = means[name] ?? numberDefined(as: name) else { return nil }
                numbers.append(number)
            } else {
                guard let number = Self.number(Array(text)) else { return nil }
                numbers.append(number)
            }
        }
        return SequenceBounds(numbers)
    }
}
