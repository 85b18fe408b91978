public import Addressing

/// What a check does: the identity of a probe.
///
/// Two checkers of a configuration with equal targets ask the same question, wherever they are written, so the
/// question is put once and the answer counts for both.
public enum CheckTarget: Sendable, Hashable {
    /// A TCP connection is opened and closed (`TCP_CHECK`).
    case tcp(ConnectionTarget)
    /// Pages are fetched and judged (`HTTP_GET`).
    case http(ConnectionTarget, HTTPExchange)
    /// A program is run and its exit status judged (`MISC_CHECK`).
    case script(ScriptTarget)
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

/// The pages that one check fetches, one connection each, in order.
public struct HTTPExchange: Sendable, Hashable {
    /// The request line's version and whether the peer is asked to close.
    public enum Version: Sendable, Hashable {
        /// HTTP/1.0.
        case http10
        /// HTTP/1.0 with `Connection: close`.
        case http10Close
        /// HTTP/1.1, always with `Connection: close`.
        case http11
    }

    /// The version.
    public var version: Version
    /// The pages. All are fetched in one run; the first that is not as expected ends it.
    public var pages: [HTTPPage]

    /// Creates an exchange.
    public init(version: Version = .http10, pages: [HTTPPage]) {
        self.version = version
        self.pages = pages
    }
}

/// A page and what is expected of it.
public struct HTTPPage: Sendable, Hashable {
    /// The path of the request line.
    public var path: String
    /// Accepted status codes.
    public var statusCodes: [ClosedRange<UInt16>]
    /// The MD5 digest that the body must have, 16 bytes; nil accepts any body.
    public var digest: [UInt8]?
    /// The `Host` header; nil sends the connection's address and port.
    public var virtualHost: String?

    /// Creates a page.
    public init(
        path: String, statusCodes: [ClosedRange<UInt16>] = [200...299], digest: [UInt8]? = nil,
        virtualHost: String? = nil
    ) {
        self.path = path
        self.statusCodes = statusCodes
        self.digest = digest
        self.virtualHost = virtualHost
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

    /// Creates a target.
    public init(words: [String], identity: Identity? = nil, timeout: Duration, isDynamic: Bool = false) {
        self.words = words
        self.identity = identity
        self.timeout = timeout
        self.isDynamic = isDynamic
    }
}
