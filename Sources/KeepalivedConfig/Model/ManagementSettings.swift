/// `snmp_socket`, `enable_snmp_*`, `enable_traps` and `snmp_*_stats_update_interval`.
public struct SNMPSettings: Sendable, Hashable {
    /// `snmp_socket`: address of the master agent; nil is its default.
    public var socket: String?
    /// `enable_traps`.
    public var sendsTraps = false
    /// `enable_snmp_vrrp`.
    public var hasVRRP = false
    /// `enable_snmp_checker`.
    public var hasChecker = false
    /// `enable_snmp_rfcv2`, also by `enable_snmp_rfc`: RFC 2787.
    public var hasRFCv2 = false
    /// `enable_snmp_rfcv3`, also by `enable_snmp_rfc`: RFC 6527.
    public var hasRFCv3 = false
    /// `snmp_vs_stats_update_interval`: how long statistics of services are kept, 0.001…30 s.
    public var serviceStatisticsInterval: Interval = .seconds(5)
    /// `snmp_rs_stats_update_interval`: the same for servers.
    public var serverStatisticsInterval: Interval = .seconds(5)

    /// Every default.
    public init() {}
}

/// `enable_dbus` and `dbus_*`.
public struct DBusSettings: Sendable, Hashable {
    /// `enable_dbus`.
    public var isEnabled = false
    /// `dbus_service_name`.
    public var serviceName = "org.keepalived.Vrrp1"
    /// `dbus_no_interface_name`: the path of instances without an interface; nil is none.
    public var noInterfaceName: String?

    /// Every default.
    public init() {}
}
