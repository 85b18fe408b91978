public import Addressing
public import IPVS

/// The `global_defs` block. What instances and services inherit from it is in their own values too.
public struct GlobalDefinitions: Sendable, Hashable {
    /// `router_id`; nil is the host name.
    public var routerID: String?
    /// `notification_email`, `smtp_*` and `no_*_email*`.
    public var mail = MailSettings()
    /// Names, scheduling and limits of processes.
    public var processes = ProcessSettings()
    /// `script_user`; nil is `keepalived_script` where that user exists, else the process's own.
    public var scriptUser: ScriptUser?
    /// `enable_script_security`.
    public var enableScriptSecurity = false
    /// `set_supplementary_groups`: scripts have the supplementary groups of their user.
    public var setsSupplementaryGroups = false
    /// `use_symlink_paths`: script paths are used as written, not as resolved.
    public var usesSymlinkPaths = false
    /// `startup_script`, run before anything starts.
    public var startupScript: TimedScript?
    /// `shutdown_script`, run after everything has stopped.
    public var shutdownScript: TimedScript?
    /// When and how the configuration is read again.
    public var reload = ReloadSettings()
    /// Files that state and statistics are written to.
    public var dumps = DumpSettings()
    /// FIFOs that events are written to.
    public var fifos = NotifyFIFOs()
    /// `vrrp_notify_priority_changes`: default of `notify_priority_changes`.
    public var notifiesPriorityChanges = false
    /// `vrrp_notify_dual_master`: FIFOs are told when another router is master too.
    public var notifiesDualMaster = false
    /// `rs_init_notifies`: servers that are up from the start are notified too.
    public var notifiesInitialServers = false
    /// `vrrp_version`, for instances that name none and are not IPv6.
    public var vrrpVersion = VRRPInstance.Version.v2
    /// `vrrp_strict`.
    public var vrrpStrict = false
    /// `dynamic_interfaces`.
    public var dynamicInterfaces = false
    /// `dynamic_interfaces allow_if_changes`: an interface may come back as one of another kind.
    public var allowsInterfaceChanges = false
    /// `default_interface`: of static addresses without `dev`, default `eth0`.
    public var defaultInterface = "eth0"
    /// `vrrp_startup_delay`, default 0.
    public var vrrpStartupDelay: Interval = .seconds(0)
    /// `vrrp_delay_after_boot`: the same counted from the boot of the host, default 0; the longer wait holds.
    public var vrrpDelayAfterBoot: Interval = .seconds(0)
    /// `vrrp_check_unicast_src`.
    public var vrrpCheckUnicastSource = false
    /// `vrrp_skip_check_adv_addr`.
    public var vrrpSkipCheckAdvertAddresses = false
    /// `vrrp_owner_ignore_adverts`.
    public var vrrpOwnerIgnoresAdverts = false
    /// `log_unknown_vrids`: adverts of groups that are not configured are logged.
    public var logsUnknownRouterIDs = false
    /// `v3_checksum_as_v2`.
    public var v3ChecksumAsV2 = false
    /// `disable_local_igmp`: no IGMP reports for link-local groups.
    public var disablesLocalIGMP = false
    /// `vrrp_mcast_group4`, default 224.0.0.18.
    public var multicastGroup4: IPAddress = .v4(IPv4Address(224, 0, 0, 18))
    /// `vrrp_mcast_group6`, default ff02::12.
    public var multicastGroup6: IPAddress = .v6(IPv6Address(high: 0xFF02 << 48, low: 0x12))
    /// `vrrp_garp_interval`: pause between two gratuitous ARPs on one interface, default 0.
    public var garpInterval: Interval = .seconds(0)
    /// `vrrp_gna_interval`: the same for unsolicited neighbour advertisements, default 0.
    public var gnaInterval: Interval = .seconds(0)
    /// `vmac_prefix`: what names of virtual MAC interfaces begin with, default `vrrp`.
    public var vmacPrefix = "vrrp"
    /// `vmac_addr_prefix`: the same for those that carry single addresses; nil is ``vmacPrefix``.
    public var vmacAddressPrefix: String?
    /// `vrrp_iptables`, `vrrp_ipsets` and `nftables*`.
    public var firewall = FirewallSettings()
    /// `*_netlink_*_rcv_bufs*`, `process_monitor_rcv_bufs*` and `vrrp_rx_bufs_*`.
    public var buffers = BufferSettings()
    /// `checker_log_all_failures`.
    public var checkerLogAllFailures = false
    /// `checker_threads`, Martlet's own: how many threads probe, 1…64.
    public var checkerThreads: UInt8 = 1
    /// `checker_max_probes`, Martlet's own: how many probes may run at the same moment; nil is any number.
    public var checkerMaxProbes: UInt32?
    /// `checker_max_probes_per_server`, Martlet's own: how many of them may ask the same address; nil is any number.
    public var checkerMaxProbesPerServer: UInt32?
    /// `lvs_flush`.
    public var lvsFlush = false
    /// `lvs_flush_on_stop`.
    public var lvsFlushOnStop = LVSFlushOnStop.off
    /// `lvs_timeouts`; nil leaves the kernel's.
    public var lvsTimeouts: Timeouts?
    /// `lvs_sync_daemon`, or `lvs_sync_daemon_interface` of an instance.
    public var lvsSyncDaemon: LVSSyncDaemon?
    /// `nftables_ipvs*`; nil programs the members of a group one by one.
    public var ipvsMarks: IPVSMarkSettings?
    /// `snmp_*` and `enable_snmp_*`.
    public var snmp = SNMPSettings()
    /// `enable_dbus` and `dbus_*`.
    public var dbus = DBusSettings()
    /// `iproute_usr_dir` and `iproute_etc_dir`: where names of routing tables are looked up; nil is the system's.
    public var iprouteDirectories = IPRouteDirectories()

    /// A block with every default.
    public init() {}
}

/// `iproute_usr_dir` and `iproute_etc_dir`.
public struct IPRouteDirectories: Sendable, Hashable {
    /// What the distribution ships.
    public var distribution: String?
    /// What the administrator changed.
    public var administrator: String?

    /// The system's own.
    public init() {}
}

/// `startup_script` and `shutdown_script`.
public struct TimedScript: Sendable, Hashable {
    /// What is run.
    public var script: Script
    /// How long it may take, 1…1000 s, default 10 s.
    public var timeout: Interval = .seconds(10)

    /// Creates a script.
    public init(script: Script) { self.script = script }
}
