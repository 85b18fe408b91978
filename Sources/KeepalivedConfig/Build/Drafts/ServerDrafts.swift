import Addressing
import IPVS

/// What virtual servers, real servers and checkers say about checking; each inherits from the level above.
struct CheckSettings: Sendable {
    var retry: UInt32?
    var delayBeforeRetry: Interval?
    var delayLoop: Interval?
    var warmup: Interval?
    var connectTimeout: Interval?
    var alpha: Bool?
    var logsAllFailures: Bool?

    /// These settings, with what is missing taken from the level above.
    func inheriting(_ outer: CheckSettings) -> CheckSettings {
        CheckSettings(
            retry: retry ?? outer.retry, delayBeforeRetry: delayBeforeRetry ?? outer.delayBeforeRetry,
            delayLoop: delayLoop ?? outer.delayLoop, warmup: warmup ?? outer.warmup,
            connectTimeout: connectTimeout ?? outer.connectTimeout, alpha: alpha ?? outer.alpha,
            logsAllFailures: logsAllFailures ?? outer.logsAllFailures)
    }
}

/// A block that has ``CheckSettings``.
protocol HasCheckSettings: SendableMetatype {
    var settings: CheckSettings { get set }
}

/// `lvs_method` and `lb_kind`.
struct ForwardingDraft: Sendable {
    var method: ForwardingMethod
    var span: Span
}

/// A `virtual_server` block while it is being read.
struct VirtualServerDraft: Sendable, HasCheckSettings {
    /// What stands behind `virtual_server`.
    enum Target: Sendable {
        case endpoint(IPAddress, Port)
        case firewallMark(UInt32)
    }

    var target: Target
    /// The whole head of the block, as a message names it.
    var name: String
    var span: Span
    var settings = CheckSettings()
    var scheduler: Located<String>?
    var forwarding: ForwardingDraft?
    var transport: Located<TransportProtocol>?
    var persistenceTimeout: Located<UInt32>?
    var granularity: Located<UInt8>?
    var granularityFamily: AddressFamily?
    var engine: String?
    var onePacket: Span?
    var flags: SchedulerFlags = []
    var schedulerOptions: [Located<String>] = []
    var inhibitsOnFailure = false
    var omega = false
    var quorum: Located<UInt32>?
    var hysteresis: Located<UInt32>?
    var quorumUp: Script?
    var quorumDown: Script?
    var weight: Int32?
    var virtualHost: String?
    var suspendsWithoutAddress: Span?
    var family: Located<AddressFamily>?
    var sorryServer: Located<ServerAddress>?
    var sorryInhibits = false
    var sorryForwarding: ForwardingDraft?
    var realServers: [RealServerDraft] = []
}

/// `ADDRESS [PORT]`.
struct ServerAddress: Sendable {
    var address: IPAddress
    /// nil takes the port of the virtual server.
    var port: Located<Port>?
}

/// A `real_server` block while it is being read.
struct RealServerDraft: Sendable, HasCheckSettings {
    var server: Located<ServerAddress>
    var settings = CheckSettings()
    var weight: Int32?
    var forwarding: ForwardingDraft?
    var upperThreshold: UInt32 = 0
    var lowerThreshold: UInt32 = 0
    var inhibitsOnFailure: Bool?
    var notifyUp: Script?
    var notifyDown: Script?
    var virtualHost: String?
    var checkers: [CheckerDraft] = []
}

/// A checker block while it is being read.
struct CheckerDraft: Sendable, HasCheckSettings {
    /// The blocks there are.
    enum Kind: Sendable {
        case tcp
        case http
        case misc
    }

    var kind: Kind
    var span: Span
    var settings = CheckSettings()
    var connectAddress: IPAddress?
    var connectPort: Port?
    var bindAddress: Located<IPAddress>?
    var bindPort: Port?
    var bindInterface: Located<String>?
    var firewallMark: UInt32 = 0
    // HTTP_GET
    var urls: [URLDraft] = []
    var hasURL = false
    var virtualHost: String?
    var version = HTTPRequest.ProtocolVersion.http10
    var fastRecovery = false
    // MISC_CHECK
    var script: Script?
    var hasScript = false
    var scriptUser: ScriptUser?
    var scriptTimeout: Interval?
    var isDynamic = false
}

/// A `url` block while it is being read.
struct URLDraft: Sendable {
    var span: Span
    var path: String?
    var hasPath = false
    var statusCodes: [ClosedRange<UInt16>] = []
    var digest: [UInt8]?
    var virtualHost: String?
}
