import Addressing
import IPVS

/// `virtual_server`.
enum VirtualServerKeywords {
    static let methods = "NAT|DR|TUN [type ipip|gue|gre] [port PORT] [nocsum|csum|remcsum]"
    static let schedulers = [
        "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq", "twos",
    ]

    static let table = KeywordTable<VirtualServerDraft>("'virtual_server'", service + checks + pool)

    private static let service: [Keyword<VirtualServerDraft>] = [
        scheduler("lb_algo"), scheduler("lvs_sched").setting("lb_algo"), method("lb_kind"),
        method("lvs_method").setting("lb_kind"),
        .choice(
            "protocol", [("TCP", TransportProtocol.tcp), ("UDP", .udp), ("SCTP", .sctp)], default: "UDP",
            fallback: .udp, ignoresCase: true, "transport protocol; not for firewall marks"
        ) { $0.transport = $1 },
        .custom(
            "persistence_timeout", "[1…2678400]", default: "off, or 360 without a number",
            "seconds that a client stays with its server"
        ) {
            draft, statement, analyzer in
            analyzer.expectNoMore(than: 1, of: statement)
            guard let word = analyzer.tree.argument(0, of: statement) else {
                draft.persistenceTimeout = Located(360, analyzer.tree.span(statement))
                return
            }
            guard let seconds = analyzer.integer(word, in: UInt32(1)...2_678_400) else { return }
            draft.persistenceTimeout = Located(seconds, word.span)
        },
        .custom(
            "persistence_granularity", "NETMASK|LENGTH", default: "32, or 128 for IPv6",
            "bits of an address that are one client; alone it means `persistence_timeout 360`"
        ) {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "a netmask or a prefix length") else { return }
            analyzer.expectNoMore(than: 1, of: statement)
            guard let granularity = analyzer.granularity(word) else { return }
            draft.granularity = Located(granularity, word.span)
            draft.granularityFamily = Port(analyzer.tree.string(word)) == nil ? .ipv4 : nil
        },
        .choice("persistence_engine", [("sip", "sip")], default: "none", "what else makes a client") {
            $0.engine = $1
        },
        .flag("ops", "every datagram is scheduled on its own; UDP and marks only") { $0.onePacket = $1 },
        .flag("flag-1", "first flag of the scheduler") { draft, _ in draft.flags.insert(.flag1) },
        .flag("flag-2", "second flag of the scheduler") { draft, _ in draft.flags.insert(.flag2) },
        .flag("flag-3", "third flag of the scheduler") { draft, _ in draft.flags.insert(.flag3) },
        .flag("sh-fallback", "take another server where the hashed one has weight 0") {
            $0.schedulerOptions.append(Located("sh-fallback", $1))
        },
        .flag("sh-port", "hash ports too") { $0.schedulerOptions.append(Located("sh-port", $1)) },
        .flag("mh-fallback", "take another server where the hashed one has weight 0") {
            $0.schedulerOptions.append(Located("mh-fallback", $1))
        },
        .flag("mh-port", "hash ports too") { $0.schedulerOptions.append(Located("mh-port", $1)) },
        .noEffect("hashed", "services are always hashed", "historic"),
        .choice(
            "ip_family", [("inet", AddressFamily.ipv4), ("inet6", .ipv6)], default: "that of the first server",
            "family of a firewall mark"
        ) {
            $0.family = $1
        },
    ]

    private static let checks: [Keyword<VirtualServerDraft>] =
        CheckSettingKeywords.shared(
            lowestRetry: 1, retry: "that of the kind of check", delay: "that of the kind of check", loop: "60")
        + [
            CheckSettingKeywords.timeout(inherited: "5"),
            .flag("alpha", "real servers start as failed") { draft, _ in draft.settings.alpha = true },
            .flag("omega", "down notifications run at a stop") { draft, _ in draft.omega = true },
            .text("virtualhost", "NAME", "the Host header of HTTP_GET") { $0.virtualHost = $1.value },
            .flag("ha_suspend", "check only while the address is on this host") { $0.suspendsWithoutAddress = $1 },
            Keyword.boolean(
                "smtp_alert", default: "that of `smtp_alert_checker`, else of `smtp_alert`, else off",
                "mail on a change"
            ) {
                draft, value, _ in draft.smtpAlert = value
            },
            Keyword.text("snmp_name", "NAME", "name in SNMP tables") { $0.snmpName = $1.value }
                .withoutEffect(CheckSettingKeywords.noSNMP),
        ]

    private static let pool: [Keyword<VirtualServerDraft>] = [
        .custom(
            "real_server", "ADDRESS [PORT] { … }", "a server; the port is that of the virtual server", takesBlock: true
        ) {
            draft, statement, analyzer in
            guard let server = analyzer.serverAddress(statement), analyzer.requireBlock(statement) else {
                draft.hasUnreadableServers = true
                return
            }
            var real = RealServerDraft(server: server)
            analyzer.read(RealServerKeywords.table, of: statement, into: &real)
            draft.realServers.append(real)
        },
        .custom("sorry_server", "ADDRESS [PORT]", "takes the traffic while the quorum is lost") {
            draft, statement, analyzer in
            draft.sorryServer = analyzer.serverAddress(statement) ?? draft.sorryServer
        },
        .flag("sorry_server_inhibit", "weight 0 instead of removal while it is not needed") { draft, _ in
            draft.sorryInhibits = true
        },
        .custom("sorry_server_lvs_method", methods, default: "`lb_kind`", "how packets reach it") {
            draft, statement, analyzer in
            draft.sorryForwarding = analyzer.forwarding(statement) ?? draft.sorryForwarding
        },
        .flag("inhibit_on_failure", "weight 0 instead of removal while a server is down") { draft, _ in
            draft.inhibitsOnFailure = true
        },
        .integer("weight", Int32(0)...Int32.max, default: "1", isLenient: true, "default of the servers' `weight`") {
            $0.weight = $1.value
        },
        .integer(
            "quorum", UInt32(1)...UInt32.max, default: "1", isLenient: true,
            "weight that must be up, or the quorum is lost"
        ) {
            $0.quorum = $1
        },
        .integer(
            "hysteresis", UInt32(0)...UInt32.max, default: "0", isLenient: true,
            "how far above and below the quorum is won and lost"
        ) {
            $0.hysteresis = $1
        },
        .script("quorum_up", "run when the quorum is won") { $0.quorumUp = $1.value },
        .script("quorum_down", "run when the quorum is lost") { $0.quorumDown = $1.value },
    ]

    private static func scheduler(_ name: String) -> Keyword<VirtualServerDraft> {
        .choice(name, schedulers.map { ($0, $0) }, default: "wlc", fallback: "wlc", "scheduler") { $0.scheduler = $1 }
    }

    private static func method(_ name: String) -> Keyword<VirtualServerDraft> {
        .custom(name, methods, default: "NAT", "how packets reach the servers") { draft, statement, analyzer in
            draft.forwarding =
                analyzer.forwarding(statement)
                ?? draft.forwarding ?? ForwardingDraft(method: .masquerading, span: analyzer.tree.span(statement))
        }
    }
}
