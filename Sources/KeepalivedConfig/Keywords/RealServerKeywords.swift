/// `real_server`.
enum RealServerKeywords {
    static let table = KeywordTable<RealServerDraft>("'real_server'", settings + checkers + notBuilt)

    private static let settings: [Keyword<RealServerDraft>] =
        CheckSettingKeywords.shared(lowestRetry: 1, inherited: "of the virtual server")
        + [
            CheckSettingKeywords.timeout(inherited: "of the virtual server, 5"),
            .integer("weight", Int32(0)...Int32.max, default: "of the virtual server, 1", "share of new connections") {
                $0.weight = $1.value
            },
            .custom("lvs_method", VirtualServerKeywords.methods, default: "`lb_kind`", "how packets reach it") {
                draft, statement, analyzer in
                draft.forwarding = analyzer.forwarding(statement)
            },
            .integer("uthreshold", UInt32(0)...UInt32.max, default: "0", "connections above which it gets no more") {
                $0.upperThreshold = $1.value
            },
            .integer("lthreshold", UInt32(0)...UInt32.max, default: "0", "connections below which it gets some again") {
                $0.lowerThreshold = $1.value
            },
            .boolean("inhibit_on_failure", default: "of the virtual server", "weight 0 instead of removal while down") {
                draft, value, _ in draft.inhibitsOnFailure = value
            },
            .boolean("alpha", default: "of the virtual server", "counts as failed until its checks have passed") {
                draft, value, _ in draft.settings.alpha = value
            },
            .script("notify_up", "run when it comes up") { $0.notifyUp = $1.value },
            .script("notify_down", "run when it goes down") { $0.notifyDown = $1.value },
            .text("virtualhost", "NAME", default: "of the virtual server", "the Host header of HTTP_GET") {
                $0.virtualHost = $1.value
            },
            .noEffect("smtp_alert", "mail is not sent by this version", "mail on a change"),
            .noEffect("snmp_name", "there is no SNMP agent in this version", "name in SNMP tables"),
        ]

    private static let checkers: [Keyword<RealServerDraft>] = [
        checker("TCP_CHECK", .tcp, CheckerKeywords.tcp, "up while a connection can be made"),
        checker("HTTP_GET", .http, CheckerKeywords.http, "up while pages answer as they should"),
        checker("MISC_CHECK", .misc, CheckerKeywords.misc, "up while a command succeeds"),
    ]

    private static let notBuilt: [Keyword<RealServerDraft>] = [
        ("SSL_GET", "TCP_CHECK, or MISC_CHECK with a script"), ("SMTP_CHECK", "TCP_CHECK"),
        ("DNS_CHECK", "MISC_CHECK with a script"), ("UDP_CHECK", "MISC_CHECK with a script"),
        ("PING_CHECK", "MISC_CHECK with 'ping'"), ("FILE_CHECK", "MISC_CHECK with a script"),
        ("BFD_CHECK", "TCP_CHECK"),
    ].map { name, other in
        .refused(
            name, "the server would never be taken out",
            remedy: "use \(other), or remove it to keep the server in for good",
            "another kind of check")
    }

    private static func checker(
        _ name: String, _ kind: CheckerDraft.Kind, _ table: KeywordTable<CheckerDraft>, _ meaning: String
    ) -> Keyword<RealServerDraft> {
        .custom(name, "{ … }", meaning, takesBlock: true) { draft, statement, analyzer in
            var checker = CheckerDraft(kind: kind, span: analyzer.tree.span(statement))
            analyzer.expectNoMore(than: 0, of: statement)
            // A check on one line without a block has only defaults.
            if analyzer.tree.hasBlock(statement) { analyzer.read(table, of: statement, into: &checker) }
            draft.checkers.append(checker)
        }
    }
}
