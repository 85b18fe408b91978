import Addressing

/// `TCP_CHECK`, `HTTP_GET`, `MISC_CHECK` and `url`.
enum CheckerKeywords {
    static let tcp = KeywordTable<CheckerDraft>("'TCP_CHECK'", common + connection)

    static let http = KeywordTable<CheckerDraft>(
        "'HTTP_GET'",
        common + connection + [
            .custom("url", "{ path … }", "a page that must answer; several are asked in turn", takesBlock: true) {
                draft, statement, analyzer in
                draft.hasURL = true
                var url = URLDraft(span: analyzer.tree.span(statement))
                analyzer.expectNoMore(than: 0, of: statement)
                analyzer.read(CheckerKeywords.url, of: statement, into: &url)
                draft.urls.append(url)
            },
            .text("virtualhost", "NAME", default: "of the server, else address and port", "the Host header") {
                $0.virtualHost = $1.value
            },
            .choice(
                "http_protocol",
                [("1.0", HTTPRequest.ProtocolVersion.http10), ("1.0C", .http10Close), ("1.1", .http11)],
                default: "1.0", "version of the request; `C` adds `Connection: close`"
            ) { $0.version = $1.value },
            .boolean("fast_recovery", "no `delay_loop` between the pages after a failure") { draft, value, _ in
                draft.fastRecovery = value
            }.withoutEffect("this version waits between the pages"),
            .formerly(
                "nb_get_retry", .integer("retry", UInt32(0)...1_000_000, "as `retry`") { $0.settings.retry = $1.value }),
            .noEffect("enable_sni", "it belongs to SSL_GET", "server name in TLS"),
            .noEffect("sni_name", "it belongs to SSL_GET", "server name in TLS"),
            .noEffect("tls_compliant", "it belongs to SSL_GET", "require close_notify"),
        ])

    static let url = KeywordTable<URLDraft>(
        "'url'",
        [
            .custom("path", "PATH", "what is asked for") { draft, statement, analyzer in
                draft.hasPath = true
                guard let word = analyzer.required(of: statement, expected: "a path such as /") else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                guard !analyzer.bytes(word).contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
                    analyzer.sink.report(
                        .malformed(analyzer.tree.string(word), expected: "a path: it contains blanks"), at: word.span)
                    return
                }
                draft.path = analyzer.tree.string(word)
            },
            .custom("status_code", "CODE|CODE-CODE …", default: "200-299", "accepted answers, 100…599") {
                draft, statement, analyzer in
                guard analyzer.required(of: statement, expected: "codes such as 200 or 200-299") != nil else { return }
                for index in 0..<analyzer.tree.argumentCount(statement) {
                    guard let word = analyzer.tree.argument(index, of: statement) else { continue }
                    if let codes = analyzer.statusCodes(word) { draft.statusCodes.append(codes) }
                }
            },
            .custom("digest", "32 HEXADECIMAL DIGITS", "MD5 of the page") { draft, statement, analyzer in
                guard
                    let word = analyzer.required(of: statement, expected: "the 32 hexadecimal digits of an MD5 digest")
                else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                draft.digest = analyzer.digest(word)
            },
            .text("virtualhost", "NAME", default: "of the checker", "the Host header") { $0.virtualHost = $1.value },
        ]
            + ["regex", "regex_no_match", "regex_options", "regex_min_offset", "regex_max_offset"].map {
                .refused(
                    $0, "the page would pass without being looked at",
                    remedy: "use 'digest', or MISC_CHECK with a script", "text that the page must contain")
            }
            + [
                .noEffect("regex_stack", "there are no regular expressions in this version", "stack size"),
                .noEffect("tls_compliant", "it belongs to SSL_GET", "require close_notify"),
            ])

    static let misc = KeywordTable<CheckerDraft>(
        "'MISC_CHECK'",
        common + [
            .custom("misc_path", "COMMAND [USER [GROUP]]", "what is run; exit status 0 is up") {
                draft, statement, analyzer in
                draft.hasScript = true
                draft.script = analyzer.script(statement)
            },
            .interval(
                "misc_timeout", .seconds(0)...Intervals.day, default: "`delay_loop`",
                "a longer run is a failure; 0 is the default"
            ) {
                $0.scriptTimeout = $1.value
            },
            .flag("misc_dynamic", "exit status 2…255 sets the weight to status - 2") { draft, _ in
                draft.isDynamic = true
            },
            .custom("user", "USER [GROUP]", default: "`script_user`", "who runs it") { draft, statement, analyzer in
                guard analyzer.required(of: statement, expected: "a user") != nil else { return }
                analyzer.expectNoMore(than: 2, of: statement)
                draft.scriptUser = analyzer.scriptUser(statement)
            },
        ])

    private static let common: [Keyword<CheckerDraft>] =
        CheckSettingKeywords.shared(
            lowestRetry: 0, inherited: "of the server; TCP_CHECK 1 and 1, HTTP_GET 1 and 3, MISC_CHECK 0 and 1")
        + [
            .boolean("alpha", default: "of the server", "counts as failed until it has passed") { draft, value, _ in
                draft.settings.alpha = value
            },
            .boolean("log_all_failures", default: "`checker_log_all_failures`", "log every failed try") {
                draft, value, _ in draft.settings.logsAllFailures = value
            },
        ]

    private static let connection: [Keyword<CheckerDraft>] = [
        CheckSettingKeywords.timeout(inherited: "of the server, 5"),
        .address("connect_ip", default: "of the server", "where to connect to") { $0.connectAddress = $1.value },
        .port("connect_port", default: "of the server", "where to connect to") { $0.connectPort = $1.value },
        .address("bindto", "where to connect from") { $0.bindAddress = $1 },
        .port("bind_port", "where to connect from") { $0.bindPort = $1.value },
        .interface("bind_if", "where to connect through") { $0.bindInterface = $1 },
        .integer("fwmark", UInt32(0)...UInt32.max, default: "0", "mark of the packets") { $0.firewallMark = $1.value },
    ]
}

extension Analyzer {
    /// `200` or `200-299`, within 100…599.
    mutating func statusCodes(_ word: Word) -> ClosedRange<UInt16>? {
        let parts = tree.string(word).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let codes = parts.compactMap { UInt16($0) }
        guard codes.count == parts.count, let first = codes.first, let last = codes.last, first <= last,
            first >= 100, last <= 599
        else {
            sink.report(
                .malformed(tree.string(word), expected: "a status code from 100 to 599 or a range of them"), .error,
                at: word.span)
            return nil
        }
        return first...last
    }

    /// 32 hexadecimal digits.
    mutating func digest(_ word: Word) -> [UInt8]? {
        let digits = bytes(word).compactMap { ScriptWords.hexadecimal($0) }
        guard digits.count == 32, word.span.length == 32 else {
            sink.report(
                .malformed(tree.string(word), expected: "an MD5 digest of 32 hexadecimal digits"), .error, at: word.span
            )
            return nil
        }
        return stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
