/// What an include must find: the words of `include_check`, and what the include keywords stand for.
struct IncludeChecks: OptionSet, Sendable {
    let rawValue: UInt8

    /// A file that is found can be read.
    static let read = IncludeChecks(rawValue: 1)
    /// A path without wildcards and braces exists.
    static let match = IncludeChecks(rawValue: 2)
    /// A pattern with wildcards matches something.
    static let wildcardMatch = IncludeChecks(rawValue: 4)
    /// Each path that braces make exists.
    static let braceMatch = IncludeChecks(rawValue: 8)
    static let all: IncludeChecks = [.read, .match, .wildcardMatch, .braceMatch]

    /// What each include keyword checks in any case.
    static let keywords: [(name: String, checks: IncludeChecks)] = [
        ("include", []), ("includer", .read), ("includem", [.read, .match]),
        ("includew", [.read, .match, .wildcardMatch]), ("includeb", [.read, .braceMatch]), ("includea", .all),
    ]

    /// What each word of `include_check` means.
    static let words: [(name: String, checks: IncludeChecks)] = [
        ("read", .read), ("match", .match), ("wildcard_match", .wildcardMatch), ("brace_match", .braceMatch),
    ]
}

extension Lexer {
    /// Carries out a statement of `global_defs` that changes how the rest is read.
    mutating func noticeSetting() {
        let statement = tree.statements.count - 1
        guard open.count == 1, statement >= 0, let word = tree.keyword(statement),
            word.span.length == 13 || word.span.length == 11, let block = open.first,
            let outer = tree.keyword(block.statement), outer.span.length == 11, tree.string(outer) == "global_defs"
        else { return }
        switch tree.string(word) {
        case "include_check": setIncludeChecks(statement)
        case "random_seed":
            if let seed = tree.argument(0, of: statement).flatMap({ UInt64(tree.string($0)) }) {
                random = RandomNumbers(seed: seed)
            }
        default: break
        }
    }

    /// `include_check [[+|-]CHECK …]`: the first word without a sign replaces what holds, a sign changes it.
    private mutating func setIncludeChecks(_ statement: Int) {
        guard tree.argumentCount(statement) > 0 else {
            includeChecks = .all
            return
        }
        for index in 0..<tree.argumentCount(statement) {
            guard let word = tree.argument(index, of: statement) else { continue }
            let text = tree.string(word)
            let sign = text.utf8.first.flatMap { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") ? $0 : nil }
            let name = sign == nil ? text : String(text.dropFirst())
            guard let known = IncludeChecks.words.first(where: { $0.name == name }) else {
                sink.report(
                    .unknownIncludeCheck(
                        text, nearest: Suggestion.nearest(to: name, among: IncludeChecks.words.map { $0.name })),
                    at: word.span)
                continue
            }
            switch sign {
            case UInt8(ascii: "+"): includeChecks.formUnion(known.checks)
            case UInt8(ascii: "-"): includeChecks.subtract(known.checks)
            default:
                guard index == 0 else {
                    sink.report(.includeCheckWithoutSign(name), at: word.span)
                    continue
                }
                includeChecks = known.checks.union(.read)
            }
        }
    }
}
