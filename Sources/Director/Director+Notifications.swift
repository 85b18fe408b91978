import HealthChecks
import IPVS
import KeepalivedConfig
import Logging
import VRRP
import VRRPRuntime

extension Director {
    /// Runs `notify_up`, `notify_down`, `quorum_up` and `quorum_down`. One target for a service with its servers: what
    /// happened first runs first.
    ///
    /// - Parameter previous: at a reload the configuration before it, which has the scripts of what is gone.
    func runNotifications(_ events: [HealthEvent], previous: Configuration? = nil) {
        guard !options.isDryRun else { return }
        for event in events {
            guard let script = configuration.script(for: event) ?? previous?.script(for: event) else { continue }
            notifier.notify(Notification(target: .service(ServiceNames.name(of: event.service)), script: script))
        }
    }

    /// Runs the scripts of a transition: the state's own, then the generic one with its four arguments.
    func electionChanged(_ event: VRRPRuntimeEvent) {
        switch event {
        case .routerChanged(let id, let state, let priority):
            routerStates[id.name] = state
            followWithSyncDaemon(id, state)
            let instances = configuration.instances + (retiring?.instances ?? [])
            guard let instance = instances.first(where: { $0.name == id.name }) else { return }
            notify(
                .router(id.name), instance.notify, state,
                ["INSTANCE", id.name, state.word, String(priority)])
        case .groupChanged(let name, let state):
            let groups = configuration.syncGroups + (retiring?.syncGroups ?? [])
            guard let group = groups.first(where: { $0.name == name }) else { return }
            notify(.group(name), group.notify, state, ["GROUP", name, state.word, "0"])
        case .heardLowerPriority(let id):
            guard let instance = configuration.instances.first(where: { $0.name == id.name }),
                let script = instance.notify.masterReceivedLowerPriority
            else { return }
            notifier.notify(Notification(target: .router(id.name), script: script))
        }
    }

    private func notify(
        _ target: Notification.Target, _ scripts: NotifyScripts, _ state: RouterState, _ arguments: [String]
    ) {
        let target = state == .stopped ? .stopping(arguments.joined(separator: " ")) : target
        let own: Script? =
            switch state {
            case .master: scripts.master
            case .backup: scripts.backup
            case .fault: scripts.fault
            case .stopped: scripts.stop
            case .initialize: nil
            }
        if let own { notifier.notify(Notification(target: target, script: own)) }
        if state != .initialize, let generic = scripts.generic {
            notifier.notify(Notification(target: target, script: generic, arguments: arguments))
        }
    }

    /// Says once, at start and reload, what is wrong with scripts.
    func reportScripts() {
        var seen: Set<Script> = []
        for script in configuration.allScripts where seen.insert(script).inserted {
            guard let problem = resolver.resolve(script).problem else { continue }
            loggers.parent.warning("\(problem)")
        }
    }
}

extension Configuration {
    /// The script that an event of a service or one of its servers calls for.
    fileprivate func script(for event: HealthEvent) -> Script? {
        guard let server = virtualServers.first(where: { $0.service.id == event.service }) else { return nil }
        switch event.kind {
        case .notifyQuorum(let isUp): return isUp ? server.quorumUp : server.quorumDown
        case .notifyServer(let id, let isUp):
            guard let real = server.realServers.first(where: { $0.destination.id == id }) else { return nil }
            return isUp ? real.notifyUp : real.notifyDown
        default: return nil
        }
    }

    /// Every script that the configuration names.
    fileprivate var allScripts: [Script] {
        let checks = virtualServers.flatMap(\.realServers).flatMap(\.checkers).compactMap { checker -> Script? in
            if case .misc(let check) = checker.kind { check.script } else { nil }
        }
        let services = virtualServers.flatMap {
            [$0.quorumUp, $0.quorumDown] + $0.realServers.flatMap { [$0.notifyUp, $0.notifyDown] }
        }
        let notify = (instances.map(\.notify) + syncGroups.map(\.notify)).flatMap {
            [$0.master, $0.backup, $0.fault, $0.stop, $0.generic, $0.masterReceivedLowerPriority]
        }
        return scripts.map(\.script) + checks + (services + notify).compactMap { $0 }
    }
}
