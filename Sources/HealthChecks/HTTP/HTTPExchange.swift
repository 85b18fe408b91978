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
    /// What is shown to the server inside TLS; nil is no TLS.
    public var tls: TLSIdentity?

    /// Creates an exchange.
    public init(version: Version = .http10, pages: [HTTPPage], tls: TLSIdentity? = nil) {
        self.version = version
        self.pages = pages
        self.tls = tls
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
    /// What the body must contain, or must not; nil takes any.
    public var pattern: PagePattern?
    /// The name of the server in the TLS greeting; nil greets without one.
    public var serverName: String?
    /// Whether an end of the TLS connection that the server did not announce (close_notify) is a failure.
    public var requiresCloseNotify: Bool

    /// Creates a page.
    public init(
        path: String, statusCodes: [ClosedRange<UInt16>] = [200...299], digest: [UInt8]? = nil,
        virtualHost: String? = nil, pattern: PagePattern? = nil, serverName: String? = nil,
        requiresCloseNotify: Bool = false
    ) {
        self.path = path
        self.statusCodes = statusCodes
        self.digest = digest
        self.virtualHost = virtualHost
        self.pattern = pattern
        self.serverName = serverName
        self.requiresCloseNotify = requiresCloseNotify
    }
}

/// What a client shows of itself inside TLS (the `SSL` block). The server's certificate is not verified: a check asks
/// whether the server answers, the clients ask who it is.
public struct TLSIdentity: Sendable, Hashable {
    /// Path of a PEM file with the client's certificate and those between it and its authority.
    public var certificateFile: String?
    /// Path of a PEM file with the key of the certificate.
    public var keyFile: String?
    /// Password of the key file.
    public var password: String?

    /// Creates an identity; without arguments nothing is shown.
    public init(certificateFile: String? = nil, keyFile: String? = nil, password: String? = nil) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.password = password
    }
}
