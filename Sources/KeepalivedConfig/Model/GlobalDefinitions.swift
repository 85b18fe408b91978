public import Addressing
public import IPVS

/// The `global_defs` block.
public struct GlobalDefinitions: Sendable, Hashable {
    /// `router_id`; nil is the host name.
    public var routerID: String?
    /// `notification_email` recipients.
    public var notificationEmail: [String] = []
    /// `notification_email_from`.
    public var notificationEmailFrom: String?
    /// `smtp_server` as written, with its port (default 25).
    public var smtpServer: SMTPServer?
    /// `smtp_connect_timeout`, default 30 s.
    public var smtpConnectTimeout: Interval = .seconds(30)
    /// `script_user`; nil is `keepalived_script` where that user exists, else the process's own.
    public var scriptUser: ScriptUser?
    /// `enable_script_security`.
    public var enableScriptSecurity = false
    /// `vrrp_strict`.
    public var vrrpStrict = false
    /// `dynamic_interfaces`.
    public var dynamicInterfaces = false
    /// `vrrp_startup_delay`, default 0.
    public var vrrpStartupDelay: Interval = .seconds(0)
    /// `vrrp_check_unicast_src`.
    public var vrrpCheckUnicastSource = false
    /// `vrrp_skip_check_adv_addr`.
    public var vrrpSkipCheckAdvertAddresses = false
    /// `vrrp_garp_interval`: pause between two gratuitous ARPs on one interface, default 0.
    public var garpInterval: Interval = .seconds(0)
    /// `vrrp_gna_interval`: the same for unsolicited neighbour advertisements, default 0.
    public var gnaInterval: Interval = .seconds(0)
    /// `checker_log_all_failures`.
    public var checkerLogAllFailures = false
    /// `lvs_flush`.
    public var lvsFlush = false
    /// `lvs_flush_on_stop`.
    public var lvsFlushOnStop = LVSFlushOnStop.off
    /// `lvs_timeouts`; nil leaves the kernel's.
    public var lvsTimeouts: Timeouts?
    /// `lvs_sync_daemon`.
    public var lvsSyncDaemon: LVSSyncDaemon?
    /// `max_auto_priority` and `vrrp_rt_priority`: SCHED_RR priority of the VRRP thread, 0 is off.
    public var vrrpRealTimePriority = 0

    /// A block with every default.
    public init() {}
}

/// `smtp_server`.
public struct SMTPServer: Sendable, Hashable {
    /// Address or domain name as written.
    public var host: String
    /// Port, default 25.
    public var port: Port

    /// Creates a server.
    public init(host: String, port: Port = 25) {
        self.host = host
        self.port = port
    }
}

/// `lvs_flush_on_stop`: how IPVS is left at a clean stop.
public enum LVSFlushOnStop: Sendable, Hashable {
    /// Every destination and service of the configuration is deleted one by one.
    case off
    /// The whole table is flushed.
    case all
    /// `VS`: only the services are deleted, the kernel drops their destinations.
    case virtualServers
}

/// `lvs_sync_daemon`.
public struct LVSSyncDaemon: Sendable, Hashable {
    /// The interface that carries the multicast.
    public var interface: String
    /// The instance that decides between master and backup; nil runs both for good.
    public var instance: String?
    /// `id`, 0…255; nil takes the instance's virtual router id.
    public var syncID: UInt8?
    /// `maxlen`, 1…65507.
    public var maximumLength: UInt16?
    /// `port`.
    public var port: Port?
    /// `ttl`.
    public var ttl: UInt8?
    /// `group`.
    public var group: IPAddress?

    /// Creates a daemon setting.
    public init(interface: String) { self.interface = interface }
}
