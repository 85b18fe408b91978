extension Analyzer {
    /// `200` or `200-299`, within 100…599.
    mutating func statusCodes(_ word: Word) -> ClosedRange<UInt16>? {
        let parts = tree.string(word).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let codes = parts.compactMap { UInt16($0) }
        guard codes.count == parts.count, let first = codes.first, let last = codes.last, first <= last,
            first >= 100, last <= 599
        else {
            ignore(
                .malformed(
                    tree.string(word), expected: "a status code from 100 to 599 or a range of them",
                    advice: tree.string(word).last == "," ? "only blanks separate codes" : nil), at: word.span)
            return nil
        }
        return first...last
    }

    /// 32 hexadecimal digits.
    mutating func digest(_ word: Word) -> [UInt8]? {
        let digits = bytes(word).compactMap { ScriptWords.hexadecimal($0) }
        guard digits.count == 32, word.span.length == 32 else {
            ignore(
                .malformed(tree.string(word), expected: "an MD5 digest of 32 hexadecimal digits"), at: word.span
            )
            return nil
        }
        return stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// All arguments as bytes: two hexadecimal digits each, a single one before a blank; `X` stands for any digit.
    mutating func maskedBytes(_ statement: Int, allowsWildcards: Bool) -> [UDPExchange.MaskedByte]? {
        var result: [UDPExchange.MaskedByte] = []
        for index in 0..<tree.argumentCount(statement) {
            guard let word = tree.argument(index, of: statement) else { continue }
            for part in bytes(word).split(whereSeparator: { ScriptWords.isBlank($0) }) {
                var nibbles: [UDPExchange.MaskedByte] = []
                for byte in part {
                    if let digit = ScriptWords.hexadecimal(byte) {
                        nibbles.append(UDPExchange.MaskedByte(value: digit, mask: 0xF))
                    } else if allowsWildcards, byte == UInt8(ascii: "X") || byte == UInt8(ascii: "x") {
                        nibbles.append(UDPExchange.MaskedByte(value: 0, mask: 0))
                    } else {
                        let digits = allowsWildcards ? "hexadecimal digits and X" : "hexadecimal digits"
                        ignore(
                            .malformed(tree.string(word), expected: "a row of \(digits)"), at: word.span)
                        return nil
                    }
                }
                if !nibbles.count.isMultiple(of: 2), let last = nibbles.popLast() {
                    nibbles += [UDPExchange.MaskedByte(value: 0, mask: 0xF), last]
                }
                for pair in stride(from: 0, to: nibbles.count, by: 2) {
                    let (high, low) = (nibbles[pair], nibbles[pair + 1])
                    result.append(
                        UDPExchange.MaskedByte(value: high.value << 4 | low.value, mask: high.mask << 4 | low.mask))
                }
            }
        }
        guard result.count <= 65_507 else {
            ignore(
                .numberOutOfRange("\(result.count)", expected: "at most 65507 bytes in a datagram"),
                at: tree.span(statement))
            return nil
        }
        return result
    }

    /// A domain name: labels of 1 to 63 bytes with dots between, at most 253 bytes; `.` is the root.
    mutating func domainName(_ word: Word) -> String? {
        let name = tree.string(word)
        guard name != "." else { return name }
        let labels = (name.hasSuffix(".") ? name.dropLast() : name[...]).utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // With the length of each part and the root's, 255 bytes are the most (RFC 1035, section 2.3.4).
        let length = labels.reduce(1) { $0 + $1.count + 1 }
        guard labels.allSatisfy({ (1...63).contains($0.count) }), length <= 255 else {
            ignore(
                .malformed(
                    name, expected: "a domain name: parts of 1 to 63 bytes between dots, 253 bytes together"),
                at: word.span)
            return nil
        }
        return name
    }

    /// Milliseconds with up to three decimals.
    mutating func milliseconds(_ word: Word, in range: ClosedRange<Int64>) -> Interval? {
        let thousandfold = Interval.seconds(range.lowerBound)...Interval.seconds(range.upperBound)
        guard let value = interval(word, in: thousandfold, unit: "milliseconds") else { return nil }
        return Interval(microseconds: value.microseconds / 1000)
    }

    /// The arguments of a statement by the escaping rule of commands and patterns.
    func quotedArguments(_ statement: Int) -> [String] {
        guard let keyword = tree.keyword(statement) else { return [] }
        let raw = tree.text.bytes[Int(keyword.span.end)..<Int(tree.statements[statement].end)]
        return ScriptWords.split(raw).map { String(decoding: $0, as: UTF8.self) }
    }
}
