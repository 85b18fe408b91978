public import Addressing

/// The mail keywords of `global_defs`.
public struct MailSettings: Sendable, Hashable {
    /// `notification_email`.
    public var recipients: [String] = []
    /// `notification_email_from`; nil is the login name at the host.
    public var sender: String?
    /// `smtp_server` as written, with its port (default 25).
    public var server: SMTPServer?
    /// `smtp_helo_name`; nil is the host name.
    public var heloName: String?
    /// `smtp_connect_timeout`: of each step, default 30 s.
    public var connectTimeout: Interval = .seconds(30)
    /// `smtp_alert`; nil is not set.
    public var alert: Bool?
    /// `smtp_alert_vrrp`; nil is not set.
    public var alertVRRP: Bool?
    /// `smtp_alert_checker`; nil is not set.
    public var alertChecker: Bool?
    /// `no_email_faults`: no mail for the fault state.
    public var omitsFaults = false
    /// `no_checker_emails`: no mail of single checkers.
    public var omitsCheckers = false

    /// Every default.
    public init() {}

    /// What `smtp_alert` of instances and groups is without a value of its own.
    public var alertsOfInstances: Bool { alertVRRP ?? alert ?? false }
    /// What `smtp_alert` of virtual servers is without a value of its own.
    public var alertsOfVirtualServers: Bool { alertChecker ?? alert ?? false }
    /// What `smtp_alert` of real servers is without a value of its own: the only one that is on by default.
    public var alertsOfRealServers: Bool { alertChecker ?? alert ?? true }
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
