public import IPVS

/// A `virtual_server` block with inheritance and the corrections of the reference applied: every real server and
/// every checker carries its final values.
public struct VirtualServer: Sendable, Hashable {
    /// The service as IPVS is to have it.
    public var service: VirtualService
    /// The group that the service is an entry of; nil for a `virtual_server` with an address or a mark of its own.
    public var groupEntry: GroupEntry?
    /// `delay_loop`, default 60 s.
    public var delayLoop: Interval = .seconds(60)
    /// `lb_kind`: default forwarding of its real servers.
    public var forwarding: ForwardingMethod = .masquerading
    /// `quorum`, 1 or more, at most the sum of weights.
    public var quorum: UInt32 = 1
    /// `hysteresis`, below the quorum.
    public var hysteresis: UInt32 = 0
    /// `alpha`: real servers start as failed.
    public var alpha = false
    /// `omega`: down notifications run at a stop.
    public var omega = false
    /// `quorum_up`.
    public var quorumUp: Script?
    /// `quorum_down`.
    public var quorumDown: Script?
    /// `ha_suspend`: check only while the virtual address is on this host.
    public var suspendsWithoutAddress = false
    /// `smtp_alert`: mail on a change of the quorum; default `smtp_alert_checker`, `smtp_alert` of `global_defs`, off.
    public var smtpAlert = false
    /// `snmp_name`.
    public var snmpName: String?
    /// `sorry_server`.
    public var sorryServer: SorryServer?
    /// `real_server` blocks in the order of the file.
    public var realServers: [RealServer] = []

    /// A virtual server with every default.
    public init(service: VirtualService) { self.service = service }
}

/// `sorry_server`: takes the traffic while the quorum is lost.
public struct SorryServer: Sendable, Hashable {
    /// As IPVS is to have it; weight 1.
    public var destination: Destination
    /// `sorry_server_inhibit`: weight 0 instead of absent while unused.
    public var inhibits = false

    /// Creates a sorry server.
    public init(destination: Destination, inhibits: Bool = false) {
        self.destination = destination
        self.inhibits = inhibits
    }
}

/// A `real_server` block.
public struct RealServer: Sendable, Hashable {
    /// As IPVS is to have it, with the configured weight.
    public var destination: Destination
    /// `inhibit_on_failure`: weight 0 instead of absent while down.
    public var inhibitsOnFailure = false
    /// `alpha`: starts as failed until its checks have passed.
    public var alpha = false
    /// `smtp_alert`: mail on a change; default `smtp_alert_checker`, `smtp_alert` of `global_defs`, on.
    public var smtpAlert = true
    /// `snmp_name`, default that of the virtual server.
    public var snmpName: String?
    /// `notify_up`.
    public var notifyUp: Script?
    /// `notify_down`.
    public var notifyDown: Script?
    /// Its checkers in the order of the file.
    public var checkers: [Checker] = []

    /// A real server with every default.
    public init(destination: Destination) { self.destination = destination }
}
