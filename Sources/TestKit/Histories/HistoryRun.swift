import Addressing
import Timing
import VRRP

/// A history that is being played.
struct HistoryRun {
    static let id = RouterID("V")
    static let group = IPAddress.v4(IPv4Address(224, 0, 0, 18))

    /// A host as it is at the moment.
    struct Member {
        enum Process { case dead, running, paused }

        var routers: VirtualRouters
        var configuration: RouterConfiguration
        var address: IPAddress
        var rate: Double
        var process = Process.dead
        var isInterfaceUp = true
        var side = 0
        var backlog: [Datagram] = []
        /// When its next deadline is due, on the segment's clock.
        var wakeUp: Instant?
        var state = RouterState.initialize
        /// Since when nothing happened to it.
        var undisturbedSince = Instant.epoch
        var masterSince: Instant?
        var backupSince = Instant.epoch
        var lastMasterAt: Instant?
        /// The priority before a reload, as long as adverts with it may be on their way.
        var formerPriority: (value: UInt8, until: Instant)?
        var holdsAddresses = false
        /// When it last heard an advert of somebody who did not resign.
        var heardAt = Instant.epoch
        /// Until when it lets any other master be, because its addresses did not hold.
        var restsUntil = Instant.epoch
        /// Until when it is in no hurry to be master, because its addresses did not hold.
        var waitsUntil = Instant.epoch

        var isMaster: Bool { process == .running && isInterfaceUp && state == .master }
        var isFit: Bool { process == .running && isInterfaceUp && (state == .backup || state == .master) }
    }

    private struct Flight {
        var arrival: Instant
        var host: Int
        var datagram: Datagram
    }

    let history: ElectionHistory
    let defect: ElectionHistory.Defect?
    var setting: ElectionHistory.Setting { history.setting }
    var members: [Member] = []
    var now = Instant.epoch
    var loss = 0.0
    /// Since when nothing was lost or cut; nil while something is being lost.
    var quietSince: Instant? = .epoch
    var lastTransition = Instant.epoch
    var rules: HistoryRules
    private var random: SeededGenerator
    private var flights: [Flight] = []
    private var actions: [RouterAction] = []
    private var advertsOfFirst = 0

    init(_ history: ElectionHistory, defect: ElectionHistory.Defect?) {
        self.history = history
        self.defect = defect
        random = SeededGenerator(seed: history.seed ^ 0x5DEE_CE66)
        rules = HistoryRules(hosts: history.setting.priorities.count)
        for host in history.setting.priorities.indices {
            let configuration = self.configuration(of: host, priority: history.setting.priorities[host])
            members.append(
                Member(
                    routers: VirtualRouters(routers: [configuration]), configuration: configuration,
                    address: Self.address(of: host), rate: history.setting.rates[host]))
        }
    }

    private static func address(of host: Int) -> IPAddress {
        .v4(IPv4Address(10, 0, 0, UInt8(truncatingIfNeeded: 1 + host)))
    }

    private func configuration(of host: Int, priority: UInt8) -> RouterConfiguration {
        var configuration = RouterConfiguration(
            id: Self.id, virtualRouterID: 1, version: setting.version, priority: priority,
            addresses: [.v4(IPv4Address(10, 0, 1, 1))])
        configuration.interface = "eth0"
        configuration.advertInterval = setting.interval
        configuration.preempts = setting.preempts || defect == .forgottenNoPreempt
        configuration.preemptDelay = setting.preemptDelay
        configuration.trackers = [.init(.interface("eth0"))]
        if setting.isUnicast {
            let others = setting.priorities.indices.filter { $0 != host }
            configuration.delivery = .unicast(
                peers: others.map { .init(address: Self.address(of: $0)) }, ttl: 255, checksSource: true)
        }
        return configuration
    }

    // MARK: Play

    /// Plays the history and a calm after it; what broke a rule first.
    mutating func play() -> String? {
        for host in members.indices { carryOut(.start(host)) }
        for step in history.steps {
            run(until: .epoch + step.at)
            carryOut(step.deed)
            if let violation = rules.violation { return violation }
        }
        carryOut(.loss(0))
        for host in members.indices { carryOut(.resume(host)) }
        let calm = now
        // Whose addresses did not hold is in no hurry to be master again.
        if members.contains(where: { $0.restsUntil > now }) { run(until: now + .seconds(2)) }
        run(until: now + setting.patience)
        let settled = now
        run(until: now + setting.interval * 10)
        return rules.violation ?? rules.outcome(of: self, calmSince: calm, settledSince: settled)
    }

    private mutating func run(until end: Instant) {
        while rules.violation == nil {
            var next = end
            var host: Int?
            for index in members.indices where members[index].process == .running {
                if let wakeUp = members[index].wakeUp, wakeUp < next {
                    next = wakeUp
                    host = index
                }
            }
            if let flight = flights.last, flight.arrival <= next {
                flights.removeLast()
                now = max(now, flight.arrival)
                deliver(flight)
            } else if let host {
                now = max(now, next)
                if defect != .stoppedClocks { tell(host, .deadlineReached) } else { members[host].wakeUp = nil }
            } else {
                break
            }
        }
        now = max(now, end)
    }

    private mutating func deliver(_ flight: Flight) {
        guard members[flight.host].isInterfaceUp else { return }
        switch members[flight.host].process {
        case .running:
            guard defect != .deafness || flight.host != 0 else { return }
            if flight.datagram.payload[2] > 0 { members[flight.host].heardAt = now }
            tell(flight.host, .received(flight.datagram))
        case .paused: members[flight.host].backlog.append(flight.datagram)
        case .dead: break
        }
    }

    // MARK: Clocks

    /// The clock of a host; each began at another moment.
    private func clock(of host: Int) -> Instant {
        Instant(nanoseconds: Int64(1 + host) << 40 + Int64(Double(now.nanoseconds) * members[host].rate))
    }

    private func moment(_ local: Instant, of host: Int) -> Instant {
        let passed = Double(local.nanoseconds - Int64(1 + host) << 40)
        return Instant(nanoseconds: Int64((passed / members[host].rate).rounded(.up)) + 1)
    }

    // MARK: The shell's part

    private mutating func tell(_ host: Int, _ event: RouterEvent) {
        var buffer: [RouterAction] = []
        swap(&buffer, &actions)
        members[host].routers.handle(event, at: clock(of: host), into: &buffer)
        perform(buffer, on: host)
        buffer.removeAll(keepingCapacity: true)
        swap(&buffer, &actions)
    }

    private mutating func perform(_ actions: [RouterAction], on host: Int) {
        for action in actions {
            switch action {
            case .sendAdvert(_, let payload): transmit(payload, from: host)
            case .addAddresses, .changeAddresses: members[host].holdsAddresses = true
            case .removeAddresses: members[host].holdsAddresses = false
            case .routerChanged(_, let state, _):
                let former = members[host].state
                members[host].state = state
                changed(host, from: former)
            default: break
            }
        }
        members[host].wakeUp = members[host].routers.nextDeadline.map { max(moment($0, of: host), now) }
        if members[host].holdsAddresses, members[host].state != .master {
            rules.violate(at: now, "host \(host) holds the addresses in \(members[host].state)")
        }
    }

    private mutating func changed(_ host: Int, from former: RouterState) {
        let state = members[host].state
        guard state != former else { return }
        lastTransition = now
        if state == .backup { members[host].backupSince = now }
        if state == .master {
            members[host].masterSince = now
            rules.tookOver(host, in: self)
        } else if former == .master {
            members[host].masterSince = nil
            members[host].lastMasterAt = now
            if state == .backup { rules.gaveUp(host, in: self) }
        }
        rules.review(self)
    }

    private mutating func transmit(_ payload: [UInt8], from host: Int) {
        guard members[host].isInterfaceUp else { return }
        var payload = payload
        if host == 0 {
            advertsOfFirst += 1
            if defect == .resignation, advertsOfFirst.isMultiple(of: 2) { payload[2] = 0 }
        }
        for receiver in members.indices where receiver != host {
            let destination = setting.isUnicast ? members[receiver].address : Self.group
            guard members[receiver].side == members[host].side, loss == 0 || !random.chance(loss) else { continue }
            var message = members[host].routers.readdressed(payload, of: Self.id, to: destination)
            if defect == .resignation {
                message = Advert.readdressed(message, source: members[host].address, destination: destination)
            }
            let datagram = Datagram(
                interface: "eth0", source: members[host].address, destination: destination, ttl: 255,
                payload: message, router: Self.id)
            launch(datagram, to: receiver)
            if setting.duplication > 0, random.chance(setting.duplication) { launch(datagram, to: receiver) }
        }
    }

    private mutating func launch(_ datagram: Datagram, to host: Int) {
        let travel = setting.longestDelay * Double.random(in: 0.01...1, using: &random)
        let flight = Flight(arrival: now + travel, host: host, datagram: datagram)
        // The next one to arrive is the last of the list.
        let place = flights.firstIndex { $0.arrival <= flight.arrival } ?? flights.count
        flights.insert(flight, at: place)
    }

    // MARK: Deeds

    private mutating func carryOut(_ deed: ElectionHistory.Deed) {
        switch deed {
        case .loss(let part):
            guard part != loss else { return }
            loss = part
            quietSince = part > 0 ? nil : now
        case .partition(let sides):
            guard sides != members.map(\.side) else { return }
            for host in members.indices { members[host].side = sides[host] }
            if quietSince != nil { quietSince = now }
        case .kill(let host): end(host)
        case .stop(let host):
            guard members[host].process == .running else { return }
            tell(host, .stopping)
            end(host)
        case .start(let host): start(host)
        case .pause(let host):
            guard members[host].process == .running else { return }
            members[host].process = .paused
        case .resume(let host): resume(host)
        case .interface(let host, let isUp):
            guard members[host].isInterfaceUp != isUp else { return }
            members[host].isInterfaceUp = isUp
            members[host].undisturbedSince = now
            if members[host].process == .running { tell(host, .interfaceChanged(name: "eth0", isUp: isUp)) }
        case .reload(let host, let priority, let moreAddresses): reload(host, priority, moreAddresses)
        case .loseAddresses(let host):
            guard members[host].process == .running, members[host].holdsAddresses else { return }
            members[host].undisturbedSince = now
            // It waits for at least a second longer than others, and lets be who takes over in that time.
            members[host].waitsUntil = now + .seconds(1) * 1.03
            members[host].restsUntil = now + .seconds(60) * 1.03
            tell(host, .addressesLost(Self.id))
        }
        rules.review(self)
    }

    private mutating func start(_ host: Int) {
        guard members[host].process == .dead else { return }
        members[host].routers = VirtualRouters(routers: [members[host].configuration])
        members[host].process = .running
        members[host].state = .initialize
        members[host].holdsAddresses = false
        members[host].restsUntil = .epoch
        members[host].waitsUntil = .epoch
        members[host].undisturbedSince = now
        tell(host, .interfaceChanged(name: "eth0", isUp: members[host].isInterfaceUp))
        tell(host, .sourceAddressChanged(Self.id, members[host].address))
        tell(host, .started)
    }

    private mutating func end(_ host: Int) {
        if members[host].state == .master { members[host].lastMasterAt = now }
        members[host].process = .dead
        members[host].state = .stopped
        members[host].masterSince = nil
        members[host].holdsAddresses = false
        members[host].backlog = []
        members[host].wakeUp = nil
    }

    /// A shell that keeps to its contract reads what has arrived before it looks at its deadlines.
    private mutating func resume(_ host: Int) {
        guard members[host].process == .paused else { return }
        members[host].process = .running
        members[host].undisturbedSince = now
        tell(host, .interfaceChanged(name: "eth0", isUp: members[host].isInterfaceUp))
        let backlog = members[host].backlog
        members[host].backlog = []
        for datagram in backlog { tell(host, .received(datagram)) }
        tell(host, .deadlineReached)
    }

    private mutating func reload(_ host: Int, _ priority: UInt8, _ moreAddresses: Bool) {
        guard members[host].process != .paused else { return }
        let former = members[host].configuration.priority
        members[host].formerPriority = (former, now + setting.interval + setting.longestDelay * 2)
        var configuration = configuration(of: host, priority: priority)
        if moreAddresses { configuration.addresses.append(.v4(IPv4Address(10, 0, 1, 2))) }
        members[host].configuration = configuration
        members[host].undisturbedSince = now
        guard members[host].process == .running else { return }
        let actions = members[host].routers.replace(routers: [configuration], groups: [], at: clock(of: host))
        perform(actions, on: host)
    }
}
