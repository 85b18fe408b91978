import Addressing
import Timing

extension VirtualRouters {
    /// Trackers that count. A weight is ignored in a sync group, which could not agree on a master otherwise, and for an
    /// owner, whose priority is fixed.
    func effectiveTrackers(of position: Int) -> [RouterConfiguration.Tracker] {
        let router = list[position]
        guard ignoredWeightCause(of: position) != nil else { return router.configuration.trackers }
        return router.configuration.trackers.filter { $0.weight == 0 }
    }

    /// Why weights of a router's trackers are ignored; nil when they are not.
    private func ignoredWeightCause(of position: Int) -> String? {
        let router = list[position]
        if router.isOwner { return "address owner" }
        if let group = router.group, !groups[group].allowsTrackingWeights { return "SYNC group" }
        return nil
    }

    func reading(_ subject: RouterConfiguration.Tracker.Subject) -> TrackedReading? {
        switch subject {
        case .script(let name): scripts[name].map { .state(isUp: $0) }
        case .interface(let name): interfaces[name].map { .state(isUp: $0) }
        case .session(let name): sessions[name].map { .state(isUp: $0) }
        case .file(let name): files[name].map { .number($0) }
        case .process(let name): processes[name].map { .state(isUp: $0) }
        }
    }

    func priority(of position: Int) -> UInt8 {
        RouterConfiguration.effectivePriority(
            base: list[position].basePriority, contributions: contributions(of: position))
    }

    /// What all trackers add.
    func contributions(of position: Int) -> Int {
        effectiveTrackers(of: position).reduce(0) { sum, tracker in
            sum + tracker.contribution(reading(tracker.subject))
        }
    }

    func faults(of position: Int) -> [RouterFault] {
        var faults: [RouterFault] = []
        if list[position].source == nil {
            let tracked = list[position].configuration.trackedSourceAddress
            faults.append(tracked.map { .sourceAddressMissing($0) } ?? .noSourceAddress)
        }
        if let obstacle = list[position].obstacle { faults.append(.obstacle(obstacle)) }
        if case .unicast(let peers, _, _) = list[position].configuration.delivery, peers.isEmpty {
            faults.append(.noPeers)
        }
        for tracker in effectiveTrackers(of: position) where tracker.faults(reading(tracker.subject)) {
            switch tracker.subject {
            case .script(let name): faults.append(.script(name))
            case .interface(let name): faults.append(.interface(name))
            case .session(let name): faults.append(.session(name))
            case .file(let name): faults.append(.file(name))
            case .process(let name): faults.append(.process(name))
            }
        }
        return faults
    }

    /// Scripts of weight 0 without a result yet: before the first one, nobody knows whether the router may take part.
    func pendingScripts(of position: Int) -> [String] {
        effectiveTrackers(of: position).compactMap { tracker in
            guard tracker.weight == 0, case .script(let name) = tracker.subject, scripts[name] == nil else {
                return nil
            }
            return name
        }
    }

    /// BFD sessions of weight 0 of which nothing is known yet.
    func pendingSessions(of position: Int) -> [String] {
        effectiveTrackers(of: position).compactMap { tracker in
            guard tracker.weight == 0, case .session(let name) = tracker.subject, sessions[name] == nil else {
                return nil
            }
            return name
        }
    }

    /// Files of which nothing is known yet. Their first number comes at once, whatever its weight: a router that did not
    /// wait for it would begin with another priority than it has a moment later.
    func pendingFiles(of position: Int) -> [String] {
        effectiveTrackers(of: position).compactMap { tracker in
            guard case .file(let name) = tracker.subject, files[name] == nil else { return nil }
            return name
        }
    }

    /// Processes that nobody has looked for yet; as with files, whatever their weights.
    func pendingProcesses(of position: Int) -> [String] {
        effectiveTrackers(of: position).compactMap { tracker in
            guard case .process(let name) = tracker.subject, processes[name] == nil else { return nil }
            return name
        }
    }

    /// Whether something that can forbid the router to take part has not spoken yet.
    func isPending(_ position: Int) -> Bool {
        !pendingScripts(of: position).isEmpty || !pendingSessions(of: position).isEmpty
            || !pendingFiles(of: position).isEmpty || !pendingProcesses(of: position).isEmpty
    }

    /// From the start on, an interface that nobody has reported does not exist, and what does not exist is down.
    mutating func assumeUnknownInterfacesDown(of positions: some Sequence<Int>) {
        for position in positions {
            for tracker in list[position].configuration.trackers {
                guard case .interface(let name) = tracker.subject, interfaces[name] == nil else { continue }
                interfaces[name] = false
            }
        }
    }

    func reportIgnoredWeights(of position: Int, into actions: inout [RouterAction]) {
        guard let cause = ignoredWeightCause(of: position) else { return }
        for tracker in list[position].configuration.trackers where tracker.weight != 0 {
            let subject =
                switch tracker.subject {
                case .script(let name): "script \(name)"
                case .interface(let name): "interface \(name)"
                case .session(let name): "bfd \(name)"
                case .file(let name): "file \(name)"
                case .process(let name): "process \(name)"
                }
            report(.warning, position, "ignoring tracked \(subject) with weights due to \(cause)", into: &actions)
        }
    }

    /// Takes up what trackers and source addresses say now.
    mutating func reconsider(_ positions: [Int], at now: Instant, into actions: inout [RouterAction]) {
        for position in positions {
            let before = list[position].faults
            let after = faults(of: position)
            // What faults has no weight any more; the last thing to say of the router is not that it became better.
            if after.isEmpty || !before.isEmpty { updatePriority(of: position, into: &actions) }
            list[position].note(after, at: now)
            if list[position].state == .initialize {
                begin(position, at: now, into: &actions)
            } else if before.isEmpty, let cause = after.first {
                fail(position, cause: cause, at: now, into: &actions)
            } else if !before.isEmpty, after.isEmpty {
                recover(position, at: now, into: &actions)
            }
        }
    }

    /// A changed priority moves the running master down timer by what it changes in the skew.
    mutating func updatePriority(of position: Int, into actions: inout [RouterAction]) {
        let new = priority(of: position)
        let old = list[position].effectivePriority
        guard new != old else { return }
        let oldSkew = list[position].skew
        list[position].effectivePriority = new
        // Before it takes part, nobody has heard of another one.
        guard list[position].state != .initialize else { return }
        report(.notice, position, "Changing effective priority from \(old) to \(new)", into: &actions)
        actions.append(.priorityChanged(list[position].id, list[position].state, priority: new))
        switch list[position].state {
        case .backup:
            if let deadline = list[position].election {
                list[position].election = deadline + (list[position].skew - oldSkew)
            }
        case .master: list[position].masterPriority = new
        case .initialize, .fault, .stopped: break
        }
    }

    func report(
        _ level: RouterReport.Level, _ position: Int, _ sentence: String, cause: String? = nil,
        into actions: inout [RouterAction]
    ) {
        let id = list[position].id
        actions.append(.report(RouterReport(level, router: id, message: "(\(id)) \(sentence)", cause: cause)))
    }
}
