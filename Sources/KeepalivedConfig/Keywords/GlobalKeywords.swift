import Addressing
import IPVS

/// `global_defs`.
enum GlobalKeywords {
    private static let mail = "mail is not sent by this version"
    private static let oneProcess = "Martlet is one process"
    private static let snmp = "there is no SNMP agent in this version"
    private static let buffers = "Martlet sizes its netlink buffers itself"
    private static let fifo = "notification FIFOs are not written by this version"
    private static let vmac = "virtual MAC interfaces are not built in this version"
    private static let firewall = "this version makes no firewall rules"

    static let table = KeywordTable<GlobalDraft>(
        "'global_defs'", identity + scripts + lvs + vrrp + withoutEffect)

    private static let identity: [Keyword<GlobalDraft>] = [
        .text("router_id", "NAME", default: "the host name", "name of this router in messages") {
            $0.model.routerID = $1.value
        },
        .noEffect("notification_email", mail, "recipients of mail"),
        .noEffect("notification_email_from", mail, "sender of mail"),
        .noEffect("smtp_server", mail, "mail server"),
        .noEffect("smtp_helo_name", mail, "name in the mail dialogue"),
        .noEffect("smtp_connect_timeout", mail, "timeout of the mail dialogue"),
        .noEffect("smtp_alert", mail, "default of `smtp_alert`"),
        .noEffect("smtp_alert_vrrp", mail, "default of `smtp_alert` for instances"),
        .noEffect("smtp_alert_checker", mail, "default of `smtp_alert` for servers"),
        .noEffect("no_email_faults", mail, "no mail for the fault state"),
        .noEffect("no_checker_emails", mail, "no mail from checkers"),
    ]

    private static let scripts: [Keyword<GlobalDraft>] = [
        .custom(
            "script_user", "USER [GROUP]", default: "keepalived_script where it exists, else the user of Martlet",
            "who runs scripts"
        ) { draft, statement, analyzer in
            guard analyzer.required(of: statement, expected: "a user") != nil else { return }
            analyzer.expectNoMore(than: 2, of: statement)
            draft.model.scriptUser = analyzer.scriptUser(statement)
        },
        .flag("enable_script_security", "refuse scripts of root that others could have written") { draft, _ in
            draft.model.enableScriptSecurity = true
        },
        .noEffect("set_supplementary_groups", "scripts run without supplementary groups", "groups of the script user"),
        .noEffect("use_symlink_paths", "paths are used as they are written", "keep symbolic links in script paths"),
        .noEffect("startup_script", "start and stop scripts are not run by this version", "command before the start"),
        .noEffect("startup_script_timeout", "start and stop scripts are not run by this version", "its limit"),
        .noEffect("shutdown_script", "start and stop scripts are not run by this version", "command after the stop"),
        .noEffect("shutdown_script_timeout", "start and stop scripts are not run by this version", "its limit"),
        .boolean("checker_log_all_failures", "log every failed try of a checker") { draft, value, _ in
            draft.model.checkerLogAllFailures = value
        },
    ]

    private static let lvs: [Keyword<GlobalDraft>] = [
        .custom(
            "lvs_timeouts", "[tcp SECONDS] [tcpfin SECONDS] [udp SECONDS]", default: "the kernel's", "IPVS timeouts"
        ) {
            draft, statement, analyzer in
            guard analyzer.required(of: statement, expected: "'tcp', 'tcpfin' or 'udp' with seconds") != nil else {
                return
            }
            var timeouts = Timeouts()
            analyzer.forEachOption(of: statement, from: 0, ["tcp", "tcpfin", "udp"]) { analyzer, option, word in
                guard let seconds = analyzer.integer(word, in: UInt32(0)...2_678_400) else { return }
                switch option {
                case "tcp": timeouts.tcp = seconds
                case "tcpfin": timeouts.tcpFin = seconds
                default: timeouts.udp = seconds
                }
            }
            draft.model.lvsTimeouts = timeouts
        },
        .flag("lvs_flush", "empty the whole IPVS table at the start, entries of others too") { draft, _ in
            draft.model.lvsFlush = true
        },
        flushOnStop,
        .formerly("lvs_flush_onstop", flushOnStop),
        syncDaemon,
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
        "INTERFACE [INSTANCE] [id 0…255] [maxlen 1…65507] [port PORT] [ttl 1…255] [group ADDRESS]",
        "synchronize IPVS connections; with an instance, in its state's role"
    ) { draft, statement, analyzer in
        guard let word = analyzer.required(of: statement, expected: "an interface name"),
            let interface = analyzer.interface(word)
        else { return }
        var daemon = LVSSyncDaemon(interface: interface)
        draft.interfaces.append(Located(interface, word.span))
        let options = ["id", "maxlen", "port", "ttl", "group"]
        var first = 1
        if let second = analyzer.tree.argument(1, of: statement), !options.contains(analyzer.tree.string(second)) {
            daemon.instance = analyzer.tree.string(second)
            draft.syncDaemonInstance = Located(analyzer.tree.string(second), second.span)
            first = 2
        }
        analyzer.forEachOption(of: statement, from: first, options) { analyzer, option, word in
            switch option {
            case "id": daemon.syncID = analyzer.integer(word, in: 0...255)
            case "maxlen": daemon.maximumLength = analyzer.integer(word, in: 1...65507)
            case "port": daemon.port = analyzer.port(word)
            case "ttl": daemon.ttl = analyzer.integer(word, in: 1...255)
            default: daemon.group = analyzer.multicastGroup(word)
            }
        }
        draft.model.lvsSyncDaemon = daemon
    }

    private static let vrrp: [Keyword<GlobalDraft>] = [
        .choice("vrrp_version", [("2", VRRPInstance.Version.v2), ("3", .v3)], default: "2", "version of the adverts") {
            $0.instances.version = $1.value
        },
        .custom("vrrp_mcast_group4", "ADDRESS", default: "224.0.0.18", "group of the adverts") {
            draft, statement, analyzer in
            guard let word = analyzer.required(of: statement, expected: "an IPv4 multicast group"),
                let group = analyzer.multicastGroup(word, family: .ipv4)
            else { return }
            draft.instances.multicastGroup = group
        },
        .noEffect("vrrp_mcast_group6", "IPv6 instances are not supported by this version", "group of IPv6 adverts"),
        .custom("dynamic_interfaces", "[allow_if_changes]", default: "off", "start although an interface is missing") {
            draft, statement, analyzer in
            analyzer.expectNoMore(than: 1, of: statement)
            if let word = analyzer.tree.argument(0, of: statement),
                analyzer.choice(word, [("allow_if_changes", true)]) == nil
            {
                return
            }
            draft.model.dynamicInterfaces = true
        },
        .interval("vrrp_garp_master_delay", .seconds(0)...Intervals.day, default: "5", "default of `garp_master_delay`")
        {
            $0.instances.garp.delay = $1.value
        },
        .integer("vrrp_garp_master_repeat", UInt32(1)...1_000_000, default: "5", "default of `garp_master_repeat`") {
            $0.instances.garp.repeatCount = $1.value
        },
        .interval(
            "vrrp_garp_master_refresh", .seconds(0)...Intervals.day, default: "0", "default of `garp_master_refresh`"
        ) {
            $0.instances.garp.refresh = $1.value
        },
        .integer(
            "vrrp_garp_master_refresh_repeat", UInt32(1)...1_000_000, default: "1",
            "default of `garp_master_refresh_repeat`"
        ) { $0.instances.garp.refreshRepeatCount = $1.value },
        .interval(
            "vrrp_garp_lower_prio_delay", .seconds(0)...Intervals.day, default: "as `vrrp_garp_master_delay`",
            "default of `garp_lower_prio_delay`"
        ) { $0.instances.garp.lowerPriorityDelay = $1.value },
        .integer(
            "vrrp_garp_lower_prio_repeat", UInt32(0)...1_000_000, default: "as `vrrp_garp_master_repeat`",
            "default of `garp_lower_prio_repeat`"
        ) { $0.instances.garp.lowerPriorityRepeatCount = $1.value },
        .interval("vrrp_garp_interval", .seconds(0)...Intervals.day, default: "0", "pause between gratuitous ARPs") {
            $0.model.garpInterval = $1.value
        },
        .interval("vrrp_gna_interval", .seconds(0)...Intervals.day, default: "0", "pause between neighbour adverts") {
            $0.model.gnaInterval = $1.value
        }.withoutEffect("neighbour advertisements are not paced by this version"),
        .boolean("vrrp_min_garp", "one gratuitous ARP and no second burst, where nothing else is said") {
            draft, value, _ in
            guard value else { return }
            draft.instances.garp.repeatCount = draft.instances.garp.repeatCount ?? 1
            draft.instances.garp.delay = draft.instances.garp.delay ?? .seconds(0)
        },
        .boolean("vrrp_lower_prio_no_advert", "default of `lower_prio_no_advert`") { draft, value, _ in
            draft.instances.lowerPriorityNoAdvert = value
        },
        .boolean("vrrp_higher_prio_send_advert", "default of `higher_prio_send_advert`") { draft, value, _ in
            draft.instances.higherPrioritySendAdvert = value
        },
        .integer("vrrp_down_timer_adverts", UInt8(1)...100, default: "3", "default of `down_timer_adverts`") {
            $0.instances.downTimerAdverts = $1.value
        },
        .interval(
            "vrrp_startup_delay", Interval(microseconds: 1000)...Intervals.day, default: "0",
            "take part in elections only after this time"
        ) { $0.model.vrrpStartupDelay = $1.value },
        .noEffect("vrrp_delay_after_boot", "use `vrrp_startup_delay`", "the same, counted from the boot"),
        .boolean("vrrp_strict", "default of `strict_mode`") { draft, value, _ in draft.model.vrrpStrict = value },
        .boolean("vrrp_skip_check_adv_addr", "default of `skip_check_adv_addr`") { draft, value, _ in
            draft.model.vrrpSkipCheckAdvertAddresses = value
        },
        .flag("vrrp_check_unicast_src", "default of `check_unicast_src`") { draft, _ in
            draft.model.vrrpCheckUnicastSource = true
        },
        .integer("vrrp_rt_priority", 1...99, default: "0", "SCHED_RR priority of the VRRP thread; 0 is off") {
            $0.model.vrrpRealTimePriority = $1.value
        },
    ]

    private static let withoutEffect: [Keyword<GlobalDraft>] =
        [
            .noEffect("vrrp_owner_ignore_adverts", "an owner answers as RFC 9568 says", "owner drops adverts"),
            .noEffect("log_unknown_vrids", "adverts of other groups are not logged", "log adverts of other groups"),
            .refused(
                "v3_checksum_as_v2", "its adverts would be refused by peers that use it",
                remedy: "remove it on every router of the group", "checksum without pseudo header"),
            .noEffect(
                "default_interface", "static addresses are not supported by this version",
                "interface of addresses without `dev`"),
            .noEffect("vrrp_garp_extra_if", vmac, "periodic gratuitous ARP on virtual MAC interfaces"),
            .noEffect("vrrp_vmac_garp_intvl", vmac, "old name of `vrrp_garp_extra_if`"),
            .noEffect("vmac_prefix", vmac, "name prefix"),
            .noEffect("vmac_addr_prefix", vmac, "name prefix"),
            .noEffect("vrrp_iptables", firewall, "chains of `no_accept`"),
            .noEffect("vrrp_ipsets", firewall, "sets of `no_accept`"),
            .noEffect("nftables", firewall, "table of `no_accept`"),
            .noEffect("nftables_priority", firewall, "chain priority"),
            .noEffect("nftables_ifindex", firewall, "match by interface index"),
            .noEffect("nftables_counters", firewall, "counters in rules"),
            .noEffect("nftables_ipvs", "services are programmed one by one", "firewall marks made for groups"),
            .noEffect("disable_local_igmp", "the kernel joins groups as usual", "no IGMP for link-local groups"),
            .noEffect(
                "include_check", "a missing file of `include` is a warning; `includea` makes it an error",
                "checks of `include`"),
            .noEffect("reload_check_config", "every reload is checked first", "check before a reload"),
            .noEffect("reload_time_file", "reload with SIGHUP", "reload at a time"),
            .noEffect("reload_repeat", "reload with SIGHUP", "reload every day"),
            .noEffect("reload_file", "reload with SIGHUP", "mark of a running reload"),
            .noEffect("config_save_dir", "this version keeps no copies", "copies of the configuration"),
            .noEffect("tmp_config_directory", "the configuration is held in memory", "place of a snapshot"),
            .noEffect("data_use_instance", "this version writes no dumps", "dump names"),
            .noEffect("state_dump_file", "this version writes no dumps", "dump name"),
            .noEffect("stats_dump_file", "this version writes no dumps", "dump name"),
            .noEffect("json_dump_file", "this version writes no dumps", "dump name"),
            .noEffect("json_version", "this version writes no dumps", "dump layout"),
            .noEffect("rs_init_notifies", "servers added at the start are not notified", "notify at the start"),
            .noEffect("vrrp_notify_priority_changes", fifo, "notify changed priorities"),
            .noEffect("fifo_write_vrrp_states_on_reload", fifo, "states again after a reload"),
            .noEffect("umask", "Martlet creates no files that others could read", "mode of created files"),
            .noEffect("random_seed", "first checks are spread with the system's random numbers", "seed"),
            .noEffect("iproute_usr_dir", "names of routing tables are not used", "iproute2's files"),
            .noEffect("iproute_etc_dir", "names of routing tables are not used", "iproute2's files"),
            .noEffect("max_auto_priority", "use `vrrp_rt_priority`", "raise the priority of a late process"),
            .noEffect("min_auto_priority_delay", "use `vrrp_rt_priority`", "lateness that raises it"),
            .noEffect("vrrp_rx_bufs_policy", buffers, "receive buffer"),
            .noEffect("vrrp_rx_bufs_multiplier", buffers, "receive buffer"),
            .noEffect("snmp_socket", snmp, "agent address"),
            .noEffect("enable_traps", snmp, "send traps"),
            .noEffect("enable_dbus", "there is no D-Bus interface in this version", "D-Bus interface"),
            .noEffect("dbus_service_name", "there is no D-Bus interface in this version", "its name"),
            .noEffect("dbus_no_interface_name", "there is no D-Bus interface in this version", "its path"),
        ]
        + [
            "notify_fifo", "notify_fifo_script", "vrrp_notify_fifo", "vrrp_notify_fifo_script", "lvs_notify_fifo",
            "lvs_notify_fifo_script",
        ]
        .map { .noEffect($0, fifo, "FIFO for events") }
        + [
            "enable_snmp_vrrp", "enable_snmp_keepalived", "enable_snmp_checker", "enable_snmp_rfc", "enable_snmp_rfcv2",
            "enable_snmp_rfcv3",
        ].map { .noEffect($0, snmp, "SNMP tables") }
        + [
            "lvs_netlink_cmd_rcv_bufs", "lvs_netlink_monitor_rcv_bufs", "lvs_netlink_cmd_rcv_bufs_force",
            "lvs_netlink_monitor_rcv_bufs_force", "vrrp_netlink_cmd_rcv_bufs", "vrrp_netlink_monitor_rcv_bufs",
            "process_monitor_rcv_bufs", "vrrp_netlink_cmd_rcv_bufs_force", "vrrp_netlink_monitor_rcv_bufs_force",
            "process_monitor_rcv_bufs_force",
        ].map { .noEffect($0, buffers, "netlink buffer") }
        + [
            "process_names", "process_name", "vrrp_process_name", "checker_process_name", "lvs_process_name",
            "bfd_process_name", "vrrp_priority", "checker_priority", "bfd_priority", "vrrp_no_swap", "checker_no_swap",
            "bfd_no_swap", "checker_rt_priority", "bfd_rt_priority", "vrrp_rlimit_rttime", "checker_rlimit_rttime",
            "bfd_rlimit_rttime", "vrrp_rlimit_rtime", "checker_rlimit_rtime", "bfd_rlimit_rtime", "vrrp_cpu_affinity",
            "checker_cpu_affinity", "bfd_cpu_affinity",
        ].map { .noEffect($0, oneProcess, "name, priority or limits of a process") }
}

/// Bounds of intervals that keepalived does not bound.
enum Intervals {
    static let day = Interval.seconds(86_400)
    static let year = Interval.seconds(31_536_000)
    static let millisecond = Interval(microseconds: 1000)
}
