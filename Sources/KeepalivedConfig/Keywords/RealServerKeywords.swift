/// `real_server`.
enum RealServerKeywords {
    static let table = KeywordTable<RealServerDraft>("'real_server'", settings + checkers)

    private static let inherited = "that of the virtual server"

    private static let settings: [Keyword<RealServerDraft>] =
        CheckSettingKeywords.shared(lowestRetry: 1, retry: inherited, delay: inherited, loop: inherited)
        + [
            CheckSettingKeywords.timeout(inherited: "that of the virtual server, else 5"),
            .integer(
                "weight", Int32(0)...Int32.max, default: "that of the virtual server, else 1", isLenient: true,
                "share of new connections"
            ) {
                $0.weight = $1.value
            },
            .custom("lvs_method", VirtualServerKeywords.methods, default: "`lb_kind`", "how packets reach it") {
                draft, statement, analyzer in
                draft.forwarding = analyzer.forwarding(statement) ?? draft.forwarding
            },
            .integer(
                "uthreshold", UInt32(0)...UInt32.max, default: "0", isLenient: true,
                "connections above which it gets no more"
            ) {
                $0.upperThreshold = $1.value
            },
            .integer(
                "lthreshold", UInt32(0)...UInt32.max, default: "0", isLenient: true,
                "connections below which it gets some again"
            ) {
                $0.lowerThreshold = $1
            },
            .boolean("inhibit_on_failure", default: inherited, "weight 0 instead of removal while down") {
                draft, value, _ in draft.inhibitsOnFailure = value
            },
            .boolean("alpha", default: inherited, "counts as failed until its checks have passed") {
                draft, value, _ in draft.settings.alpha = value
            },
            .script("notify_up", "run when it comes up") { $0.notifyUp = $1.value },
            .script("notify_down", "run when it goes down") { $0.notifyDown = $1.value },
            .text("virtualhost", "NAME", default: inherited, "the Host header of HTTP_GET") {
                $0.virtualHost = $1.value
            },
            Keyword.boolean(
                "smtp_alert", default: "that of `smtp_alert_checker`, else of `smtp_alert`, else on", "mail on a change"
            ) {
                draft, value, _ in draft.smtpAlert = value
            },
            Keyword.text("snmp_name", "NAME", default: inherited, "name in SNMP tables") {
                $0.snmpName = $1.value
            }.withoutEffect(CheckSettingKeywords.noSNMP),
        ]

    private static let checkers: [Keyword<RealServerDraft>] = [
        checker("TCP_CHECK", CheckerKeywords.tcp, "up while a connection can be made") { .tcp($0) },
        checker("HTTP_GET", HTTPCheckerKeywords.http, "up while pages answer as they should") { .http($0) },
        checker("MISC_CHECK", CheckerKeywords.misc, "up while a command succeeds") { .misc($0) },
        checker("SSL_GET", HTTPCheckerKeywords.ssl, "as HTTP_GET, in TLS") { .ssl($0) },
        checker("SMTP_CHECK", CheckerKeywords.smtp, "up while a mail server greets") { .smtp($0) },
        checker("DNS_CHECK", CheckerKeywords.dns, "up while a name server answers") { .dns($0) },
        checker("UDP_CHECK", CheckerKeywords.udp, "up while datagrams are taken") { .udp($0) },
        checker("PING_CHECK", CheckerKeywords.ping, "up while it answers to ping") { .ping($0) },
        checker("FILE_CHECK", CheckerKeywords.file, "weight from a number in a file") { .file($0) },
        checker("BFD_CHECK", CheckerKeywords.bfd, "up while a BFD session is") { .bfd($0) },
    ]

    private static func checker<Draft: CheckDraft>(
        _ name: String, _ table: KeywordTable<Draft>, _ meaning: String,
        _ wrap: @escaping @Sendable (Draft) -> CheckerDraft
    ) -> Keyword<RealServerDraft> {
        .custom(name, "{ … }", meaning, takesBlock: true) { draft, statement, analyzer in
            var checker = Draft(span: analyzer.tree.span(statement))
            analyzer.expectNoMore(than: 0, of: statement)
            // A check on one line without a block has only defaults.
            if analyzer.tree.hasBlock(statement) { analyzer.read(table, of: statement, into: &checker) }
            draft.checkers.append(wrap(checker))
        }
    }
}
