/// Include lines.
extension Lexer {
    /// Files that include files, this deep.
    private static let depthLimit = 32
    /// Files that are read for one configuration.
    private static let fileLimit = 65_536
    /// Paths that the braces of all include lines make.
    private static let expandedPathLimit = 65_536

    /// Takes an include line whose keyword has just been lexed; nil when it is another keyword, else the start of the
    /// line behind it.
    mutating func include(_ firstWord: Int, from index: Int, to end: Int, isMade: Bool) -> Int? {
        let keyword = tree.words[firstWord]
        guard keyword.span.length == 7 || keyword.span.length == 8 else { return nil }
        let name = tree.string(keyword)
        guard let checks = IncludeChecks.keywords.first(where: { $0.name == name })?.checks else { return nil }
        let stop = lineEnd(index, end)
        var rest = tree.text.bytes[index..<stop]
        tree.words.removeLast(tree.words.count - firstWord)
        if !isMade, rest.contains(where: { $0 == UInt8(ascii: "$") || isCommentMark($0) }) {
            expand(Int(keyword.span.start)..<stop, indentation: -1)
            return stop + 1
        }
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        let place = rest.isEmpty ? keyword.span : span(rest.startIndex, rest.endIndex)
        if rest.first == UInt8(ascii: "\"") {
            guard rest.count > 1, rest.last == UInt8(ascii: "\"") else {
                report(.unclosedQuote, at: span(rest.startIndex, rest.startIndex + 1))
                return stop + 1
            }
            rest = rest.dropFirst().dropLast()
        }
        guard !rest.isEmpty else {
            sink.report(
                Issue.missingArgument(name, expected: "the path of a file").asWarning
                    .adding(consequence: "nothing is included"), at: keyword.span)
            return stop + 1
        }
        include(String(decoding: rest, as: UTF8.self), checks: includeChecks.union(checks), at: place)
        return stop + 1
    }

    private mutating func include(_ text: String, checks: IncludeChecks, at place: Span) {
        guard includeStack.count < Self.depthLimit else {
            abandon(.includeTooDeep(Self.depthLimit), at: place)
            return
        }
        let directory = Self.directory(of: includeStack.last ?? "")
        guard let pattern = IncludePattern(text) else {
            abandon(
                .includePatternTooLarge(length: IncludePattern.lengthLimit, paths: IncludePattern.pathLimit), at: place)
            return
        }
        if pattern.hasBraces { expandedPaths += pattern.paths.count }
        guard expandedPaths <= Self.expandedPathLimit else {
            abandon(.tooManyFiles(Self.expandedPathLimit), at: place)
            return
        }
        for alternative in pattern.paths where !isAbandoned {
            let path =
                alternative.utf8.first == UInt8(ascii: "/") || directory == "."
                ? alternative : directory + "/" + alternative
            let hasWildcards = IncludePattern.hasWildcards(path)
            let matches = files.glob(path)
            if matches.isEmpty {
                reportNoMatch(path, hasWildcards: hasWildcards, hasBraces: pattern.hasBraces, checks, at: place)
            }
            for match in matches where !isAbandoned {
                include(file: match, isError: checks.contains(.read), at: place)
            }
        }
    }

    private mutating func include(file path: String, isError: Bool, at place: Span) {
        guard !includeStack.contains(path) else {
            abandon(.includeCycle(includeStack.drop { $0 != path } + [path]), at: place)
            return
        }
        guard tree.text.files.count < Self.fileLimit else {
            abandon(.tooManyFiles(Self.fileLimit), at: place)
            return
        }
        do {
            read(file: path, bytes: try files.readIncluded(path), includedAt: place)
        } catch {
            sink.report(.cannotRead(path, error, isIncluded: true), isError ? .error : .warning, at: place)
        }
    }

    /// Says that nothing is there, where somebody could have expected it: a pattern may match nothing in a directory
    /// that exists.
    private mutating func reportNoMatch(
        _ path: String, hasWildcards: Bool, hasBraces: Bool, _ checks: IncludeChecks, at place: Span
    ) {
        if hasWildcards {
            let isError = checks.contains(.wildcardMatch) && !hasBraces
            guard isError || !hasDirectory(path) else { return }
            sink.report(.includeMatchesNothing(path), isError ? .error : .warning, at: place)
        } else {
            let isError = checks.contains(hasBraces ? .braceMatch : .match)
            sink.report(
                .cannotRead(path, .notFound, isIncluded: true), isError ? .error : .warning,
                at: place)
        }
    }

    private func hasDirectory(_ pattern: String) -> Bool {
        let directory = Self.directory(of: pattern)
        return directory == "." || IncludePattern.hasWildcards(directory) || !files.glob(directory).isEmpty
    }

    /// The directory part of a path, `.` without one.
    static func directory(of path: String) -> String { InMemoryFiles.directory(of: path) }
}
