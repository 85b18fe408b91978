import Addressing
import DNS
import HealthChecks
import KeepalivedConfig
import LinuxSystem

extension Check {
    /// A check more often than this would only keep the host busy; keepalived lets a file ask for microseconds.
    private static let shortestInterval = Duration.milliseconds(1)

    /// What a checker of the configuration does, and when; nil for one that this version does not perform.
    ///
    /// - Parameter tls: what checks inside TLS show of themselves.
    init?(_ checker: Checker, resolver: ScriptResolver, tls: TLSIdentity) {
        guard let target = CheckTarget(checker.kind, resolver: resolver, tls: tls) else { return nil }
        // What tells by itself is not asked again: its word counts.
        self.init(
            target: target,
            policy: CheckPolicy(
                retries: target.isWatched ? 0 : checker.retry, delayBeforeRetry: checker.delayBeforeRetry.duration,
                interval: max(checker.delayLoop.duration, Self.shortestInterval), warmup: checker.warmup.duration,
                successesToReturn: checker.kind.successesToReturn))
    }
}

extension Checker.Kind {
    /// Pages are verified once more before a server returns, unless the file wants it back at once.
    fileprivate var successesToReturn: UInt32 {
        switch self {
        case .http(_, let request), .ssl(_, let request): request.fastRecovery ? 1 : 2
        case .tcp, .misc, .smtp, .dns, .udp, .ping, .file, .bfd: 1
        }
    }
}

extension CheckTarget {
    init?(_ kind: Checker.Kind, resolver: ScriptResolver, tls: TLSIdentity) {
        switch kind {
        case .tcp(let connection):
            self = .tcp(ConnectionTarget(connection))
        case .http(let connection, let request):
            self = .http(ConnectionTarget(connection), HTTPExchange(request, tls: nil))
        case .ssl(let connection, let request):
            self = .http(ConnectionTarget(connection), HTTPExchange(request, tls: tls))
        case .misc(let check):
            let command = resolver.resolve(check.script).command
            self = .script(
                ScriptTarget(
                    words: command.words, identity: command.identity.map(ScriptTarget.Identity.init),
                    timeout: check.timeout.duration, isDynamic: check.isDynamic, refusal: command.refusal))
        case .smtp(let connection, let name):
            self = .smtp(ConnectionTarget(connection), helloName: name)
        case .dns(let connection, let question):
            guard let question = DNS.DNSQuestion(question) else { return nil }
            self = .dns(ConnectionTarget(connection), question)
        case .udp(let connection, let exchange):
            self = .udp(ConnectionTarget(connection), HealthChecks.UDPExchange(exchange))
        case .ping(let connection):
            var target = ConnectionTarget(connection)
            target.port = .any
            target.bindPort = nil
            self = .ping(target)
        case .file(let check):
            self = .file(FileTarget(path: check.path, weight: check.weight, isReversed: check.isReversed))
        case .bfd(let session): self = .session(session)
        }
    }
}

extension ConnectionTarget {
    fileprivate init(_ connection: Connection) {
        self.init(
            address: connection.address, port: connection.port, bindAddress: connection.bindAddress,
            bindPort: connection.bindPort, bindInterface: connection.bindInterface,
            firewallMark: connection.firewallMark, timeout: connection.timeout.duration)
    }
}

extension HTTPExchange {
    fileprivate init(_ request: HTTPRequest, tls: TLSIdentity?) {
        let version: Version =
            switch request.version {
            case .http10: .http10
            case .http10Close: .http10Close
            case .http11: .http11
            }
        self.init(
            version: version,
            pages: request.urls.map { url in
                HTTPPage(
                    path: url.path, statusCodes: url.statusCodes, digest: url.digest, virtualHost: url.virtualHost,
                    pattern: url.pattern.map(HealthChecks.PagePattern.init),
                    // What plain connections cannot show must not keep equal checks apart.
                    serverName: tls == nil ? nil : request.serverName(for: url),
                    requiresCloseNotify: tls != nil && url.requiresCloseNotify)
            }, tls: tls)
    }
}

extension HTTPRequest {
    /// The name in the TLS greeting: the one of the file, else the Host header without its port. An address is none
    /// (RFC 6066, section 3).
    fileprivate func serverName(for url: URLCheck) -> String? {
        guard enablesSNI, var name = sniName ?? url.virtualHost else { return nil }
        if IPAddress(name) != nil || name.hasPrefix("[") { return nil }
        if let colon = name.lastIndex(of: ":"), UInt16(name[name.index(after: colon)...]) != nil {
            name = String(name[..<colon])
        }
        guard IPAddress(name) == nil, (1...255).contains(name.utf8.count), !name.utf8.contains(0) else { return nil }
        return name
    }
}

extension HealthChecks.PagePattern {
    /// The pattern as pages are searched for it.
    init(_ pattern: KeepalivedConfig.PagePattern) {
        self.init(
            pattern.text, options: Set(pattern.options.compactMap(Option.init)), mustNotMatch: pattern.mustNotMatch,
            firstOffset: pattern.minimumOffset, lastOffset: pattern.maximumOffset,
            memoryLimit: pattern.stack?.upperBound)
    }
}

extension TLSIdentity {
    /// What the `SSL` block says; nothing is shown without one.
    init(_ settings: TLSClientSettings?) {
        self.init(
            certificateFile: settings?.certificate, keyFile: settings?.key, password: settings?.password)
    }
}

extension DNS.DNSQuestion {
    /// nil for a name that no query can carry, which the configuration does not let through.
    fileprivate init?(_ question: KeepalivedConfig.DNSQuestion) {
        guard let name = try? DNSName(question.name), let type = DNSRecordType(name: question.type.rawValue) else {
            return nil
        }
        self.init(name: name, type: type)
    }
}

extension HealthChecks.UDPExchange {
    fileprivate init(_ exchange: KeepalivedConfig.UDPExchange) {
        self.init(
            payload: exchange.payload, requiresReply: exchange.requiresReply,
            reply: exchange.reply.map { MaskedByte($0.value, mask: $0.mask) },
            minimumLength: Int(exchange.minimumReplyLength), maximumLength: Int(exchange.maximumReplyLength))
    }
}

extension ScriptTarget.Identity {
    fileprivate init(_ identity: ProcessIdentity) {
        self.init(user: identity.user, group: identity.group, supplementaryGroups: identity.supplementaryGroups)
    }
}
