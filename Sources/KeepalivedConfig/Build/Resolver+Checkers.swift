import Addressing

extension Resolver {
    /// A checker with everything that it inherits; nil after an error.
    mutating func resolve(
        _ draft: CheckerDraft, _ server: RealServerDraft, settings: CheckSettings, _ context: PoolContext
    ) -> Checker? {
        let delayLoop = settings.delayLoop ?? .seconds(60)
        let kind: Checker.Kind
        switch draft.kind {
        case .tcp:
            guard let connection = connection(draft, server, settings, context) else { return nil }
            kind = .tcp(connection)
        case .http:
            guard let connection = connection(draft, server, settings, context),
                let request = request(draft, server, context)
            else { return nil }
            kind = .http(connection, request)
        case .misc:
            guard var script = draft.script else {
                if !draft.hasScript { sink.report(.neverChecked("MISC_CHECK", missing: "misc_path"), at: draft.span) }
                return nil
            }
            script.user = script.user ?? draft.scriptUser
            let timeout = draft.scriptTimeout.flatMap { $0.microseconds > 0 ? $0 : nil } ?? delayLoop
            var check = MiscCheck(script: script, timeout: timeout)
            check.isDynamic = draft.isDynamic
            kind = .misc(check)
        }
        let (retry, delayBeforeRetry): (UInt32, Interval) =
            switch draft.kind {
            case .tcp: (1, .seconds(1))
            case .http: (1, .seconds(3))
            case .misc: (0, .seconds(1))
            }
        var checker = Checker(
            kind: kind, retry: settings.retry ?? retry,
            delayBeforeRetry: settings.delayBeforeRetry ?? delayBeforeRetry, delayLoop: delayLoop,
            warmup: settings.warmup ?? delayLoop)
        checker.alpha = settings.alpha ?? false
        checker.logsAllFailures = settings.logsAllFailures ?? context.logsAllFailures
        return checker
    }

    private mutating func connection(
        _ draft: CheckerDraft, _ server: RealServerDraft, _ settings: CheckSettings, _ context: PoolContext
    ) -> Connection? {
        // The port as written, not as IPVS was given it: a server behind a mark is checked where the file says.
        let port = draft.connectPort ?? server.server.value.port?.value ?? context.port
        guard port != .any else {
            sink.report(.checkerWithoutPort, at: draft.span)
            return nil
        }
        var connection = Connection(address: draft.connectAddress ?? server.server.value.address, port: port)
        if let bind = draft.bindAddress {
            guard bind.value.family == connection.address.family else {
                sink.report(
                    .familyMismatch(bind.value.description, expected: "one of the family of \(connection.address)"),
                    at: bind.span)
                return nil
            }
            connection.bindAddress = bind.value
        }
        connection.bindPort = draft.bindPort
        if let interface = draft.bindInterface {
            connection.bindInterface = interface.value
            places.interfaces.append(InterfaceSpan(name: interface.value, span: interface.span))
        }
        connection.firewallMark = draft.firewallMark
        connection.timeout = settings.connectTimeout ?? .seconds(5)
        return connection
    }

    private mutating func request(
        _ draft: CheckerDraft, _ server: RealServerDraft, _ context: PoolContext
    ) -> HTTPRequest? {
        guard !draft.urls.isEmpty else {
            if !draft.hasURL { sink.report(.neverChecked("HTTP_GET", missing: "url"), at: draft.span) }
            return nil
        }
        var request = HTTPRequest()
        request.version = draft.version
        request.fastRecovery = draft.fastRecovery
        for url in draft.urls {
            guard let path = url.path else {
                if !url.hasPath { sink.report(.neverChecked("url", missing: "path"), at: url.span) }
                continue
            }
            var check = URLCheck(path: path)
            if !url.statusCodes.isEmpty { check.statusCodes = url.statusCodes }
            check.digest = url.digest
            check.virtualHost =
                url.virtualHost ?? draft.virtualHost ?? server.virtualHost ?? context.draft.virtualHost
            request.urls.append(check)
        }
        return request
    }
}
