import Addressing

/// Arguments of a statement as values. Each reports what is wrong at the offending word and gives nil then.
extension Analyzer {
    /// An argument that must be there.
    ///
    /// - Parameter isFatal: whether keepalived ends where it is missing; nil for what its keyword table says. An empty
    ///   one does not end it.
    mutating func required(
        _ index: Int = 0, of statement: Int, expected: @autoclosure () -> String, isFatal: Bool? = nil
    ) -> Word? {
        guard let word = tree.argument(index, of: statement) else {
            reportMissingValue(
                name(statement), expected: expected(), at: tree.span(statement),
                isFatal: isFatal ?? !toleratesMissingValue)
            return nil
        }
        guard word.span.length > 0 else {
            ignore(.emptyArgument(name(statement), expected: expected()), at: quotes(of: word))
            return nil
        }
        return word
    }

    /// Where a word stands with the quotes around it.
    private func quotes(of word: Word) -> Span {
        guard word.isQuoted, word.span.start > 0 else { return word.span }
        return Span(start: word.span.start - 1, length: word.span.length + 2)
    }

    /// Says so when there are more arguments than `count`.
    ///
    /// - Parameter isText: whether the value is a text, of which the rest may be.
    mutating func expectNoMore(than count: Int, of statement: Int, isText: Bool = false) {
        guard let word = tree.argument(count, of: statement) else { return }
        sink.report(
            .surplusArgument(tree.string(word), keyword: name(statement), isText: isText), .warning, at: word.span)
    }

    /// A decimal number in a range.
    ///
    /// - Parameters:
    ///   - isLenient: takes `51;` as 51 with a warning, where keepalived does.
    ///   - consequence: what happens without the number, where the line is not ignored.
    mutating func integer<Number: FixedWidthInteger>(
        _ word: Word, in range: ClosedRange<Number>, isLenient: Bool = false, consequence: String? = nil
    ) -> Number? {
        var expected: String { "a whole number from \(range.lowerBound) to \(range.upperBound)" }
        var digits = bytes(word)
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        var value: Int64 = 0
        var count = 0
        var isTooLarge = false
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { break }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            isTooLarge = isTooLarge || overflow || carry
            value = isTooLarge ? value : sum
            count += 1
        }
        guard count > 0, count == digits.count || isLenient else {
            ignore(
                .notANumber(tree.string(word), expected: expected), at: word.span, consequence: consequence)
            return nil
        }
        guard !isTooLarge, let number = Number(exactly: isNegative ? -value : value), range.contains(number) else {
            ignore(
                .numberOutOfRange(tree.string(word), expected: expected), at: word.span, consequence: consequence)
            return nil
        }
        if count != digits.count {
            sink.report(.trailingText(tree.string(word), number: "\(number)"), .warning, at: word.span)
        }
        return number
    }

    /// Decimal seconds, or another unit of which the interval then holds as many as seconds.
    mutating func interval(_ word: Word, in range: ClosedRange<Interval>, unit: String = "seconds") -> Interval? {
        var whole: Int64 = 0
        var fraction: Int64 = 0
        var scale: Int64 = 1_000_000
        var hasDigits = false
        var hasPoint = false
        var isRounded = false
        for byte in bytes(word) {
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                ignore(.notAnInterval(tree.string(word)), at: word.span)
                return nil
            }
            let digit = Int64(byte - UInt8(ascii: "0"))
            hasDigits = true
            if !hasPoint {
                whole = min(whole * 10 + digit, 1 << 40)
            } else if scale > 1 {
                scale /= 10
                fraction += digit * scale
            } else if digit > 0, !isRounded {
                isRounded = true
                if digit >= 5 { fraction += 1 }
            }
        }
        guard hasDigits else {
            ignore(.notAnInterval(tree.string(word)), at: word.span)
            return nil
        }
        let value = Interval(microseconds: whole * 1_000_000 + fraction)
        guard range.contains(value) else {
            ignore(
                .intervalOutOfRange(
                    tree.string(word), expected: "\(range.lowerBound) to \(range.upperBound) \(unit)"), at: word.span)
            return nil
        }
        if isRounded { sink.report(.intervalRounded(tree.string(word)), .warning, at: word.span) }
        return value
    }

    /// An address of either family, or of one.
    mutating func address(_ word: Word, family: AddressFamily? = nil) -> IPAddress? {
        guard let address = IPAddress(tree.string(word)) else {
            ignore(.notAnAddress(tree.string(word), expected: Self.expectation(family)), at: word.span)
            return nil
        }
        guard family == nil || address.family == family else {
            ignore(
                .familyMismatch(tree.string(word), expected: Self.expectation(family)), at: word.span)
            return nil
        }
        return address
    }

    private static func expectation(_ family: AddressFamily?) -> String {
        switch family {
        case .ipv4: "an IPv4 address such as 10.1.80.90"
        case .ipv6: "an IPv6 address such as 2001:db8::90"
        case nil: "an IPv4 or IPv6 address"
        }
    }

    /// A port from 1 to 65535, or from 0 where a service may stand for every port.
    mutating func port(_ word: Word, allowsZero: Bool = false) -> Port? {
        guard let port = Port(tree.string(word)), allowsZero || port.rawValue > 0 else {
            ignore(.notAPort(tree.string(word)), at: word.span)
            return nil
        }
        return port
    }

    /// Whether a word is a value of switches that have one, or what other programs take for it.
    func isBoolean(_ word: Word) -> Bool {
        ["on", "off", "true", "false", "yes", "no", "0", "1"].contains(tree.string(word).lowercased())
    }

    /// A boolean whose absence means true.
    mutating func boolean(_ statement: Int) -> Bool? {
        guard let word = tree.argument(0, of: statement) else { return true }
        expectNoMore(than: 1, of: statement)
        switch tree.string(word).lowercased() {
        case "on", "true", "yes": return true
        case "off", "false", "no": return false
        default:
            ignore(.notABoolean(tree.string(word), keyword: name(statement)), at: word.span)
            return nil
        }
    }

    /// One of a few words.
    mutating func choice<Value>(
        _ word: Word, _ choices: [(name: String, value: Value)], ignoresCase: Bool = false
    ) -> Value? {
        let text = tree.string(word)
        if let choice = choices.first(where: { $0.name == text }) { return choice.value }
        if ignoresCase, let choice = choices.first(where: { $0.name.lowercased() == text.lowercased() }) {
            return choice.value
        }
        guard sink.admits(refusesValues ? .error : .warning) else { return nil }
        ignore(
            .notAChoice(
                text, expected: choices.map { $0.name },
                nearest: Suggestion.choice(for: text, among: choices.map { $0.name })), at: word.span)
        return nil
    }

    /// Text that the kernel bounds.
    mutating func text(_ word: Word, limit: Int, what: String) -> String? {
        guard word.span.length <= limit else {
            ignore(.tooLong(tree.string(word), limit: limit, what: what), at: word.span)
            return nil
        }
        return tree.string(word)
    }

    /// An interface name: at most 15 bytes (`IFNAMSIZ` with its terminator), no slash. Another one is an error, as an
    /// interface is that does not exist.
    mutating func interface(_ word: Word) -> String? {
        refusing(Self.adviceOnInterface) { analyzer in
            guard let name = analyzer.text(word, limit: 15, what: "an interface name") else { return nil }
            guard !name.utf8.contains(UInt8(ascii: "/")) else {
                analyzer.ignore(.malformed(name, expected: "an interface name"), at: word.span)
                return nil
            }
            return name
        }
    }

    static let adviceOnInterface = "write the name as 'ip link' shows it"

    /// The command of a statement, split by the escaping rule, with its user and group.
    mutating func script(_ statement: Int) -> Script? {
        guard let keyword = tree.keyword(statement) else { return nil }
        // An empty one is told from the words behind it only once they are split.
        guard tree.argument(0, of: statement) != nil || required(of: statement, expected: "a command") != nil else {
            return nil
        }
        if let word = tree.argument(0, of: statement), Suggestion.startsWithTypographicQuote(tree.string(word)) {
            sink.report(.typographicQuote(tree.string(word)), at: word.span)
        }
        let raw = tree.text.bytes[Int(keyword.span.end)..<Int(tree.statements[statement].end)]
        let (arguments, unclosed) = ScriptWords.splitting(raw)
        let (parts, unclosedInside) = ScriptWords.splitting((arguments.first ?? [])[...])
        // The lexer has reported a double quote that its line does not close.
        if let quote = unclosed ?? unclosedInside,
            quote != UInt8(ascii: "\"") || !sink.errors.contains(where: { $0.issue.code == "MR0011" })
        {
            sink.report(
                .unclosedCommandQuote(String(decoding: [quote], as: UTF8.self), isInside: unclosed == nil),
                at: tree.argument(0, of: statement)?.span ?? keyword.span)
        }
        let words = parts.map { String(decoding: $0, as: UTF8.self) }
        guard let program = words.first, !program.isEmpty else {
            ignore(
                .emptyCommand(name(statement)),
                at: tree.argument(0, of: statement).map { $0.span.length > 0 ? $0.span : quotes(of: $0) }
                    ?? keyword.span)
            return nil
        }
        if arguments.count > 3 { expectNoMore(than: 3, of: statement) }
        guard arguments.count > 1 else { return Script(words: words) }
        return Script(words: words, user: user(arguments.dropFirst().map { String(decoding: $0, as: UTF8.self) }))
    }

    /// `user [[:]group]`.
    func user(_ words: [String]) -> ScriptUser? {
        guard let user = words.first else { return nil }
        let group = words.dropFirst().first.map { $0.hasPrefix(":") ? String($0.dropFirst()) : $0 }
        return ScriptUser(user: user, group: group)
    }
}

extension Interval: CustomStringConvertible {
    /// Decimal seconds without needless zeros: `3`, `0.25`.
    public var description: String {
        let fraction = microseconds % 1_000_000
        guard fraction > 0 else { return String(microseconds / 1_000_000) }
        var digits = String(1_000_000 + fraction).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(microseconds / 1_000_000).\(digits)"
    }
}
