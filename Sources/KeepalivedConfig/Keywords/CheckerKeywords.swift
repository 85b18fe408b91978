import Addressing

/// The checkers that are no HTTP.
enum CheckerKeywords {
    static let tcp = KeywordTable<PlainCheckDraft>("'TCP_CHECK'", network(retry: "1", delay: "1"))

    static let ping = KeywordTable<PlainCheckDraft>("'PING_CHECK'", network(retry: "1", delay: "1"))

    static let smtp = KeywordTable<SMTPCheckDraft>(
        "'SMTP_CHECK'",
        network(retry: "1", delay: "1") + [
            .text("helo_name", "NAME", default: "smtpchecker.keepalived.org", "the name in the greeting") {
                $0.helloName = $1.value
            },
            .custom("host", "{ connect_ip … }", "old form of a further check, one for each block", takesBlock: true) {
                draft, statement, analyzer in
                guard analyzer.requireBlock(statement) else { return }
                analyzer.sink.report(.checkInHostBlock, at: analyzer.tree.span(statement))
                analyzer.expectNoMore(than: 0, of: statement)
                var host = PlainCheckDraft(span: analyzer.tree.span(statement))
                analyzer.read(smtpHost, of: statement, into: &host)
                draft.hosts.append(host)
            },
        ])

    static let smtpHost = KeywordTable<PlainCheckDraft>("'host'", network(inherited: "that of the check"))

    static let dns = KeywordTable<DNSCheckDraft>(
        "'DNS_CHECK'",
        network(retry: "3", delay: "`delay_loop`") + [
            .custom(
                "type", DNSQuestion.RecordType.allCases.map(\.rawValue).joined(separator: "|"), default: "SOA",
                "record that is asked for"
            ) { draft, statement, analyzer in
                guard let word = analyzer.required(of: statement, expected: "a record type such as SOA") else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                let types = DNSQuestion.RecordType.allCases.map { (name: $0.rawValue, value: $0) }
                if let type = analyzer.choice(word, types, ignoresCase: true) { draft.question.type = type }
            },
            .custom("name", "DOMAIN", default: "the root", "name that is asked for") { draft, statement, analyzer in
                guard let word = analyzer.required(of: statement, expected: "a domain name") else { return }
                analyzer.expectNoMore(than: 1, of: statement)
                if let name = analyzer.domainName(word) { draft.question.name = name }
            },
        ])

    static let udp = KeywordTable<UDPCheckDraft>(
        "'UDP_CHECK'",
        network(retry: "1", delay: "1") + [
            .custom("payload", "HEX …", default: "\"keepalived check - \" up to 32 bytes", "what is sent") {
                draft, statement, analyzer in
                guard analyzer.required(of: statement, expected: "bytes as hexadecimal digits") != nil else { return }
                guard let bytes = analyzer.maskedBytes(statement, allowsWildcards: false) else { return }
                draft.exchange.payload = bytes.map(\.value)
            },
            .custom(
                "require_reply", "[HEX …, X for any digit]", default: "off; any reply without digits",
                "silence is a failure, and so is another reply"
            ) { draft, statement, analyzer in
                draft.exchange.requiresReply = true
                guard analyzer.tree.argumentCount(statement) > 0,
                    let bytes = analyzer.maskedBytes(statement, allowsWildcards: true)
                else { return }
                draft.exchange.reply = bytes
            },
            .integer("min_reply_length", UInt16(0)...UInt16.max, default: "0", "bytes that a reply has at least") {
                $0.exchange.minimumReplyLength = $1.value
            },
            .integer("max_reply_length", UInt16(0)...UInt16.max, default: "255", "bytes that a reply has at most") {
                $0.exchange.maximumReplyLength = $1.value
            },
        ])

    static let misc = KeywordTable<MiscCheckDraft>(
        "'MISC_CHECK'",
        common(retry: "0", delay: "1") + [
            .custom("misc_path", "COMMAND [USER [GROUP]]", "what is run; exit status 0 is up") {
                draft, statement, analyzer in
                draft.hasScript = true
                draft.script = analyzer.script(statement)
            },
            .interval(
                "misc_timeout", .seconds(0)...Intervals.day, default: "`delay_loop`",
                "a longer run is a failure; 0 is the default"
            ) {
                $0.timeout = $1.value
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

    static let file = KeywordTable<FileCheckDraft>(
        "'FILE_CHECK'",
        [
            .custom("track_file", "NAME", "the `track_file` block whose number counts") { draft, statement, analyzer in
                draft.hasFile = true
                guard let word = analyzer.required(of: statement, expected: "the name of a 'track_file' block") else {
                    return
                }
                analyzer.expectNoMore(than: 1, of: statement)
                draft.file = Located(analyzer.tree.string(word), word.span)
            },
            .custom(
                "weight", "-2147483647…2147483647 [reverse|noreverse]", default: "that of the `track_file` block",
                "what the number is multiplied with"
            ) { draft, statement, analyzer in
                let range = -Int32.max...Int32.max
                guard let word = analyzer.required(of: statement, expected: "a weight"),
                    let weight = analyzer.integer(word, in: range, isLenient: true)
                else { return }
                analyzer.expectNoMore(than: 2, of: statement)
                draft.weight = weight
                draft.isReversed = false
                guard let option = analyzer.tree.argument(1, of: statement) else { return }
                draft.isReversed = analyzer.choice(option, [("reverse", true), ("noreverse", false)]) ?? false
            },
        ])

    static let bfd = KeywordTable<BFDCheckDraft>(
        "'BFD_CHECK'",
        [
            .custom("name", "NAME", "the `bfd_instance` that must be up") { draft, statement, analyzer in
                draft.hasInstance = true
                guard let word = analyzer.required(of: statement, expected: "the name of a 'bfd_instance'") else {
                    return
                }
                analyzer.expectNoMore(than: 1, of: statement)
                guard let name = analyzer.text(word, limit: 31, what: "the name of a BFD session") else { return }
                draft.instance = Located(name, word.span)
            },
            alpha(),
        ])

    /// Keywords of every checker that is run from time to time, with its own `retry` and `delay_before_retry`.
    static func common<Draft: CheckDraft>(
        retry: String? = nil, delay: String? = nil, inherited: String = "that of the server"
    ) -> [Keyword<Draft>] {
        CheckSettingKeywords.shared(
            lowestRetry: 0, retry: retry.map { "\(inherited), else \($0)" } ?? inherited,
            delay: delay.map { "\(inherited), else \($0)" } ?? inherited, loop: inherited
        ) + [
            alpha(),
            .boolean("log_all_failures", default: "`checker_log_all_failures`", "log every failed try") {
                draft, value, _ in draft.settings.logsAllFailures = value
            },
        ]
    }

    /// Keywords of every checker that sends packets.
    static func network<Draft: NetworkCheckDraft>(
        retry: String? = nil, delay: String? = nil, inherited: String = "that of the server"
    ) -> [Keyword<Draft>] {
        common(retry: retry, delay: delay, inherited: inherited) + [
            CheckSettingKeywords.timeout(inherited: "\(inherited), else 5"),
            .address("connect_ip", default: "that of the server", "where to connect to") {
                $0.connection.address = $1.value
            },
            .port("connect_port", default: "that of the server", "where to connect to") {
                $0.connection.port = $1.value
            },
            .address("bindto", "where to connect from") { $0.connection.bindAddress = $1 },
            .port("bind_port", "where to connect from") { $0.connection.bindPort = $1.value },
            .interface("bind_if", "where to connect through") { $0.connection.bindInterface = $1 },
            .integer("fwmark", UInt32(0)...UInt32.max, default: "0", isLenient: true, "mark of the packets") {
                $0.connection.firewallMark = $1.value
            },
        ]
    }

    private static func alpha<Draft: CheckDraft>() -> Keyword<Draft> {
        .boolean("alpha", default: "that of the server", "counts as failed until it has passed") { draft, value, _ in
            draft.settings.alpha = value
        }
    }
}
