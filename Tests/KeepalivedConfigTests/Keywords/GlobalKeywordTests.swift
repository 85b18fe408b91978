import Addressing
import IPVS
import Testing

@testable import KeepalivedConfig

private let mail: [KeywordCase<GlobalDefinitions>] = [
    .init("notification_email {\na@example.org\nb@example.org c@example.org\n}", { $0.mail.recipients.count == 3 }),
    .init("notification_email_from vrrp@example.org", { $0.mail.sender == "vrrp@example.org" }),
    .init("smtp_server 10.0.0.25", { $0.mail.server == SMTPServer(host: "10.0.0.25", port: 25) }),
    .init("smtp_server mail.example.org 587", { $0.mail.server == SMTPServer(host: "mail.example.org", port: 587) }),
    .init("smtp_helo_name lb1", { $0.mail.heloName == "lb1" }),
    .init("smtp_connect_timeout 7", { $0.mail.connectTimeout == .seconds(7) }),
    .init("smtp_connect_timeout 0", { $0.mail.connectTimeout == .seconds(1) }),
    .init("smtp_alert", { $0.mail.alert == true && $0.mail.alertsOfInstances && $0.mail.alertsOfVirtualServers }),
    .init("smtp_alert off", { $0.mail.alert == false && !$0.mail.alertsOfRealServers }),
    .init("smtp_alert\nsmtp_alert_vrrp off", { !$0.mail.alertsOfInstances && $0.mail.alertsOfVirtualServers }),
    .init("smtp_alert off\nsmtp_alert_checker", { $0.mail.alertsOfRealServers && $0.mail.alertsOfVirtualServers }),
    .init(
        "router_id r", { !$0.mail.alertsOfInstances && !$0.mail.alertsOfVirtualServers && $0.mail.alertsOfRealServers }),
    .init("no_email_faults", { $0.mail.omitsFaults }), .init("no_checker_emails yes", { $0.mail.omitsCheckers }),
]

private let processes: [KeywordCase<GlobalDefinitions>] = [
    .init(
        "process_names",
        { $0.processes.vrrp.name == "keepalived_vrrp" && $0.processes.checker.name == "keepalived_lvs" }),
    .init("process_name kad", { $0.processes.name == "kad" }),
    .init("lvs_process_name k_lvs", { $0.processes.checker.name == "k_lvs" }),
    .init(
        "bfd_process_name k_bfd\nvrrp_process_name k_vrrp",
        { $0.processes.bfd.name == "k_bfd" && $0.processes.vrrp.name == "k_vrrp" }),
    .init("vrrp_priority -20", { $0.processes.vrrp.niceness == -20 }),
    .init(
        "checker_priority 19\nbfd_priority 1", { $0.processes.checker.niceness == 19 && $0.processes.bfd.niceness == 1 }
    ),
    .init("vrrp_rt_priority 99", { $0.processes.vrrp.realTimePriority == 99 }),
    .init("vrrp_rt_priority 0", { $0.processes.vrrp.realTimePriority == 1 }),
    .init("checker_rt_priority 200", { $0.processes.checker.realTimePriority == 99 }),
    .init("bfd_rt_priority 5", { $0.processes.bfd.realTimePriority == 5 }),
    .init("vrrp_no_swap\ncc no", { $0.processes.vrrp.isLockedInMemory && !$0.processes.bfd.isLockedInMemory }),
    .init("vrrp_rlimit_rttime 1", { $0.processes.vrrp.realTimeLimit == 2 }),
    .init("checker_rlimit_rtime 5000", { $0.processes.checker.realTimeLimit == 5000 }),
    .init("bfd_rlimit_rttime 4294967295", { $0.processes.bfd.realTimeLimit == .max }),
    .init("vrrp_cpu_affinity 0 2 3", { $0.processes.vrrp.processors == [0, 2, 3] }),
    .init("max_auto_priority", { $0.processes.maximumAutomaticPriority == 99 }),
    .init("max_auto_priority -1", { $0.processes.maximumAutomaticPriority == -1 }),
    .init("min_auto_priority_delay 10000000", { $0.processes.automaticPriorityDelay == 10_000_000 }),
    .init("umask 022", { $0.processes.umask == 0o022 }), .init("umask 0x3f", { $0.processes.umask == 0o077 }),
    .init("umask IWGRP|IWOTH", { $0.processes.umask == 0o022 }),
    .init("umask IRWXO | IWGRP", { $0.processes.umask == 0o027 }),
    .init("random_seed 7", { $0.processes.randomSeed == 7 }),
    .init("set_supplementary_groups\nuse_symlink_paths", { $0.setsSupplementaryGroups && $0.usesSymlinkPaths }),
    .init(
        "startup_script \"/bin/up a\" nobody\nstartup_script_timeout 1000",
        {
            $0.startupScript?.script == Script(words: ["/bin/up", "a"], user: ScriptUser(user: "nobody"))
                && $0.startupScript?.timeout == .seconds(1000)
        }
    ),
    .init("shutdown_script /bin/down", { $0.shutdownScript?.timeout == .seconds(10) && $0.startupScript == nil }),
]

private let files: [KeywordCase<GlobalDefinitions>] = [
    .init("reload_check_config", { $0.reload.checkLog == "/dev/null" }),
    .init("reload_check_config /var/log/check", { $0.reload.checkLog == "/var/log/check" }),
    .init("reload_time_file /run/when\nreload_repeat", { $0.reload.timeFile == "/run/when" && $0.reload.repeats }),
    .init("reload_file", { $0.reload.markFile == .standard }),
    .init("reload_file /run/mark", { $0.reload.markFile == .path("/run/mark") }),
    .init(
        "config_save_dir /var/k\ntmp_config_directory /tmp",
        { $0.reload.saveDirectory == "/var/k" && $0.reload.temporaryDirectory == "/tmp" }),
    .init("data_use_instance\njson_version 2", { $0.dumps.namesInstance && $0.dumps.jsonVersion == 2 }),
    .init(
        "state_dump_file /a\nstats_dump_file /b\njson_dump_file /c",
        { $0.dumps.stateFile == "/a" && $0.dumps.statisticsFile == "/b" && $0.dumps.jsonFile == "/c" }
    ),
    .init(
        "notify_fifo /run/f user group\nnotify_fifo_script /bin/r",
        {
            $0.fifos.all?.path == "/run/f" && $0.fifos.all?.owner == ScriptUser(user: "user", group: "group")
                && $0.fifos.all?.script == Script(words: ["/bin/r"]) && $0.fifos.vrrp == nil
        }
    ),
    .init("vrrp_notify_fifo /v\nvrrp_notify_fifo /w", { $0.fifos.vrrp?.path == "/v" }),
    .init("lvs_notify_fifo_script /l", { $0.fifos.lvs?.path == nil && $0.fifos.lvs?.script != nil }),
    .init("fifo_write_vrrp_states_on_reload", { $0.fifos.writesStatesOnReload }),
    .init(
        "vrrp_notify_priority_changes\nrs_init_notifies", { $0.notifiesPriorityChanges && $0.notifiesInitialServers }),
    .init(
        "iproute_usr_dir /u\niproute_etc_dir /e",
        { $0.iprouteDirectories.distribution == "/u" && $0.iprouteDirectories.administrator == "/e" }),
]

private let network: [KeywordCase<GlobalDefinitions>] = [
    .init("nftables_ipvs", { $0.ipvsMarks == IPVSMarkSettings() }),
    .init(
        "nftables_ipvs t\nnftables_ipvs_priority -5\nnftables_ipvs_start_fwmark 7",
        { $0.ipvsMarks?.table == "t" && $0.ipvsMarks?.priority == -5 && $0.ipvsMarks?.startMark == 7 }
    ),
    .init("snmp_vs_stats_update_interval 0.001", { $0.snmp.serviceStatisticsInterval == Interval(microseconds: 1000) }),
    .init("snmp_rs_stats_update_interval 30", { $0.snmp.serverStatisticsInterval == .seconds(30) }),
    .init(
        "lvs_netlink_cmd_rcv_bufs 4096\nlvs_netlink_cmd_rcv_bufs_force",
        { $0.buffers.lvsCommands.bytes == 4096 && $0.buffers.lvsCommands.isForced }),
    .init("vrrp_netlink_monitor_rcv_bufs 0", { $0.buffers.vrrpMonitor.bytes == nil }),
    .init(
        "process_monitor_rcv_bufs 9\nvrrp_netlink_cmd_rcv_bufs 8\nlvs_netlink_monitor_rcv_bufs 7",
        {
            $0.buffers.processMonitor.bytes == 9 && $0.buffers.vrrpCommands.bytes == 8
                && $0.buffers.lvsMonitor.bytes == 7
        }),
    .init(
        "vrrp_rx_bufs_policy MTU\nvrrp_rx_bufs_multiplier 5",
        { $0.buffers.advertPolicy == .mtu && $0.buffers.advertMultiplier == 5 }),
    .init("vrrp_rx_bufs_policy ADVERT MTU", { $0.buffers.advertPolicy == .mtu }),
    .init("vrrp_rx_bufs_policy MTU 4096", { $0.buffers.advertPolicy == .bytes(4096) }),
    .init(
        "vrrp_version 3\nlog_unknown_vrids\nv3_checksum_as_v2",
        { $0.vrrpVersion == .v3 && $0.logsUnknownRouterIDs && $0.v3ChecksumAsV2 }),
    .init("vrrp_mcast_group4 224.0.0.99", { $0.multicastGroup4 == IPAddress("224.0.0.99") }),
    .init("vrrp_mcast_group6 ff02::99", { $0.multicastGroup6 == IPAddress("ff02::99") }),
    .init("default_interface eth9", { $0.defaultInterface == "eth9" }),
    .init("dynamic_interfaces allow_if_changes", { $0.dynamicInterfaces && $0.allowsInterfaceChanges }),
    .init("vrrp_delay_after_boot 30", { $0.vrrpDelayAfterBoot == .seconds(30) }),
    .init("vrrp_owner_ignore_adverts", { $0.vrrpOwnerIgnoresAdverts }),
    .init(
        "disable_local_igmp\nvmac_prefix v\nvmac_addr_prefix a",
        { $0.disablesLocalIGMP && $0.vmacPrefix == "v" && $0.vmacAddressPrefix == "a" }),
    .init("vrrp_iptables", { $0.firewall.iptables == .init(input: "INPUT", output: "OUTPUT") }),
    .init("vrrp_iptables IN", { $0.firewall.iptables == .init(input: "IN", output: nil) }),
    .init("vrrp_iptables\nvrrp_ipsets", { $0.firewall.sets == nil }),
    .init(
        "vrrp_iptables\nvrrp_ipsets a",
        {
            $0.firewall.sets?.addresses6 == "a6" && $0.firewall.sets?.linkLocalAddresses6 == "a_if6"
                && $0.firewall.sets?.igmp == "a_igmp" && $0.firewall.sets?.mld == "a_mld"
                && $0.firewall.sets?.neighbourDiscovery == "a_nd"
        }
    ),
    .init("nftables", { $0.firewall.nftablesTable == "keepalived" }),
    .init(
        "vrrp_iptables\nnftables t\nnftables_priority 3",
        { $0.firewall.iptables == nil && $0.firewall.nftablesPriority == 3 }),
    .init("nftables_ifindex\nnftables_counters", { $0.firewall.matchesInterfaceIndex && $0.firewall.hasCounters }),
    .init("snmp_socket /var/agentx\nenable_traps", { $0.snmp.socket == "/var/agentx" && $0.snmp.sendsTraps }),
    .init("enable_snmp_rfc", { $0.snmp.hasRFCv2 && $0.snmp.hasRFCv3 && !$0.snmp.hasVRRP }),
    .init("enable_snmp_keepalived\nenable_snmp_checker", { $0.snmp.hasVRRP && $0.snmp.hasChecker }),
    .init(
        "enable_dbus\ndbus_service_name x.y\ndbus_no_interface_name none",
        { $0.dbus.isEnabled && $0.dbus.serviceName == "x.y" && $0.dbus.noInterfaceName == "none" }),
    .init(
        "lvs_sync_daemon eth1 inst VI_1 id 3", { $0.lvsSyncDaemon?.instance == "VI_1" && $0.lvsSyncDaemon?.syncID == 3 }
    ),
    .init("lvs_sync_daemon eth1 VI_1 4", { $0.lvsSyncDaemon?.instance == "VI_1" && $0.lvsSyncDaemon?.syncID == 4 }),
]

/// Lines of `global_defs` that cannot be used, each with its code.
private let bounds: [(line: String, code: String)] = [
    ("smtp_connect_timeout 5000", "MR0207"), ("smtp_alert perhaps", "MR0211"), ("smtp_server 10.0.0.1 x", "MR0210"),
    ("process_name sixteen_bytes_xx", "MR0213"), ("vrrp_priority 20", "MR0204"), ("checker_priority -21", "MR0204"),
    ("startup_script_timeout 0", "MR0207"), ("shutdown_script_timeout 1001", "MR0207"), ("umask 1000", "MR0214"),
    ("umask IWXYZ", "MR0214"), ("umask IWGRP IWOTH", "MR0214"), ("max_auto_priority 100", "MR0204"),
    ("min_auto_priority_delay 0", "MR0204"), ("vrrp_cpu_affinity x", "MR0203"), ("json_version 3", "MR0204"),
    ("nftables_ipvs_start_fwmark 0", "MR0204"), ("snmp_vs_stats_update_interval 31", "MR0207"),
    ("vrrp_version 4", "MR0212"), ("vrrp_mcast_group4 10.0.0.1", "MR0209"), ("vrrp_mcast_group6 224.0.0.18", "MR0321"),
    ("vrrp_garp_extra_if all", "MR0201"), ("vrrp_garp_extra_if 86401", "MR0204"), ("vrrp_garp_extra_if 0", "MR0204"),
    ("vrrp_startup_delay 0", "MR0207"), ("vrrp_delay_after_boot 0.0001", "MR0207"),
    ("vrrp_down_timer_adverts 101", "MR0204"), ("vrrp_rx_bufs_policy LOTS", "MR0203"),
    ("vrrp_rx_bufs_multiplier 0", "MR0204"), ("vrrp_iptables A A", "MR0214"),
    ("vrrp_ipsets a a", "MR0214"), ("dynamic_interfaces all", "MR0212"),
    ("default_interface sixteen_bytes_xx", "MR0213"),
    ("lvs_sync_daemon eth0 id 256", "MR0204"), ("random_seed -1", "MR0204"),
]

@Suite("Keywords of global_defs")
struct GlobalKeywordTests {
    private func load(_ lines: String) -> LoadResult {
        ConfigurationLoader.load(text: "global_defs {\n\(lines)\n}\n" + instance())
    }

    @Test(
        "each sets its field, and nothing that keepalived takes keeps the file from loading",
        arguments: mail + processes + files + network)
    func keyword(_ example: KeywordCase<GlobalDefinitions>) throws {
        let result = load(example.lines)
        let global = try #require(result.configuration?.global, "\(result.diagnostics)")
        #expect(example.holds(global), "\(global)")
        #expect(
            global != GlobalDefinitions() || example.lines.hasPrefix("vrrp_netlink_monitor")
                || example.lines.hasPrefix("router_id"))
    }

    @Test("what is out of bounds is said at the word, and the line does not count", arguments: bounds)
    func bound(line: String, code: String) {
        let result = load(line)
        let said = withoutLint(result).filter { !["MR0104", "MR0333"].contains($0.code) }
        #expect(said.map { $0.code } == [code])
        #expect(said.first?.line == 2)
        let isRefused = line.hasPrefix("default_interface")
        #expect((result.configuration == nil) == isRefused)
    }

    @Test("a keyword without effect says so once, however often it is used")
    func withoutEffect() {
        let result = load("lvs_netlink_cmd_rcv_bufs_force\nlvs_netlink_cmd_rcv_bufs_force off\nenable_dbus\n")
        #expect(withoutLint(result).map { "\($0.code) \($0.line)" } == ["MR0104 2", "MR0109 3", "MR0104 4"])
    }

    @Test("every keyword of the table is read: none takes an empty line of rubbish without a word")
    func rubbish() {
        for keyword in GlobalKeywords.table.keywords {
            let name = keyword.info.name
            let result = load(
                "\(name) \u{1}rubbish \u{1}rubbish \u{1}rubbish \u{1}rubbish \u{1}rubbish \u{1}rubbish \u{1}rubbish \u{1}rubbish"
            )
            #expect(result.diagnostics.contains { !["MR0104", "MR0108"].contains($0.code) }, "\(name)")
        }
    }
}
