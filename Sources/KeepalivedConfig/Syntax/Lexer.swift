/// Text to syntax tree.
///
///     line       = [ "@" [ "^" ] ID blank ] ( definition | include | loop | { statement } ) [ comment ] newline
///     definition = "$" NAME "=" text { "\" newline text }
///     include    = ( "include" | "includer" | "includem" | "includew" | "includeb" | "includea" ) pattern
///     statement  = { word } ( "{" | "}" | newline )
///     word       = '"' any but '"' '"' | any but blank, quote, brace, comment
///     comment    = ( "#" | "!" ) any
///
/// Outside double quotes a brace ends a statement wherever it stands and `#` or `!` starts a comment wherever it
/// stands; `\#` and `\!` are the characters themselves. `{` on a line of its own belongs to the statement before it.
struct Lexer {
    /// A block that is open.
    struct OpenBlock {
        var statement: Int
        /// Column of the keyword when it is the first thing on its line, else -1.
        var indentation: Int
    }

    var tree = SyntaxTree()
    var sink = DiagnosticSink()
    let files: any SourceProvider
    let configID: String
    var definitions: [String: Definition] = [:]
    /// Files being read, outermost first.
    var includeStack: [String] = []
    /// Nothing more can be read.
    var isAbandoned = false
    /// Statements of the top level, and what is in their blocks, whose structure is broken: whatever else is wrong
    /// there is most likely a consequence.
    private(set) var broken: [Range<Int>] = []

    private var open: [OpenBlock] = []
    /// The statement that a `{` on the next line would belong to.
    private var attachable: Int?
    private var attachableIndentation = -1
    /// The block whose closing brace was not where it was opened: it is the one that lacks its own.
    private var suspect: Int?
    private var lastRootStatement: Int?
    private var hasReportedSurplusBrace = false
    private var hasReportedAnonymousBlock = false
    private var hasReportedEncoding = false
    private var forgottenBraces = 0
    /// Replacements made in the line that is being expanded.
    var replacements = 0

    /// Blocks within blocks, this deep; the language itself needs five.
    private static let nestingLimit = 64
    /// Missing braces that are worth a diagnostic of their own.
    private static let forgottenLimit = 10

    init(files: any SourceProvider, configID: String) {
        self.files = files
        self.configID = configID
    }

    /// Reads a file and everything that it includes.
    mutating func lex(file: String, bytes: [UInt8]) {
        read(file: file, bytes: bytes, includedAt: nil)
        if !isAbandoned { finish() }
    }

    /// Reads one file in place of the line that includes it.
    mutating func read(file: String, bytes: [UInt8], includedAt: UInt32?) {
        let start = tree.text.bytes.count
        guard tree.text.append(file: file, bytes: bytes, includedAt: includedAt) else {
            abandon(.textTooLong, at: Span(start: UInt32(max(0, start - 1)), length: 1))
            return
        }
        if let nul = bytes.firstIndex(of: 0) {
            abandon(.notText, at: Span(start: UInt32(start + nul), length: 1))
            return
        }
        if tree.words.isEmpty {
            // Lines of real files are 20 to 30 bytes with two words.
            tree.words.reserveCapacity(bytes.count / 12)
            tree.statements.reserveCapacity(bytes.count / 24)
        }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        includeStack.append(file)
        lex(start + (hasMark ? 3 : 0)..<tree.text.bytes.count, isExpansion: false)
        includeStack.removeLast()
    }

    mutating func abandon(_ issue: Issue, at span: Span) {
        sink.report(issue, at: span)
        isAbandoned = true
    }

    /// Lexes lines of a file, or of an expansion, in which comments are gone and definitions are replaced already.
    mutating func lex(_ range: Range<Int>, isExpansion: Bool) {
        var index = range.lowerBound
        while index < range.upperBound, !isAbandoned {
            index = line(from: index, to: range.upperBound, isExpansion: isExpansion)
        }
    }

    /// Lexes one line and returns the start of the next.
    private mutating func line(from lineStart: Int, to end: Int, isExpansion: Bool) -> Int {
        var index = lineStart
        while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
        guard index < end else { return end }
        if !isExpansion {
            switch tree.text.bytes[index] {
            case UInt8(ascii: "@"):
                guard let rest = condition(at: index, to: end) else { return lineEnd(index, end) + 1 }
                index = rest
                if index < end, tree.text.bytes[index] == UInt8(ascii: "$"),
                    let next = definition(at: index, to: end)
                {
                    return next
                }
            case UInt8(ascii: "$"):
                if let next = definition(at: index, to: end) { return next }
            case UInt8(ascii: "~"):
                if let next = loop(at: index, to: end) { return next }
            default: break
            }
        }
        return statements(from: index, to: end, lineStart: lineStart, isExpansion: isExpansion)
    }

    /// Lexes the statements of a line and returns the start of the next line.
    private mutating func statements(from first: Int, to end: Int, lineStart: Int, isExpansion: Bool) -> Int {
        var index = first
        var start = index
        var firstWord = tree.words.count
        var isFirst = true
        while index < end {
            let byte = tree.text.bytes[index]
            switch byte {
            case UInt8(ascii: "\n"):
                finishStatement(firstWord, start: start, end: index, indentation: isFirst ? start - lineStart : -1)
                return index + 1
            case UInt8(ascii: " "), 0x09, 0x0B...0x0D:
                index += 1
            case UInt8(ascii: "#"), UInt8(ascii: "!"):
                guard !isExpansion else {
                    index = word(from: index, to: end, isExpansion: true)
                    continue
                }
                finishStatement(firstWord, start: start, end: index, indentation: isFirst ? start - lineStart : -1)
                return lineEnd(index, end) + 1
            case UInt8(ascii: "{"):
                openBlock(firstWord, start: start, brace: index, indentation: isFirst ? start - lineStart : -1)
                index += 1
                firstWord = tree.words.count
                isFirst = false
                while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
                start = index
            case UInt8(ascii: "}"):
                finishStatement(firstWord, start: start, end: index, indentation: isFirst ? start - lineStart : -1)
                closeBlock(brace: index, indentation: isFirst && index == start ? index - lineStart : -1)
                index += 1
                firstWord = tree.words.count
                isFirst = false
                while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
                start = index
            default:
                let next =
                    byte == UInt8(ascii: "\"")
                    ? quotedWord(from: index, to: end, isExpansion: isExpansion)
                    : word(from: index, to: end, isExpansion: isExpansion)
                guard next >= 0 else {
                    // A definition is used, or a comment character is escaped: lex a rewritten copy of the rest.
                    tree.words.removeLast(tree.words.count - firstWord)
                    let stop = lineEnd(index, end)
                    expand(start..<stop, lineStart: lineStart)
                    return stop + 1
                }
                index = next
                if tree.words.count == firstWord + 1, byte == UInt8(ascii: "i"),
                    let next = include(firstWord, from: index, to: end, isExpansion: isExpansion, lineStart: lineStart)
                {
                    return next
                }
            }
        }
        finishStatement(firstWord, start: start, end: index, indentation: isFirst ? start - lineStart : -1)
        return end
    }

    /// Lexes a word without quotes; returns the index behind it, or -1 when the line must be rewritten first.
    private mutating func word(from start: Int, to end: Int, isExpansion: Bool) -> Int {
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
                if !isExpansion { break scan }
            case UInt8(ascii: "\\"):
                if !isExpansion, index + 1 < end, isCommentMark(tree.text.bytes[index + 1]) { return -1 }
            case UInt8(ascii: "$"):
                if !isExpansion, index + 1 < end, isNameStart(tree.text.bytes[index + 1]) { return -1 }
                if isExpansion, let close = undefinedReferenceEnd(index, end) {
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

    /// Lexes a word in double quotes; the same returns as ``word(from:to:isExpansion:)``.
    private mutating func quotedWord(from quote: Int, to end: Int, isExpansion: Bool) -> Int {
        var index = quote + 1
        var bits: UInt8 = 0
        while index < end {
            let byte = tree.text.bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                append(Word(span: span(quote + 1, index), isQuoted: true, isASCII: bits < 0x80))
                return index + 1
            case UInt8(ascii: "\n"):
                sink.report(.unclosedQuote, at: span(quote, quote + 1))
                append(Word(span: span(quote + 1, index), isQuoted: true, isASCII: bits < 0x80))
                return index
            case UInt8(ascii: "\\"):
                if index + 1 < end, tree.text.bytes[index + 1] != UInt8(ascii: "\n") { index += 1 }
            case UInt8(ascii: "$"):
                if !isExpansion, index + 1 < end, isNameStart(tree.text.bytes[index + 1]) { return -1 }
            default: bits |= byte
            }
            index += 1
        }
        index = min(index, end)
        sink.report(.unclosedQuote, at: span(quote, quote + 1))
        append(Word(span: span(quote + 1, index), isQuoted: true, isASCII: bits < 0x80))
        return index
    }

    private mutating func append(_ word: Word) {
        tree.words.append(word)
        if !word.isASCII, !hasReportedEncoding {
            let bytes = tree.text.bytes[Int(word.span.start)..<Int(word.span.end)]
            if String(validating: bytes, as: UTF8.self) == nil {
                hasReportedEncoding = true
                sink.report(.notUTF8, at: word.span)
            }
        }
    }

    private mutating func finishStatement(_ firstWord: Int, start: Int, end: Int, indentation: Int) {
        guard tree.words.count > firstWord else { return }
        attachable = tree.statements.count
        attachableIndentation = indentation
        append(firstWord, end: end, brace: nil)
    }

    private mutating func append(_ firstWord: Int, end: Int, brace: Int?) {
        let index = UInt32(tree.statements.count)
        tree.statements.append(
            Statement(
                firstWord: UInt32(firstWord), wordCount: UInt32(tree.words.count - firstWord), next: index + 1,
                brace: brace.map { UInt32($0) }, end: UInt32(end)))
    }

    private mutating func openBlock(_ firstWord: Int, start: Int, brace: Int, indentation: Int) {
        let statement: Int
        var column = indentation
        if tree.words.count == firstWord, let before = attachable {
            statement = before
            tree.statements[before].brace = UInt32(brace)
            column = attachableIndentation
        } else {
            if tree.words.count == firstWord, !hasReportedAnonymousBlock {
                hasReportedAnonymousBlock = true
                sink.report(.blockWithoutKeyword, at: span(brace, brace + 1))
            }
            statement = tree.statements.count
            append(firstWord, end: brace, brace: brace)
        }
        attachable = nil
        if isRootKeyword(statement) {
            if !open.isEmpty { closeForgotten(before: statement) }
            lastRootStatement = statement
        }
        guard open.count < Self.nestingLimit else {
            abandon(.nestedTooDeep(Self.nestingLimit), at: span(brace, brace + 1))
            return
        }
        open.append(OpenBlock(statement: statement, indentation: column))
    }

    private mutating func closeBlock(brace: Int, indentation: Int) {
        attachable = nil
        guard let block = open.popLast() else {
            guard !hasReportedSurplusBrace else { return }
            hasReportedSurplusBrace = true
            let above = lastRootStatement.map { (describe($0), tree.text.place(of: tree.span($0)).line) }
            sink.report(.surplusBrace(above?.0, line: above?.1), at: span(brace, brace + 1))
            if let root = lastRootStatement { broken.append(root..<tree.statements.count) }
            return
        }
        tree.statements[block.statement].next = UInt32(tree.statements.count)
        if suspect == nil, indentation >= 0, block.indentation >= 0, block.indentation != indentation,
            open.contains(where: { $0.indentation == indentation })
        {
            suspect = block.statement
        }
    }

    /// A block that exists on the top level only stands inside another: the other one was not closed.
    private mutating func closeForgotten(before statement: Int) {
        guard let outermost = open.first, let innermost = open.last else { return }
        forgottenBraces += 1
        guard forgottenBraces <= Self.forgottenLimit else {
            abandon(.textTooBroken, at: tree.span(statement))
            return
        }
        let culprit = suspect ?? innermost.statement
        let line = tree.text.place(of: tree.span(statement)).line
        sink.report(.unclosedBlock(describe(culprit), before: (describe(statement), line)), at: tree.span(culprit))
        broken.append(outermost.statement..<statement)
        for block in open { tree.statements[block.statement].next = UInt32(statement) }
        open.removeAll()
        suspect = nil
    }

    private mutating func finish() {
        guard let outermost = open.first, let innermost = open.last else { return }
        let culprit = suspect ?? innermost.statement
        sink.report(.unclosedBlock(describe(culprit), before: nil), at: tree.span(culprit))
        broken.append(outermost.statement..<tree.statements.count)
        for block in open { tree.statements[block.statement].next = UInt32(tree.statements.count) }
        open.removeAll()
    }

    /// Keywords that exist on the top level only and always have a block.
    private static let rootKeywords: [String] = [
        "global_defs", "vrrp_instance", "vrrp_script", "vrrp_sync_group", "virtual_server", "virtual_server_group",
        "static_ipaddress", "static_routes", "static_rules", "bfd_instance", "vrrp_track_process",
    ]

    private func isRootKeyword(_ statement: Int) -> Bool {
        guard let word = tree.keyword(statement), word.span.length > 9 else { return false }
        let bytes = tree.text.bytes[Int(word.span.start)..<Int(word.span.end)]
        return Self.rootKeywords.contains { $0.utf8.elementsEqual(bytes) }
    }

    /// The keyword and its arguments, as a message names a block.
    private func describe(_ statement: Int) -> String {
        let words = (0..<Int(tree.statements[statement].wordCount)).prefix(3).map {
            tree.string(tree.words[Int(tree.statements[statement].firstWord) + $0])
        }
        return words.isEmpty ? "{" : words.joined(separator: " ")
    }

    func span(_ start: Int, _ end: Int) -> Span { Span(start: UInt32(start), length: UInt32(end - start)) }

    /// The index of the newline that ends the line, or `end`.
    func lineEnd(_ index: Int, _ end: Int) -> Int {
        var index = index
        while index < end, tree.text.bytes[index] != UInt8(ascii: "\n") { index += 1 }
        return index
    }

    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 0x09 || (0x0B...0x0D).contains(byte) }

    func isCommentMark(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: "!") }

    func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func isNameStart(_ byte: UInt8) -> Bool { isName(byte) || byte == UInt8(ascii: "{") }
}
