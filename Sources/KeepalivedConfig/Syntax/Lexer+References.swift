/// `$NAME`, `${NAME}` and the built-ins.
extension Lexer {
    /// What became of a `$`.
    enum Replacement {
        case replaced
        case noReference
        /// It was reported; the line cannot be made.
        case failed
    }

    /// A name, with its braces and arguments, is no longer than this.
    private static let referenceLimit = 300
    /// Definitions that use definitions, this deep.
    private static let depthLimit = 64

    /// A reference as it is written.
    struct Reference {
        var name: String
        /// Bytes with `$` and braces.
        var length: UInt32
        /// What follows an unbraced name and keeps it from being a reference.
        var obstacle: UInt8?
    }

    /// Replaces the reference that the last item starts with: a built-in goes to the buffer, the value of a definition
    /// on the stack.
    mutating func replace(
        _ items: inout [LineItem], into buffer: inout LineBuffer, isQuoted: Bool
    ) -> Replacement {
        guard case .text(let text, let frame)? = items.last, let reference = reference(text, items) else {
            return .noReference
        }
        let place = Span(start: text.start, length: reference.length)
        let rest = LineItem.text(
            Span(start: place.end, length: text.length - reference.length), frame: frame)
        if reference.obstacle == nil, reference.name.utf8.first == UInt8(ascii: "_"),
            let value = builtIn(reference.name, at: place)
        {
            guard mayGoOn(after: 1, at: place) else { return .failed }
            items[items.count - 1] = rest
            buffer.append(value: value, for: place, frame: frame)
            return .replaced
        }
        guard let definition = definitions[reference.name] else {
            if reference.obstacle == nil, !isQuoted, reference.name.utf8.allSatisfy({ isName($0) }) {
                reportUndefined(reference.name, at: place)
                noteUnresolved(place, frame)
            } else if misdefined.contains(reference.name) {
                noteUnresolved(place, frame)
            }
            return .noReference
        }
        if let obstacle = reference.obstacle {
            report(
                .referenceRunsOn(reference.name, obstacle: obstacle)
                    .relating("\(quoted("$" + reference.name)) is defined here", to: definition.place), at: place)
            noteUnresolved(place, frame)
            return .noReference
        }
        guard let inner = enter(definition, reference.name, at: place, from: frame) else { return .failed }
        items[items.count - 1] = rest
        switch definition.value {
        case .text(let value):
            guard mayGoOn(after: 1, at: place) else { return .failed }
            buffer.append(
                value: value, for: definition.turn >= 0 && inner != frame ? definition.place : place, frame: inner)
        case .lines(let lines):
            for (index, line) in lines.enumerated().reversed() {
                guard mayGoOn(after: 1 + line.count, at: place) else { return .failed }
                for part in line.reversed() { items.append(.text(part, frame: inner)) }
                if index > 0 { items.append(.lineBreak) }
            }
        }
        return .replaced
    }

    /// The frame in which a value stands; nil when that cannot be, which is reported.
    private mutating func enter(_ definition: Definition, _ name: String, at place: Span, from frame: Int32) -> Int32? {
        let label = "$" + name
        var chain: [String] = []
        var circle: Int?
        var isOwnTurn = false
        var depth = 0
        var next = frame
        while tree.text.frames.indices.contains(Int(next)) {
            let outer = tree.text.frames[Int(next)]
            if outer.kind == .definition {
                chain.append(outer.label)
                if outer.label == label, circle == nil { circle = chain.count }
            }
            if next == definition.turn { isOwnTurn = true }
            depth += 1
            next = outer.parent
        }
        // The variable of a loop around this line: the loop's frame says where it is from.
        if isOwnTurn { return frame }
        if let circle {
            report(
                .definitionCircle(chain[..<circle].reversed() + [label])
                    .relating("\(quoted(label)) is defined here", to: definition.place), at: usedPlace(place, frame))
            return nil
        }
        guard depth < Self.depthLimit else {
            report(.definitionTooDeep(Self.depthLimit), at: usedPlace(place, frame))
            return nil
        }
        guard
            let inner = tree.text.append(
                SourceText.Frame(parent: frame, kind: .definition, label: label, use: place))
        else {
            abandon(.tooMuchWork(SourceText.frameLimit), at: place)
            return nil
        }
        return inner
    }

    private mutating func noteUnresolved(_ place: Span, _ frame: Int32) {
        guard tree.unresolved.count < 4096 else { return }
        tree.unresolved.insert(place.start)
        tree.unresolved.insert(usedPlace(place, frame).start)
    }

    private mutating func reportUndefined(_ name: String, at place: Span) {
        if isDefinedWithBlanks(place) {
            misdefined.insert(name)
            report(.definitionWithBlanks(name), at: place)
            return
        }
        // What became of its definition is said.
        guard !misdefined.contains(name) else { return }
        // Looking for what was meant costs something; it is not done for what nobody will read.
        let isShown = sink.warnings.count < DiagnosticSink.limit
        let nearest = isShown ? Suggestion.nearest(to: name, among: definitions.keys.sorted()) : nil
        report(.undefinedName(name, nearest: nearest), at: place)
    }

    /// Whether a reference is the first thing on its line and a `=` the next.
    private func isDefinedWithBlanks(_ place: Span) -> Bool {
        guard let file = tree.text.segment(at: place.start) else { return false }
        var start = Int(place.start)
        while start > Int(file.start), isBlank(tree.text.bytes[start - 1]) { start -= 1 }
        guard start == Int(file.start) || tree.text.bytes[start - 1] == UInt8(ascii: "\n") else { return false }
        var next = Int(place.end)
        while next < Int(file.end), isBlank(tree.text.bytes[next]) { next += 1 }
        return next < Int(file.end) && tree.text.bytes[next] == UInt8(ascii: "=")
    }

    /// Where the outermost definition is used, or the place itself.
    func usedPlace(_ place: Span, _ frame: Int32) -> Span {
        var use = place
        var next = frame
        while tree.text.frames.indices.contains(Int(next)) {
            let outer = tree.text.frames[Int(next)]
            if outer.kind == .definition { use = outer.use }
            next = outer.parent
        }
        return use
    }

    /// The reference that a text starts with; what is behind the text decides about an unbraced name at its end.
    func reference(_ text: Span, _ items: [LineItem]) -> Reference? {
        let mark = Int(text.start)
        let end = min(Int(text.end), mark + Self.referenceLimit)
        guard mark + 1 < end else { return nil }
        if tree.text.bytes[mark + 1] == UInt8(ascii: "{") {
            guard let close = tree.text.bytes[mark + 2..<end].firstIndex(of: UInt8(ascii: "}")), close > mark + 2 else {
                return nil
            }
            return Reference(name: tree.text.string(span(mark + 2, close)), length: UInt32(close + 1 - mark))
        }
        guard isNameStart(tree.text.bytes[mark + 1]) else { return nil }
        var stop = mark + 1
        while stop < end, isName(tree.text.bytes[stop]) { stop += 1 }
        let follower = stop < Int(text.end) ? tree.text.bytes[stop] : byteBehindLast(items)
        return Reference(
            name: tree.text.string(span(mark + 1, stop)), length: UInt32(stop - mark),
            obstacle: follower.flatMap { endsReference($0) ? nil : $0 })
    }

    /// The first byte behind the last item on the same line.
    private func byteBehindLast(_ items: [LineItem]) -> UInt8? {
        for item in items.dropLast().reversed() {
            guard case .text(let text, _) = item else { return nil }
            if text.length > 0 { return tree.text.bytes[Int(text.start)] }
        }
        return nil
    }

    private func endsReference(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")")
    }

    /// The value of a definition that is always there.
    private mutating func builtIn(_ text: String, at place: Span) -> [UInt8]? {
        let words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
        switch words.first {
        case "_PWD" where words.count == 1: return Array(files.directory(of: includeStack.last ?? "").utf8)
        case "_INSTANCE" where words.count == 1: return Array(options.configID.utf8)
        case "_HASH" where words.count == 1: return [UInt8(ascii: "#")]
        case "_BANG" where words.count == 1: return [UInt8(ascii: "!")]
        case "_ENV":
            guard words.count == 2 else {
                report(.malformedBuiltIn("_ENV", expected: "${_ENV NAME}"), at: place)
                return []
            }
            guard let value = files.environment(words[1]) else {
                report(.environmentVariableNotSet(words[1]), at: place)
                return []
            }
            return Array(value.utf8)
        case "_RANDOM":
            let bounds = words.dropFirst().compactMap { UInt32($0) }
            let low = bounds.first ?? 0
            let high = bounds.count > 1 ? bounds[1] : 32767
            guard bounds.count == words.count - 1, bounds.count <= 2, low <= high else {
                report(.malformedBuiltIn("_RANDOM", expected: "${_RANDOM [MIN [MAX]]} with 0 <= MIN <= MAX"), at: place)
                // A number, so that the keyword does not complain as well.
                return [UInt8(ascii: "1")]
            }
            return Array(String(UInt32.random(in: low...high, using: &random)).utf8)
        default: return nil
        }
    }
}
