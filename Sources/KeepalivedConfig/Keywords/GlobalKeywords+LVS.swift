import Addressing
import IPVS

extension GlobalKeywords {
    private static let oneByOne = "the members of a group are programmed one by one"
    private static let timeouts: KeyValuePairs = [
        "tcp": "a number of seconds", "tcpfin": "a number of seconds", "udp": "a number of seconds",
    ]
    private static let syncOptions: KeyValuePairs = [
        "inst": "the name of an instance", "id": "a number from 0 to 255", "maxlen": "a number of bytes",
        "port": "a port", "ttl": "a number from 1 to 255", "group": "a multicast group",
    ]
    private static let snmp = "there is no SNMP agent in this version"

    static let lvs: [Keyword<GlobalDraft>] = [
        .custom(
            "lvs_timeouts", "[tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]", default: "the kernel's", "IPVS timeouts"
        ) {
            draft, statement, analyzer in
            guard analyzer.required(of: statement, expected: "'tcp', 'tcpfin' or 'udp' with seconds") != nil else {
                return
            }
            var values = Timeouts()
            analyzer.forEachOption(of: statement, from: 0, timeouts) { analyzer, option, word in
                guard let seconds = analyzer.integer(word, in: UInt32(0)...2_678_400) else { return }
                switch option {
                case "tcp": values.tcp = seconds
                case "tcpfin": values.tcpFin = seconds
                default: values.udp = seconds
                }
            }
            draft.model.lvsTimeouts = values
        },
        .flag("lvs_flush", "empty the whole IPVS table at the start, entries of others too") { draft, _ in
            draft.model.lvsFlush = true
        },
        flushOnStop,
        .formerly("lvs_flush_onstop", flushOnStop),
        syncDaemon,
        .optionalText(
            "nftables_ipvs", "TABLE", default: "off; keepalived_ipvs without a name", "firewall marks made for groups",
            limit: 255
        ) { draft, word, _ in draft.marksTable = word?.value ?? "keepalived_ipvs" }
        .keepingFirst.withoutEffect(oneByOne),
        .integer("nftables_ipvs_priority", Int32.min...Int32.max, default: "-1", "priority of the hook") {
            $0.marksPriority = $1.value
        }.withoutEffect(oneByOne),
        .integer("nftables_ipvs_start_fwmark", UInt32(1)...UInt32.max, default: "1000", "the first mark") {
            $0.marksStart = $1.value
        }.withoutEffect(oneByOne),
        .interval(
            "snmp_vs_stats_update_interval", Intervals.millisecond...Interval.seconds(30), default: "5",
            "how long statistics of services are kept"
        ) { $0.model.snmp.serviceStatisticsInterval = $1.value }.withoutEffect(snmp),
        .interval(
            "snmp_rs_stats_update_interval", Intervals.millisecond...Interval.seconds(30), default: "5",
            "how long statistics of servers are kept"
        ) { $0.model.snmp.serverStatisticsInterval = $1.value }.withoutEffect(snmp),
    ]

    private static let flushOnStop = Keyword<GlobalDraft>.custom(
        "lvs_flush_on_stop", "[VS]", default: "off", "empty the IPVS table at a stop; `VS`: delete only the services"
    ) { draft, statement, analyzer in
        analyzer.expectNoMore(than: 1, of: statement)
        guard let word = analyzer.tree.argument(0, of: statement) else {
            draft.model.lvsFlushOnStop = .all
            return
        }
        guard let value = analyzer.choice(word, [("VS", LVSFlushOnStop.virtualServers)]) else { return }
        draft.model.lvsFlushOnStop = value
    }

    private static let syncDaemon = Keyword<GlobalDraft>.custom(
        "lvs_sync_daemon",
        "INTERFACE [[inst] INSTANCE] [id 0…255] [maxlen 1…65507] [port PORT] [ttl 1…255] [group ADDRESS]",
        "synchronize IPVS connections; with an instance, in its state's role"
    ) { draft, statement, analyzer in
        guard let word = analyzer.required(of: statement, expected: "an interface name"),
            let interface = analyzer.interface(word)
        else { return }
        guard draft.model.lvsSyncDaemon == nil else {
            analyzer.reportGivenAlready("lvs_sync_daemon", at: word.span)
            return
        }
        var daemon = LVSSyncDaemon(interface: interface)
        draft.interfaces.append(Located(interface, word.span))
        let options = syncOptions.map(\.key)
        var instance: Located<String>?
        var first = 1
        if let second = analyzer.tree.argument(1, of: statement), !options.contains(analyzer.tree.string(second)) {
            instance = Located(analyzer.tree.string(second), second.span)
            first = 2
            // Its number could once follow without 'id'.
            if let third = analyzer.tree.argument(2, of: statement), !options.contains(analyzer.tree.string(third)) {
                daemon.syncID = analyzer.integer(third, in: 0...255)
                first = 3
            }
        }
        analyzer.forEachOption(of: statement, from: first, syncOptions, fatal: "inst") { analyzer, option, word in
            switch option {
            case "inst": instance = Located(analyzer.tree.string(word), word.span)
            case "id": daemon.syncID = analyzer.integer(word, in: 0...255)
            case "maxlen": daemon.maximumLength = analyzer.integer(word, in: 1...65507)
            case "port": daemon.port = analyzer.port(word)
            case "ttl": daemon.ttl = analyzer.integer(word, in: 1...255)
            default: daemon.group = analyzer.multicastGroup(word)
            }
        }
        daemon.instance = instance?.value
        draft.syncDaemonInstance = instance
        draft.model.lvsSyncDaemon = daemon
    }
}
