/// A word: the bytes between blanks, or between double quotes.
struct Word: Sendable {
    /// Where it stands, quotes left out.
    var span: Span
    /// Whether it stood in double quotes.
    var isQuoted: Bool
    /// Whether it has bytes outside ASCII.
    var isASCII: Bool
}

/// A keyword with its arguments and perhaps a block.
struct Statement: Sendable {
    /// Index of the keyword in ``SyntaxTree/words``; its arguments follow.
    var firstWord: UInt32
    /// Words, keyword included; 0 for a block without a keyword.
    var wordCount: UInt32
    /// Index of the statement behind this one, its block included.
    var next: UInt32
    /// Offset of the opening brace; nil without a block.
    var brace: UInt32?
    /// Offset behind the last byte of the words and what separates them.
    var end: UInt32
}

/// What the lexer makes: statements in the order of the text, a block's statements directly behind the statement that
/// opens it. A flat array rather than nested ones, so that 600,000 lines do not mean 600,000 allocations.
struct SyntaxTree: Sendable {
    /// The text that words point into.
    var text = SourceText()
    /// All words.
    var words: [Word] = []
    /// All statements in preorder.
    var statements: [Statement] = []
    /// Where references stand, in files, that were reported and stay as they are.
    var unresolved: Set<UInt32> = []

    /// The keyword of a statement; nil for a block without one.
    func keyword(_ statement: Int) -> Word? {
        statements[statement].wordCount > 0 ? words[Int(statements[statement].firstWord)] : nil
    }

    /// How many arguments the keyword has.
    func argumentCount(_ statement: Int) -> Int { max(0, Int(statements[statement].wordCount) - 1) }

    /// An argument, counted from 0; nil behind the last.
    func argument(_ index: Int, of statement: Int) -> Word? {
        index < argumentCount(statement) ? words[Int(statements[statement].firstWord) + 1 + index] : nil
    }

    /// Whether the statement has a block.
    func hasBlock(_ statement: Int) -> Bool { statements[statement].brace != nil }

    /// The indices between which the statements of the block of `statement` are; every ``Statement/next`` leads to
    /// the next one on the same level.
    func block(of statement: Int) -> Range<Int> { statement + 1..<Int(statements[statement].next) }

    /// Where the keyword stands, or the brace where there is none.
    func span(_ statement: Int) -> Span {
        keyword(statement)?.span ?? Span(start: statements[statement].brace ?? 0, length: 1)
    }

    /// The text of a word.
    func string(_ word: Word) -> String { text.string(word.span) }
}
