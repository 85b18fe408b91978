import Addressing

/// A checker block while it is being read.
protocol CheckDraft: HasCheckSettings, Sendable {
    init(span: Span)
    var span: Span { get }
}

/// A checker that makes connections.
protocol NetworkCheckDraft: CheckDraft {
    var connection: ConnectionDraft { get set }
}

/// A checker of a `real_server`.
enum CheckerDraft: Sendable {
    case tcp(PlainCheckDraft)
    case ping(PlainCheckDraft)
    case http(HTTPCheckDraft)
    case ssl(HTTPCheckDraft)
    case smtp(SMTPCheckDraft)
    case dns(DNSCheckDraft)
    case udp(UDPCheckDraft)
    case misc(MiscCheckDraft)
    case file(FileCheckDraft)
    case bfd(BFDCheckDraft)
}

/// `connect_*` and `bind*`.
struct ConnectionDraft: Sendable {
    var address: IPAddress?
    var port: Port?
    var bindAddress: Located<IPAddress>?
    var bindPort: Port?
    var bindInterface: Located<String>?
    var firewallMark: UInt32 = 0

    /// Nothing is said.
    var isEmpty: Bool {
        address == nil && port == nil && bindAddress == nil && bindPort == nil && bindInterface == nil
            && firewallMark == 0
    }
}

/// `TCP_CHECK` and `PING_CHECK`.
struct PlainCheckDraft: NetworkCheckDraft {
    var span: Span
    var settings = CheckSettings()
    var connection = ConnectionDraft()

    init(span: Span) { self.span = span }
}

/// `HTTP_GET` and `SSL_GET`.
struct HTTPCheckDraft: NetworkCheckDraft {
    var span: Span
    var settings = CheckSettings()
    var connection = ConnectionDraft()
    var urls: [URLDraft] = []
    var hasURL = false
    var virtualHost: String?
    var version = HTTPRequest.ProtocolVersion.http10
    var fastRecovery = false
    var enablesSNI = false
    var sniName: String?
    var requiresCloseNotify = false

    init(span: Span) { self.span = span }
}

/// A `url` block.
struct URLDraft: Sendable {
    var span: Span
    var path: String?
    var hasPath = false
    var statusCodes: [ClosedRange<UInt16>] = []
    var digest: [UInt8]?
    var virtualHost: String?
    var requiresCloseNotify: Bool?
    var pattern: String?
    var patternOptions = PagePattern(text: "")
}

/// `SMTP_CHECK`.
struct SMTPCheckDraft: NetworkCheckDraft {
    var span: Span
    var settings = CheckSettings()
    var connection = ConnectionDraft()
    var helloName = "smtpchecker.keepalived.org"
    var hosts: [PlainCheckDraft] = []

    init(span: Span) { self.span = span }
}

/// `DNS_CHECK`.
struct DNSCheckDraft: NetworkCheckDraft {
    var span: Span
    var settings = CheckSettings()
    var connection = ConnectionDraft()
    var question = DNSQuestion()

    init(span: Span) { self.span = span }
}

/// `UDP_CHECK`.
struct UDPCheckDraft: NetworkCheckDraft {
    var span: Span
    var settings = CheckSettings()
    var connection = ConnectionDraft()
    var exchange = UDPExchange()

    init(span: Span) { self.span = span }
}

/// `MISC_CHECK`.
struct MiscCheckDraft: CheckDraft {
    var span: Span
    var settings = CheckSettings()
    var script: Script?
    var hasScript = false
    var scriptUser: ScriptUser?
    var timeout: Interval?
    var isDynamic = false

    init(span: Span) { self.span = span }
}

/// `FILE_CHECK`.
struct FileCheckDraft: CheckDraft {
    var span: Span
    var settings = CheckSettings()
    var file: Located<String>?
    var hasFile = false
    var weight: Int32?
    var isReversed = false

    init(span: Span) { self.span = span }
}

/// `BFD_CHECK`.
struct BFDCheckDraft: CheckDraft {
    var span: Span
    var settings = CheckSettings()
    var instance: Located<String>?
    var hasInstance = false

    init(span: Span) { self.span = span }
}
