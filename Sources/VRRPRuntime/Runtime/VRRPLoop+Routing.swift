import LinuxSystem
import Logging
import Netlink
import VRRP

extension VRRPLoop {
    // MARK: What is wanted

    /// Routes and rules for the interfaces that exist now.
    func entries(of routing: HeldRouting) -> [RoutingEntry] {
        routing.routes.compactMap(entry)
            + routing.rules.map { RoutingEntry(subject: .rule($0.rule), isTracked: $0.isTracked) }
    }

    private func entry(_ held: HeldRoute) -> RoutingEntry? {
        var route = held.route
        if let name = held.interface {
            guard let link = interfaces.link(named: name) else { return nil }
            if route.nextHops.isEmpty { route.interfaceIndex = link.index }
        }
        if let domain = held.routingDomain {
            guard let table = interfaces.link(named: domain)?.routingTable else { return nil }
            route.table = table
        }
        for (index, name) in held.nextHopInterfaces.enumerated() where index < route.nextHops.count {
            guard let name else { continue }
            guard let link = interfaces.link(named: name) else { return nil }
            route.nextHops[index].interfaceIndex = link.index
        }
        return RoutingEntry(subject: .route(route), placement: held.placement, isTracked: held.isTracked)
    }

    private func wantedRouting(of holder: RoutingHolder) -> [RoutingEntry] {
        switch holder {
        case .router(let id): known[id].map { entries(of: $0.routing) } ?? []
        case .daemon: entries(of: configuration.statics.routing)
        }
    }

    // MARK: Holding

    /// Makes the kernel have the routes and rules of a holder; what is there stays as it is.
    func holdRouting(of holder: RoutingHolder) {
        let wanted = wantedRouting(of: holder)
        let before = upkeep.routing.entries(of: holder)
        guard !wanted.isEmpty || !before.isEmpty else { return }
        // What is held already is looked after again when an interface comes or reports were lost: that is no news.
        if before.isEmpty, case .router(let id) = holder, let routing = known[id]?.routing {
            if !routing.routes.isEmpty { logDetail("setting Virtual Routes", of: id) }
            if !routing.rules.isEmpty { logDetail("setting Virtual Rules", of: id) }
        }
        upkeep.routing.set(wanted, of: holder)
        // What was held for an interface that has another index now went with the old one.
        _ = apply(wanted.map { ($0, $0.addition) }, of: holder)
    }

    /// Lets go of the routes and rules of a holder, the rules first: what nobody else holds is removed. That includes what
    /// a crash has left behind.
    func releaseRouting(of holder: RoutingHolder) {
        var leaving = upkeep.routing.entries(of: holder)
        if !leaving.isEmpty, case .router(let id) = holder, let routing = known[id]?.routing {
            if !routing.rules.isEmpty { logDetail("removing Virtual Rules", of: id) }
            if !routing.routes.isEmpty { logDetail("removing Virtual Routes", of: id) }
        }
        upkeep.routing.set([], of: holder)
        let listed = Set(leaving.map(\.subject))
        leaving += wantedRouting(of: holder).filter { !listed.contains($0.subject) }
        leaving = leaving.filter { !upkeep.routing.isHeld($0.subject) && !upkeep.routingClaims.contains($0.subject) }
        guard let kernel, !leaving.isEmpty else { return }
        let removals = RoutingChange(from: leaving, to: []).removals
        for failure in kernel.apply(removals.map(\.command)) where !failure.error.meansAbsence {
            warn(of: removals[failure.index].entry, "cannot remove", failure.error, holder)
        }
        for entry in leaving { upkeep.refused.remove(entry.subject) }
    }

    /// Sends additions and logs each refusal once. Returns those that the kernel carried out, so that the thing was not
    /// there before.
    func apply(_ additions: [(entry: RoutingEntry, command: RouteCommand)], of holder: RoutingHolder) -> Set<Int> {
        guard let kernel, !additions.isEmpty else { return [] }
        var done = Set(additions.indices)
        for failure in kernel.apply(additions.map(\.command)) {
            done.remove(failure.index)
            let entry = additions[failure.index].entry
            if failure.error.errorNumber == .exists {
                upkeep.refused.remove(entry.subject)
            } else if upkeep.refused.insert(entry.subject).inserted {
                warn(of: entry, "cannot add", failure.error, holder)
            }
        }
        for index in done { upkeep.refused.remove(additions[index].entry.subject) }
        return done
    }

    private func warn(of entry: RoutingEntry, _ what: String, _ error: NetlinkError, _ holder: RoutingHolder) {
        let text = entry.text { self.interfaces.name(of: $0) }
        logger.warning("\(holder.prefix)\(what) \(text)", metadata: ["cause": "\(error)"])
    }

    /// Everything that masters and the daemon are to hold under the configuration in force.
    func settleRouting() {
        var wanted: [(RoutingHolder, [RoutingEntry])] = [(.daemon, wantedRouting(of: .daemon))]
        for router in configuration.routers where routers.status(of: router.configuration.id)?.state == .master {
            wanted.append((.router(router.configuration.id), entries(of: router.routing)))
        }
        let before = upkeep.routing.all
        let change = RoutingChange(from: before, to: wanted.flatMap(\.1))
        for holder in upkeep.routing.holders { upkeep.routing.set([], of: holder) }
        for (holder, entries) in wanted { upkeep.routing.set(entries, of: holder) }
        _ = apply(change.improvements.map { ($0.entry, $0.command) }, of: .daemon)
        guard let kernel, !change.removals.isEmpty else { return }
        for failure in kernel.apply(change.removals.map(\.command)) where !failure.error.meansAbsence {
            warn(of: change.removals[failure.index].entry, "cannot remove", failure.error, .daemon)
        }
    }

    // MARK: Watching

    /// Watches routes and rules while there are any to look after.
    func watchRouting() {
        let lists = configuration.routers.map(\.routing) + [configuration.statics.routing]
        let isNeeded = lists.contains { list in
            list.routes.contains(where: \.isTracked) || list.rules.contains(where: \.isTracked)
        }
        guard isNeeded else {
            upkeep.monitor?.close()
            upkeep.monitor = nil
            return
        }
        guard upkeep.monitor == nil else { return }
        do throws(SystemError) {
            upkeep.monitor = try RouteMonitorChannel(
                eventLoop: eventLoop, watching: .ownRouting,
                receive: { events in self.assumeIsolated { $0.heardRouting(events) } },
                lost: { self.assumeIsolated { $0.lostRoutingReports() } })
        } catch {
            logger.warning("Cannot watch routes and rules", metadata: ["cause": "\(error)"])
        }
    }

    private func heardRouting(_ events: [RouteEvent]) {
        guard phase == .running else { return }
        for event in events {
            let isReplacement = if case .routeChanged = event { true } else { false }
            for loss in upkeep.routing.losses(by: event) {
                if isReplacement { upkeep.replaced.insert(loss.entry.subject) }
                noteLoss(.routing(loss.holder, loss.entry))
            }
        }
    }

    /// Reports were lost: everything is added once more, which says what was gone.
    private func lostRoutingReports() {
        guard phase == .running else { return }
        upkeep.monitor = nil
        watchRouting()
        for holder in upkeep.routing.holders {
            for entry in upkeep.routing.entries(of: holder) { noteLoss(.routing(holder, entry)) }
        }
    }
}

extension RoutingHolder {
    /// How log lines about what it holds begin.
    var prefix: String {
        switch self {
        case .router(let id): "(\(id)) "
        case .daemon: ""
        }
    }
}
