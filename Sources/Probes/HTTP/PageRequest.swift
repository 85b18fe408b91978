import HealthChecks

/// One page of a probe with what asking for it takes, made once: every run asks the same.
final class PageRequest {
    let page: HTTPPage
    /// What is sent.
    let bytes: [UInt8]
    /// Longest silence of the peer.
    let timeout: Duration
    /// Longest that the whole answer may take when it keeps coming in drops.
    let longestAnswer: Duration
    /// What is shown inside TLS; nil is no TLS.
    let tls: TLSIdentity?

    /// How many timeouts a whole answer may take when it keeps coming in drops.
    private static let answerTimeouts = 10

    init(_ page: HTTPPage, of exchange: HTTPExchange, on connection: ConnectionTarget) {
        self.page = page
        bytes = exchange.requestBytes(for: page, on: connection)
        timeout = connection.timeout
        longestAnswer = connection.timeout * Self.answerTimeouts
        tls = exchange.tls
    }
}
