import Addressing

/// Shapes whose values keepalived corrects, and shapes that may stand without a value.
extension Keyword {
    /// A word that may be missing.
    static func optionalText(
        _ name: String, _ placeholder: String, default defaultValue: String? = nil, _ meaning: String,
        limit: Int = 1024, assign: @escaping @Sendable (inout Target, Located<String>?, Span) -> Void
    ) -> Keyword {
        custom(name, "[\(placeholder)]", default: defaultValue, meaning) { target, statement, analyzer in
            analyzer.expectNoMore(than: 1, of: statement)
            guard let word = analyzer.tree.argument(0, of: statement) else {
                assign(&target, nil, analyzer.tree.span(statement))
                return
            }
            guard let value = analyzer.text(word, limit: limit, what: "it") else { return }
            assign(&target, Located(value, word.span), analyzer.tree.span(statement))
        }
    }

    /// A whole number that is brought into the range when it is outside.
    static func clamped(
        _ name: String, _ range: ClosedRange<Int64>, default defaultValue: String? = nil, _ meaning: String,
        assign: @escaping @Sendable (inout Target, Located<Int64>) -> Void
    ) -> Keyword {
        custom(name, "\(range.lowerBound)…\(range.upperBound)", default: defaultValue, meaning) {
            target, statement, analyzer in
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            guard let word = analyzer.required(of: statement, expected: expected) else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.integer(word, in: Int64(Int32.min)...Int64(UInt32.max)) else { return }
            let used = min(max(value, range.lowerBound), range.upperBound)
            if used != value {
                analyzer.sink.report(.corrected(name, analyzer.tree.string(word), used: "\(used)"), at: word.span)
            }
            assign(&target, Located(used, word.span))
        }
    }

    /// A count of 1 or more; 0 is taken as 1.
    static func count(
        _ name: String, limit: Int64 = 1_000_000, default defaultValue: String? = nil, _ meaning: String,
        assign: @escaping @Sendable (inout Target, UInt32) -> Void
    ) -> Keyword {
        custom(name, "1…\(limit)", default: defaultValue, meaning) { target, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a whole number from 1 to \(limit)") else {
                return
            }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.integer(word, in: 0...limit) else { return }
            if value == 0 {
                analyzer.sink.report(.corrected(name, analyzer.tree.string(word), used: "1"), at: word.span)
            }
            assign(&target, UInt32(truncatingIfNeeded: max(value, 1)))
        }
    }

    /// A command of which the first one holds where it is given twice.
    static func firstScript(
        _ name: String, _ meaning: String,
        field: @escaping @Sendable (inout Target, (inout Script?) -> Void) -> Void
    ) -> Keyword {
        custom(name, "COMMAND [USER [GROUP]]", meaning) { target, statement, analyzer in
            var isGiven = false
            field(&target) { isGiven = $0 != nil }
            guard !isGiven else {
                analyzer.reportGivenAlready(name, at: analyzer.tree.span(statement))
                return
            }
            guard let script = analyzer.script(statement) else { return }
            field(&target) { $0 = script }
        }
    }
}
