public import Addressing
public import IPVS

/// A `virtual_server` block with inheritance and the corrections of the reference applied: every real server and
/// every checker carries its final values.
public struct VirtualServer: Sendable, Hashable {
    /// The service as IPVS is to have it.
    public var service: VirtualService
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
    /// `notify_up`.
    public var notifyUp: Script?
    /// `notify_down`.
    public var notifyDown: Script?
    /// Its checkers in the order of the file.
    public var checkers: [Checker] = []

    /// A real server with every default.
    public init(destination: Destination) { self.destination = destination }
}

/// A `*_CHECK` or `HTTP_GET` block with everything that it inherits.
public struct Checker: Sendable, Hashable {
    /// What is checked.
    public enum Kind: Sendable, Hashable {
        /// `TCP_CHECK`.
        case tcp(Connection)
        /// `HTTP_GET`.
        case http(Connection, HTTPRequest)
        /// `MISC_CHECK`.
        case misc(MiscCheck)
    }

    /// What is checked.
    public var kind: Kind
    /// `retry`: further tries before an up server counts as down; default 1, MISC 0.
    public var retry: UInt32
    /// `delay_before_retry`; default 1 s, HTTP 3 s.
    public var delayBeforeRetry: Interval
    /// `delay_loop`: from the end of a check (MISC: its start) to the next.
    public var delayLoop: Interval
    /// `warmup`: longest random delay of the first check, default ``delayLoop``.
    public var warmup: Interval
    /// `alpha`: counts as failed until it has passed.
    public var alpha = false
    /// `log_all_failures`.
    public var logsAllFailures = false

    /// Creates a checker.
    public init(kind: Kind, retry: UInt32, delayBeforeRetry: Interval, delayLoop: Interval, warmup: Interval) {
        self.kind = kind
        self.retry = retry
        self.delayBeforeRetry = delayBeforeRetry
        self.delayLoop = delayLoop
        self.warmup = warmup
    }
}

/// The connection of a network checker.
public struct Connection: Sendable, Hashable {
    /// `connect_ip`, default the real server's.
    public var address: IPAddress
    /// `connect_port`, default the real server's.
    public var port: Port
    /// `bindto`.
    public var bindAddress: IPAddress?
    /// `bind_port`.
    public var bindPort: Port?
    /// `bind_if`.
    public var bindInterface: String?
    /// `fwmark` of the probe's packets, 0 is none.
    public var firewallMark: UInt32 = 0
    /// `connect_timeout`, default 5 s.
    public var timeout: Interval = .seconds(5)

    /// A connection with every default.
    public init(address: IPAddress, port: Port) {
        self.address = address
        self.port = port
    }
}

/// What an `HTTP_GET` block asks and expects.
public struct HTTPRequest: Sendable, Hashable {
    /// `http_protocol`.
    public enum ProtocolVersion: Sendable, Hashable {
        /// `1.0`.
        case http10
        /// `1.0C`: 1.0 with `Connection: close`.
        case http10Close
        /// `1.1`: with `Connection: close`.
        case http11
    }

    /// `http_protocol`, default 1.0.
    public var version = ProtocolVersion.http10
    /// `url` blocks in the order of the file, at least one.
    public var urls: [URLCheck] = []
    /// `fast_recovery`.
    public var fastRecovery = false

    /// A request without URLs.
    public init() {}
}

/// A `url` block.
public struct URLCheck: Sendable, Hashable {
    /// `path`.
    public var path: String
    /// `status_code`: accepted codes, default 200…299.
    public var statusCodes: [ClosedRange<UInt16>] = [200...299]
    /// `digest`: MD5 of the body as 16 bytes.
    public var digest: [UInt8]?
    /// `virtualhost` of the url, the checker, the real server or the virtual server; nil sends address and port.
    public var virtualHost: String?

    /// A URL with every default.
    public init(path: String) { self.path = path }
}

/// A `MISC_CHECK` block.
public struct MiscCheck: Sendable, Hashable {
    /// `misc_path`.
    public var script: Script
    /// `misc_timeout`; 0 in the file is the checker's `delay_loop`.
    public var timeout: Interval
    /// `misc_dynamic`: exit status 2…255 sets the weight to status − 2.
    public var isDynamic = false

    /// Creates a check.
    public init(script: Script, timeout: Interval) {
        self.script = script
        self.timeout = timeout
    }
}
