import Addressing

/// The shapes that arguments come in. Each keyword of a table is one of these with what it assigns, so that reading,
/// range checking and the reference page have one source.
extension Keyword {
    private static func make(
        _ name: String, _ arguments: String, default defaultValue: String? = nil, _ meaning: String,
        support: KeywordInfo.Support = .supported, takesBlock: Bool = false, countsOnce: Bool = true,
        action: @escaping Action
    ) -> Keyword {
        Keyword(
            info: KeywordInfo(
                name: name, arguments: arguments, defaultValue: defaultValue, support: support, meaning: meaning),
            takesBlock: takesBlock, countsOnce: countsOnce, action: action)
    }

    /// A keyword without an argument.
    static func flag(
        _ name: String, _ meaning: String, assign: @escaping @Sendable (inout Target, Span) -> Void
    ) -> Keyword {
        make(name, "", default: "off", meaning, countsOnce: false) { target, statement, analyzer in
            if let word = analyzer.tree.argument(0, of: statement), analyzer.isBoolean(word) {
                analyzer.sink.report(.valueOfSwitch(analyzer.tree.string(word), keyword: name), at: word.span)
            } else {
                analyzer.expectNoMore(than: 0, of: statement)
            }
            assign(&target, analyzer.tree.span(statement))
        }
    }

    /// `on|off`, `true|false`, `yes|no`; nothing is on.
    static func boolean(
        _ name: String, default defaultValue: String? = "off", _ meaning: String,
        assign: @escaping @Sendable (inout Target, Bool, Span) -> Void
    ) -> Keyword {
        make(name, "[on|off]", default: defaultValue, meaning) { target, statement, analyzer in
            guard let value = analyzer.boolean(statement) else { return }
            assign(&target, value, analyzer.tree.span(statement))
        }
    }

    /// A whole number. A `fallback` is what a number that cannot be used stands for, where that is not the default.
    static func integer<Number: FixedWidthInteger & Sendable>(
        _ name: String, _ range: ClosedRange<Number>, default defaultValue: String? = nil, fallback: Number? = nil,
        isLenient: Bool = false, _ meaning: String, assign: @escaping @Sendable (inout Target, Located<Number>) -> Void
    ) -> Keyword {
        make(name, "\(range.lowerBound)…\(range.upperBound)", default: defaultValue, meaning) {
            target, statement, analyzer in
            guard
                let word = analyzer.required(
                    of: statement, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            let consequence = fallback.map { "\($0) is used" }
            guard
                let value = analyzer.integer(word, in: range, isLenient: isLenient, consequence: consequence)
                    ?? fallback
            else { return }
            assign(&target, Located(value, word.span))
        }
    }

    /// Decimal seconds.
    static func interval(
        _ name: String, _ range: ClosedRange<Interval>, default defaultValue: String? = nil, _ meaning: String,
        assign: @escaping @Sendable (inout Target, Located<Interval>) -> Void
    ) -> Keyword {
        make(name, "SECONDS (\(range.lowerBound)…\(range.upperBound))", default: defaultValue, meaning) {
            target, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a number of seconds") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.interval(word, in: range) else { return }
            assign(&target, Located(value, word.span))
        }
    }

    /// A word.
    static func text(
        _ name: String, _ placeholder: String, default defaultValue: String? = nil, _ meaning: String,
        limit: Int = 1024, assign: @escaping @Sendable (inout Target, Located<String>) -> Void
    ) -> Keyword {
        make(name, placeholder, default: defaultValue, meaning) { target, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a word") else { return }
            analyzer.expectNoMore(than: 1, of: statement, isText: true)
            guard let value = analyzer.text(word, limit: limit, what: "it") else { return }
            assign(&target, Located(value, word.span))
        }
    }

    /// An interface name.
    static func interface(
        _ name: String, _ meaning: String, assign: @escaping @Sendable (inout Target, Located<String>) -> Void
    ) -> Keyword {
        make(name, "INTERFACE", meaning) { target, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "an interface name") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.interface(word) else { return }
            assign(&target, Located(value, word.span))
        }
    }

    /// An address.
    static func address(
        _ name: String, family: AddressFamily? = nil, default defaultValue: String? = nil, _ meaning: String,
        assign: @escaping @Sendable (inout Target, Located<IPAddress>) -> Void
    ) -> Keyword {
        make(name, "ADDRESS", default: defaultValue, meaning) { target, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "an address") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.address(word, family: family) else { return }
            assign(&target, Located(value, word.span))
        }
    }

    /// A port from 1 to 65535.
    static func port(
        _ name: String, default defaultValue: String? = nil, _ meaning: String,
        assign: @escaping @Sendable (inout Target, Located<Port>) -> Void
    ) -> Keyword {
        make(name, "PORT", default: defaultValue, meaning) { target, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a port") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.port(word) else { return }
            assign(&target, Located(value, word.span))
        }
    }

    /// One of a few words. A `fallback` counts as written where the word is none of them, so that nothing more is said
    /// of a setting that seems to be missing.
    static func choice<Value: Sendable>(
        _ name: String, _ choices: [(name: String, value: Value)], default defaultValue: String? = nil,
        fallback: Value? = nil, ignoresCase: Bool = false, _ meaning: String,
        assign: @escaping @Sendable (inout Target, Located<Value>) -> Void
    ) -> Keyword {
        make(name, choices.map { $0.name }.joined(separator: "|"), default: defaultValue, meaning) {
            target, statement, analyzer in
            guard
                let word = analyzer.required(
                    of: statement, expected: "one of \(choices.map { $0.name }.joined(separator: ", "))")
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let value = analyzer.choice(word, choices, ignoresCase: ignoresCase) ?? fallback else { return }
            assign(&target, Located(value, word.span))
        }
    }

    /// A command with its user and group.
    static func script(
        _ name: String, _ meaning: String, assign: @escaping @Sendable (inout Target, Located<Script>) -> Void
    ) -> Keyword {
        make(name, "COMMAND [USER [GROUP]]", meaning) { target, statement, analyzer in
            guard let value = analyzer.script(statement) else { return }
            assign(&target, Located(value, analyzer.tree.span(statement)))
        }
    }

    /// A block whose every line is read by `line`.
    static func list(
        _ name: String, _ line: String, _ meaning: String,
        each: @escaping @Sendable (inout Target, Int, inout Analyzer) -> Void
    ) -> Keyword {
        var keyword = make(name, "{ \(line) … }", meaning, takesBlock: true, countsOnce: false) {
            target, statement, analyzer in
            guard analyzer.requireBlock(statement, isList: true) else { return }
            analyzer.expectNoMore(than: 0, of: statement)
            analyzer.forEachLine(of: statement) { analyzer, index in
                guard let word = analyzer.tree.keyword(index) else { return }
                guard !analyzer.tree.hasBlock(index) else {
                    analyzer.sink.report(.surplusBlockOfLine(analyzer.tree.string(word)), at: word.span)
                    return
                }
                each(&target, index, &analyzer)
            }
        }
        keyword.isList = true
        return keyword
    }

    /// Anything else: `read` does all of it.
    ///
    /// - Parameter accumulates: whether several in a block add to each other.
    static func custom(
        _ name: String, _ arguments: String, default defaultValue: String? = nil, _ meaning: String,
        takesBlock: Bool = false, accumulates: Bool = false, read: @escaping Action
    ) -> Keyword {
        make(
            name, arguments, default: defaultValue, meaning, takesBlock: takesBlock,
            countsOnce: !takesBlock && !accumulates, action: read)
    }

    /// The keyword, of which the first in a block counts and not the last.
    var keepingFirst: Keyword {
        var keyword = self
        keyword.keepsFirst = true
        return keyword
    }

    /// The keyword, which sets what another one sets too.
    func setting(_ name: String) -> Keyword {
        var keyword = self
        keyword.setting = name
        return keyword
    }

    /// A keyword that is read and does nothing.
    static func noEffect(_ name: String, _ reason: String, _ meaning: String) -> Keyword {
        make(name, "…", meaning, support: .noEffect(reason: reason), takesBlock: true, countsOnce: false) {
            _, statement, analyzer in
            analyzer.reportNoEffect(name, reason: reason, at: statement)
        }
    }

    /// A keyword that is read and range-checked like any other, though nothing uses its value yet.
    func withoutEffect(_ reason: String) -> Keyword {
        var keyword = self
        keyword.info.support = .noEffect(reason: reason)
        let (name, action) = (info.name, action)
        keyword.action = { target, statement, analyzer in
            let said = analyzer.sink.count
            action(&target, statement, &analyzer)
            // What is wrong with it is enough.
            if analyzer.sink.count == said { analyzer.reportNoEffect(name, reason: reason, at: statement) }
        }
        return keyword
    }

    /// An old name: reads like the keyword of the new one.
    static func formerly(_ name: String, _ keyword: Keyword) -> Keyword {
        var old = keyword
        old.info.name = name
        old.info.meaning = "old name of `\(keyword.info.name)`"
        old.setting = keyword.setting ?? keyword.info.name
        let new = keyword.info.name
        old.action = { target, statement, analyzer in
            analyzer.sink.report(.deprecated(name, instead: new), at: analyzer.tree.span(statement))
            keyword.action(&target, statement, &analyzer)
        }
        return old
    }
}
