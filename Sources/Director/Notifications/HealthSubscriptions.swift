import HealthChecks
import IPVS
import KeepalivedConfig

/// Finds who wants to be told of events of services and servers.
struct HealthSubscriptions {
    private let configuration: Configuration
    /// Services with a script or mail; most have none.
    private let positions: [VirtualService.ID: Int]

    init(_ configuration: Configuration) {
        self.configuration = configuration
        let sendsMail = configuration.global.mail.server != nil
        var positions: [VirtualService.ID: Int] = [:]
        for (position, server) in configuration.virtualServers.enumerated() where sendsMail || server.namesScripts {
            positions[server.service.id] = positions[server.service.id] ?? position
        }
        self.positions = positions
    }

    /// The script for an event; nil when it calls for none.
    func script(for event: HealthEvent) -> Script? {
        guard let server = server(of: event) else { return nil }
        switch event.kind {
        case .notifyQuorum(let isUp): return isUp ? server.quorumUp : server.quorumDown
        case .notifyServer(let id, let isUp):
            guard let real = server.realServers.first(where: { $0.destination.id == id }) else { return nil }
            return isUp ? real.notifyUp : real.notifyDown
        default: return nil
        }
    }

    /// Whether `smtp_alert` asks for mail about an event.
    func mail(for event: HealthEvent) -> Bool {
        guard let server = server(of: event) else { return false }
        switch event.kind {
        case .notifyQuorum: return server.smtpAlert
        case .notifyServer(let id, _), .checkerChanged(let id, _, _, _, _):
            return server.realServers.first { $0.destination.id == id }?.smtpAlert ?? false
        default: return false
        }
    }

    private func server(of event: HealthEvent) -> VirtualServer? {
        positions[event.service].map { configuration.virtualServers[$0] }
    }
}

extension VirtualServer {
    fileprivate var namesScripts: Bool {
        quorumUp != nil || quorumDown != nil
            || realServers.contains { $0.notifyUp != nil || $0.notifyDown != nil }
    }
}
