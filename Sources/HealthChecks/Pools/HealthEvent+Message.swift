import IPVS

extension HealthEvent {
    /// The log line, worded as keepalived words it, because that is what monitoring looks for; nil for an event that is
    /// a notification alone. The cause is not part of it: it belongs into the line's structured data.
    public var message: String? {
        let virtual = serviceName
        func name(_ id: Destination.ID) -> String { ServiceNames.name(of: id, in: service) }
        return switch kind {
        case .check(let id, let target, let event): checkMessage(target, event, server: name(id), service: virtual)
        case .pageSucceeded(let id, let path, let evidence):
            "\(evidence.rawValue) success to \(name(id)) url(\(path))"
        case .serverAdded(let id, inhibits: false): "Adding service \(name(id)) to VS \(virtual)"
        case .serverAdded(let id, inhibits: true): "Enabling service \(name(id)) of VS \(virtual)"
        case .serverRemoved(let id, inhibits: false): "Removing service \(name(id)) from VS \(virtual)"
        case .serverRemoved(let id, inhibits: true): "Disabling service \(name(id)) of VS \(virtual)"
        case .serverGone(let id): "service \(name(id)) no longer exist"
        case .weightChanged(let id, let from, let to, let isActive):
            "Changing weight from \(from) to \(to) for \(isActive ? "" : "in")active service \(name(id)) of VS \(virtual)"
        case .checksChanged(let id, let areActive):
            "\(areActive ? "Activating" : "Suspending") healthchecker for service \(name(id)) for VS \(virtual)"
        case .quorumGained(let figures, _):
            "Gained quorum \(figures.quorum)+\(figures.hysteresis)=\(Int64(figures.quorum) + Int64(figures.hysteresis))"
                + " <= \(figures.weight) for VS \(virtual)"
        case .quorumLost(let figures, let atStart):
            "\(atStart ? "Starting with quorum down" : "Lost quorum") \(figures.quorum)-\(figures.hysteresis)="
                + "\(Int64(figures.quorum) - Int64(figures.hysteresis)) > \(figures.weight) for VS \(virtual)"
        case .sorryServerAdded(let id, let inhibits):
            "\(inhibits ? "Enabling" : "Adding") sorry server \(name(id)) to VS \(virtual)"
        case .sorryServerRemoved(let id, let inhibits):
            "\(inhibits ? "Disabling" : "Removing") sorry server \(name(id)) from VS \(virtual)"
        case .liveServersAdded: "Adding alive servers to the pool for VS \(virtual)"
        case .liveServersRemoved: "Removing alive servers from the pool for VS \(virtual)"
        case .serviceGone:
            group.map { "Removing Virtual Server Group [\($0.name)]" } ?? "Removing Virtual Server \(virtual)"
        case .serverShutDown(let id, let inhibits):
            "Shutting down \(inhibits ? "(inhibited) " : "")service \(name(id)) from VS \(virtual)"
        case .notifyServer, .notifyQuorum, .checkerChanged: nil
        }
    }
}

private func checkMessage(_ target: CheckTarget, _ event: CheckEvent, server: String, service: String) -> String? {
    switch target {
    case .tcp: tcpMessage(event, server)
    case .smtp: smtpMessage(event, server)
    case .dns: dnsMessage(event, server)
    case .udp: udpMessage(event, server)
    case .ping: pingMessage(event, server, service)
    case .file(let file): fileMessage(event, file, server)
    case .http(_, let exchange): httpMessage(event, server, name: exchange.tls == nil ? "HTTP" : "SSL")
    case .session(let session): sessionMessage(event, session, server)
    case .script(let script):
        scriptMessage(event).map {
            "Misc check for [\(server) VS \(service)] by [\(script.words.first ?? "")] \($0)."
        }
    }
}

private func sessionMessage(_ event: CheckEvent, _ session: String, _ server: String) -> String? {
    switch event {
    case .up: "BFD check of [\(session)] RS(\(server)) is UP"
    case .down, .tryFailed: "BFD check of [\(session)] RS(\(server)) is DOWN"
    case .notRun(let reason): "BFD check of [\(session)] RS(\(server)) could not run (\(reason))"
    case .stillDown, .weightChanged: nil
    }
}

private func tcpMessage(_ event: CheckEvent, _ server: String) -> String? {
    switch event {
    case .up: "TCP connection to \(server) success."
    case .down(_, let retries, _): "TCP_CHECK on service \(server) failed\(after(retries))."
    case .tryFailed(let failure, _, _), .stillDown(let failure):
        if case .connectionTimedOut = failure {
            "TCP connection to \(server) timeout."
        } else {
            "TCP connection to \(server) failed."
        }
    case .notRun(let reason): "TCP check of \(server) could not run (\(reason)). Rescheduling."
    case .weightChanged: nil
    }
}

private func httpMessage(_ event: CheckEvent, _ server: String, name: String) -> String? {
    switch event {
    case .up: "Remote Web server \(server) succeed on service."
    case .down(_, let retries, _): "\(name)_CHECK on service \(server) failed\(after(retries))."
    case .tryFailed(let failure, _, _), .stillDown(let failure): "\(httpReason(failure)) server \(server)."
    case .notRun(let reason): "\(name) check of \(server) could not run (\(reason)). Rescheduling."
    case .weightChanged: nil
    }
}

private func httpReason(_ failure: CheckFailure) -> String {
    switch failure {
    case .connectionFailed: "Error connecting"
    case .connectionTimedOut: "Timeout connecting"
    case .responseTimedOut: "Timeout HTTP read"
    case .connectionLost, .malformedResponse: "Read error with"
    case .unexpectedStatus: "HTTP status code error to"
    case .unexpectedDigest: "MD5 digest error to"
    case .patternMissing, .patternFound, .searchGivenUp: "Regex match failed"
    case .tlsFailed, .tlsTimedOut, .endNotAnnounced: "SSL handshake/communication error connecting to"
    default: "Connection failed"
    }
}

private func scriptMessage(_ event: CheckEvent) -> String? {
    switch event {
    case .up: "succeeded"
    case .down(let failure, let retries, let isFirst):
        if retries > 0 {
            scriptFailure(failure, " after \(retries) \(retries == 1 ? "retry" : "retries")")
        } else {
            scriptFailure(failure, isFirst ? "" : " with retry disabled")
        }
    case .tryFailed(let failure, let number, let count):
        if number == 1 {
            scriptFailure(failure, ", will do \(count) \(count == 1 ? "retry" : "retries")")
        } else {
            scriptFailure(failure, " on retry \(number - 1)/\(count)")
        }
    case .stillDown(let failure): scriptFailure(failure, "")
    case .notRun(let reason): "could not run: \(reason)"
    case .weightChanged: nil
    }
}

private func scriptFailure(_ failure: CheckFailure, _ retries: String) -> String {
    switch failure {
    case .scriptTimedOut: "timed out\(retries)"
    case .exited(let status): "failed\(retries) (exited with status \(status))"
    case .killed(let signal): "failed\(retries) (due to signal \(signal))"
    default: "failed\(retries) (\(failure))"
    }
}
