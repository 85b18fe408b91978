import HealthChecks
import KeepalivedConfig
import LinuxSystem

extension Check {
    /// What a checker of the configuration does, and when.
    init(_ checker: Checker, resolver: ScriptResolver) {
        self.init(
            target: CheckTarget(checker.kind, resolver: resolver),
            policy: CheckPolicy(
                retries: checker.retry, delayBeforeRetry: checker.delayBeforeRetry.duration,
                interval: checker.delayLoop.duration, warmup: checker.warmup.duration))
    }
}

extension CheckTarget {
    init(_ kind: Checker.Kind, resolver: ScriptResolver) {
        switch kind {
        case .tcp(let connection):
            self = .tcp(ConnectionTarget(connection))
        case .http(let connection, let request):
            self = .http(ConnectionTarget(connection), HTTPExchange(request))
        case .misc(let check):
            let command = resolver.resolve(check.script).command
            self = .script(
                ScriptTarget(
                    words: command.words, identity: command.identity.map(ScriptTarget.Identity.init),
                    timeout: check.timeout.duration, isDynamic: check.isDynamic))
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
    fileprivate init(_ request: HTTPRequest) {
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
                    path: url.path, statusCodes: url.statusCodes, digest: url.digest, virtualHost: url.virtualHost)
            })
    }
}

extension ScriptTarget.Identity {
    fileprivate init(_ identity: ProcessIdentity) {
        self.init(user: identity.user, group: identity.group, supplementaryGroups: identity.supplementaryGroups)
    }
}
