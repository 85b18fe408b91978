public import Addressing
public import Timing
public import VRRP

/// Hosts with virtual routers on one segment, in virtual time: days of elections in milliseconds, the same each time
/// for the same seed.
///
/// Datagrams are delayed, lost and partitioned as told. After each event of a host the rules that must hold at any
/// moment are checked; what is broken is in ``violations``.
public struct SimulatedLAN: Sendable {
    private struct Flight: Sendable {
        var arrival: Instant
        var order: UInt64
        var host: Int
        var datagram: Datagram
    }

    /// The hosts.
    public private(set) var hosts: [SimulatedHost] = []
    /// The current instant.
    public private(set) var now = Instant.epoch
    /// The part of datagrams that get lost, for each receiver on its own.
    public var loss = 0.0
    /// Bounds of the time that a datagram travels.
    public var delay: ClosedRange<Duration> = .microseconds(50)...(.microseconds(200))
    /// What broke a rule that holds at any moment, with the instant.
    public private(set) var violations: [String] = []
    /// Events handled so far.
    public private(set) var steps = 0

    private var side: [Int] = []
    private var flights: [Flight] = []
    private var order: UInt64 = 0
    /// Where randomness comes from; tests may draw from it as well.
    public var random: SeededGenerator

    /// An empty segment.
    public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Adds a host that does not run yet and returns its position.
    public mutating func add(
        _ name: String, address: IPv4Address, routers: [RouterConfiguration], groups: [SyncGroupConfiguration] = [],
        interface: String = "eth0"
    ) -> Int {
        hosts.append(
            SimulatedHost(
                name: name, address: .v4(address), interface: interface, routers: routers, groups: groups))
        side.append(0)
        return hosts.count - 1
    }

    // MARK: What happens to hosts

    /// Starts the process of a host.
    public mutating func start(_ host: Int) {
        guard hosts[host].process == .dead else { return }
        hosts[host].routers = VirtualRouters(
            routers: hosts[host].configuration.routers, groups: hosts[host].configuration.groups)
        hosts[host].process = .running
        hosts[host].hasStarted = false
        hosts[host].backlog = []
        tell(host, .interfaceChanged(name: hosts[host].interface, isUp: hosts[host].isInterfaceUp))
        for id in hosts[host].routers.routers { tell(host, .sourceAddressChanged(id, hosts[host].address)) }
        hosts[host].hasStarted = true
        tell(host, .started)
    }

    /// Starts every host.
    public mutating func startAll() { for host in hosts.indices { start(host) } }

    /// Stops the process cleanly.
    public mutating func stop(_ host: Int) {
        guard hosts[host].process == .running else { return }
        tell(host, .stopping)
        hosts[host].process = .dead
        hosts[host].wakeUp = nil
    }

    /// Kills the process. The kernel keeps its addresses, but the machine is taken off the segment with it.
    public mutating func kill(_ host: Int) {
        hosts[host].process = .dead
        hosts[host].wakeUp = nil
        hosts[host].backlog = []
    }

    /// Stops the process as SIGSTOP or a hypervisor does.
    public mutating func pause(_ host: Int) {
        guard hosts[host].process == .running else { return }
        hosts[host].process = .paused
    }

    /// Lets a paused process go on. A shell that keeps to its contract reads what has arrived before it looks at its
    /// deadlines; `timersFirst` is one that does not.
    public mutating func resume(_ host: Int, timersFirst: Bool = false) {
        guard hosts[host].process == .paused else { return }
        hosts[host].process = .running
        if timersFirst { fireDeadlines(of: host) }
        let backlog = hosts[host].backlog
        hosts[host].backlog = []
        for datagram in backlog { tell(host, .received(datagram)) }
        fireDeadlines(of: host)
    }

    /// Changes the interface of a host.
    public mutating func setInterface(of host: Int, isUp: Bool) {
        guard hosts[host].isInterfaceUp != isUp else { return }
        hosts[host].isInterfaceUp = isUp
        if hosts[host].process != .dead {
            tell(host, .interfaceChanged(name: hosts[host].interface, isUp: isUp))
        }
    }

    /// Reports a script's result.
    public mutating func setScript(_ name: String, of host: Int, isUp: Bool) {
        if hosts[host].process != .dead { tell(host, .scriptChanged(name: name, isUp: isUp)) }
    }

    /// Removes a router's addresses from a host behind its back.
    public mutating func removeAddresses(of id: RouterID, from host: Int) {
        guard hosts[host].holdsAddresses.remove(id) != nil, hosts[host].process == .running else { return }
        tell(host, .addressesLost(id))
    }

    /// Reloads a host and returns what it did. A paused process does not reload, a dead one starts with it.
    public mutating func reload(
        _ host: Int, routers: [RouterConfiguration], groups: [SyncGroupConfiguration] = []
    ) -> [RouterAction] {
        guard hosts[host].process != .paused else { return [] }
        hosts[host].configuration = (routers, groups)
        guard hosts[host].process == .running else { return [] }
        for router in routers { tell(host, .sourceAddressChanged(router.id, hosts[host].address)) }
        let actions = hosts[host].routers.replace(routers: routers, groups: groups, at: now)
        carryOut(actions, on: host)
        return actions
    }

    /// Cuts the segment: hosts hear only those on the same side. One number per host; all alike heals it.
    public mutating func partition(_ sides: [Int]) {
        for (host, number) in zip(hosts.indices, sides) { side[host] = number }
    }

    /// Puts a forged datagram in front of a host.
    public mutating func inject(_ datagram: Datagram, to host: Int) {
        if hosts[host].process == .running { tell(host, .received(datagram)) }
    }

    /// Sets how late a host handles its deadlines.
    public mutating func setTimerJitter(_ jitter: Duration, of host: Int) { hosts[host].timerJitter = jitter }

    // MARK: Time

    /// Lets time pass.
    public mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = nextEvent(), next.at <= end {
            now = max(now, next.at)
            steps += 1
            if let host = next.deadlineOf {
                fireDeadlines(of: host)
            } else {
                let flight = flights.removeFirst()
                deliver(flight.datagram, to: flight.host)
            }
        }
        now = end
    }

    private func nextEvent() -> (at: Instant, deadlineOf: Int?)? {
        var next: (at: Instant, deadlineOf: Int?)? = flights.first.map { ($0.arrival, nil) }
        for (position, host) in hosts.enumerated() where host.process == .running {
            guard let wakeUp = host.wakeUp, next.map({ wakeUp < $0.at }) ?? true else { continue }
            next = (wakeUp, position)
        }
        return next
    }

    private mutating func fireDeadlines(of host: Int) {
        // A deadline that stays due would stop time.
        for _ in 0..<1000 {
            guard let deadline = hosts[host].routers.nextDeadline, deadline <= now else { return arm(host) }
            tell(host, .deadlineReached)
        }
        violations.append("\(describe(now)): \(hosts[host].name) has a deadline that does not go away")
        hosts[host].process = .dead
    }

    private mutating func arm(_ host: Int) {
        let jitter = hosts[host].timerJitter
        let late = jitter > .zero ? jitter * Double.random(in: 0...1, using: &random) : .zero
        hosts[host].wakeUp = hosts[host].routers.nextDeadline.map { max($0 + late, now) }
    }

    // MARK: The shell's part

    private mutating func tell(_ host: Int, _ event: RouterEvent) {
        let actions = hosts[host].routers.handle(event, at: now)
        carryOut(actions, on: host)
    }

    private mutating func carryOut(_ actions: [RouterAction], on host: Int) {
        for action in actions {
            hosts[host].log.append((now, action))
            switch action {
            case .sendAdvert(let id, let payload): transmit(payload, of: id, from: host)
            case .addAddresses(let id), .changeAddresses(let id, _): hosts[host].holdsAddresses.insert(id)
            case .removeAddresses(let id): hosts[host].holdsAddresses.remove(id)
            case .routerChanged(let id, let state, _):
                // A router that a reload removed reports for the last time.
                if let status = hosts[host].routers.status(of: id), !actions.isStateSuperseded(id, after: action),
                    status.state != state
                {
                    violate(host, "reported \(state) of \(id), but it is \(status.state)")
                }
            case .announceAddresses, .routerRemoved, .priorityChanged, .groupChanged, .heardLowerPriority, .rivalFound,
                .rivalGone, .report:
                break
            }
        }
        arm(host)
        checkHost(host)
    }

    private mutating func transmit(_ payload: [UInt8], of id: RouterID, from host: Int) {
        guard hosts[host].isInterfaceUp, let configuration = hosts[host].routers.configuration(of: id) else { return }
        var ttl: UInt8 = 255
        var destinations: [IPAddress]
        switch configuration.delivery {
        case .multicast(let group): destinations = [group]
        case .unicast(let peers, let unicastTTL, _):
            ttl = unicastTTL
            destinations = peers.map(\.address)
        }
        for destination in destinations {
            let message = Advert.readdressed(payload, source: hosts[host].address, destination: destination)
            for receiver in hosts.indices where receiver != host {
                guard destination.isMulticast || hosts[receiver].address == destination else { continue }
                guard side[receiver] == side[host], hosts[receiver].isInterfaceUp, !random.chance(loss) else {
                    continue
                }
                let datagram = Datagram(
                    interface: hosts[receiver].interface, source: hosts[host].address, destination: destination,
                    ttl: ttl, payload: message,
                    router: router(ofHost: receiver, virtualRouterID: configuration.virtualRouterID))
                let span = delay.upperBound - delay.lowerBound
                let travel = delay.lowerBound + span * Double.random(in: 0...1, using: &random)
                launch(datagram, to: receiver, arriving: now + travel)
            }
        }
    }

    private func router(ofHost host: Int, virtualRouterID: UInt8) -> RouterID? {
        hosts[host].configuration.routers.first { $0.virtualRouterID == virtualRouterID }?.id
    }

    private mutating func launch(_ datagram: Datagram, to host: Int, arriving arrival: Instant) {
        order += 1
        let flight = Flight(arrival: arrival, order: order, host: host, datagram: datagram)
        let place =
            flights.lastIndex { ($0.arrival, $0.order) < (flight.arrival, flight.order) }.map { $0 + 1 } ?? 0
        flights.insert(flight, at: place)
    }

    private mutating func deliver(_ datagram: Datagram, to host: Int) {
        guard hosts[host].isInterfaceUp else { return }
        switch hosts[host].process {
        case .running: tell(host, .received(datagram))
        case .paused: hosts[host].backlog.append(datagram)
        case .dead: break
        }
    }

    // MARK: Rules

    private mutating func violate(_ host: Int, _ what: String) {
        violations.append("\(describe(now)): \(hosts[host].name) \(what)")
    }

    private func describe(_ instant: Instant) -> String { "\((instant - .epoch) / .seconds(1)) s" }

    /// What must hold after every event: addresses are held by masters and only by them; the members of a sync group
    /// are in one state; a running router has a deadline unless it may not take part.
    private mutating func checkHost(_ host: Int) {
        // What a killed process left behind is the new one's to remove, but not before it has started.
        guard hosts[host].process == .running, hosts[host].hasStarted else { return }
        for id in hosts[host].routers.routers {
            guard let status = hosts[host].routers.status(of: id) else { continue }
            if hosts[host].holdsAddresses.contains(id), status.state != .master {
                violate(host, "holds the addresses of \(id) in \(status.state)")
            }
            if status.state == .backup, status.masterDownDeadline == nil {
                violate(host, "waits for nothing with \(id) in BACKUP")
            }
            if status.state == .master, status.nextAdvert == nil { violate(host, "is master of \(id) without adverts") }
        }
        for group in hosts[host].routers.groupStatus {
            let states = Set(group.members.compactMap { hosts[host].routers.status(of: $0)?.state })
            if states.count > 1, !states.contains(.initialize) {
                violate(host, "has sync group \(group.name) in several states: \(states)")
            }
        }
    }

    /// The hosts that are master of a virtual router, by the side of the partition they are on.
    public func masters(of id: RouterID) -> [Int: [Int]] {
        var masters: [Int: [Int]] = [:]
        for (position, host) in hosts.enumerated() where host.isInterfaceUp && host.state(of: id) == .master {
            masters[side[position], default: []].append(position)
        }
        return masters
    }

    /// Sides with a host that could be master of a router: it runs, and nothing forbids it to take part.
    public func eligibleSides(of id: RouterID) -> Set<Int> {
        Set(
            hosts.indices.filter { position in
                let host = hosts[position]
                let state = host.state(of: id)
                return host.process == .running && (state == .backup || state == .master)
            }.map { side[$0] })
    }

    /// What is wrong with the outcome of an election that has had time to end; nil when each side has exactly one
    /// master.
    public func disagreement(about id: RouterID) -> String? {
        let masters = masters(of: id)
        for side in eligibleSides(of: id).sorted() {
            let names = (masters[side] ?? []).map { hosts[$0].name }
            if names.count != 1 { return "\(describe(now)): side \(side) has masters \(names) of \(id)" }
        }
        return nil
    }
}

extension [RouterAction] {
    /// Whether a later action of the same batch changes the router's state once more.
    fileprivate func isStateSuperseded(_ id: RouterID, after action: RouterAction) -> Bool {
        guard let last = last(where: { if case .routerChanged(id, _, _) = $0 { true } else { false } }) else {
            return false
        }
        return last != action
    }
}
