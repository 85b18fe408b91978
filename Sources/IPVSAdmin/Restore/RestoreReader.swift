/// Splits the input of a restore into command lines.
///
/// Words are separated by blanks, tabs, carriage returns and line feeds; there is no quoting. The word `ipvsadm` is
/// dropped wherever it stands. `#` at the beginning of a word begins a comment, which ipvsadm 1.31 means to know and
/// takes for a wrong command.
public struct RestoreReader {
    /// One line that has words.
    public struct Line: Sendable, Hashable {
        /// Its number, from 1.
        public var number: Int
        /// Its words.
        public var words: [String]

        /// Creates a line.
        public init(number: Int, words: [String]) {
            self.number = number
            self.words = words
        }
    }

    private var rest: [UInt8] = []
    private var number = 0

    /// Creates a reader at the first line.
    public init() {}

    /// Takes in the next part of the input and returns the lines that it completes.
    public mutating func lines(for chunk: some Collection<UInt8>) -> [Line] {
        var lines: [Line] = []
        var part = chunk[...]
        while let end = part.firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty {
                take(part[..<end], into: &lines)
            } else {
                rest += part[..<end]
                take(rest, into: &lines)
                rest = []
            }
            part = part[part.index(after: end)...]
        }
        rest += part
        return lines
    }

    /// The last line, when the input does not end in a line feed.
    public mutating func finish() -> [Line] {
        var lines: [Line] = []
        if !rest.isEmpty { take(rest, into: &lines) }
        rest = []
        return lines
    }

    private mutating func take(_ line: some Collection<UInt8>, into lines: inout [Line]) {
        number += 1
        var words: [String] = []
        for word in line.split(whereSeparator: { $0 == 32 || $0 == 9 || $0 == 13 }) {
            if word.first == UInt8(ascii: "#") { break }
            let text = String(decoding: word, as: UTF8.self)
            if text != "ipvsadm" { words.append(text) }
        }
        if !words.isEmpty { lines.append(Line(number: number, words: words)) }
    }
}
