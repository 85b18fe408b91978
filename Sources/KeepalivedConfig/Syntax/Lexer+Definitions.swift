/// The value of a `$NAME=value` line.
struct Definition: Sendable {
    /// The value, comments removed; lines joined by `\` stand on lines of their own.
    var value: [UInt8]
}

extension Lexer {
    /// Why a line cannot be expanded.
    private enum ExpansionFailure: Error {
        case tooDeep
        case tooLong
    }

    /// Definitions that use definitions, this deep.
    private static let depthLimit = 32
    /// A name, with its braces and arguments, is no longer than this.
    private static let referenceLimit = 300
    /// Replacements in one line, so that definitions that use each other twice cannot keep us busy for hours.
    private static let replacementLimit = 100_000
    /// One line may grow to this many bytes.
    private static let lengthLimit = 16 << 20

    /// Whether a line that starts with `@` counts; the index of what follows when it does.
    mutating func condition(at mark: Int, to end: Int) -> Int? {
        var index = mark + 1
        let isNegated = index < end && tree.text.bytes[index] == UInt8(ascii: "^")
        if isNegated { index += 1 }
        let start = index
        while index < end, !isBlank(tree.text.bytes[index]), tree.text.bytes[index] != UInt8(ascii: "\n") { index += 1 }
        guard index > start else {
            sink.report(.conditionWithoutID, at: span(mark, index))
            return nil
        }
        let isOwn = configID.utf8.elementsEqual(tree.text.bytes[start..<index])
        guard isOwn != isNegated else { return nil }
        while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
        return index
    }

    /// Takes a `$NAME=value` line; nil when it is none, else the start of the line behind it.
    mutating func definition(at mark: Int, to end: Int) -> Int? {
        var index = mark + 1
        while index < end, isName(tree.text.bytes[index]) { index += 1 }
        guard index > mark + 1, index < end, tree.text.bytes[index] == UInt8(ascii: "=") else { return nil }
        let name = tree.text.string(span(mark + 1, index))
        index += 1
        var value: [UInt8] = []
        while true {
            let stop = lineEnd(index, end)
            var part = withoutComment(index..<stop).bytes[...]
            while let last = part.last, isBlank(last) { part.removeLast() }
            let isContinued = part.last == UInt8(ascii: "\\")
            if isContinued { part.removeLast() }
            while let first = part.first, isBlank(first) { part.removeFirst() }
            value += part
            index = min(stop + 1, end)
            guard isContinued, index < end else { break }
            value.append(UInt8(ascii: "\n"))
        }
        definitions[name] = Definition(value: value)
        return index
    }

    /// `~SEQ` and `~LST` lines: known, not built.
    mutating func loop(at mark: Int, to end: Int) -> Int? {
        var index = mark + 1
        while index < end, isName(tree.text.bytes[index]) { index += 1 }
        let name = tree.text.string(span(mark, index))
        guard ["~SEQ", "~SEQx", "~LST"].contains(name) else { return nil }
        sink.report(.unsupportedLanguage(name), at: span(mark, index))
        return lineEnd(index, end) + 1
    }

    /// The bytes of a line up to a comment, `\#` and `\!` resolved, with what they were copied from.
    private func withoutComment(_ range: Range<Int>) -> (bytes: [UInt8], pieces: [SourceText.Piece]) {
        var bytes: [UInt8] = []
        var pieces: [SourceText.Piece] = []
        var copied = range.lowerBound
        var index = range.lowerBound
        var isQuoted = false
        func copy(_ upTo: Int) {
            guard upTo > copied else { return }
            pieces.append(
                SourceText.Piece(
                    start: UInt32(bytes.count), origin: Span(start: UInt32(copied), length: UInt32(upTo - copied)),
                    isCopy: true))
            bytes += tree.text.bytes[copied..<upTo]
        }
        while index < range.upperBound {
            let byte = tree.text.bytes[index]
            if byte == UInt8(ascii: "\\"), index + 1 < range.upperBound {
                if !isQuoted, isCommentMark(tree.text.bytes[index + 1]) {
                    copy(index)
                    copied = index + 1
                }
                index += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, isCommentMark(byte) { break }
            index += 1
        }
        copy(min(index, range.upperBound))
        return (bytes, pieces)
    }

    /// Rewrites a line, comments removed and definitions replaced, and lexes what comes of it.
    mutating func expand(_ range: Range<Int>, lineStart: Int) {
        let plain = withoutComment(range)
        var content: [UInt8] = []
        var pieces: [SourceText.Piece] = []
        replacements = 0
        do throws(ExpansionFailure) {
            for piece in plain.pieces {
                let start = Int(piece.origin.start)
                try substitute(start..<start + Int(piece.origin.length), into: &content, pieces: &pieces)
            }
        } catch {
            sink.report(
                error == .tooDeep ? .definitionTooDeep : .expansionTooLong, at: span(range.lowerBound, range.upperBound)
            )
            return
        }
        guard
            let expanded = tree.text.append(
                expansion: content, pieces: pieces, file: includeStack.last ?? "")
        else {
            abandon(.textTooLong, at: span(range.lowerBound, range.upperBound))
            return
        }
        lex(expanded, isExpansion: true)
    }

    /// Copies a stretch of the file with its definitions replaced.
    private mutating func substitute(
        _ range: Range<Int>, into content: inout [UInt8], pieces: inout [SourceText.Piece]
    ) throws(ExpansionFailure) {
        var index = range.lowerBound
        var copied = index
        var isQuoted = false
        func copy(_ lexer: borrowing Lexer, _ upTo: Int, _ content: inout [UInt8], _ pieces: inout [SourceText.Piece]) {
            guard upTo > copied else { return }
            pieces.append(
                SourceText.Piece(
                    start: UInt32(content.count), origin: Span(start: UInt32(copied), length: UInt32(upTo - copied)),
                    isCopy: true))
            content += lexer.tree.text.bytes[copied..<upTo]
        }
        while index < range.upperBound {
            let byte = tree.text.bytes[index]
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard byte == UInt8(ascii: "$") else {
                index += 1
                continue
            }
            let bytes = Array(tree.text.bytes[index..<range.upperBound].prefix(Self.referenceLimit))
            guard let (value, length) = try value(ofReference: bytes, depth: 0, at: index) else {
                if !isQuoted, let (name, length) = undefinedName(bytes) {
                    sink.report(.undefinedName(name), at: span(index, index + length))
                }
                index += 1
                continue
            }
            copy(self, index, &content, &pieces)
            pieces.append(
                SourceText.Piece(start: UInt32(content.count), origin: span(index, index + length), isCopy: false))
            content += value
            guard content.count < Self.lengthLimit else { throw .tooLong }
            index += length
            copied = index
        }
        copy(self, range.upperBound, &content, &pieces)
    }

    /// The name of an unbraced reference that ends as one must.
    private func referenceName(_ bytes: [UInt8]) -> String? {
        var end = 1
        while end < bytes.count, isName(bytes[end]) { end += 1 }
        guard end > 1, end == bytes.count || endsReference(bytes[end]) else { return nil }
        return String(decoding: bytes[1..<end], as: UTF8.self)
    }

    /// The name of a reference in either form that has no definition, and the length of the reference.
    private func undefinedName(_ bytes: [UInt8]) -> (String, Int)? {
        if let name = referenceName(bytes) { return definitions[name] == nil ? (name, name.utf8.count + 1) : nil }
        guard bytes.count > 3, bytes[1] == UInt8(ascii: "{"), let close = bytes.firstIndex(of: UInt8(ascii: "}")),
            close > 2, bytes[2..<close].allSatisfy({ isName($0) })
        else { return nil }
        return (String(decoding: bytes[2..<close], as: UTF8.self), close + 1)
    }

    private func endsReference(_ byte: UInt8) -> Bool {
        isBlank(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "\n")
    }

    /// What stands for the reference that `bytes` starts with, and how long the reference is; nil when it is none or
    /// its name is not defined.
    private mutating func value(
        ofReference bytes: [UInt8], depth: Int, at place: Int
    ) throws(ExpansionFailure) -> ([UInt8], Int)? {
        guard depth < Self.depthLimit else { throw .tooDeep }
        replacements += 1
        guard replacements < Self.replacementLimit else { throw .tooLong }
        let name: String
        let length: Int
        if bytes.count > 1, bytes[1] == UInt8(ascii: "{") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "}")) else { return nil }
            name = String(decoding: bytes[2..<close], as: UTF8.self)
            length = close + 1
            if name.hasPrefix("_"), let value = builtIn(name, at: place, length: length) { return (value, length) }
        } else {
            guard let plain = referenceName(bytes) else { return nil }
            name = plain
            length = 1 + plain.utf8.count
        }
        guard let definition = definitions[name] else { return nil }
        var value: [UInt8] = []
        var index = 0
        let source = definition.value
        while index < source.count {
            if source[index] == UInt8(ascii: "$"),
                let (inner, skip) = try self.value(
                    ofReference: Array(source[index...].prefix(Self.referenceLimit)), depth: depth + 1, at: place)
            {
                value += inner
                index += skip
            } else {
                value.append(source[index])
                index += 1
            }
            guard value.count < Self.lengthLimit else { throw .tooLong }
        }
        return (value, length)
    }

    /// The definitions that are always there.
    private mutating func builtIn(_ name: String, at place: Int, length: Int) -> [UInt8]? {
        let words = name.split(separator: " ")
        switch words.first {
        case "_PWD": return Array(Self.directory(of: includeStack.last ?? "").utf8)
        case "_INSTANCE": return Array(configID.utf8)
        case "_HASH": return [UInt8(ascii: "#")]
        case "_BANG": return [UInt8(ascii: "!")]
        case "_ENV":
            guard words.count == 2, let value = files.environment(String(words[1])) else {
                sink.report(.undefinedName(name), at: span(place, place + length))
                return []
            }
            return Array(value.utf8)
        case "_RANDOM":
            sink.report(.unsupportedLanguage("${_RANDOM}"), at: span(place, place + length))
            // A number, so that the keyword does not complain as well.
            return [UInt8(ascii: "1")]
        default: return nil
        }
    }
}
