import HealthChecks
import IPVS
import KeepalivedConfig
import Logging
import SMTP
import VRRP
import VRRPRuntime

/// Why events of services and servers come.
enum HealthOccasion: Sendable, Hashable {
    /// Something happened, or the start.
    case running
    /// Another configuration takes force.
    case reload
    /// The director stops.
    case stop
}

extension Director {
    /// Tells scripts, FIFOs and mail what happened to services and servers. One target for a service with its servers:
    /// what happened first is told first.
    ///
    /// - Parameter previous: at a reload the configuration before it, which has the settings of what is gone.
    func runNotifications(
        _ events: [HealthEvent], previous: Configuration? = nil, occasion: HealthOccasion = .running
    ) {
        guard !options.isDryRun, !events.isEmpty else { return }
        let former = previous.map(HealthSubscriptions.init)
        var figures: [VirtualService.ID: (HealthEvent.Quorum, atStart: Bool)] = [:]
        for event in events {
            let service = event.service
            let script = healthSubscriptions.script(for: event) ?? former?.script(for: event)
            if let script {
                notifier.notify(Notification(target: .service(event.serviceName), script: script))
            }
            let mail = former.map { healthSubscriptions.mail(for: event) || $0.mail(for: event) }
            let wantsMail = mail ?? healthSubscriptions.mail(for: event)
            switch event.kind {
            case .quorumGained(let reached, let atStart): figures[service] = (reached, atStart)
            case .quorumLost(let reached, let atStart): figures[service] = (reached, atStart)
            case .notifyQuorum(let isUp):
                let name = event.serviceName
                fifos.writeLVS(EventLine.service(name, isUp: isUp))
                guard wantsMail, let (reached, atStart) = figures[service] else { continue }
                mailSender.send(.service(name, isUp: isUp, figures: reached, atStart: atStart))
            case .notifyServer(let id, let isUp):
                let name = ServiceNames.name(of: id, in: service)
                fifos.writeLVS(EventLine.server(name, of: event.serviceName, isUp: isUp))
                // With a cause, a check is behind it, which has a mail of its own.
                guard wantsMail, !isUp, occasion != .running, event.cause == nil else { continue }
                mailSender.send(.serverTakenOut(name, of: event.serviceName, isStop: occasion == .stop))
            case .checkerChanged(let id, let target, let isUp, let serverIsUp, let changesServer):
                guard wantsMail, changesServer || !configuration.global.mail.omitsCheckers else { continue }
                mailSender.send(
                    .server(
                        ServiceNames.name(of: id, in: service), of: event.serviceName, target,
                        isUp: isUp, serverIsUp: serverIsUp, cause: event.cause))
            default: break
            }
        }
    }

    /// With `rs_init_notifies`: tells that servers which are used without having been checked are up.
    ///
    /// - Parameters:
    ///   - former: servers that were up before, at a reload.
    ///   - told: what was told already.
    func runInitialNotifications(except former: Set<HealthEvent> = [], _ told: [HealthEvent] = []) {
        guard configuration.global.notifiesInitialServers else { return }
        let known = former.union(told)
        runNotifications(refusals.pass(upEvents().filter { !known.contains($0) }))
    }

    /// An event for each server that is up.
    func upEvents() -> [HealthEvent] {
        board.speakingPools.flatMap(\.upEvents)
    }

    /// Tells what happened in the elections: the state's own script, the generic one with its four arguments, FIFO,
    /// mail.
    func electionChanged(_ event: VRRPRuntimeEvent) {
        switch event {
        case .routerChanged(let id, let state, let priority):
            routerStates[id.name] = state
            followWithSyncDaemon(id, state)
            guard let state = AnnouncedState(state), let instance = instance(named: id.name) else { return }
            announce(instance, state, priority)
        case .routerRemoved(let id, let priority):
            routerStates[id.name] = .fault
            followWithSyncDaemon(id, .fault)
            // The former one's settings: another instance may have its name by now.
            guard
                let instance = (retiring?.instances ?? []).first(where: { $0.name == id.name })
                    ?? instance(named: id.name)
            else { return }
            announce(instance, AnnouncedState(removed: instance.notify), priority)
        case .groupChanged(let name, let state):
            let groups = configuration.syncGroups + (retiring?.syncGroups ?? [])
            guard let state = AnnouncedState(state), let group = groups.first(where: { $0.name == name }) else {
                return
            }
            announcedDuringReload?.insert("GROUP \(name)")
            notify(.group(name), group.notify, state, ["GROUP", name, state.word, "0"])
            fifos.writeVRRP(EventLine.group(name, state.word))
            if group.sendsMail { mail(.group(name, state), about: "GROUP \(name)", state) }
        case .heardLowerPriority(let id):
            guard let instance = instance(named: id.name) else { return }
            if let script = instance.notify.masterReceivedLowerPriority {
                notifier.notify(Notification(target: .router(id.name), script: script, news: .lowerPriority))
            }
            fifos.writeVRRP(
                EventLine.instance(
                    id.name, "MASTER_RX_LOWER_PRI", priority: routerPriorities[id.name] ?? instance.priority))
        case .dualMaster(let id, let rival):
            guard configuration.global.notifiesDualMaster, let instance = instance(named: id.name) else { return }
            fifos.writeVRRP(
                EventLine.instance(
                    id.name, "DUAL_MASTER", priority: routerPriorities[id.name] ?? instance.priority,
                    further: ["\(rival.address)", "\(rival.priority)"]))
        case .dualMasterOver(let id):
            guard configuration.global.notifiesDualMaster, let instance = instance(named: id.name) else { return }
            fifos.writeVRRP(
                EventLine.instance(
                    id.name, "DUAL_MASTER_OVER", priority: routerPriorities[id.name] ?? instance.priority))
        case .priorityChanged(let id, let state, let priority):
            routerPriorities[id.name] = priority
            guard state == .master || state == .backup, instance(named: id.name)?.notifiesPriorityChanges == true
            else { return }
            fifos.writeVRRP(EventLine.instance(id.name, "\(state.word)_PRIORITY", priority: priority))
        }
    }

    /// With `fifo_write_vrrp_states_on_reload`: tells the FIFOs the states that a reload did not change.
    func writeStatesAfterReload(_ status: VRRPRuntimeStatus) {
        let told = announcedDuringReload ?? []
        announcedDuringReload = nil
        guard configuration.global.fifos.writesStatesOnReload else { return }
        for group in status.groups {
            guard let state = AnnouncedState(group.state), !told.contains("GROUP \(group.name)") else { continue }
            fifos.writeVRRP(EventLine.group(group.name, state.word))
        }
        for router in status.routers {
            guard let state = AnnouncedState(router.state), !told.contains("INSTANCE \(router.id.name)") else {
                continue
            }
            fifos.writeVRRP(EventLine.instance(router.id.name, state.word, priority: router.effectivePriority))
        }
    }

    /// The same for a reload that does not concern the elections.
    func repeatStates() async {
        guard configuration.global.fifos.writesStatesOnReload, let elections else { return }
        announcedDuringReload = []
        writeStatesAfterReload(await elections.status())
    }

    private func instance(named name: String) -> VRRPInstance? {
        configuration.instances.first { $0.name == name } ?? retiring?.instances.first { $0.name == name }
    }

    private func announce(_ instance: VRRPInstance, _ state: AnnouncedState, _ priority: UInt8) {
        let name = instance.name
        routerPriorities[name] = priority
        announcedDuringReload?.insert("INSTANCE \(name)")
        notify(
            .router(name), instance.notify, state, ["INSTANCE", name, state.word, String(priority)])
        fifos.writeVRRP(EventLine.instance(name, state.word, priority: priority))
        if instance.sendsMail { mail(.instance(name, state), about: "INSTANCE \(name)", state) }
    }

    private func notify(
        _ target: Notification.Target, _ scripts: NotifyScripts, _ state: AnnouncedState, _ arguments: [String]
    ) {
        if let own = scripts.script(for: state) {
            notifier.notify(Notification(target: target, script: own, news: .state))
        }
        if let generic = scripts.generic {
            notifier.notify(Notification(target: target, script: generic, arguments: arguments, news: .anyState))
        }
    }

    /// No state is mailed twice in a row.
    private func mail(_ alert: AlertMail, about subject: String, _ state: AnnouncedState) {
        guard mailedStates.updateValue(state, forKey: subject) != state else { return }
        if state == .fault, configuration.global.mail.omitsFaults { return }
        mailSender.send(alert)
    }

    /// Says at start and reload which scripts run without `enable_script_security`.
    func reportSecurity() {
        for (scripts, kind, logger) in [
            (configuration.electionScripts, "scripts", loggers.vrrp),
            (configuration.serviceScripts, "check scripts", loggers.checkers),
            (configuration.lifecycleScripts, "start/shutdown scripts", loggers.parent),
        ] {
            if let sentence = resolver.securitySentence(on: scripts, kind: kind) { logger.notice("\(sentence)") }
        }
    }

    /// Says at the start what is wrong with scripts and mail.
    func reportScripts() {
        for problem in resolver.resolutions.values.compactMap(\.problem).sorted() {
            loggers.parent.warning("\(problem)")
        }
        reportSecurity()
        for recipient in configuration.global.mail.recipients where MailMessage.address(recipient) == nil {
            loggers.parent.warning("No mail goes to '\(recipient)': that is no mail address")
        }
    }
}

extension Configuration {
    /// Every script that the configuration names, without those of the start and the stop.
    var allScripts: [Script] { electionScripts + serviceScripts }

    /// What runs for elections.
    var electionScripts: [Script] {
        let notify = (instances.map(\.notify) + syncGroups.map(\.notify)).flatMap {
            [$0.master, $0.backup, $0.fault, $0.stop, $0.deleted, $0.generic, $0.masterReceivedLowerPriority]
        }
        let readers = [global.fifos.all, global.fifos.vrrp].map { $0?.script }
        return scripts.map(\.script) + (notify + readers).compactMap { $0 }
    }

    /// What runs for services.
    var serviceScripts: [Script] {
        let checks = virtualServers.flatMap(\.realServers).flatMap(\.checkers).compactMap { checker -> Script? in
            if case .misc(let check) = checker.kind { check.script } else { nil }
        }
        let services = virtualServers.flatMap {
            [$0.quorumUp, $0.quorumDown] + $0.realServers.flatMap { [$0.notifyUp, $0.notifyDown] }
        }
        return checks + (services + [global.fifos.lvs?.script]).compactMap { $0 }
    }

    /// What runs before the start and after the stop.
    var lifecycleScripts: [Script] {
        [global.startupScript, global.shutdownScript].compactMap { $0?.script }
    }
}
