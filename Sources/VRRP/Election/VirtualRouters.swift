import Addressing
public import Timing

/// The virtual routers of one process: RFC 3768 and RFC 5798/9568 elections, keepalived's FAULT state, tracking, sync
/// groups and announcement schedule, as a value that does no I/O.
///
/// An event and the current instant go in, actions come out, in the order in which the shell is to carry them out. The
/// shell keeps a timer at ``nextDeadline`` and sends ``RouterEvent/deadlineReached`` when it has come.
///
/// ## Where it leaves the RFCs, and why
///
/// - FAULT is keepalived's state for a router that may not take part: a tracked interface or script is down, or there is
///   no address to send from. A master that gets there resigns with priority 0.
/// - `preempt_delay`, `nopreempt`, the answers to adverts of lower and higher priority and the two-owners rule are
///   keepalived's.
/// - A received packet never re-arms the advert timer of a master: only an advert that was sent does. So nobody who
///   floods the segment with adverts, valid or not, can silence a master.
/// - An advert of priority 0 shortens the master down timer to the skew but never prolongs it, and only if it comes from
///   the master that is being followed.
///
/// ## Lateness
///
/// A process that was stopped, swapped out or starved handles its timers late. The master's adverts of that time wait
/// in the socket, unread, and the silence is ours, not the master's. Two things keep such a router from taking over:
///
/// - The shell hands over what has arrived before it says that a deadline was reached.
/// - When the master down timer is handled later than a fiftieth of the advertisement interval after it was due, the
///   router waits once more, as long as it was late, and at most one advertisement interval and the skew that orders
///   backups. In that time a living master is heard. This is granted once per silence, so a machine that is always late
///   takes over late, but does.
public struct VirtualRouters: Sendable {
    /// Whether elections run.
    enum Phase: Sendable { case waiting, running, stopped }

    /// A sync group with the positions of its members.
    struct Group: Sendable {
        var name: String
        var members: [Int]
        var allowsTrackingWeights: Bool
        var state = RouterState.initialize
    }

    var list: [Router] = []
    var groups: [Group] = []
    var positions: [RouterID: Int] = [:]
    /// What is known of tracked things; absent is unknown.
    var interfaces: [String: Bool] = [:]
    var scripts: [String: Bool] = [:]
    var sessions: [String: Bool] = [:]
    var files: [String: Int32] = [:]
    var processes: [String: Bool] = [:]
    var sources: [RouterID: IPAddress] = [:]
    var phase = Phase.waiting
    /// Per router the nanoseconds of its next deadline, so that looking for the earliest stays in one cache-friendly
    /// array with thousands of routers.
    private var wakeUps: [Int64] = []

    /// The instant of the event that is being handled.
    var instant = Instant.epoch
    /// What to add to an instant to get the time since 1970 in UTC, for signed adverts: the shell sets it before it hands
    /// over an event, at least when somebody set the clock.
    public var utcOffset: Duration = .zero

    /// The time in UTC, in nanoseconds since 1970.
    var utc: Int64 { instant.nanoseconds &+ utcOffset.wholeNanoseconds }

    /// Adverts for virtual routers that this process does not have.
    public internal(set) var unknownVirtualRouterIDs: UInt64 = 0

    /// Creates the routers; nothing happens before ``RouterEvent/started``.
    ///
    /// Two routers of one id are a mistake of the caller: the later one is left out. Group members that do not exist or
    /// are in an earlier group are left out too.
    public init(routers: [RouterConfiguration], groups: [SyncGroupConfiguration] = []) {
        for configuration in routers where positions[configuration.id] == nil {
            positions[configuration.id] = list.count
            list.append(Router(configuration))
        }
        formGroups(groups)
        for index in list.indices { list[index].effectivePriority = priority(of: index) }
        rememberDeadlines()
    }

    /// The identities in configuration order.
    public var routers: [RouterID] { list.map(\.id) }

    /// When ``RouterEvent/deadlineReached`` is due; nil is never.
    public var nextDeadline: Instant? {
        guard let earliest = wakeUps.min(), earliest != .max else { return nil }
        return Instant(nanoseconds: earliest)
    }

    /// Handles one event and returns what is to be done, in order.
    public mutating func handle(_ event: RouterEvent, at now: Instant) -> [RouterAction] {
        var actions: [RouterAction] = []
        handle(event, at: now, into: &actions)
        return actions
    }

    /// Handles one event and appends what is to be done to a buffer that the caller reuses.
    public mutating func handle(_ event: RouterEvent, at now: Instant, into actions: inout [RouterAction]) {
        instant = now
        switch (phase, event) {
        case (.stopped, _):
            return
        case (.running, .received(let datagram)):
            guard let position = datagram.router.flatMap({ positions[$0] }) else {
                unknownVirtualRouterIDs += 1
                return
            }
            receive(datagram, at: now, by: position, into: &actions)
            rememberDeadlines(ofGroupOf: position)
            return
        case (.running, .deadlineReached):
            for position in wakeUps.indices where wakeUps[position] <= now.nanoseconds {
                fire(position, at: now, into: &actions)
                rememberDeadlines(ofGroupOf: position)
            }
            return
        case (_, .received), (_, .deadlineReached), (.running, .started):
            return
        case (.waiting, .started):
            start(at: now, into: &actions)
        case (_, .interfaceChanged(let name, let isUp)):
            guard interfaces.updateValue(isUp, forKey: name) != isUp, phase == .running else { return }
            let trackers = positions(tracking: .interface(name))
            if !trackers.isEmpty {
                actions.append(
                    .report(
                        RouterReport(.notice, router: nil, message: "Netlink reports \(name) \(isUp ? "up" : "down")")))
            }
            reconsider(trackers, at: now, into: &actions)
        case (_, .scriptChanged(let name, let isUp)):
            guard scripts.updateValue(isUp, forKey: name) != isUp, phase == .running else { return }
            reconsider(positions(tracking: .script(name)), at: now, into: &actions)
        case (_, .fileChanged(let name, let number)):
            guard files.updateValue(number, forKey: name) != number, phase == .running else { return }
            reconsider(positions(tracking: .file(name)), at: now, into: &actions)
        case (_, .processChanged(let name, let isUp)):
            guard processes.updateValue(isUp, forKey: name) != isUp, phase == .running else { return }
            reconsider(positions(tracking: .process(name)), at: now, into: &actions)
        case (_, .sessionChanged(let name, let isUp)):
            let before = sessions[name]
            sessions[name] = isUp
            guard before != isUp, phase == .running else { return }
            let trackers = positions(tracking: .session(name))
            if let isUp {
                for position in trackers {
                    let id = list[position].id
                    actions.append(
                        .report(
                            RouterReport(
                                .notice, router: id,
                                message: "VRRP_Instance(\(id)) Tracked BFD instance \(name) is \(isUp ? "UP" : "DOWN")")
                        ))
                }
            }
            reconsider(trackers, at: now, into: &actions)
        case (_, .rivalIdentified(let id, let address, let hardware)):
            guard let position = positions[id] else { return }
            identifyRival(of: position, address, as: hardware, into: &actions)
        case (_, .sourceAddressChanged(let id, let address)):
            sources[id] = address
            guard let position = positions[id] else { return }
            // A master that loses its address resigns from it: without one it can tell nobody.
            if address == nil, list[position].source != nil, list[position].state == .master {
                sendPriorityZero(position, into: &actions)
            }
            list[position].source = address
            if list[position].state == .master { list[position].masterAddress = address }
            if phase == .running { reconsider([position], at: now, into: &actions) }
        case (_, .obstacleChanged(let id, let obstacle)):
            guard let position = positions[id], list[position].obstacle != obstacle else { return }
            list[position].obstacle = obstacle
            if phase == .running { reconsider([position], at: now, into: &actions) }
        case (.running, .addressesLost(let id)):
            guard let position = positions[id] else { return }
            loseAddresses(position, at: now, into: &actions)
        case (_, .addressesLost):
            return
        case (_, .stopping):
            stop(at: now, into: &actions)
        }
        rememberDeadlines()
    }

    /// The payload of a ``RouterAction/sendAdvert(_:payload:)`` for one of the router's further destinations: the checksum
    /// of version 3 covers the destination.
    public func readdressed(_ payload: [UInt8], of id: RouterID, to destination: IPAddress) -> [UInt8] {
        guard let position = positions[id], let source = list[position].source else { return payload }
        return Advert.readdressed(payload, source: source, coverage: list[position].coverage(towards: destination))
    }

    private func positions(tracking subject: RouterConfiguration.Tracker.Subject) -> [Int] {
        list.indices.filter { position in
            list[position].configuration.trackers.contains { $0.subject == subject }
        }
    }

    mutating func formGroups(_ configurations: [SyncGroupConfiguration]) {
        for configuration in configurations {
            var members: [Int] = []
            for id in configuration.members {
                guard let position = positions[id], list[position].group == nil else { continue }
                list[position].group = groups.count
                members.append(position)
            }
            guard !members.isEmpty else { continue }
            groups.append(
                Group(
                    name: configuration.name, members: members,
                    allowsTrackingWeights: configuration.allowsTrackingWeights))
        }
    }

    mutating func rememberDeadlines() { wakeUps = list.map { $0.nextDeadline?.nanoseconds ?? .max } }

    private mutating func rememberDeadlines(ofGroupOf position: Int) {
        wakeUps[position] = list[position].nextDeadline?.nanoseconds ?? .max
        guard let group = list[position].group else { return }
        for member in groups[group].members {
            wakeUps[member] = list[member].nextDeadline?.nanoseconds ?? .max
        }
    }
}

extension VirtualRouters {
    /// What a router is at; nil when there is none of this id.
    public func status(of id: RouterID) -> RouterStatus? {
        guard let position = positions[id] else { return nil }
        let router = list[position]
        var faults = router.faults
        if router.state == .fault, faults.isEmpty, let group = router.group {
            faults = [.syncGroup(groups[group].name)]
        }
        return RouterStatus(
            id: id, state: router.state, wantsMaster: router.wantsMaster, basePriority: router.basePriority,
            effectivePriority: router.effectivePriority,
            totalPriority: Int(router.basePriority) + contributions(of: position), sourceAddress: router.source,
            masterAddress: router.masterAddress, masterPriority: router.masterPriority,
            masterInterval: router.masterInterval, lastTransition: router.lastTransition,
            masterDownDeadline: router.state == .backup ? router.election : nil,
            nextAdvert: router.state == .master ? router.election : nil, preemptionDeadline: router.preemption,
            faults: faults, faultsSince: router.faultsSince,
            pendingScripts: router.state == .initialize ? pendingScripts(of: position) : [],
            pendingSessions: router.state == .initialize ? pendingSessions(of: position) : [],
            pendingFiles: router.state == .initialize ? pendingFiles(of: position) : [],
            pendingProcesses: router.state == .initialize ? pendingProcesses(of: position) : [],
            waitsSince: router.state == .initialize ? router.introduced : nil,
            rival: router.rival.flatMap { $0.isEstablished ? $0.master : nil },
            statistics: router.statistics)
    }

    /// The configuration in force of a router; nil when there is none of this id.
    public func configuration(of id: RouterID) -> RouterConfiguration? {
        positions[id].map { list[$0].configuration }
    }

    /// Every counter begins anew.
    public mutating func clearStatistics() {
        for position in list.indices { list[position].statistics = RouterStatistics() }
    }

    /// The numbers of tracked files that are known.
    public var fileNumbers: [String: Int32] { files }

    /// The sync groups with their states.
    public var groupStatus: [SyncGroupStatus] {
        groups.map { group in
            SyncGroupStatus(name: group.name, state: group.state, members: group.members.map { list[$0].id })
        }
    }
}
