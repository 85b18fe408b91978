/// What an `HTTP_GET` or `SSL_GET` block asks and expects.
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
    /// `fast_recovery`: pages that are well again after a failure are not verified once more an interval later.
    public var fastRecovery = false
    /// `enable_sni` or `sni_name`: SSL_GET names the server in its greeting.
    public var enablesSNI = false
    /// `sni_name`; nil is the virtual host of the url, the checker or the virtual server.
    public var sniName: String?

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
    /// `regex` with its options.
    public var pattern: PagePattern?
    /// `tls_compliant` of the url or the checker: an end without close_notify is a failure of SSL_GET.
    public var requiresCloseNotify = false

    /// A URL with every default.
    public init(path: String) { self.path = path }
}

/// What `regex` and its companions say about the text of a page.
public struct PagePattern: Sendable, Hashable {
    /// `regex`: a PCRE2 pattern, as written. Whether it is one is asked of the host's library, see
    /// ``HostFacts/patterns``.
    public var text: String
    /// `regex_no_match`: the page must not contain it.
    public var mustNotMatch = false
    /// `regex_options`: names of PCRE2 options in the order of the file.
    public var options: [String] = []
    /// `regex_min_offset`: first byte at which a match may begin.
    public var minimumOffset: UInt64 = 0
    /// `regex_max_offset`: last byte at which a match may begin; nil is none.
    public var maximumOffset: UInt64?
    /// `regex_stack`: first and largest size of what the matcher may remember, in bytes.
    public var stack: ClosedRange<UInt64>?

    /// A pattern with every default.
    public init(text: String) { self.text = text }
}
