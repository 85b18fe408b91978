/// `HTTP_GET`, `SSL_GET` and `url`.
enum HTTPCheckerKeywords {
    static let http = KeywordTable<HTTPCheckDraft>("'HTTP_GET'", common + inTLS.map(\.ofSSLOnly))
    static let ssl = KeywordTable<HTTPCheckDraft>("'SSL_GET'", common + inTLS)

    private static let common: [Keyword<HTTPCheckDraft>] =
        CheckerKeywords.network(retry: "1", delay: "3") + [
            .custom("url", "{ path … }", "a page that must answer; several are asked in turn", takesBlock: true) {
                draft, statement, analyzer in
                draft.hasURL = true
                guard analyzer.requireBlock(statement) else { return }
                var url = URLDraft(span: analyzer.tree.span(statement))
                analyzer.expectNoMore(than: 0, of: statement)
                analyzer.read(Self.url, of: statement, into: &url)
                draft.urls.append(url)
            },
            .text("virtualhost", "NAME", default: "that of the server, else address and port", "the Host header") {
                $0.virtualHost = $1.value
            },
            .choice(
                "http_protocol",
                [("1.0", HTTPRequest.ProtocolVersion.http10), ("1.0C", .http10Close), ("1.1", .http11)],
                default: "1.0", ignoresCase: true, "version of the request; `C` adds `Connection: close`"
            ) { $0.version = $1.value },
            .boolean("fast_recovery", "after a failure one good run brings the server back, not two") {
                draft, value, _ in draft.fastRecovery = value
            },
            .formerly(
                "nb_get_retry",
                .integer("retry", UInt32(0)...UInt32.max, isLenient: true, "as `retry`") {
                    $0.settings.retry = $1.value
                }),
        ]

    private static let inTLS: [Keyword<HTTPCheckDraft>] = [
        .boolean("enable_sni", "name the server in the TLS greeting") { draft, value, _ in draft.enablesSNI = value },
        .custom("sni_name", "[NAME]", default: "the virtual host", "name of the server in the TLS greeting") {
            draft, statement, analyzer in
            analyzer.expectNoMore(than: 1, of: statement)
            draft.enablesSNI = true
            if let word = analyzer.tree.argument(0, of: statement) { draft.sniName = analyzer.tree.string(word) }
        },
        .boolean("tls_compliant", "an end without close_notify is a failure") { draft, value, _ in
            draft.requiresCloseNotify = value
        },
    ]

    static let url = KeywordTable<URLDraft>("'url'", page + pattern)

    private static let page: [Keyword<URLDraft>] = [
        .custom("path", "PATH", "what is asked for") { draft, statement, analyzer in
            draft.hasPath = true
            guard let word = analyzer.required(of: statement, expected: "a path such as /") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard !analyzer.bytes(word).contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
                analyzer.ignore(
                    .malformed(analyzer.tree.string(word), expected: "a path: it contains blanks"), at: word.span)
                return
            }
            draft.path = analyzer.tree.string(word)
        },
        .custom("status_code", "CODE|CODE-CODE …", default: "200-299", "accepted answers, 100…599", accumulates: true) {
            draft, statement, analyzer in
            guard analyzer.required(of: statement, expected: "codes such as 200 or 200-299") != nil else { return }
            for index in 0..<analyzer.tree.argumentCount(statement) {
                guard let word = analyzer.tree.argument(index, of: statement) else { continue }
                if let codes = analyzer.option({ $0.statusCodes(word) }) { draft.statusCodes.append(codes) }
            }
        },
        .custom("digest", "32 HEXADECIMAL DIGITS", "MD5 of the page") { draft, statement, analyzer in
            guard
                let word = analyzer.required(of: statement, expected: "the 32 hexadecimal digits of an MD5 digest")
            else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            draft.digest = analyzer.digest(word)
        },
        .text("virtualhost", "NAME", default: "that of the checker", "the Host header") { $0.virtualHost = $1.value },
        .boolean("tls_compliant", default: "that of the checker", "SSL_GET: an end without close_notify is a failure") {
            draft, value, _ in draft.requiresCloseNotify = value
        },
    ]

    private static let pattern: [Keyword<URLDraft>] = [
        .custom("regex", "PATTERN", "text that the page must contain (PCRE2)") { draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a pattern") else { return }
            let words = analyzer.quotedArguments(statement)
            guard words.count == 1, let pattern = words.first, !pattern.isEmpty else {
                analyzer.ignore(
                    .malformed(words.joined(separator: " "), expected: "one pattern: put it in quotes"), at: word.span)
                return
            }
            draft.pattern = pattern
        },
        .flag("regex_no_match", "the page must not contain it") { draft, _ in draft.patternOptions.mustNotMatch = true
        },
        .custom("regex_options", "NAME …", "options of PCRE2 such as `caseless`", accumulates: true) {
            draft, statement, analyzer in
            guard analyzer.required(of: statement, expected: "names of PCRE2 options") != nil else { return }
            for index in 0..<analyzer.tree.argumentCount(statement) {
                guard let word = analyzer.tree.argument(index, of: statement),
                    let option = analyzer.option({ $0.choice(word, patternOptions.map { ($0, $0) }) })
                else { continue }
                draft.patternOptions.options.append(option)
            }
        },
        .integer("regex_min_offset", UInt64(0)...UInt64(Int64.max), default: "0", "first byte of a match") {
            $0.patternOptions.minimumOffset = $1.value
        },
        .integer("regex_max_offset", UInt64(0)...UInt64(Int64.max), default: "none", "last first byte of a match") {
            $0.patternOptions.maximumOffset = $1.value
        },
        .custom("regex_stack", "START MAX", "bytes that the search may remember; MAX counts") {
            draft, statement, analyzer in
            let range = UInt64(0)...UInt64(Int64.max)
            guard let first = analyzer.required(of: statement, expected: "two sizes in bytes"),
                let second = analyzer.required(1, of: statement, expected: "two sizes in bytes"),
                let start = analyzer.integer(first, in: range), let limit = analyzer.integer(second, in: range)
            else { return }
            analyzer.expectNoMore(than: 2, of: statement)
            guard start <= limit else {
                analyzer.ignore(
                    .numberOutOfRange(analyzer.tree.string(second), expected: "at least \(start)"), at: second.span)
                return
            }
            draft.patternOptions.stack = start...limit
        },
    ]

    /// The options of PCRE2 that keepalived knows.
    static let patternOptions = [
        "allow_empty_class", "alt_bsux", "alt_circumflex", "alt_verbnames", "auto_callout", "caseless",
        "dollar_endonly", "dotall", "dupnames", "extended", "firstline", "match_unset_backref", "multiline",
        "never_backslash_c", "never_ucp", "never_utf", "no_auto_capture", "no_auto_possess", "no_dotstar_anchor",
        "no_start_optimize", "ucp", "ungreedy", "use_offset_limit", "utf",
    ]
}

extension Keyword {
    /// A keyword that means something to SSL_GET alone.
    fileprivate var ofSSLOnly: Keyword { withoutEffect("it belongs to SSL_GET") }
}
