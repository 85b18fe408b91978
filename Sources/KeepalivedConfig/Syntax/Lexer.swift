/// Text to syntax tree.
///
///     line       = { "@" [ "^" ] ID blank } ( definition | include | loop line | { statement } ) [ comment ] newline
///     definition = "$" NAME "=" text { "\" newline text }
///     include    = ( "include" | "includer" | "includem" | "includew" | "includeb" | "includea" ) pattern
///     loop       = ( "~SEQ" | "~SEQx" ) "(" NAME "," [ [ start "," [ step "," ] ] end ")"
///                | "~LST" "(" names "," value { "," value } ")"
///     statement  = { word } ( "{" | "}" | newline )
///     word       = '"' any but '"' '"' | any but blank, quote, brace, comment
///     comment    = ( "#" | "!" ) any
///
/// Outside double quotes a brace ends a statement wherever it stands and `#` or `!` starts a comment wherever it
/// stands; `\#` and `\!` are the characters themselves. `{` on a line of its own belongs to the statement before it.
///
/// A line without definitions, loops and escaped comment characters is lexed where it stands. Any other is taken to
/// pieces (`Lexer+Lines.swift`), made into one or more new lines that stand behind the text of all files, and those
/// are lexed.
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
    let options: LanguageOptions
    /// What includes must find; a statement can change it, up to the end of its file.
    var includeChecks: IncludeChecks
    var definitions: [String: Definition] = [:]
    /// Names whose definition was reported to be none.
    var misdefined: Set<String> = []
    /// Files being read, outermost first.
    var includeStack: [String] = []
    /// Nothing more can be read.
    var isAbandoned = false
    /// Statements of the top level, and what is in their blocks, whose structure is broken: whatever else is wrong
    /// there is most likely a consequence.
    var broken: [Range<Int>] = []

    var open: [OpenBlock] = []
    /// The last line with a condition that opens a block.
    var opening: ConditionalOpening?
    /// The statement that a `{` on the next line would belong to.
    var attachable: Int?
    var attachableIndentation = -1
    /// The block whose closing brace was not where it was opened: it is the one that lacks its own.
    var suspect: Int?
    var lastRootStatement: Int?
    var hasReportedSurplusBrace = false
    var hasReportedAnonymousBlock = false
    /// Whether there is a brace too many in the open blocks, so that none is missing where they are not closed.
    var hasSurplusOpening = false
    var forgottenBraces = 0
    /// Words that are not UTF-8, as indices in the tree; some of them may be gone from it.
    private(set) var foreignWords: [Int] = []
    /// Replacements made and turns of loops taken, in the whole configuration.
    var work = 0
    /// The same for the line that is being made.
    var lineWork = 0
    /// Paths that the braces of include lines have made.
    var expandedPaths = 0
    /// Turns of loops taken, in the whole configuration.
    var turns = 0
    /// Loops around the line that is being made.
    var loopDepth = 0
    /// What was reported about lines that were made, so that a hundred turns do not say the same a hundred times.
    private var said: Set<Said> = []
    var random: RandomNumbers

    /// An issue that was reported: its code and the place that it is about.
    private struct Said: Hashable {
        var code: String
        var place: UInt32
    }

    init(files: any SourceProvider, options: LanguageOptions = LanguageOptions()) {
        self.files = files
        self.options = options
        includeChecks = options.checksAllIncludes ? .all : []
        random = RandomNumbers(seed: options.randomSeed)
    }

    /// Reads a file and everything that it includes.
    mutating func lex(file: String, bytes: [UInt8]) {
        read(file: file, bytes: bytes, includedAt: nil)
        if !isAbandoned { finish() }
    }

    /// Reads one file in place of the line that includes it.
    mutating func read(file: String, bytes: [UInt8], includedAt: Span?) {
        let start = tree.text.bytes.count
        guard tree.text.append(file: file, bytes: bytes, includedAt: includedAt) else {
            abandon(.textTooLong, at: includedAt ?? Span(start: UInt32(max(0, start - 1)), length: 1))
            return
        }
        guard let stretches = textStretches(from: start) else { return }
        if tree.words.isEmpty {
            // Lines of real files are 20 to 30 bytes with two words.
            tree.words.reserveCapacity(bytes.count / 12)
            tree.statements.reserveCapacity(bytes.count / 24)
        }
        includeStack.append(file)
        let checks = includeChecks
        for stretch in stretches { lex(stretch) }
        includeChecks = checks
        includeStack.removeLast()
    }

    mutating func abandon(_ issue: Issue, at span: Span) {
        sink.report(issue, at: span)
        isAbandoned = true
    }

    /// Reports an issue of a line that is being made, once for each place.
    mutating func report(_ issue: Issue, at span: Span) {
        if said.count < 1024, !said.insert(Said(code: issue.code, place: tree.text.used(span).start)).inserted {
            return
        }
        sink.report(issue, at: span)
    }

    /// Lexes the lines of a file.
    private mutating func lex(_ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound, !isAbandoned {
            index = line(from: index, to: range.upperBound)
        }
    }

    /// Lexes one line and returns the start of the next.
    private mutating func line(from lineStart: Int, to end: Int) -> Int {
        var index = lineStart
        while index < end, isBlank(tree.text.bytes[index]) { index += 1 }
        guard index < end else { return end }
        while index < end, tree.text.bytes[index] == UInt8(ascii: "@") {
            let (counts, rest) = condition(at: index, to: end)
            let leavesBlock = leavesBlock(span(index, rest), counts: counts, to: end)
            guard counts || leavesBlock else { return skipLine(from: rest, to: end) }
            index = rest
        }
        guard index < end else { return end }
        switch tree.text.bytes[index] {
        case UInt8(ascii: "$"):
            if let next = definition(at: index, to: end) { return next }
            // The value may be a condition or a loop, which only this place allows.
            let stop = lineEnd(index, end)
            expand(index..<stop, indentation: index - lineStart)
            return stop + 1
        case UInt8(ascii: "~") where loopKeyword(at: index, to: end) != nil:
            let stop = lineEnd(index, end)
            expand(index..<stop, indentation: -1)
            return stop + 1
        default:
            return statements(from: index, to: end, lineStart: lineStart, indentation: index - lineStart)
        }
    }

    /// Adds a word.
    mutating func append(_ word: Word) {
        tree.words.append(word)
        if !word.isASCII, !tree.isUTF8(word) { foreignWords.append(tree.words.count - 1) }
    }

    func span(_ start: Int, _ end: Int) -> Span { Span(start: UInt32(start), length: UInt32(end - start)) }

    /// The index of the newline that ends the line, or `end`.
    func lineEnd(_ index: Int, _ end: Int) -> Int {
        var index = index
        while index < end, tree.text.bytes[index] != UInt8(ascii: "\n") { index += 1 }
        return index
    }
}
