import Addressing
import LinuxSystem
import Netlink
import Timing
import VRRP

extension VRRPLoop {
    /// Opens what another configuration needs beside what is open, and changes nothing else. Elections go on.
    ///
    /// ``commit()`` or ``abandon()`` is to follow.
    ///
    /// - Returns: whether addresses, routes or rules were added.
    @discardableResult
    func prepare(_ next: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) -> Bool {
        guard phase == .running else { throw .notRunning }
        guard next != configuration else {
            prepared = next
            return false
        }
        try Self.check(next)
        try checkOmissions(of: next)
        try checkInterfaces(of: next)
        preparedInterfaces = try makeVirtualInterfaces(of: next)
        do throws(VRRPRuntimeError) {
            switchIPv6On(for: next)
            try withNames(of: next) { () throws(VRRPRuntimeError) in try checkNewAddresses(of: next) }
            do throws(SystemError) {
                if next.hasVirtualSources, frames == nil { frames = try FrameSender() }
                for endpoint in Self.endpoints(of: next) { try open(endpoint) }
            } catch {
                throw VRRPRuntimeError.system(error)
            }
        } catch {
            abandon()
            throw error
        }
        let hasAdded: Bool
        do throws(VRRPRuntimeError) {
            hasAdded = try withNames(of: next) { () throws(VRRPRuntimeError) in try tryAdditions(of: next) }
        } catch {
            abandon()
            throw error
        }
        prepared = next
        return hasAdded
    }

    /// A reload leaves nothing out that is not left out already.
    private func checkOmissions(of next: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) {
        let new = next.omissions.filter { !configuration.omissions.contains($0) }
        if !new.isEmpty { throw .leftOut(new) }
    }

    /// Closes what ``prepare(_:)`` has opened.
    func abandon() {
        prepared = nil
        takeBackAdditions()
        removeVirtualInterfaces(preparedInterfaces)
        preparedInterfaces = []
        closeUnusedEndpoints()
        // Those of the configuration in force may have been opened anew on the way.
        if phase == .running { reconcileEndpoints() }
    }

    /// Puts the prepared configuration in force.
    func commit() {
        guard phase == .running, let next = prepared else { return }
        prepared = nil
        preparedInterfaces = []
        guard next != configuration else { return }
        finishAcquisitions()
        upkeep.undo = []
        if next.announcementIntervals != configuration.announcementIntervals {
            announcements = announcements.with(intervals: next.announcementIntervals)
        }
        tellLinks(Self.interfaceNames(of: next))
        reconcileScripts(for: next)
        reconcileTrackers(for: next)
        let nextSources = sourceAddresses(of: next)
        routers.utcOffset = Instant.utcOffset
        let replacement = routers.replacement(
            routers: next.routers.map(\.configuration), groups: next.groups,
            sources: nextSources, at: .now)
        let former = known
        claims = claimedAddresses(by: next)
        upkeep.routingClaims = claimedRouting(by: next)
        defer {
            claims = [:]
            upkeep.routingClaims = []
        }
        // Routers that go resign on their own interfaces, from their own addresses.
        for action in replacement.farewell { carryOut(action) }
        configuration = next
        known = Self.index(next.routers)
        directory = RouterDirectory(next.routers)
        sources = nextSources
        holding = Set(known.keys.filter { routers.status(of: $0)?.state == .master })
        filter.replace(next.addressFilter)
        let renamed = renameVirtualInterfaces()
        let made = repairVirtualInterfaces()
        // Made anew, or under another name: what is claimed there has another index.
        if !made.isEmpty || !renamed.isEmpty { claims = claimedAddresses(by: next) }
        filterAddresses()
        var changed = next.routers.filter { virtualInterfaces(of: $0).contains { made.contains($0.name) } }
            .map(\.configuration.id)
        for action in replacement.actions {
            if case .changeAddresses(let id, _) = action { changed.append(id) } else { carryOut(action) }
        }
        settleAddresses(changed: Set(changed), former: former)
        finishAcquisitions()
        settleStatics()
        settleRouting()
        settlePromotion(for: next)
        watchRouting()
        settleVirtualInterfaces()
        lowerInterfaces()
        filterAddresses()
        settleExtraAnnouncements()
        forgetUnused()
        closeUnusedEndpoints()
        openCounterparts()
        for id in holding { openVirtualReceivers(of: id) }
        arm()
        tellObstacles()
    }

    private func closeUnusedEndpoints() {
        var needed = Self.endpoints(of: configuration)
        needed.formUnion(Self.counterparts(of: needed))
        for endpoint in Array(endpoints.keys) where !needed.contains(endpoint) { close(endpoint) }
    }

    private func forgetUnused() {
        let names = Self.interfaceNames(of: configuration)
        reportedInterfaces = reportedInterfaces.filter { names.contains($0.key) }
        for name in damping.pending.keys where !names.contains(name) { damping.settle(name) }
        let things = Self.trackedThings(of: configuration)
        knownProcesses = knownProcesses.filter { things.processes[$0.key] != nil }
        identifications = identifications.filter { known[$0.key] != nil }
        failingSends = failingSends.filter { known[$0] != nil }
    }

    // MARK: Addresses over all routers

    /// Which master is to hold which address under a configuration whose routers are in force.
    private func claimedAddresses(by next: VRRPRuntimeConfiguration) -> [HeldAddressBook.Key: RouterID] {
        var claims: [HeldAddressBook.Key: RouterID] = [:]
        for router in next.routers where routers.status(of: router.configuration.id)?.state == .master {
            for address in addresses(of: router) {
                let key = HeldAddressBook.Key(address)
                if claims[key] == nil { claims[key] = router.configuration.id }
            }
        }
        return claims
    }

    /// The routes and rules that masters and the daemon are to hold under a configuration.
    private func claimedRouting(by next: VRRPRuntimeConfiguration) -> Set<RoutingEntry.Subject> {
        var claims = Set(entries(of: next.statics.routing).map(\.subject))
        for router in next.routers where routers.status(of: router.configuration.id)?.state == .master {
            claims.formUnion(entries(of: router.routing).map(\.subject))
        }
        return claims
    }

    /// What is held is compared as a whole with what the masters are to hold: an address that passes from one router
    /// to another stays where it is.
    private func settleAddresses(
        changed: Set<RouterID>, former: [RouterID: VRRPRuntimeConfiguration.Router]
    ) {
        for (key, claimant) in claims {
            guard let holder = book.holder(of: key), holder != claimant else { continue }
            book.pass(key, to: claimant)
        }
        for router in configuration.routers {
            let id = router.configuration.id
            let isMaster = routers.status(of: id)?.state == .master
            let listChanged = former[id].map { $0.addresses != router.addresses } ?? false
            let interfaceChanged =
                former[id].map { $0.configuration.interface != router.configuration.interface } ?? false
            if isMaster, changed.contains(id) || listChanged || interfaceChanged {
                changeAddresses(of: id, announcements: router.configuration.announcements.count)
            }
        }
        // Held under a name that has become another router, which is not master.
        let strays = book.keys.filter { claims[$0] == nil }
        if !strays.isEmpty { takeAway(Array(strays)) }
    }
}

/// What another configuration would do to the routers of a runtime if it took force now.
public struct VRRPReplacementPreview: Sendable, Hashable {
    /// A router before or after.
    public struct Router: Sendable, Hashable {
        /// Its state, timers and priority.
        public var status: RouterStatus
        /// Whether a higher priority takes over from a living master.
        public var preempts: Bool
    }

    /// The routers in force.
    public var before: [RouterID: Router] = [:]
    /// The routers right after.
    public var after: [RouterID: Router] = [:]
    /// Addresses that come to an interface, by the router that is to hold them.
    public var added: [RouterID: [Prefix]] = [:]
    /// Addresses that are taken away, by the router that holds them.
    public var removed: [RouterID: [Prefix]] = [:]
    /// What others would hear of, notification scripts among them.
    public var events: [VRRPRuntimeEvent] = []
    /// Why the configuration would be refused; nil when nothing is known that speaks against it.
    public var problem: VRRPRuntimeError?

    /// A preview without routers.
    public init() {}
}

extension VRRPLoop {
    /// What a configuration would do. Changes nothing and opens nothing.
    func preview(_ next: VRRPRuntimeConfiguration) -> VRRPReplacementPreview {
        var preview = VRRPReplacementPreview()
        preview.before = describe(routers)
        guard phase == .running, next != configuration else {
            preview.after = preview.before
            return preview
        }
        do throws(VRRPRuntimeError) {
            try Self.check(next)
            try checkOmissions(of: next)
            try checkInterfaces(of: next)
            try withNames(of: next) { () throws(VRRPRuntimeError) in try checkNewAddresses(of: next) }
        } catch {
            preview.problem = error
        }
        var trial = routers
        var actions: [RouterAction] = []
        for name in Self.interfaceNames(of: next).sorted() where reportedInterfaces[name] == nil {
            actions += trial.handle(.interfaceChanged(name: name, isUp: isLinkUp(name)), at: .now)
        }
        let results = scriptResults(for: next)
        for (name, script) in Self.trackedScripts(of: next).sorted(by: { $0.key < $1.key })
        where scripts[name]?.configuration.command != script.command {
            guard let isUp = results[name]?.isUp ?? (script.startsFailed ? false : nil) else { continue }
            actions += trial.handle(.scriptChanged(name: name, isUp: isUp), at: .now)
        }
        let replacement = trial.replacement(
            routers: next.routers.map(\.configuration), groups: next.groups,
            sources: sourceAddresses(of: next), at: .now)
        actions += replacement.farewell + replacement.actions
        preview.after = describe(trial)
        preview.events = actions.compactMap(VRRPRuntimeEvent.init)
        withNames(of: next) { compareAddresses(of: next, after: trial, in: &preview) }
        return preview
    }

    private func compareAddresses(
        of next: VRRPRuntimeConfiguration, after trial: VirtualRouters, in preview: inout VRRPReplacementPreview
    ) {
        var wanted: Set<HeldAddressBook.Key> = []
        for router in next.routers where trial.status(of: router.configuration.id)?.state == .master {
            for address in addresses(of: router) {
                let key = HeldAddressBook.Key(address)
                guard wanted.insert(key).inserted, book.holder(of: key) == nil else { continue }
                preview.added[router.configuration.id, default: []].append(address.prefix)
            }
            // Interfaces that would be made with the configuration have no index yet.
            let absent = next.virtualInterfaces.map(\.name).filter { interfaces.link(named: $0) == nil }
            for held in router.addresses where held.interface.map(absent.contains) ?? false {
                preview.added[router.configuration.id, default: []].append(held.prefix)
            }
        }
        for key in book.keys.subtracting(wanted) {
            guard let holder = book.holder(of: key) else { continue }
            preview.removed[holder, default: []].append(key.prefix)
        }
    }

    private func describe(_ routers: VirtualRouters) -> [RouterID: VRRPReplacementPreview.Router] {
        var result: [RouterID: VRRPReplacementPreview.Router] = [:]
        for id in routers.routers {
            guard let status = routers.status(of: id), let configuration = routers.configuration(of: id) else {
                continue
            }
            result[id] = VRRPReplacementPreview.Router(status: status, preempts: configuration.preempts)
        }
        return result
    }
}

extension VRRPRuntimeEvent {
    /// What of an action others hear of.
    init?(_ action: RouterAction) {
        switch action {
        case .routerChanged(let id, let state, let priority): self = .routerChanged(id, state, priority: priority)
        case .routerRemoved(let id, let priority): self = .routerRemoved(id, priority: priority)
        case .priorityChanged(let id, let state, let priority): self = .priorityChanged(id, state, priority: priority)
        case .groupChanged(let name, let state): self = .groupChanged(name: name, state)
        case .heardLowerPriority(let id): self = .heardLowerPriority(id)
        case .rivalFound(let id, let rival): self = .dualMaster(id, rival)
        case .rivalGone(let id): self = .dualMasterOver(id)
        case .sendAdvert, .addAddresses, .changeAddresses, .removeAddresses, .announceAddresses, .report: return nil
        }
    }
}
