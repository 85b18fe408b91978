public import Addressing
public import Timing

extension VirtualRouters {
    /// What makes a router the same router over a reload, besides its name.
    private struct Identity: Hashable {
        var virtualRouterID: UInt8
        var interface: String?
        var family: AddressFamily

        init(_ router: Router) {
            virtualRouterID = router.configuration.virtualRouterID
            interface = router.configuration.interface
            family = router.family
        }
    }

    /// Puts another configuration in force and returns what is to be done, in order.
    ///
    /// A router is the same one when virtual router id, interface and family are: it keeps its state, timers and
    /// counters, its name may change. A master whose addresses changed is told to hold the new ones; peers learn of a change by
    /// an advert at once. Removed masters resign with priority 0. New routers
    /// start as at start. A configuration that is the same gives no action.
    ///
    /// Tell about new interfaces, scripts and source addresses before, with ``handle(_:at:)``: an interface that is unknown
    /// here counts as down for new routers.
    public mutating func replace(
        routers configurations: [RouterConfiguration], groups groupConfigurations: [SyncGroupConfiguration],
        at now: Instant
    ) -> [RouterAction] {
        let replacement = replacement(routers: configurations, groups: groupConfigurations, at: now)
        return replacement.farewell + replacement.actions
    }

    /// What is to be done when another configuration takes force.
    public struct Replacement: Sendable, Hashable {
        /// The last deeds of routers that go. They are about routers of the former configuration, with its interfaces,
        /// source addresses and lists of virtual addresses, even where a new router has the same name.
        public var farewell: [RouterAction] = []
        /// What follows, about routers of the new configuration.
        public var actions: [RouterAction] = []
    }

    /// As ``replace(routers:groups:at:)``, with what routers that go have to do kept apart.
    ///
    /// - Parameter sources: the address that each router of the new configuration sends from; nil keeps those that
    ///   are known.
    public mutating func replacement(
        routers configurations: [RouterConfiguration], groups groupConfigurations: [SyncGroupConfiguration],
        sources newSources: [RouterID: IPAddress]? = nil, at now: Instant
    ) -> Replacement {
        var farewell: [RouterAction] = []
        var actions: [RouterAction] = []
        guard phase != .stopped else { return Replacement() }
        instant = now
        let old = self
        var next = VirtualRouters(routers: configurations, groups: groupConfigurations)
        guard phase == .running else {
            next.inheritKnowledge(of: self, sources: newSources)
            self = next
            return Replacement()
        }

        let origins = next.origins(in: old)
        for position in next.list.indices {
            guard let origin = origins[position] else { continue }
            var router = old.list[origin]
            router.configuration = next.list[position].configuration
            router.group = next.list[position].group
            next.list[position] = router
        }
        next.inheritKnowledge(of: self, sources: newSources)
        next.phase = .running
        next.instant = now
        next.utcOffset = utcOffset

        let kept = Set(origins.compactMap { $0 })
        retire(old.list.indices.filter { !kept.contains($0) }, at: now, into: &farewell)
        self = next
        restoreGroupStates(from: old)
        for (position, origin) in origins.enumerated() {
            guard let origin else { continue }
            adopt(old.list[origin].configuration, old.priority(of: origin), by: position, at: now, into: &actions)
            // Another router had this name: who looks at the name sees another state.
            let id = list[position].id
            if id != old.list[origin].id, let namesake = old.positions[id],
                old.list[namesake].state != list[position].state
            {
                actions.append(.routerChanged(id, list[position].state, priority: list[position].effectivePriority))
            }
        }
        let survivors = list.indices.filter { origins[$0] != nil }
        reconsider(survivors.filter { list[$0].state != .initialize }, at: now, into: &actions)
        reconcileGroups(at: now, into: &actions)
        let newcomers = list.indices.filter { origins[$0] == nil }
        assumeUnknownInterfacesDown(of: newcomers)
        introduce(newcomers, at: now, into: &actions)
        for position in survivors where list[position].state == .initialize {
            begin(position, at: now, into: &actions)
        }
        forgetUnused()
        rememberDeadlines()
        return Replacement(farewell: farewell, actions: actions)
    }

    /// For each router its position in the former list; by name where the identity is the same, else by identity alone.
    private func origins(in old: VirtualRouters) -> [Int?] {
        var origins = [Int?](repeating: nil, count: list.count)
        var free: [Identity: [Int]] = [:]
        var taken: Set<Int> = []
        for (position, router) in list.enumerated() {
            guard let origin = old.positions[router.id], Identity(old.list[origin]) == Identity(router) else {
                continue
            }
            origins[position] = origin
            taken.insert(origin)
        }
        for (origin, router) in old.list.enumerated() where !taken.contains(origin) {
            free[Identity(router), default: []].append(origin)
        }
        for (position, router) in list.enumerated() where origins[position] == nil {
            guard let origin = free[Identity(router)]?.first else { continue }
            free[Identity(router)]?.removeFirst()
            origins[position] = origin
        }
        return origins
    }

    private mutating func inheritKnowledge(of old: VirtualRouters, sources newSources: [RouterID: IPAddress]?) {
        interfaces = old.interfaces
        scripts = old.scripts
        sessions = old.sessions
        files = old.files
        processes = old.processes
        sources = newSources ?? old.sources
        unknownVirtualRouterIDs = old.unknownVirtualRouterIDs
        for position in list.indices {
            let id = list[position].id
            guard newSources == nil else {
                list[position].source = sources[id]
                if list[position].state == .master { list[position].masterAddress = sources[id] }
                continue
            }
            // A renamed router brings its address along.
            list[position].source = sources[id] ?? list[position].source
            sources[id] = list[position].source
        }
    }

    /// Routers that are gone, on the list they were on.
    private mutating func retire(_ removed: [Int], at now: Instant, into actions: inout [RouterAction]) {
        let masters = removed.filter { list[$0].state == .master }
        for position in masters { sendPriorityZero(position, into: &actions) }
        for position in masters {
            report(.detail, position, "removing VIPs.", into: &actions)
            actions.append(.removeAddresses(list[position].id))
        }
        for position in removed {
            actions.append(.routerRemoved(list[position].id, priority: list[position].effectivePriority))
        }
    }

    /// A group that keeps its name keeps its state, for now.
    private mutating func restoreGroupStates(from old: VirtualRouters) {
        let former = Dictionary(old.groups.map { ($0.name, $0.state) }, uniquingKeysWith: { first, _ in first })
        for group in groups.indices { groups[group].state = former[groups[group].name] ?? .initialize }
    }

    /// Takes up the changed configuration of a router that stays.
    private mutating func adopt(
        _ former: RouterConfiguration, _ formerPriority: UInt8, by position: Int, at now: Instant,
        into actions: inout [RouterAction]
    ) {
        let router = list[position]
        let configuration = router.configuration
        guard configuration != former else { return }
        let ownerYields = router.isOwner && former.priority == configuration.priority
        if !ownerYields { list[position].basePriority = configuration.priority }
        if configuration.advertInterval != former.advertInterval,
            configuration.version == .v2 || router.state == .master
        {
            list[position].masterInterval = configuration.advertInterval
        }
        if configuration.version != former.version {
            list[position].masterInterval = configuration.advertInterval
        }
        switch router.state {
        case .master:
            if configuration.id != former.id || Set(configuration.addresses) != Set(former.addresses) {
                actions.append(.changeAddresses(configuration.id, announcements: configuration.announcements.count))
            }
            if configuration.announcements.refresh != former.announcements.refresh {
                let refresh = configuration.announcements.refresh
                list[position].refresh = refresh > .zero ? now + refresh : nil
            }
            list[position].effectivePriority = priority(of: position)
            list[position].masterPriority = list[position].effectivePriority
            if list[position].effectivePriority != formerPriority {
                report(
                    .notice, position,
                    "Changing effective priority from \(formerPriority) to \(list[position].effectivePriority)",
                    cause: "reload", into: &actions)
                actions.append(
                    .priorityChanged(configuration.id, .master, priority: list[position].effectivePriority))
            }
            if faults(of: position).isEmpty { sendAdvert(position, at: now, into: &actions) }
        case .backup:
            updatePriority(of: position, into: &actions)
            // Never later than it was: a reload must not prolong a silence that is being waited out.
            let fresh = now + list[position].masterDown
            if let deadline = list[position].election { list[position].election = min(deadline, fresh) }
            if configuration.effectivePreemptDelay == .zero { list[position].preemption = nil }
        case .initialize, .fault, .stopped:
            list[position].effectivePriority = priority(of: position)
        }
    }

    /// Brings members that were put together into one state.
    private mutating func reconcileGroups(at now: Instant, into actions: inout [RouterAction]) {
        for group in groups.indices {
            let members = groups[group].members.filter { list[$0].state != .initialize }
            if let faulty = members.first(where: { list[$0].state == .fault }) {
                let cause = members.compactMap { list[$0].faults.first }.first
                guard let cause else {
                    recover(faulty, at: now, into: &actions)
                    continue
                }
                for member in members where list[member].state == .master || list[member].state == .backup {
                    enter(.fault, member, sendingPriorityZero: true, cause: "\(cause)", at: now, into: &actions)
                }
                changeGroup(group, to: .fault, into: &actions)
            } else if let master = members.first(where: { list[$0].state == .master }) {
                if !members.contains(where: { list[$0].state == .backup }) {
                    changeGroup(group, to: .master, into: &actions)
                } else if groups[group].state != .master {
                    // Masters came to a group that was not master: the election decides for all of them. A group that was
                    // stays it, and the others follow when their own timers have expired.
                    resign(master, cause: "its sync group has members that are not master", at: now, into: &actions)
                }
            } else if !members.isEmpty {
                changeGroup(group, to: .backup, into: &actions)
            }
        }
        // A router that left a group in FAULT may have no cause of its own.
        for position in list.indices where list[position].state == .fault && list[position].group == nil {
            if list[position].faults.isEmpty { recover(position, at: now, into: &actions) }
        }
    }

    private mutating func forgetUnused() {
        let trackers = list.flatMap { $0.configuration.trackers.map(\.subject) }
        var usedScripts: Set<String> = []
        var usedInterfaces: Set<String> = []
        var usedFiles: Set<String> = []
        var usedProcesses: Set<String> = []
        for subject in trackers {
            switch subject {
            case .script(let name): usedScripts.insert(name)
            case .interface(let name): usedInterfaces.insert(name)
            // Kept: what another configuration tracks is known from the first moment on.
            case .session: break
            case .file(let name): usedFiles.insert(name)
            case .process(let name): usedProcesses.insert(name)
            }
        }
        scripts = scripts.filter { usedScripts.contains($0.key) }
        interfaces = interfaces.filter { usedInterfaces.contains($0.key) }
        files = files.filter { usedFiles.contains($0.key) }
        processes = processes.filter { usedProcesses.contains($0.key) }
        sources = sources.filter { positions[$0.key] != nil }
    }
}
