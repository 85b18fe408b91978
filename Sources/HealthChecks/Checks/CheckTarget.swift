public import Addressing
public import DNS

/// What a check does: the identity of a probe.
///
/// Two checkers of a configuration with equal targets ask the same question, wherever they are written, so the
/// question is put once and the answer counts for both.
///
/// Indirect, because a target stands in many places (its pool, its probe, who counts its results) and would otherwise be
/// a hundred bytes in each of them.
public indirect enum CheckTarget: Sendable, Hashable {
    /// A TCP connection is opened and closed (`TCP_CHECK`).
    case tcp(ConnectionTarget)
    /// Pages are fetched and judged (`HTTP_GET`, and inside TLS `SSL_GET`).
    case http(ConnectionTarget, HTTPExchange)
    /// A program is run and its exit status judged (`MISC_CHECK`).
    case script(ScriptTarget)
    /// A BFD session by name: not asked, it tells (`BFD_CHECK`).
    case session(String)
    /// A mail server greets, answers and says farewell (`SMTP_CHECK`).
    case smtp(ConnectionTarget, helloName: String)
    /// A name server answers a question (`DNS_CHECK`).
    case dns(ConnectionTarget, DNSQuestion)
    /// A datagram is taken, perhaps answered (`UDP_CHECK`).
    case udp(ConnectionTarget, UDPExchange)
    /// The host answers an echo request (`PING_CHECK`). The port is 0: with another one it would be another probe.
    case ping(ConnectionTarget)
    /// A number in a file (`FILE_CHECK`).
    case file(FileTarget)
}

extension CheckTarget {
    /// Whether what it asks for comes on top of a server's weight instead of replacing it.
    var addsToWeight: Bool { if case .file = self { true } else { false } }

    /// What it makes of a server's configured weight.
    ///
    /// - Parameter asked: the weight of a success; nil asks for the configured one.
    func weightChange(asked: Int32?, configured: Int64) -> Int64 {
        guard let asked else { return 0 }
        return addsToWeight ? Int64(asked) : Int64(asked) - configured
    }
}

extension CheckTarget {
    /// The host that is asked; nil where none is.
    public var address: IPAddress? {
        switch self {
        case .tcp(let target), .http(let target, _), .smtp(let target, _), .dns(let target, _), .udp(let target, _),
            .ping(let target):
            target.address
        case .script, .file, .session: nil
        }
    }

    /// Whether it tells by itself when something changes, and is not asked at intervals.
    public var isWatched: Bool {
        switch self {
        case .tcp, .http, .script, .smtp, .dns, .udp, .ping: false
        case .file, .session: true
        }
    }
}

/// Where a connection goes and from where it starts.
public struct ConnectionTarget: Sendable, Hashable {
    /// The peer's address.
    public var address: IPAddress
    /// The peer's port.
    public var port: Port
    /// The address to connect from; nil leaves it to routing.
    public var bindAddress: IPAddress?
    /// The port to connect from; nil leaves it to the kernel.
    public var bindPort: Port?
    /// The interface to connect through; nil leaves it to routing.
    public var bindInterface: String?
    /// The firewall mark of the packets; 0 is none.
    public var firewallMark: UInt32
    /// How long a connection may take to open, and then each wait for the peer.
    public var timeout: Duration

    /// Creates a target.
    public init(
        address: IPAddress, port: Port, bindAddress: IPAddress? = nil, bindPort: Port? = nil,
        bindInterface: String? = nil, firewallMark: UInt32 = 0, timeout: Duration = .seconds(5)
    ) {
        self.address = address
        self.port = port
        self.bindAddress = bindAddress
        self.bindPort = bindPort
        self.bindInterface = bindInterface
        self.firewallMark = firewallMark
        self.timeout = timeout
    }
}

/// A program whose exit status is the answer.
public struct ScriptTarget: Sendable, Hashable {
    /// Numeric user and groups to run it under.
    public struct Identity: Sendable, Hashable {
        /// User id.
        public var user: UInt32
        /// Group id.
        public var group: UInt32
        /// Further groups.
        public var supplementaryGroups: [UInt32]

        /// Creates an identity.
        public init(user: UInt32, group: UInt32, supplementaryGroups: [UInt32] = []) {
            self.user = user
            self.group = group
            self.supplementaryGroups = supplementaryGroups
        }
    }

    /// The program and its arguments.
    public var words: [String]
    /// Who runs it; nil is the director's own identity.
    public var identity: Identity?
    /// After this long it is ended with its process group and counts as failed.
    public var timeout: Duration
    /// `misc_dynamic`: exit status 2…255 is success and sets the weight to status − 2.
    public var isDynamic: Bool
    /// Why it must not run, which makes every run a failure; nil for one that may.
    public var refusal: String?

    /// Creates a target.
    public init(
        words: [String], identity: Identity? = nil, timeout: Duration, isDynamic: Bool = false, refusal: String? = nil
    ) {
        self.words = words
        self.identity = identity
        self.timeout = timeout
        self.isDynamic = isDynamic
        self.refusal = refusal
    }
}
