import Addressing
import Timing

extension VirtualRouters {
    // MARK: Into a state

    /// The advert goes first: it ends the other routers' election, everything else can take its time.
    mutating func becomeMaster(
        _ position: Int, afterTimeout: Bool = false, at now: Instant, into actions: inout [RouterAction]
    ) {
        let schedule = list[position].configuration.announcements
        list[position].state = .master
        list[position].wantsMaster = true
        list[position].masterInterval = list[position].configuration.advertInterval
        list[position].masterAddress = list[position].source
        list[position].masterPriority = list[position].effectivePriority
        list[position].lastTransition = now
        list[position].preemption = nil
        list[position].ownerConflict = nil
        list[position].rival = nil
        list[position].hasBeenGranted = false
        list[position].reported.reset()
        list[position].statistics.becameMaster += 1
        sendAdvert(position, at: now, into: &actions)
        let id = list[position].id
        if afterTimeout { report(.detail, position, "Receive advertisement timeout", into: &actions) }
        report(.notice, position, "Entering MASTER STATE", into: &actions)
        report(.detail, position, "setting VIPs.", into: &actions)
        actions.append(.addAddresses(id))
        if schedule.count > 0 { actions.append(.announceAddresses(id, count: schedule.count)) }
        list[position].lowerPriorityBurst = nil
        list[position].secondBurst = schedule.secondBurstDelay > .zero ? now + schedule.secondBurstDelay : nil
        list[position].refresh =
            schedule.refresh > .zero ? now + schedule.secondBurstDelay + schedule.refresh : nil
        actions.append(.routerChanged(id, .master, priority: list[position].effectivePriority))
    }

    /// Leaves MASTER for BACKUP or FAULT, or BACKUP for FAULT.
    mutating func enter(
        _ state: RouterState, _ position: Int, sendingPriorityZero: Bool, cause: String?, at now: Instant,
        into actions: inout [RouterAction]
    ) {
        let id = list[position].id
        let wasMaster = list[position].state == .master
        resolveRivalry(of: position, into: &actions)
        if wasMaster, sendingPriorityZero { sendPriorityZero(position, into: &actions) }
        report(.notice, position, "Entering \(state.word) STATE", cause: cause, into: &actions)
        if wasMaster {
            report(.detail, position, "removing VIPs.", into: &actions)
            actions.append(.removeAddresses(id))
            list[position].statistics.releasedMaster += 1
        }
        settle(position, in: state, at: now)
        actions.append(.routerChanged(id, state, priority: list[position].effectivePriority))
    }

    /// The bookkeeping common to every way into BACKUP and FAULT.
    private mutating func settle(_ position: Int, in state: RouterState, at now: Instant) {
        let cameFromMaster = list[position].state == .master
        list[position].state = state
        list[position].wantsMaster = false
        list[position].lastTransition = now
        list[position].preemption = nil
        list[position].ownerConflict = nil
        list[position].hasBeenGranted = false
        list[position].reported.reset()
        list[position].stopTimers()
        if cameFromMaster || state == .fault {
            list[position].masterAddress = nil
            list[position].masterPriority = nil
        }
        list[position].masterInterval = list[position].configuration.advertInterval
        if state == .backup { list[position].election = now + list[position].masterDown }
    }

    // MARK: Start

    mutating func start(at now: Instant, into actions: inout [RouterAction]) {
        phase = .running
        assumeUnknownInterfacesDown(of: list.indices)
        introduce(list.indices, at: now, into: &actions)
    }

    /// Starts routers that are new, with their groups.
    mutating func introduce(_ newcomers: some Sequence<Int>, at now: Instant, into actions: inout [RouterAction]) {
        let newcomers = Array(newcomers)
        for position in newcomers {
            reportIgnoredWeights(of: position, into: &actions)
            list[position].effectivePriority = priority(of: position)
            list[position].note(faults(of: position), at: now)
            list[position].introduced = now
        }
        // What a crash left behind must be gone before somebody else's advert tells us that it holds the addresses. An
        // owner that takes them at once keeps its connections.
        for position in newcomers where !startsAsMaster(position) {
            actions.append(.removeAddresses(list[position].id))
        }
        for position in newcomers where list[position].state == .initialize {
            begin(position, at: now, into: &actions)
        }
    }

    private func startsAsMaster(_ position: Int) -> Bool {
        unit(of: position).allSatisfy { member in
            list[member].isOwner && list[member].faults.isEmpty && !isPending(member)
        }
    }

    /// The routers that change state together with this one.
    func unit(of position: Int) -> [Int] { list[position].group.map { groups[$0].members } ?? [position] }

    /// Leaves INIT, when every script and session that can forbid it has spoken, for the whole group.
    mutating func begin(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        let unit = unit(of: position)
        guard !unit.contains(where: isPending) else { return }
        let newcomers = unit.filter { list[$0].state == .initialize }
        let group = list[position].group
        if let group, groups[group].state == .master, newcomers.count < unit.count,
            newcomers.allSatisfy({ list[$0].faults.isEmpty })
        {
            // The group is master already: a member that came by reload follows when its own timer has expired.
            for member in newcomers { becomeBackupAtStart(member, at: now, into: &actions) }
        } else if let faulty = unit.first(where: { !list[$0].faults.isEmpty }) {
            if newcomers.count < unit.count, let cause = list[faulty].faults.first {
                failOthers(than: faulty, cause: cause, at: now, into: &actions)
            }
            for member in newcomers where list[member].state == .initialize {
                failAtStart(member, at: now, into: &actions)
            }
            if let group { changeGroup(group, to: .fault, into: &actions) }
        } else if unit.allSatisfy({ list[$0].isOwner && list[$0].state == .initialize }) {
            for member in unit { becomeMaster(member, at: now, into: &actions) }
            if let group { changeGroup(group, to: .master, into: &actions) }
        } else {
            // The group is told after its members, but before them at a start that waits for nothing: keepalived's order.
            let isImmediate = newcomers.allSatisfy { list[$0].introduced == now }
            if let group, isImmediate { changeGroup(group, to: .backup, into: &actions) }
            for member in newcomers { becomeBackupAtStart(member, at: now, into: &actions) }
            if let group { changeGroup(group, to: .backup, into: &actions) }
        }
    }

    private mutating func becomeBackupAtStart(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        report(.notice, position, "Entering BACKUP STATE (init)", into: &actions)
        settle(position, in: .backup, at: now)
        holdOwner(position, at: now)
        actions.append(
            .routerChanged(list[position].id, .backup, priority: list[position].effectivePriority))
    }

    /// An owner that its group keeps from MASTER wants it soon: one interval and the smallest skew.
    private mutating func holdOwner(_ position: Int, at now: Instant) {
        guard list[position].isOwner else { return }
        let interval = list[position].configuration.advertInterval
        let skew = ElectionTimers.skew(
            version: list[position].configuration.version, priority: 255, masterInterval: interval)
        list[position].wantsMaster = true
        list[position].election = now + interval + skew
    }

    private mutating func failAtStart(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        let id = list[position].id
        for fault in list[position].faults {
            let sentence =
                switch fault {
                case .script(let name): "(\(id)): entering FAULT state due to script \(name)"
                case .interface(let name): "(\(id)): entering FAULT state (interface \(name) down)"
                case .session(let name): "(\(id)): entering FAULT state (BFD session \(name) down)"
                case .file(let name):
                    "(\(id)): entering FAULT state (tracked file \(name) has status \(files[name] ?? 0))"
                case .process(let name): "(\(id)) entering FAULT state (tracked process \(name) lost its quorum)"
                case .noSourceAddress, .sourceAddressMissing: "(\(id)) \(noAddressSentence(of: position, fault))"
                case .obstacle: "(\(id)) entering FAULT state (\(fault))"
                case .noPeers: "(\(id)) \(Self.noPeersSentence)"
                case .syncGroup(let name): "(\(id)) entering FAULT state (sync group \(name))"
                }
            actions.append(.report(RouterReport(.warning, router: id, message: sentence)))
        }
        let cause = list[position].faults.isEmpty ? "a member of its sync group is in FAULT" : nil
        report(.notice, position, "Entering FAULT STATE (init)", cause: cause, into: &actions)
        settle(position, in: .fault, at: now)
        actions.append(.routerChanged(id, .fault, priority: list[position].effectivePriority))
    }

    private func noAddressSentence(of position: Int, _ fault: RouterFault) -> String {
        if case .sourceAddressMissing(let address) = fault {
            return "entering FAULT state (source address \(address) not configured)"
        }
        return "entering FAULT state (no IPv\(list[position].family == .ipv4 ? 4 : 6) address for interface)"
    }

    private static let noPeersSentence = "Cannot use unicast without any peers - going to fault state"

    // MARK: Fault and recovery

    /// A first cause forbids taking part.
    mutating func fail(_ position: Int, cause: RouterFault, at now: Instant, into actions: inout [RouterAction]) {
        switch cause {
        case .noSourceAddress, .sourceAddressMissing:
            report(.warning, position, noAddressSentence(of: position, cause), into: &actions)
        case .noPeers: report(.warning, position, Self.noPeersSentence, into: &actions)
        case .script, .interface, .session, .file, .process, .obstacle, .syncGroup: break
        }
        if list[position].state != .fault {
            enter(.fault, position, sendingPriorityZero: true, cause: "\(cause)", at: now, into: &actions)
        }
        failOthers(than: position, cause: cause, at: now, into: &actions)
    }

    private mutating func failOthers(
        than position: Int, cause: RouterFault, at now: Instant, into actions: inout [RouterAction]
    ) {
        guard let group = list[position].group, groups[group].state != .fault else { return }
        reportSync(group, to: .fault, cause: "\(list[position].id): \(cause)", into: &actions)
        for member in groups[group].members where member != position {
            guard list[member].state == .master || list[member].state == .backup else { continue }
            enter(
                .fault, member, sendingPriorityZero: true, cause: "\(list[position].id): \(cause)", at: now,
                into: &actions)
        }
        changeGroup(group, to: .fault, into: &actions)
    }

    /// The last cause of a router has gone; its group may still have others.
    mutating func recover(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        let unit = unit(of: position)
        guard unit.allSatisfy({ list[$0].faults.isEmpty }) else { return }
        let group = list[position].group
        if unit.allSatisfy({ list[$0].isOwner && list[$0].basePriority == RouterConfiguration.ownerPriority }) {
            for member in unit where list[member].state == .fault { becomeMaster(member, at: now, into: &actions) }
            if let group {
                reportSync(group, to: .master, into: &actions)
                changeGroup(group, to: .master, into: &actions)
            }
            return
        }
        for member in unit where list[member].state == .fault {
            enter(
                .backup, member, sendingPriorityZero: false, cause: "no cause for FAULT is left", at: now,
                into: &actions)
            holdOwner(member, at: now)
        }
        if let group {
            reportSync(group, to: .backup, into: &actions)
            changeGroup(group, to: .backup, into: &actions)
        }
    }

    /// Somebody removes what we hold, and repairs do not last: another router is to hold it. One that is there takes over
    /// within its skew, and is let be for a while whatever its priority. Where there is none, we are master again.
    mutating func loseAddresses(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        guard list[position].state == .master else { return }
        resign(position, cause: "what it holds is removed by somebody else", at: now, into: &actions)
        for member in unit(of: position) where list[member].state == .backup {
            list[member].rest = now + Self.restAfterLoss
            list[member].election =
                now + list[member].skew + max(list[member].configuration.advertInterval, .seconds(1))
        }
    }

    /// How long another master is let be after our addresses did not hold.
    private static let restAfterLoss = Duration.seconds(60)

    /// Leaves MASTER, with the other masters of the group, to be elected again after the skew.
    mutating func resign(_ position: Int, cause: String, at now: Instant, into actions: inout [RouterAction]) {
        let group = list[position].group
        let masters = [position] + unit(of: position).filter { $0 != position && list[$0].state == .master }
        for member in masters {
            enter(.backup, member, sendingPriorityZero: true, cause: cause, at: now, into: &actions)
            list[member].election = now + list[member].skew
        }
        guard let group, groups[group].state != .backup else { return }
        reportSync(group, to: .backup, cause: cause, into: &actions)
        changeGroup(group, to: .backup, into: &actions)
    }

    // MARK: Groups

    func reportSync(_ group: Int, to state: RouterState, cause: String? = nil, into actions: inout [RouterAction]) {
        actions.append(
            .report(
                RouterReport(
                    .notice, router: nil,
                    message: "VRRP_Group(\(groups[group].name)) Syncing instances to \(state.word) state", cause: cause)
            ))
    }

    mutating func changeGroup(_ group: Int, to state: RouterState, into actions: inout [RouterAction]) {
        guard groups[group].state != state else { return }
        groups[group].state = state
        actions.append(.groupChanged(name: groups[group].name, state))
    }

    // MARK: Stop

    /// Every priority 0 goes out before the first address is removed: the others can take over meanwhile.
    mutating func stop(at now: Instant, into actions: inout [RouterAction]) {
        let wasRunning = phase == .running
        phase = .stopped
        guard wasRunning else { return }
        let masters = list.indices.filter { list[$0].state == .master }
        for position in masters { sendPriorityZero(position, into: &actions) }
        for position in masters {
            report(.detail, position, "removing VIPs.", into: &actions)
            actions.append(.removeAddresses(list[position].id))
            list[position].statistics.releasedMaster += 1
        }
        for position in list.indices {
            list[position].state = .stopped
            list[position].lastTransition = now
            list[position].stopTimers()
            actions.append(
                .routerChanged(list[position].id, .stopped, priority: list[position].effectivePriority))
        }
        for group in groups.indices { changeGroup(group, to: .stopped, into: &actions) }
    }

    // MARK: Adverts

    /// Sends an advert and, because one was sent, re-arms the advert timer.
    mutating func sendAdvert(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        list[position].election = now + list[position].configuration.advertInterval
        guard let payload = list[position].advert(priority: list[position].effectivePriority, utc: utc) else { return }
        actions.append(.sendAdvert(list[position].id, payload: payload))
        list[position].statistics.advertsSent += 1
    }

    mutating func sendPriorityZero(_ position: Int, into actions: inout [RouterAction]) {
        guard let payload = list[position].advert(priority: 0, utc: utc) else { return }
        actions.append(.sendAdvert(list[position].id, payload: payload))
        list[position].statistics.advertsSent += 1
        list[position].statistics.priorityZeroSent += 1
        report(.detail, position, "sent 0 priority", into: &actions)
    }
}
