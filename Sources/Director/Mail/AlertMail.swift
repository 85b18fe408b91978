import HealthChecks
import IPVS
import KeepalivedConfig
import VRRP

/// Subject and body of an alert, worded as keepalived words them, because that is what mail filters look for.
struct AlertMail: Sendable, Hashable {
    var subject: String
    var body: String

    /// A check has another opinion of a server than before: the subject says what the server is, the body what the
    /// check found.
    static func server(
        _ name: String, of service: String, _ target: CheckTarget, isUp: Bool, serverIsUp: Bool, cause: CheckFailure?
    ) -> AlertMail {
        AlertMail(
            subject: serverSubject(name, of: service, isUp: serverIsUp), body: "=> \(checkText(target, isUp, cause)) <="
        )
    }

    /// A server is taken out because this director stops, or because a reload took it out.
    static func serverTakenOut(_ name: String, of service: String, isStop: Bool) -> AlertMail {
        AlertMail(
            subject: serverSubject(name, of: service, isUp: false),
            body: isStop ? "=> Shutting down <=" : "=> Removing <=")
    }

    /// A service won or lost its quorum. The figures have the same signs in both cases, as keepalived's have.
    static func service(
        _ name: String, isUp: Bool, figures: HealthEvent.Quorum, atStart: Bool
    ) -> AlertMail {
        let occasion = atStart ? "Starting with quorum \(isUp ? "up" : "down")" : isUp ? "Gained quorum" : "Lost quorum"
        let threshold = Int64(figures.quorum) + (isUp ? 1 : -1) * Int64(figures.hysteresis)
        return AlertMail(
            subject: "Virtualserver \(name) - \(isUp ? "UP" : "DOWN")",
            body: "=> \(occasion) \(figures.quorum)+\(figures.hysteresis)=\(threshold) <= \(figures.weight) <=")
    }

    /// An instance reached a state.
    static func instance(_ name: String, _ state: AnnouncedState) -> AlertMail {
        let body =
            switch state {
            case .master: "VRRP Instance is now owning VRRP VIPs"
            case .backup, .fault: "VRRP Instance is no longer owning VRRP VIPs"
            case .stopped: "VRRP Instance stopping"
            case .deleted: "VRRP Deleted at reload"
            }
        return AlertMail(subject: "VRRP Instance \(name) - \(occasion(state))", body: "=> \(body) <=")
    }

    /// A group reached a state.
    static func group(_ name: String, _ state: AnnouncedState) -> AlertMail {
        let words = state == .stopped || state == .deleted ? "stopping" : "in \(state.word) state"
        return AlertMail(
            subject: "VRRP Group \(name) - \(occasion(state))",
            body: "=> All VRRP group instances are now \(words) <=")
    }

    private static func serverSubject(_ name: String, of service: String, isUp: Bool) -> String {
        "Realserver \(name) of virtual server \(service) - \(isUp ? "UP" : "DOWN")"
    }

    private static func occasion(_ state: AnnouncedState) -> String {
        switch state {
        case .master, .backup, .fault: "Entering \(state.word) state"
        case .stopped: "Stopping"
        case .deleted: "Deleted"
        }
    }

    private static func checkText(_ target: CheckTarget, _ isUp: Bool, _ cause: CheckFailure?) -> String {
        let outcome = isUp ? "succeed" : "failed"
        let fullOutcome = isUp ? "succeeded" : "failed"
        switch target {
        case .tcp: return "TCP CHECK \(outcome) on service"
        case .udp: return "UDP CHECK \(outcome) on service"
        case .ping: return "ICMP CHECK \(outcome) on service"
        case .script: return "MISC CHECK \(fullOutcome) on service"
        case .dns: return "DNS_CHECK: \(fullOutcome) on service"
        case .session(let name): return "BFD CHECK \(name) \(fullOutcome) on service"
        case .http:
            let reason = isUp ? "" : " : HTTP request failed" + (cause.map { ", \($0)" } ?? "")
            return "CHECK \(outcome) on service\(reason)"
        case .smtp, .file:
            let reason = isUp ? "" : cause.map { " : \($0)" } ?? ""
            return "CHECK \(outcome) on service\(reason)"
        }
    }
}
