/// The pattern of an include line.
struct IncludePattern {
    /// Bytes of a pattern; a path that can be opened has no more than a quarter of it.
    static let lengthLimit = 4 * 4096
    /// Paths that braces may make of one pattern.
    static let pathLimit = 4096
    /// Bytes of all these paths.
    private static let expandedLimit = 4 << 20

    /// `a{b,c}d` as `abd` and `acd`, in order.
    let paths: [String]
    /// Whether there are braces.
    let hasBraces: Bool

    /// Expands the braces of a pattern, nested ones too; `{}` and a brace without its counterpart are text. Nil where
    /// the pattern is too long or stands for too much.
    init?(_ pattern: String) {
        guard pattern.utf8.count <= Self.lengthLimit else { return nil }
        let text = Array(pattern.utf8)
        let closing = Self.pairs(text)
        hasBraces = !closing.isEmpty
        var groups = [Group()]
        var copied = 0
        for index in text.indices {
            let isOpen = closing[index] != nil
            let isClose = groups.last?.close == index
            let isComma = groups.count > 1 && text[index] == UInt8(ascii: ",")
            guard isOpen || isClose || isComma, var group = groups.popLast() else { continue }
            guard group.append([Array(text[copied..<index])]) else { return nil }
            copied = index + 1
            if !isOpen { group.finishAlternative() }
            if isClose {
                guard var outer = groups.popLast(), outer.append(group.done) else { return nil }
                groups.append(outer)
            } else {
                groups.append(group)
                if isOpen { groups.append(Group(close: closing[index])) }
            }
        }
        guard var outermost = groups.popLast(), outermost.append([Array(text[copied...])]) else { return nil }
        paths = outermost.current.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a path has to be matched rather than opened.
    static func hasWildcards(_ path: String) -> Bool {
        path.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    /// Braces that are being read, or the whole pattern.
    private struct Group {
        /// Where they end.
        var close: Int?
        /// What the alternatives before the last comma stand for.
        var done: [[UInt8]] = []
        /// What the text behind it stands for so far.
        var current: [[UInt8]] = [[]]
        /// Bytes of `current`.
        private var size = 0

        init(close: Int? = nil) { self.close = close }

        /// Puts each of the alternatives behind each text so far; false where that is too much. What is too much here
        /// is too much in the end, because nothing that is made is thrown away.
        mutating func append(_ alternatives: [[UInt8]]) -> Bool {
            guard current.count * alternatives.count <= IncludePattern.pathLimit else { return false }
            size = size * alternatives.count + current.count * alternatives.reduce(0) { $0 + $1.count }
            guard size <= IncludePattern.expandedLimit else { return false }
            if alternatives.count == 1, let only = alternatives.first {
                guard !only.isEmpty else { return true }
                for index in current.indices { current[index] += only }
            } else {
                current = current.flatMap { text in alternatives.map { text + $0 } }
            }
            return true
        }

        mutating func finishAlternative() {
            done += current
            current = [[]]
            size = 0
        }
    }

    /// Where each opening brace that has a counterpart is closed.
    private static func pairs(_ text: [UInt8]) -> [Int: Int] {
        var open: [Int] = []
        var pairs: [Int: Int] = [:]
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "{") {
                open.append(index)
            } else if byte == UInt8(ascii: "}"), let start = open.popLast(), index > start + 1 {
                pairs[start] = index
            }
        }
        return pairs
    }
}
