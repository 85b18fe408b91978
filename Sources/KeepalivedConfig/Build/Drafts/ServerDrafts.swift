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
        case group(String)
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
    var engine: Located<String>?
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
    var smtpAlert: Bool?
    var snmpName: String?
    var suspendsWithoutAddress: Span?
    var family: Located<AddressFamily>?
    var sorryServer: Located<ServerAddress>?
    var sorryInhibits = false
    var sorryForwarding: ForwardingDraft?
    var realServers: [RealServerDraft] = []
    /// Whether a server was reported and left out.
    var hasUnreadableServers = false
    /// Keywords that were probably meant by unknown words.
    var meant: Set<String> = []
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
    var lowerThreshold: Located<UInt32>?
    var inhibitsOnFailure: Bool?
    var notifyUp: Script?
    var notifyDown: Script?
    var virtualHost: String?
    var smtpAlert: Bool?
    var snmpName: String?
    var checkers: [CheckerDraft] = []
}

/// A `virtual_server_group` block while it is being read.
struct VirtualServerGroupDraft: Sendable {
    var name: String
    var span: Span
    var entries: [VirtualServerGroup.Entry] = []
    /// Parallel to `entries`.
    var spans: [Span] = []
    /// A line was there that could not be read.
    var hasUnreadable = false
}

/// A `bfd_instance` block while it is being read.
struct BFDInstanceDraft: Sendable {
    var name: String
    var span: Span
    /// Its place in the order of reading.
    var order: Int
    var neighbor: Located<IPAddress>?
    var hasNeighbor = false
    var source: Located<IPAddress>?
    var minimumReceiveInterval: Interval?
    var minimumSendInterval: Interval?
    var idleSendInterval: Interval?
    var multiplier: UInt8?
    var isPassive = false
    var ttl: UInt8?
    var maximumHops: Located<Int16>?
    var isMultihop = false
    var weight: Int16 = 0
    var isReversed = false
    var servesVRRP = false
    var servesCheckers = false
}

extension VirtualServerDraft {
    /// Whether the first check of its servers that tells connects by TCP.
    var isCheckedByTCP: Bool {
        for checker in realServers.lazy.flatMap({ $0.checkers }) {
            switch checker {
            case .tcp, .http, .ssl, .smtp: return true
            case .dns, .udp: return false
            case .ping, .misc, .file, .bfd: continue
            }
        }
        return false
    }
}
