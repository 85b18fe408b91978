import Addressing

extension GlobalKeywords {
    static let mail: [Keyword<GlobalDraft>] = [
        Keyword<GlobalDraft>.list("notification_email", "ADDRESS", "recipients of mail") { draft, line, analyzer in
            // Addresses may share a line.
            guard let word = analyzer.tree.keyword(line) else { return }
            let others = (0..<analyzer.tree.argumentCount(line)).compactMap { analyzer.tree.argument($0, of: line) }
            draft.model.mail.recipients += ([word] + others).map { analyzer.tree.string($0) }
        },
        .text("notification_email_from", "ADDRESS", default: "the user at the host", "sender of mail") {
            $0.model.mail.sender = $1.value
        },
        .custom("smtp_server", "ADDRESS|NAME [PORT]", "mail server, port 25 where none is written") {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "an address or a domain name") else { return }
            analyzer.expectNoMore(than: 2, of: statement)
            let host = analyzer.tree.string(word)
            guard IPAddress(host) != nil || !host.utf8.contains(UInt8(ascii: ":")) else {
                analyzer.ignore(.notAnAddress(host, expected: "an address or a domain name"), at: word.span)
                return
            }
            var server = SMTPServer(host: host)
            if let second = analyzer.tree.argument(1, of: statement) {
                guard let port = analyzer.port(second) else { return }
                server.port = port
            }
            draft.model.mail.server = server
        },
        .text("smtp_helo_name", "NAME", default: "the host name", "name in the mail dialogue") {
            $0.model.mail.heloName = $1.value
        },
        .custom(
            "smtp_connect_timeout", "SECONDS (1…4294)", default: "30", "limit of each step of the mail dialogue"
        ) { draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a number of seconds") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard var value = analyzer.interval(word, in: .seconds(0)...Interval.seconds(4294)) else { return }
            if value.microseconds == 0 {
                analyzer.sink.report(.corrected("smtp_connect_timeout", "0", used: "1"), at: word.span)
                value = .seconds(1)
            }
            draft.model.mail.connectTimeout = value
        },
        .boolean("smtp_alert", default: "unset", "default of `smtp_alert`") { draft, value, _ in
            draft.model.mail.alert = value
        },
        .boolean("smtp_alert_vrrp", default: "that of `smtp_alert`, else off", "the same for instances and groups") {
            draft, value, _ in draft.model.mail.alertVRRP = value
        },
        .boolean(
            "smtp_alert_checker", default: "that of `smtp_alert`, else off for services and on for servers",
            "the same for services and servers"
        ) { draft, value, _ in draft.model.mail.alertChecker = value },
        .flag("no_email_faults", "no mail for the fault state") { draft, _ in
            draft.model.mail.omitsFaults = true
        },
        .boolean("no_checker_emails", "no mail from single checkers") { draft, value, _ in
            draft.model.mail.omitsCheckers = value
        },
    ]
}
