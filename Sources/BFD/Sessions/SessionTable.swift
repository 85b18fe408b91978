public import Addressing
public import Timing

/// Identifies one session of a ``SessionTable`` for as long as it lives; never used again.
public struct SessionID: Sendable, Hashable, Comparable {
    let number: UInt32

    /// In the order of their creation.
    public static func < (left: SessionID, right: SessionID) -> Bool { left.number < right.number }
}

/// A datagram on one of BFD's ports, with what the IP header said.
public struct ReceivedDatagram: Sendable, Hashable {
    /// The sender.
    public var source: IPAddress
    /// The address of ours that it was sent to; nil where the system did not say.
    public var destination: IPAddress?
    /// Whether it came on the port of RFC 5883.
    public var isMultihop: Bool
    /// Time to live or hop limit.
    public var ttl: UInt8
    /// The UDP payload.
    public var payload: [UInt8]

    /// Creates a datagram.
    public init(source: IPAddress, destination: IPAddress?, isMultihop: Bool = false, ttl: UInt8, payload: [UInt8]) {
        self.source = source
        self.destination = destination
        self.isMultihop = isMultihop
        self.ttl = ttl
        self.payload = payload
    }
}

/// What the shell is to do, in order.
public enum TableAction: Sendable, Hashable {
    /// Open what the session needs to send.
    case opened(SessionID, SessionConfiguration)
    /// The session goes on with other settings.
    case reconfigured(SessionID, SessionConfiguration)
    /// Send the packet to the session's neighbour.
    case send(SessionID, ControlPacket)
    /// The session changed its state.
    case changed(SessionID, SessionChange)
    /// The session is gone, after it has told its neighbour.
    case closed(SessionID)
}

/// Every session of this process: finds the one that a datagram is for, and keeps sessions through a reload.
public struct SessionTable: Sendable {
    /// Datagrams that belong to no session, by the reason's kind.
    public struct Strays: Sendable, Hashable {
        /// No control packets, or authenticated ones.
        public var malformed: UInt64 = 0
        /// From nobody's neighbour, or for no session.
        public var unknown: UInt64 = 0

        /// None.
        public init() {}
    }

    /// Datagrams that belonged to no session.
    public private(set) var strays = Strays()

    private var generator: any RandomNumberGenerator & Sendable
    private var sessions: [SessionID: Session] = [:]
    private var order: [SessionID] = []
    private var byDiscriminator: [UInt32: SessionID] = [:]
    private var byNeighbor: [IPAddress: [SessionID]] = [:]
    private var deadlines = DeadlineQueue()
    private var nextNumber: UInt32 = 0

    /// A table without sessions.
    ///
    /// - Parameter generator: gives discriminators and jitter. Who can guess discriminators can end sessions.
    public init(generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.generator = generator
    }

    /// When ``deadlineReached(at:)`` is to be called.
    public var nextDeadline: Instant? { mutating get { deadlines.first() } }

    /// Every session in the order of the configuration.
    public var status: [SessionStatus] { order.compactMap { sessions[$0]?.status } }

    /// The same with the identities that actions name.
    public var statusByID: [(id: SessionID, status: SessionStatus)] {
        order.compactMap { id in sessions[id].map { (id, $0.status) } }
    }

    /// Where one session stands.
    public func status(of id: SessionID) -> SessionStatus? { sessions[id]?.status }

    // MARK: Configuration

    /// Puts a configuration in force, at the start and at a reload. A session whose identity stays keeps its state and
    /// its discriminators, under whatever name; one that goes tells its neighbour so. Of several with one identity the
    /// first one counts.
    public mutating func apply(_ configurations: [SessionConfiguration], at now: Instant) -> [TableAction] {
        var actions: [TableAction] = []
        let former = Dictionary(
            sessions.map { ($0.value.configuration.identity, $0.key) }, uniquingKeysWith: { first, _ in first })
        var next: [SessionConfiguration.Identity: SessionID] = [:]
        var order: [SessionID] = []
        for configuration in configurations where next[configuration.identity] == nil {
            let id: SessionID
            if let known = former[configuration.identity], sessions[known]?.state != .adminDown {
                id = known
                actions += reconfigure(id, configuration, at: now)
            } else {
                id = open(configuration, at: now)
                actions.append(.opened(id, configuration))
            }
            next[configuration.identity] = id
            order.append(id)
        }
        let kept = Set(order)
        for id in self.order where !kept.contains(id) { actions += close(id, at: now) }
        self.order = order
        index()
        return actions
    }

    /// Ends every session: neighbours are told that nothing has failed.
    public mutating func stop(at now: Instant) -> [TableAction] { apply([], at: now) }

    private mutating func reconfigure(
        _ id: SessionID, _ configuration: SessionConfiguration, at now: Instant
    ) -> [TableAction] {
        guard let session = sessions[id], session.configuration != configuration else { return [] }
        return [.reconfigured(id, configuration)]
            + change(id, at: now) { session, generator in
                session.reconfigure(configuration, at: now, using: &generator)
            }
    }

    private mutating func open(_ configuration: SessionConfiguration, at now: Instant) -> SessionID {
        let id = SessionID(number: nextNumber)
        nextNumber &+= 1
        var discriminator: UInt32
        var used = Set(sessions.values.map(\.localDiscriminator))
        used.insert(0)
        repeat {
            discriminator = UInt32.random(in: .min ... .max, using: &generator)
        } while used.contains(
            discriminator)
        var session = Session(configuration, discriminator: discriminator)
        session.start(at: now, using: &generator)
        sessions[id] = session
        deadlines.set(id, session.nextDeadline)
        return id
    }

    private mutating func close(_ id: SessionID, at now: Instant) -> [TableAction] {
        let actions = change(id, at: now) { session, generator in session.disable(at: now, using: &generator) }
        sessions[id] = nil
        deadlines.set(id, nil)
        return actions + [.closed(id)]
    }

    private mutating func index() {
        byDiscriminator = [:]
        byNeighbor = [:]
        for id in order {
            guard let session = sessions[id] else { continue }
            byDiscriminator[session.localDiscriminator] = id
            byNeighbor[session.configuration.identity.neighbor, default: []].append(id)
        }
    }

    // MARK: Events

    /// Takes in a datagram.
    ///
    /// - Returns: What is to be done, and why the datagram was refused where it was.
    public mutating func received(
        _ datagram: ReceivedDatagram, at now: Instant
    ) -> (actions: [TableAction], refusal: PacketRefusal?) {
        let neighbors = (byNeighbor[datagram.source] ?? []).filter { fits($0, datagram) }
        guard !neighbors.isEmpty else { return ([], refuse(.unknownNeighbor, nil)) }
        let packet: ControlPacket
        do throws(ControlPacketError) {
            packet = try ControlPacket(decoding: datagram.payload)
        } catch {
            return ([], refuse(.malformed(error), neighbors.first))
        }
        guard !packet.isAuthenticated else { return ([], refuse(.authenticated, neighbors.first)) }
        // The sender's address must be right as well: what names one session may not come from another one's neighbour.
        let found =
            packet.yourDiscriminator == 0
            ? neighbors.first : byDiscriminator[packet.yourDiscriminator].flatMap { neighbors.contains($0) ? $0 : nil }
        guard let id = found, let session = sessions[id] else {
            return ([], refuse(.unknownDiscriminator(packet.yourDiscriminator), neighbors.first))
        }
        let minimum = session.configuration.minimumTTL
        guard datagram.ttl >= minimum else {
            return ([], refuse(.timeToLive(datagram.ttl, minimum: minimum), id))
        }
        let actions = change(id, at: now) { session, generator in
            session.received(packet, at: now, using: &generator)
        }
        return (actions, nil)
    }

    private func fits(_ id: SessionID, _ datagram: ReceivedDatagram) -> Bool {
        guard let identity = sessions[id]?.configuration.identity, identity.isMultihop == datagram.isMultihop else {
            return false
        }
        guard let source = identity.source, let destination = datagram.destination else { return true }
        return source == destination
    }

    private mutating func refuse(_ refusal: PacketRefusal, _ id: SessionID?) -> PacketRefusal {
        guard let id else {
            strays.unknown &+= 1
            return refusal
        }
        switch refusal {
        case .malformed, .authenticated: strays.malformed &+= 1
        case .unknownDiscriminator, .unknownNeighbor: strays.unknown &+= 1
        case .timeToLive: break
        }
        sessions[id]?.refuse(refusal)
        return refusal
    }

    /// ``nextDeadline`` has come. Datagrams that were waiting are to be handed over before.
    public mutating func deadlineReached(at now: Instant) -> [TableAction] {
        var actions: [TableAction] = []
        // Each session once: one whose interval is shorter than this takes must not keep the others waiting.
        var due: [SessionID] = []
        while let id = deadlines.popDue(now) { due.append(id) }
        for id in due {
            actions += change(id, at: now) { session, generator in
                session.deadlineReached(at: now, using: &generator)
            }
        }
        return actions
    }

    private mutating func change(
        _ id: SessionID, at now: Instant,
        _ body: (inout Session, inout any RandomNumberGenerator & Sendable) -> [SessionAction]
    ) -> [TableAction] {
        guard var session = sessions[id] else { return [] }
        let actions = body(&session, &generator)
        sessions[id] = session
        deadlines.set(id, session.nextDeadline)
        return actions.map { action in
            switch action {
            case .send(let packet): .send(id, packet)
            case .changed(let change): .changed(id, change)
            }
        }
    }
}
