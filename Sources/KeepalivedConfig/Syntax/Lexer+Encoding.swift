/// Bytes that are no text.
extension Lexer {
    /// Bytes of value 0 in a row that no editor leaves behind, but a crash or a full disk.
    private static let holeLength = 16

    /// The stretches of the file that was appended last which are read: all but lines with a byte of value 0. Such a
    /// line is ignored, as keepalived ignores it, where it is one of a text. Nil where the file is none.
    mutating func textStretches(from start: Int) -> [Range<Int>]? {
        let end = tree.text.bytes.count
        let file = tree.text.bytes[start..<end]
        let mark = [0xEF, 0xBB, 0xBF] as [UInt8]
        let first = file.starts(with: mark) ? start + mark.count : start
        guard !file.starts(with: [0xFF, 0xFE]), !file.starts(with: [0xFE, 0xFF]) else {
            abandon(.isUTF16, at: span(start, start + 1))
            return nil
        }
        guard let nul = file.firstIndex(of: 0) else { return [first..<end] }
        guard isText(file) else {
            abandon(.notText, at: span(nul, nul + 1))
            return nil
        }
        var stretches: [Range<Int>] = []
        var next = first
        while let nul = tree.text.bytes[next..<end].firstIndex(of: 0) {
            let line = lineStart(of: nul, from: next)..<lineEnd(nul, end)
            guard !tree.text.bytes[line].contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else {
                // Without its braces the rest would mean something else.
                abandon(.notText, at: span(nul, nul + 1))
                return nil
            }
            sink.report(.nulInLine, at: span(nul, nul + 1))
            stretches.append(next..<line.lowerBound)
            next = min(line.upperBound + 1, end)
        }
        stretches.append(next..<end)
        return stretches
    }

    private func lineStart(of index: Int, from start: Int) -> Int {
        tree.text.bytes[start..<index].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? start
    }

    /// Whether bytes of value 0 are the exception.
    private func isText(_ file: ArraySlice<UInt8>) -> Bool {
        var count = 0
        var run = 0
        for byte in file {
            run = byte == 0 ? run + 1 : 0
            guard run < Self.holeLength else { return false }
            if byte == 0 { count += 1 }
        }
        return count <= max(1, file.count / 8)
    }
}

extension SyntaxTree {
    /// Whether a word is UTF-8.
    func isUTF8(_ word: Word) -> Bool {
        String(validating: text.bytes[Int(word.span.start)..<Int(word.span.end)], as: UTF8.self) != nil
    }

    /// The statement that a word is in; nil where the word was taken back.
    func statement(ofWord index: Int) -> Int? {
        var low = 0
        var high = statements.count
        while low < high {
            let middle = (low + high) / 2
            if Int(statements[middle].firstWord) <= index { low = middle + 1 } else { high = middle }
        }
        guard low > 0, index < Int(statements[low - 1].firstWord) + Int(statements[low - 1].wordCount) else {
            return nil
        }
        return low - 1
    }
}

extension Analyzer {
    /// Reports the first word that is not UTF-8 among those that mean something: what is ignored anyway was said.
    mutating func reportForeignWords(_ words: [Int]) {
        for index in words where index < tree.words.count && !tree.isUTF8(tree.words[index]) {
            guard let statement = tree.statement(ofWord: index) else { continue }
            let word = tree.words[index]
            let keyword = tree.span(statement)
            let isIgnored = sink.warnings.contains { entry in
                switch entry.issue.code {
                case "MR0101", "MR0102", "MR0103": entry.span == keyword
                case "MR0202": entry.span == word.span
                default: false
                }
            }
            guard isIgnored else { return sink.report(.notUTF8, at: word.span) }
        }
    }
}
