import BFD
import Glibc
import LinuxSystem
import Logging
import Timing

/// The thread of the sessions. Its state is used by this thread alone.
final class BFDThread {
    struct Parameters {
        var realTimePriority: Int?
        var logger: Logger
        var onVerdict: @Sendable (BFDVerdict) -> Void
    }

    /// A packet that is sent again, because a session that ends has no other chance to be heard.
    private struct Farewell {
        var at: Instant
        var rest: Int
        var sender: BFDSender
        var packet: [UInt8]
    }

    /// Datagrams that are read from one socket before timers get their turn.
    private static let portion = 256
    /// Bounds what a flood can put off.
    private static let portionsWhenLate = 16
    /// A timer this late is as good as in time.
    private static let punctual = Duration.milliseconds(5)
    private static let farewells = 3
    private static let farewellInterval = Duration.milliseconds(10)

    private let inbox: WakingInbox<BFDRequest>
    private let realTimePriority: Int?
    let logger: Logger
    private let onVerdict: @Sendable (BFDVerdict) -> Void
    private let timer: DeadlineTimer
    private var table = SessionTable()
    var sockets = BFDSockets()
    private var farewells: [Farewell] = []
    private var retryAt: Instant?
    private var isStopping = false
    private var stopHandlers: [@Sendable () -> Void] = []
    private var largestLateness = Duration.zero
    /// The sessions that run, as they are configured.
    private var configurations: [SessionID: SessionConfiguration] = [:]
    private var verdicts: [SessionID: Bool] = [:]
    /// When a session that has not been up yet counts as down.
    private var graceEnds: [SessionID: Instant] = [:]
    /// When a refused packet of a session was last written about.
    private var complainedAt: [SessionID: Instant] = [:]

    init(inbox: WakingInbox<BFDRequest>, _ parameters: Parameters) throws(SystemError) {
        self.inbox = inbox
        realTimePriority = parameters.realTimePriority
        logger = parameters.logger
        onVerdict = parameters.onVerdict
        timer = try DeadlineTimer()
    }

    func run() {
        if let realTimePriority {
            do throws(SystemError) {
                try RealTimeScheduling.adopt(priority: realTimePriority)
            } catch {
                logger.warning("The BFD thread has ordinary priority", metadata: ["cause": "\(error)"])
            }
        }
        while true {
            for request in inbox.take() { handle(request) }
            readSockets()
            reachDeadlines()
            if isStopping, farewells.isEmpty { break }
            wait()
        }
        end()
    }

    /// Answers what came in too late, and those who wait for the end.
    private func end() {
        for request in inbox.close() {
            switch request {
            case .apply: break
            case .status(let answer): answer(BFDRuntimeStatus())
            case .stop(let whenStopped): if let whenStopped { stopHandlers.append(whenStopped) }
            }
        }
        for handler in stopHandlers { handler() }
    }

    private func handle(_ request: BFDRequest) {
        switch request {
        case .apply(let sessions):
            guard !isStopping else { return }
            apply(sessions)
        case .status(let answer): answer(status)
        case .stop(let whenStopped):
            if let whenStopped { stopHandlers.append(whenStopped) }
            guard !isStopping else { return }
            isStopping = true
            apply([])
        }
    }

    private func apply(_ sessions: [SessionConfiguration]) {
        carryOut(table.apply(sessions, at: .now), at: .now)
        openReceivers()
    }

    private var status: BFDRuntimeStatus {
        var status = BFDRuntimeStatus()
        status.sessions = table.statusByID.map { id, session in
            BFDRuntimeStatus.Session(status: session, problem: sockets.problem(of: id, session.configuration))
        }
        status.strays = table.strays
        status.largestLateness = largestLateness
        return status
    }

    // MARK: Turns

    /// Waits for a packet, a request or the next deadline.
    private func wait() {
        let deadlines = [table.nextDeadline, retryAt, graceEnds.values.min(), farewells.map(\.at).min()]
        timer.set(deadlines.compactMap { $0 }.min())
        var entries = ([inbox.wakeDescriptor, timer.descriptor] + sockets.descriptors).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        _ = poll(&entries, nfds_t(entries.count), -1)
    }

    /// Packets that came while this process did not run wait in the sockets. They are read before a silence is taken for
    /// one, as long as any are left.
    private func readSockets() {
        var portions = 0
        while true {
            var isFull = false
            for (receiver, isMultihop) in sockets.listeners where read(receiver, isMultihop: isMultihop) {
                isFull = true
            }
            portions += 1
            let lateness = table.nextDeadline.map { Instant.now - $0 } ?? .zero
            guard isFull, lateness > Self.punctual, portions < Self.portionsWhenLate else { return }
        }
    }

    /// Whether more may be waiting.
    private func read(_ receiver: BFDReceiver, isMultihop: Bool) -> Bool {
        for _ in 0..<Self.portion {
            guard let packet = receiver.next() else { return false }
            let now = Instant.now
            let datagram = ReceivedDatagram(
                source: packet.source, destination: packet.destination, isMultihop: isMultihop, ttl: packet.ttl,
                payload: packet.payload)
            let outcome = table.received(datagram, at: now)
            carryOut(outcome.actions, at: now)
            if let refusal = outcome.refusal { complain(refusal, datagram, at: now) }
        }
        return true
    }

    private func reachDeadlines() {
        let now = Instant.now
        if let deadline = table.nextDeadline, deadline <= now {
            largestLateness = max(largestLateness, now - deadline)
            carryOut(table.deadlineReached(at: now), at: now)
        }
        for (id, end) in graceEnds where end <= now {
            graceEnds[id] = nil
            guard let status = table.status(of: id) else { continue }
            let problem = sockets.problem(of: id, status.configuration)
            decide(
                id, isUp: false, reason: problem ?? "the neighbour \(status.configuration.identity.neighbor) is silent")
        }
        if let retryAt, retryAt <= now {
            self.retryAt = nil
            openReceivers()
        }
        sayFarewells(at: now)
    }

    private func sayFarewells(at now: Instant) {
        for index in farewells.indices where farewells[index].at <= now {
            // Whether it arrives nobody will know.
            try? farewells[index].sender.send(farewells[index].packet)
            farewells[index].rest -= 1
            farewells[index].at = now + Self.farewellInterval
        }
        farewells.removeAll { $0.rest <= 0 }
    }

    private func openReceivers() {
        let complaints = sockets.openReceivers(for: Array(configurations.values))
        for complaint in complaints { logger.error("BFD sessions stay down", metadata: ["cause": "\(complaint)"]) }
        if sockets.lacksReceivers { retryAt = .now + .seconds(1) }
    }

    // MARK: Actions

    private func carryOut(_ actions: [TableAction], at now: Instant) {
        for action in actions {
            switch action {
            case .opened(let id, let configuration):
                configurations[id] = configuration
                graceEnds[id] = now + .microseconds(3 * Int64(max(configuration.idleInterval, 1_000_000)))
            case .reconfigured(let id, let configuration):
                let former = configurations.updateValue(configuration, forKey: id)
                sockets.change(id, configuration)
                // What depends on the new name has heard nothing yet.
                if former?.name != configuration.name, let isUp = verdicts[id] {
                    let reason = table.status(of: id).map { "\($0.diagnostic)" }
                    onVerdict(BFDVerdict(session: configuration.name, isUp: isUp, reason: isUp ? nil : reason))
                }
            case .send(let id, let packet): send(packet, id, at: now)
            case .changed(let id, let change): changed(id, change)
            case .closed(let id):
                sockets.close(id)
                configurations[id] = nil
                verdicts[id] = nil
                graceEnds[id] = nil
                complainedAt[id] = nil
            }
        }
    }

    private func send(_ packet: ControlPacket, _ id: SessionID, at now: Instant) {
        guard let configuration = configurations[id] else { return }
        let bytes = packet.encoded
        let complaint = sockets.send(bytes, id, configuration, at: now)
        if let complaint {
            logger.warning("(\(configuration.name)) cannot send", metadata: ["cause": "\(complaint)"])
        }
        guard packet.state == .adminDown, let sender = sockets.sender(of: id) else { return }
        farewells.append(
            Farewell(at: now + Self.farewellInterval, rest: Self.farewells - 1, sender: sender, packet: bytes))
    }

    private func changed(_ id: SessionID, _ change: SessionChange) {
        guard let configuration = configurations[id] else { return }
        log(change, of: configuration)
        switch change.to {
        case .up: decide(id, isUp: true, reason: nil)
        case .down, .adminDown:
            guard change.from == .up || verdicts[id] == false else { return }
            decide(id, isUp: false, reason: change.reason, isWithdrawn: change.isWithdrawn)
        case .initializing: break
        }
    }

    private func decide(_ id: SessionID, isUp: Bool, reason: String?, isWithdrawn: Bool = false) {
        guard let configuration = configurations[id], verdicts[id] != isUp, !isStopping else { return }
        verdicts[id] = isUp
        graceEnds[id] = nil
        onVerdict(
            BFDVerdict(session: configuration.name, isUp: isUp, reason: reason, isWithdrawn: isWithdrawn))
    }

    // MARK: Log

    private func log(_ change: SessionChange, of configuration: SessionConfiguration) {
        let name = configuration.name
        if let silence = change.silence {
            let milliseconds = silence.detectionTime.wholeNanoseconds / 1_000_000
            let overdue = silence.overdue.wholeNanoseconds / 1000
            logger.warning("(\(name)) Expired after \(milliseconds) ms (\(overdue) usec overdue)")
        }
        let line = "(\(name)) Entering \(change.to) state"
        switch change.to {
        case .up, .initializing: logger.notice("\(line)")
        case .down, .adminDown:
            logger.warning(
                "\(line) (Local diagnostic - \(change.diagnostic), Remote diagnostic - \(change.remoteDiagnostic))")
        }
    }

    /// One line a minute and session: what is refused can come in any number.
    private func complain(_ refusal: PacketRefusal, _ datagram: ReceivedDatagram, at now: Instant) {
        switch refusal {
        // A neighbour that has not noticed yet that we have started anew.
        case .unknownNeighbor, .unknownDiscriminator: return
        case .malformed, .timeToLive, .authenticated: break
        }
        let concerned = configurations.first {
            $0.value.identity.neighbor == datagram.source && $0.value.identity.isMultihop == datagram.isMultihop
        }
        guard let (id, configuration) = concerned else { return }
        if let last = complainedAt[id], now - last < .seconds(60) { return }
        complainedAt[id] = now
        logger.warning(
            "(\(configuration.name)) refuses a packet of \(datagram.source)", metadata: ["cause": "\(refusal)"])
    }
}

extension SessionChange {
    /// Why the session is down.
    fileprivate var reason: String {
        if let silence {
            return "nothing heard for \(silence.detectionTime.wholeNanoseconds / 1_000_000) ms"
        }
        if isWithdrawn { return "the neighbour has taken its end out of service" }
        guard diagnostic == .neighborSignaledDown else { return "\(diagnostic)" }
        return "the neighbour says that it is down"
            + (remoteDiagnostic == .none ? "" : " (\(remoteDiagnostic))")
    }
}
