/// Everything that the keyword tables know about one keyword: what `martlet explain priority` prints.
public struct KeywordExplanation: Sendable, Hashable {
    /// A keyword as some blocks have it. Blocks in which it is the same in every respect are one use.
    public struct Use: Sendable, Hashable {
        /// The blocks as a message names them.
        public var blocks: [String]
        /// What it is there.
        public var keyword: KeywordInfo
    }

    /// The keyword.
    public let name: String
    /// What it is, block by block, in the order of the reference.
    public let uses: [Use]
    /// The block that it opens, where that has keywords of its own.
    public let block: BlockInfo?
}

extension KeywordReference {
    /// Every keyword of every block, each once, sorted.
    public static let names: [String] = blocksByKeyword.keys.sorted()

    /// What the tables say about a keyword, in any case; nil when there is none of that name.
    public static func explanation(of name: String) -> KeywordExplanation? {
        guard let known = blocksByKeyword[name] == nil ? names.first(where: { sameLetters($0, name) }) : name else {
            return nil
        }
        var uses: [KeywordExplanation.Use] = []
        for block in blocks {
            for keyword in block.keywords where keyword.name == known {
                if let index = uses.firstIndex(where: { $0.keyword == keyword }) {
                    uses[index].blocks.append(block.name)
                } else {
                    uses.append(KeywordExplanation.Use(blocks: [block.name], keyword: keyword))
                }
            }
        }
        return KeywordExplanation(
            name: known, uses: uses, block: blocks.first { $0.name == "'\(known)'" && !$0.keywords.isEmpty })
    }

    /// The keyword or code that is most like a word; nil when nothing is near.
    public static func nearest(to word: String) -> String? {
        Suggestion.nearest(to: word, among: names + DiagnosticCatalogue.explanations.map { $0.code })
    }

    private static func sameLetters(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.lowercased() == right.lowercased()
    }
}

extension ExplanationRenderer {
    /// A keyword with its blocks, arguments, default, meaning and support, its lines separated by `\n`, none at the end.
    public func render(_ explanation: KeywordExplanation) -> String {
        var parts = explanation.uses.map { render($0) }
        if let block = explanation.block {
            parts.append(heading("Keywords in '\(explanation.name)'") + columns(block.keywords.map { $0.name }))
        }
        return parts.joined(separator: "\n\n")
    }

    /// Every code with its heading, one on a line.
    public func renderCodes() -> String {
        let severities = Dictionary(
            DiagnosticCatalogue.entries.map { ($0.code, $0.severity) }, uniquingKeysWith: { first, _ in first })
        return DiagnosticCatalogue.explanations.map { explanation in
            let severity = severities[explanation.code] == .warning ? "warning" : "error  "
            return "\(bold(explanation.code))  \(severity)  \(explanation.title)"
        }.joined(separator: "\n")
    }

    private func render(_ use: KeywordExplanation.Use) -> String {
        let keyword = use.keyword
        let arguments = keyword.arguments.isEmpty ? "" : " " + keyword.arguments
        var facts = [("Where", "in " + use.blocks.joined(separator: ", "))]
        facts.append(("Meaning", keyword.meaning))
        if let value = keyword.defaultValue, !value.isEmpty { facts.append(("Default", value)) }
        switch keyword.support {
        case .supported: break
        case .noEffect(let reason): facts.append(("Support", "read and checked, but without effect: \(reason)"))
        }
        let lines = facts.map { name, text in
            let blanks = String(repeating: " ", count: 9)
            let filled = Self.wrapped(text, width: 70).split(separator: "\n").map { $0.drop { $0 == " " } }
            return "  " + name + blanks.dropFirst(name.count) + filled.joined(separator: "\n  " + blanks)
        }
        return "    \(bold(keyword.name))\(arguments)\n\n" + lines.joined(separator: "\n")
    }

    /// Words in as many columns as 80 characters hold, read downwards.
    private func columns(_ words: [String]) -> String {
        let width = (words.map { $0.count }.max() ?? 0) + 2
        let number = max(1, 78 / width)
        let rows = (words.count + number - 1) / number
        return (0..<rows).map { row in
            var line = ""
            for index in stride(from: row, to: words.count, by: rows) {
                line += (line.isEmpty ? "  " : "") + words[index]
                if index + rows < words.count { line += String(repeating: " ", count: width - words[index].count) }
            }
            return line
        }.joined(separator: "\n")
    }
}
