import Addressing

extension InstanceKeywords {
    static let authentication = KeywordTable<AuthenticationDraft>(
        "'authentication'",
        [
            .custom("auth_type", "PASS|AH", "how adverts are authenticated") { draft, statement, analyzer in
                draft.hasType = true
                guard let word = analyzer.required(of: statement, expected: "'PASS'") else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                let choices: [(name: String, value: AuthenticationDraft.Kind)] = [("PASS", .simple), ("AH", .header)]
                draft.kind = analyzer.choice(word, choices)
            },
            .custom("auth_pass", "PASSWORD", "at most 8 bytes; `PASS` sends it in the clear") {
                draft, statement, analyzer in
                draft.hasPassword = true
                guard let word = analyzer.required(of: statement, expected: "a password") else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                analyzer.reportCommentBehind(word)
                draft.password = Located(analyzer.tree.string(word), word.span)
            },
        ])

    static let hmac = KeywordTable<HMACDraft>(
        "'auth_hmac'",
        [
            .custom(
                "key", "1…255 TEXT|hex:DIGITS|file:PATH", "a key of 32 to 64 bytes; several may be given",
                accumulates: true
            ) {
                draft, statement, analyzer in
                draft.isBroken = true
                guard let word = analyzer.required(of: statement, expected: "a number from 1 to 255 and a key"),
                    let secret = analyzer.required(1, of: statement, expected: "a key of 32 to 64 bytes"),
                    let id = analyzer.integer(word, in: UInt8(1)...255),
                    let value = analyzer.hmacSecret(secret)
                else { return }
                analyzer.expectNoMore(than: 2, of: statement)
                draft.isBroken = false
                guard !draft.keys.contains(where: { $0.value.id == id }) else {
                    analyzer.reportGivenAlready("key \(id)", at: word.span)
                    return
                }
                draft.keys.append(Located(HMACAuthentication.Key(id: id, secret: value), word.span))
            },
            .integer("active_key", UInt8(1)...255, "the key that adverts are signed with") { $0.activeKey = $1 },
            .integer(
                "time_window", UInt16(1)...300, default: "3 advert intervals, from 5 to 300",
                "seconds that a sender's clock may be off"
            ) { $0.timeWindow = $1.value },
            .choice(
                "anti_replay", [("time", false), ("monotonic", true)], default: "time",
                "whether the clock or only the order counts"
            ) { $0.isMonotonic = $1.value },
            .choice(
                "mode",
                [
                    ("enforce", HMACAuthentication.Mode.enforce), ("permissive", .permissive),
                    ("receive-only", .receiveOnly),
                ], default: "enforce", "whether adverts are signed, and those without a signature dropped"
            ) { $0.mode = $1 },
        ])
}

extension Analyzer {
    /// Reports a comment that starts directly behind a password: its mark was hardly meant to.
    fileprivate mutating func reportCommentBehind(_ word: Word) {
        guard !word.isQuoted, let segment = tree.text.segment(at: word.span.start), word.span.end < segment.end else {
            return
        }
        let mark = tree.text.bytes[Int(word.span.end)]
        guard isCommentMark(mark) else { return }
        let span = Span(start: word.span.end, length: 1)
        sink.report(.passwordCut(String(decoding: [mark], as: UTF8.self)), at: span)
    }

    /// The second word of `key`.
    fileprivate mutating func hmacSecret(_ word: Word) -> HMACAuthentication.Secret? {
        let text = tree.string(word)
        if text.hasPrefix("file:") {
            guard text.utf8.count > 5 else {
                ignore(
                    .malformed(
                        text, expected: "'file:' with a path",
                        advice: "write it without a blank: file:/etc/keepalived/key"), at: word.span)
                return nil
            }
            return .file(String(text.dropFirst(5)))
        }
        guard let bytes = HMACAuthentication.key(from: text) else {
            ignore(
                .malformed("hex:…", expected: "pairs of hexadecimal digits", advice: Self.adviceOnKey), at: word.span)
            return nil
        }
        // The key itself is not repeated: messages end up in logs.
        guard HMACAuthentication.keyLengths.contains(bytes.count) else {
            ignore(
                .malformed(
                    "a key of \(bytes.count) bytes", expected: "one of 32 to 64 bytes", advice: Self.adviceOnKey),
                at: word.span)
            return nil
        }
        return .bytes(bytes)
    }

    private static let adviceOnKey = "'openssl rand -hex 32' makes a key: write it directly behind 'hex:'"
}
