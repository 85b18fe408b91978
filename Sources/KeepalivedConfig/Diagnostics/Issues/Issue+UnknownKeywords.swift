/// Words that are no keyword where they stand (`MR0101` to `MR0103`).
extension Issue {
    static func unknownKeyword(_ keyword: String, block: String, nearest: String?, hasBlock: Bool) -> Issue {
        let consequence = hasBlock ? "it is ignored with its whole block" : "the line is ignored"
        let advice = adviceOnWord(keyword) ?? nearest.map { "did you mean '\($0)'?" }
        var issue = warning(
            "MR0101", "unknown keyword \(quoted(keyword)) in \(block)",
            advice.map { "\($0) as it stands \(consequence)" } ?? consequence)
        issue.leavesOut = hasBlock
        return issue
    }

    /// A member of a group that stands where keywords do.
    static func memberOutsideGroup(_ word: String, block: String) -> Issue {
        warning(
            "MR0101", "unknown keyword \(quoted(word)) in \(block)",
            "members stand in a block of their own: write \(quoted("group { \(word) … }"))")
    }

    /// What is no keyword in any block, for a reason that can be seen, or worse, cannot.
    private static func adviceOnWord(_ word: String) -> String? {
        if word.hasPrefix("~") { return "the loops are ~SEQ, ~SEQx and ~LST;" }
        if ["//", "/*", "--", ";"].contains(where: { word.hasPrefix($0) }) {
            return "a comment starts with '#' or '!';"
        }
        if word.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value == 0xFEFF }) {
            return "it contains a blank that is none, as copied from a page: type a plain one;"
        }
        let isTypographic = word.unicodeScalars.contains { (0x2018...0x201F).contains($0.value) }
        return isTypographic ? "typographic quotes are letters here: type plain ones;" : nil
    }

    static func keywordWithSign(
        _ word: String, keyword: String, sign: String, value: String, needsBlock: Bool = false
    ) -> Issue {
        let spelling = needsBlock ? "\(keyword) {" : "\(keyword) \(value.isEmpty ? "VALUE" : value)"
        return warning(
            "MR0102",
            needsBlock
                ? "\(quoted(word)) is not a keyword: '\(keyword)' is followed by a block, not by '\(sign)'"
                : "\(quoted(word)) is not a keyword: '\(keyword)' takes its value behind a blank, not behind '\(sign)'",
            "write \(quoted(spelling)); as it stands the line is ignored")
    }

    /// A sign that stands where the value should.
    static func signAsValue(_ keyword: String, sign: String, value: String, needsBlock: Bool) -> Issue {
        needsBlock
            ? warning(
                "MR0102", "'\(keyword)' is followed by a block, not by '\(sign)'",
                "write '\(keyword) {'; as it stands '\(sign)' is ignored")
            : warning(
                "MR0102", "'\(keyword)' takes its value behind a blank, not behind '\(sign)'",
                "write \(quoted("\(keyword) \(value)")); as it stands '\(sign)' is taken for the value")
    }

    /// - Parameter opener: the keyword of the block in which this one belongs, where that may stand here.
    static func keywordElsewhere(
        _ keyword: String, block: String, belongs: [String], hasBlock: Bool, opener: String?
    ) -> Issue {
        let consequence = hasBlock ? "it is ignored with its whole block" : "the line is ignored"
        var issue = warning(
            "MR0103", "'\(keyword)' does not belong in \(block) but in \(belongs.joined(separator: ", "))",
            opener.map { "write it into '\($0) { … }'; as it stands \(consequence)" }
                ?? "\(home(belongs))look for a misplaced '}' above; as it stands \(consequence)")
        issue.leavesOut = hasBlock
        return issue
    }

    /// Where a keyword belongs, where there is only one such place outside.
    private static func home(_ blocks: [String]) -> String {
        guard blocks.count == 1, let block = blocks.first, block.hasPrefix("'") else { return "" }
        return "move it into '\(block.dropFirst().dropLast()) { … }', or "
    }

    /// - Parameters:
    ///   - lists: the keywords whose lines have the option.
    ///   - line: what a line of the first begins with.
    static func optionAsKeyword(
        _ option: String, block: String, lists: [String], line: String, value: String?
    ) -> Issue {
        let spelling = ([line, option] + (value.map { [$0] } ?? [])).joined(separator: " ")
        return warning(
            "MR0103",
            "'\(option)' is no keyword of \(block) but an option of a line in \(lists.map { "'\($0)'" }.joined(separator: ", "))",
            "write it behind what it is for, as in '\(lists.first ?? "") { \(quoted(spelling).dropFirst().dropLast()) }'; as it stands the line is ignored"
        )
    }
}
