extension Lexer {
    /// Files that include files, this deep.
    private static let depthLimit = 32
    /// Alternatives that braces may make of one pattern.
    private static let alternativeLimit = 1024

    /// Takes an include line whose keyword has just been lexed; nil when it is another keyword, else the start of the
    /// line behind it.
    mutating func include(_ firstWord: Int, from index: Int, to end: Int, isExpansion: Bool, lineStart: Int) -> Int? {
        let keyword = tree.words[firstWord]
        guard keyword.span.length >= 7, keyword.span.length <= 8 else { return nil }
        let name = tree.string(keyword)
        guard ["include", "includer", "includem", "includew", "includeb", "includea"].contains(name) else { return nil }
        let stop = lineEnd(index, end)
        var rest = tree.text.bytes[index..<stop]
        if !isExpansion, rest.contains(where: { $0 == UInt8(ascii: "$") || isCommentMark($0) }) {
            tree.words.removeLast(tree.words.count - firstWord)
            expand(Int(keyword.span.start)..<stop, lineStart: lineStart)
            return stop + 1
        }
        tree.words.removeLast(tree.words.count - firstWord)
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        let place = rest.isEmpty ? keyword.span : span(rest.startIndex, rest.endIndex)
        if rest.count > 1, rest.first == UInt8(ascii: "\""), rest.last == UInt8(ascii: "\"") {
            rest = rest.dropFirst().dropLast()
        }
        guard !rest.isEmpty else {
            sink.report(.missingArgument(name, expected: "the path of a file"), at: keyword.span)
            return stop + 1
        }
        include(String(decoding: rest, as: UTF8.self), mustExist: name != "include", at: place)
        return stop + 1
    }

    private mutating func include(_ pattern: String, mustExist: Bool, at place: Span) {
        guard includeStack.count < Self.depthLimit else {
            abandon(.includeTooDeep(Self.depthLimit), at: place)
            return
        }
        let directory = Self.directory(of: includeStack.last ?? "")
        for alternative in alternatives(pattern) {
            let path = alternative.hasPrefix("/") || directory == "." ? alternative : directory + "/" + alternative
            let isPattern = path.utf8.contains {
                [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0)
            }
            let matches = isPattern ? files.glob(path) : [path]
            if matches.isEmpty {
                sink.report(.includeMatchesNothing(path), mustExist ? .error : .warning, at: place)
            }
            for match in matches where !isAbandoned {
                guard !includeStack.contains(match) else {
                    abandon(.includeCycle(includeStack.drop { $0 != match } + [match]), at: place)
                    return
                }
                do {
                    read(file: match, bytes: try files.read(match), includedAt: place.start)
                } catch {
                    sink.report(
                        .cannotRead(match, error.reason, isIncluded: true), mustExist ? .error : .warning, at: place)
                }
            }
        }
    }

    /// The directory part of a path, `.` without one.
    static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `a{b,c}d` as `abd` and `acd`, nested and repeated braces too.
    private func alternatives(_ pattern: String) -> [String] {
        var done: [String] = []
        var waiting = [Array(pattern.utf8)]
        while let next = waiting.popLast(), done.count < Self.alternativeLimit {
            guard let (open, commas, close) = Self.firstBraces(next) else {
                done.append(String(decoding: next, as: UTF8.self))
                continue
            }
            var starts = [open] + commas
            starts.append(close)
            for part in (1..<starts.count).reversed() {
                var alternative = Array(next[..<open])
                alternative += next[(starts[part - 1] + 1)..<starts[part]]
                alternative += next[(close + 1)...]
                waiting.append(alternative)
            }
        }
        return done
    }

    private static func firstBraces(_ text: [UInt8]) -> (open: Int, commas: [Int], close: Int)? {
        guard let open = text.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        var depth = 0
        var commas: [Int] = []
        for index in open..<text.count {
            switch text[index] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return (open, commas, index) }
            case UInt8(ascii: ","): if depth == 1 { commas.append(index) }
            default: break
            }
        }
        return nil
    }
}
