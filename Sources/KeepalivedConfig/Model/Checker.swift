public import Addressing

/// A `*_CHECK`, `HTTP_GET` or `SSL_GET` block with everything that it inherits.
public struct Checker: Sendable, Hashable {
    /// What is checked.
    public enum Kind: Sendable, Hashable {
        /// `TCP_CHECK`.
        case tcp(Connection)
        /// `HTTP_GET`.
        case http(Connection, HTTPRequest)
        /// `SSL_GET`: the same inside TLS.
        case ssl(Connection, HTTPRequest)
        /// `SMTP_CHECK` with its `helo_name`, default `smtpchecker.keepalived.org`; one for each `host` block.
        case smtp(Connection, helloName: String)
        /// `DNS_CHECK`.
        case dns(Connection, DNSQuestion)
        /// `UDP_CHECK`.
        case udp(Connection, UDPExchange)
        /// `PING_CHECK`; the port means nothing.
        case ping(Connection)
        /// `MISC_CHECK`.
        case misc(MiscCheck)
        /// `FILE_CHECK`.
        case file(FileCheck)
        /// `BFD_CHECK` with the name of the ``BFDInstance``.
        case bfd(String)

        /// Where a network check connects to.
        public var connection: Connection? {
            switch self {
            case .tcp(let connection), .http(let connection, _), .ssl(let connection, _), .smtp(let connection, _),
                .dns(let connection, _), .udp(let connection, _), .ping(let connection):
                connection
            case .misc, .file, .bfd: nil
            }
        }

        /// What a check of pages asks and expects.
        public var request: HTTPRequest? {
            switch self {
            case .http(_, let request), .ssl(_, let request): request
            default: nil
            }
        }
    }

    /// What is checked.
    public var kind: Kind
    /// `retry`: further tries before an up server counts as down; default 1, DNS 3, MISC 0.
    public var retry: UInt32
    /// `delay_before_retry`; default 1 s, HTTP and SSL 3 s, DNS `delay_loop`.
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

/// What a `DNS_CHECK` block asks.
public struct DNSQuestion: Sendable, Hashable {
    /// `type`, default SOA. Raw values are the words of the file.
    public enum RecordType: String, Sendable, Hashable, CaseIterable {
        /// The types that can be asked for.
        case a = "A", ns = "NS", cname = "CNAME", soa = "SOA", mx = "MX", txt = "TXT", aaaa = "AAAA", rrsig = "RRSIG",
            dnskey = "DNSKEY"
    }

    /// `type`.
    public var type = RecordType.soa
    /// `name`, default the root `.`.
    public var name = "."

    /// The default question: the SOA record of the root.
    public init() {}
}

/// What a `UDP_CHECK` block sends and expects.
public struct UDPExchange: Sendable, Hashable {
    /// `payload`; default "keepalived check - " and zero bytes up to 32.
    public var payload: [UInt8]
    /// `require_reply`: a server that stays silent is down.
    public var requiresReply = false
    /// The bytes behind `require_reply` with the bits that count; empty takes any reply.
    public var reply: [MaskedByte] = []
    /// `min_reply_length`, default 0.
    public var minimumReplyLength: UInt16 = 0
    /// `max_reply_length`, default 255.
    public var maximumReplyLength: UInt16 = 255

    /// A byte of which only some bits count.
    public struct MaskedByte: Sendable, Hashable {
        /// The bits that are expected; 0 where they do not count.
        public var value: UInt8
        /// 1 for a bit that counts. An `X` in the file is a nibble of zeros.
        public var mask: UInt8

        /// Creates a byte.
        public init(value: UInt8, mask: UInt8) {
            self.value = value & mask
            self.mask = mask
        }
    }

    /// The default exchange.
    public init() {
        payload = Array("keepalived check - ".utf8)
        payload += [UInt8](repeating: 0, count: 32 - payload.count)
    }
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

/// A `FILE_CHECK` block.
public struct FileCheck: Sendable, Hashable {
    /// `track_file`: the name of a `track_file` block.
    public var file: String
    /// `file` of that block.
    public var path: String
    /// `weight`: what the number in the file is multiplied with, −(2³¹−1)…2³¹−1; 0 takes the server down where the
    /// number is not 0. Default: that of the `track_file` block.
    public var weight: Int32
    /// Whether the weight counts with its sign turned.
    public var isReversed = false

    /// Creates a check.
    public init(file: String, path: String, weight: Int32) {
        self.file = file
        self.path = path
        self.weight = weight
    }
}
