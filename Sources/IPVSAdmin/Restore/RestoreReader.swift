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
        /// Whether a word has a byte 0 in it, as in a file whose end a crash has filled with them. ipvsadm 1.31 takes
        /// such a word for its beginning.
        public var hasZeroByte: Bool

        /// Creates a line.
        public init(number: Int, words: [String], hasZeroByte: Bool = false) {
            self.number = number
            self.words = words
            self.hasZeroByte = hasZeroByte
        }

        /// What the line asks for.
        public func command(program: String, names: any NameResolver) throws(CommandLineError) -> AdminCommand {
            guard !hasZeroByte else {
                throw CommandLineError("there is a zero byte in this line: the input is damaged, or no text")
            }
            return try AdminCommand(arguments: words, program: program, names: names, isRestoring: true)
        }
    }

    private var rest: [UInt8] = []
    private var number = 0

    /// Creates a reader at the first line.
    public init() {}

    /// Takes in the next part of the input and returns the lines that it completes.
    ///
    /// Arrays and no other collections: generic over them, splitting would take most of the time of a restore.
    public mutating func lines(for chunk: ArraySlice<UInt8>) -> [Line] {
        var lines: [Line] = []
        var start = chunk.startIndex
        while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty {
                take(chunk[start..<end], into: &lines)
            } else {
                rest += chunk[start..<end]
                take(rest[...], into: &lines)
                rest = []
            }
            start = end + 1
        }
        rest += chunk[start...]
        return lines
    }

    /// Takes in the next part of the input and returns the lines that it completes.
    public mutating func lines(for chunk: [UInt8]) -> [Line] { lines(for: chunk[...]) }

    /// The last line, when the input does not end in a line feed.
    public mutating func finish() -> [Line] {
        var lines: [Line] = []
        if !rest.isEmpty { take(rest[...], into: &lines) }
        rest = []
        return lines
    }

    private mutating func take(_ line: ArraySlice<UInt8>, into lines: inout [Line]) {
        number += 1
        var words: [String] = []
        var hasZeroByte = false
        var start = line.startIndex
        while start < line.endIndex {
            guard !line[start].isBetweenWords else {
                start += 1
                continue
            }
            if line[start] == UInt8(ascii: "#") { break }
            let end = line[start...].firstIndex { $0.isBetweenWords } ?? line.endIndex
            if line[start..<end].contains(0) { hasZeroByte = true }
            let word = String(decoding: line[start..<end], as: UTF8.self)
            if word != "ipvsadm" { words.append(word) }
            start = end
        }
        if !words.isEmpty { lines.append(Line(number: number, words: words, hasZeroByte: hasZeroByte)) }
    }
}

extension UInt8 {
    fileprivate var isBetweenWords: Bool { self == 32 || self == 9 || self == 13 }
}
