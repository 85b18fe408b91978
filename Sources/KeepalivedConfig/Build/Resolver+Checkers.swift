import Addressing

/// What the checkers of one pool may name.
struct CheckerNames {
    /// Sessions that BFD_CHECK may name.
    var sessions: [String] = []
    /// Blocks whose number FILE_CHECK may take.
    var files: [TrackFile] = []
}

extension Resolver {
    /// The checkers that a block makes, with everything that they inherit; those that cannot run are left out.
    mutating func resolve(
        _ draft: CheckerDraft, _ server: RealServerDraft, settings: CheckSettings, _ context: PoolContext
    ) -> [Checker] {
        if case .smtp(let draft) = draft { return smtp(draft, server, settings, context) }
        let one: Checker? =
            switch draft {
            case .tcp(let draft): network(draft, server, settings, context) { .tcp($0) }
            case .ping(let draft): network(draft, server, settings, context, needsPort: false) { .ping($0) }
            case .dns(let draft):
                network(draft, server, settings, context, retry: 3, delayBeforeRetry: nil) {
                    [question = draft.question] in
                    .dns($0, question)
                }
            case .udp(let draft): udp(draft, server, settings, context)
            case .http(let draft): http(draft, "HTTP_GET", server, settings, context)
            case .ssl(let draft): http(draft, "SSL_GET", server, settings, context)
            case .smtp: nil
            case .misc(let draft): misc(draft, settings, context)
            case .file(let draft): file(draft, settings, context)
            case .bfd(let draft): bfd(draft, settings, context)
            }
        return one.map { [$0] } ?? []
    }

    private func checker(
        _ kind: Checker.Kind, _ settings: CheckSettings, _ context: PoolContext, retry: UInt32 = 1,
        delayBeforeRetry: Interval? = .seconds(1)
    ) -> Checker {
        let delayLoop = settings.delayLoop ?? .seconds(60)
        var checker = Checker(
            kind: kind, retry: settings.retry ?? retry,
            delayBeforeRetry: settings.delayBeforeRetry ?? delayBeforeRetry ?? delayLoop, delayLoop: delayLoop,
            warmup: settings.warmup ?? delayLoop)
        checker.alpha = settings.alpha ?? false
        checker.logsAllFailures = settings.logsAllFailures ?? context.logsAllFailures
        return checker
    }

    private mutating func network(
        _ draft: some NetworkCheckDraft, _ server: RealServerDraft, _ outer: CheckSettings, _ context: PoolContext,
        needsPort: Bool = true, retry: UInt32 = 1, delayBeforeRetry: Interval? = .seconds(1),
        _ kind: (Connection) -> Checker.Kind
    ) -> Checker? {
        let settings = draft.settings.inheriting(outer)
        guard
            let connection = connection(
                draft.connection, at: draft.span, server, settings, context, needsPort: needsPort)
        else { return nil }
        return checker(kind(connection), settings, context, retry: retry, delayBeforeRetry: delayBeforeRetry)
    }

    private mutating func connection(
        _ draft: ConnectionDraft, at span: Span, _ server: RealServerDraft, _ settings: CheckSettings,
        _ context: PoolContext, needsPort: Bool
    ) -> Connection? {
        // The port as written, not as IPVS was given it: a server behind a mark is checked where the file says.
        let port = draft.port ?? server.server.value.port?.value ?? context.targets.commonPort
        guard port != .any || !needsPort else {
            sink.report(.checkerWithoutPort, at: span)
            return nil
        }
        var connection = Connection(address: draft.address ?? server.server.value.address, port: port)
        if let bind = draft.bindAddress {
            if bind.value.family == connection.address.family {
                connection.bindAddress = bind.value
            } else {
                sink.report(
                    Issue.familyMismatch(bind.value.description, expected: "one of the family of \(connection.address)")
                        .adding(consequence: "the line is ignored"), at: bind.span)
            }
        }
        connection.bindPort = draft.bindPort
        if let interface = draft.bindInterface {
            connection.bindInterface = interface.value
            places.interfaces.append(InterfaceSpan(name: interface.value, span: interface.span))
        } else if case .v6(let address) = connection.address, address.isLinkLocal {
            sink.report(.linkLocalWithoutInterface("\(address)"), at: span)
            return nil
        }
        connection.firewallMark = draft.firewallMark
        connection.timeout = settings.connectTimeout ?? .seconds(5)
        return connection
    }

    private mutating func http(
        _ draft: HTTPCheckDraft, _ name: String, _ server: RealServerDraft, _ outer: CheckSettings,
        _ context: PoolContext
    ) -> Checker? {
        guard let request = request(draft, name, server, context) else { return nil }
        return network(draft, server, outer, context, delayBeforeRetry: .seconds(3)) {
            name == "SSL_GET" ? .ssl($0, request) : .http($0, request)
        }
    }

    private mutating func request(
        _ draft: HTTPCheckDraft, _ name: String, _ server: RealServerDraft, _ context: PoolContext
    ) -> HTTPRequest? {
        guard !draft.urls.isEmpty else {
            if !draft.hasURL { sink.report(.neverChecked(name, missing: "url"), at: draft.span) }
            return nil
        }
        var request = HTTPRequest()
        request.version = draft.version
        request.fastRecovery = draft.fastRecovery
        request.enablesSNI = draft.enablesSNI
        request.sniName = draft.sniName
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
            check.requiresCloseNotify = url.requiresCloseNotify ?? draft.requiresCloseNotify
            if let text = url.pattern {
                var pattern = url.patternOptions
                pattern.text = text
                check.pattern = pattern
            }
            request.urls.append(check)
        }
        // Each of them was reported.
        guard !request.urls.isEmpty else { return nil }
        return request
    }

    /// One checker of its own and one for each `host` block; with hosts and nothing said about its own connection only
    /// those.
    private mutating func smtp(
        _ draft: SMTPCheckDraft, _ server: RealServerDraft, _ outer: CheckSettings, _ context: PoolContext
    ) -> [Checker] {
        let name = draft.helloName
        var result: [Checker] = []
        if draft.hosts.isEmpty || !draft.connection.isEmpty || draft.settings.connectTimeout != nil {
            result += network(draft, server, outer, context) { .smtp($0, helloName: name) }.map { [$0] } ?? []
        }
        let own = draft.settings.inheriting(outer)
        for host in draft.hosts {
            result += network(host, server, own, context) { .smtp($0, helloName: name) }.map { [$0] } ?? []
        }
        return result
    }

    private mutating func udp(
        _ draft: UDPCheckDraft, _ server: RealServerDraft, _ outer: CheckSettings, _ context: PoolContext
    ) -> Checker? {
        let exchange = draft.exchange
        if exchange.minimumReplyLength > exchange.maximumReplyLength {
            sink.report(
                .replyLengths(minimum: exchange.minimumReplyLength, maximum: exchange.maximumReplyLength),
                at: draft.span)
        }
        return network(draft, server, outer, context) { .udp($0, exchange) }
    }

    private mutating func misc(_ draft: MiscCheckDraft, _ outer: CheckSettings, _ context: PoolContext) -> Checker? {
        guard var script = draft.script else {
            if !draft.hasScript { sink.report(.neverChecked("MISC_CHECK", missing: "misc_path"), at: draft.span) }
            return nil
        }
        let settings = draft.settings.inheriting(outer)
        script.user = script.user ?? draft.scriptUser
        let timeout = draft.timeout.flatMap { $0.microseconds > 0 ? $0 : nil } ?? settings.delayLoop ?? .seconds(60)
        var check = MiscCheck(script: script, timeout: timeout)
        check.isDynamic = draft.isDynamic
        return checker(.misc(check), settings, context, retry: 0)
    }

    private mutating func file(_ draft: FileCheckDraft, _ outer: CheckSettings, _ context: PoolContext) -> Checker? {
        guard let file = draft.file else {
            if !draft.hasFile { sink.report(.neverChecked("FILE_CHECK", missing: "track_file"), at: draft.span) }
            return nil
        }
        guard let tracked = context.names.files.first(where: { $0.name == file.value }) else {
            guard sink.admits(.warning) else { return nil }
            sink.report(
                .unknownTracker(
                    file.value, kind: "track_file",
                    nearest: Suggestion.nearest(to: file.value, among: context.names.files.map(\.name))),
                at: file.span)
            return nil
        }
        var check = FileCheck(
            file: file.value, path: tracked.path, weight: draft.weight ?? Int32(clamping: tracked.weight))
        check.isReversed = draft.weight == nil ? tracked.isReversed : draft.isReversed
        return checker(.file(check), outer, context)
    }

    private mutating func bfd(_ draft: BFDCheckDraft, _ outer: CheckSettings, _ context: PoolContext) -> Checker? {
        guard let instance = draft.instance else {
            if !draft.hasInstance { sink.report(.neverChecked("BFD_CHECK", missing: "name"), at: draft.span) }
            return nil
        }
        guard context.names.sessions.contains(instance.value) else {
            guard sink.admits(.warning) else { return nil }
            sink.report(
                .unknownTracker(
                    instance.value, kind: "bfd_instance",
                    nearest: Suggestion.nearest(to: instance.value, among: context.names.sessions)), at: instance.span)
            return nil
        }
        return checker(.bfd(instance.value), draft.settings.inheriting(outer), context)
    }
}
