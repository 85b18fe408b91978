public import Timing

/// One session: the state machine of RFC 5880 in asynchronous mode, without authentication and echo.
///
/// Knows no clock and no socket. Packets and deadlines go in with the current instant, packets and changes of state come
/// out. Randomness (jitter) comes from a generator that the caller hands in.
public struct Session: Sendable {
    /// What the neighbour said last.
    struct Remote: Sendable, Hashable {
        var discriminator: UInt32 = 0
        var state = SessionState.down
        var diagnostic = DiagnosticCode.none
        var multiplier: UInt8 = 0
        var transmitInterval: UInt32 = 0
        /// 1 until the neighbour says otherwise (RFC 5880 section 6.8.1).
        var receiveInterval: UInt32 = 1
        var demands = false
    }

    /// The intervals that are announced, and those that count until a poll sequence confirms that the neighbour knows.
    struct Intervals: Sendable, Hashable {
        var transmit: UInt32
        var receive: UInt32
    }

    /// What is wanted.
    public internal(set) var configuration: SessionConfiguration
    /// Our number of the session, not 0 and unique among ours.
    public let localDiscriminator: UInt32
    /// Where it stands.
    public internal(set) var state = SessionState.down
    /// Why it last left Up.
    public internal(set) var diagnostic = DiagnosticCode.none
    /// What it has counted.
    public internal(set) var statistics = SessionStatistics()

    var remote = Remote()
    var announced: Intervals
    var inForce: Intervals
    var polls = false
    /// The intervals changed while a poll sequence was under way: another one follows.
    var pollsAgain = false

    var lastSent: Instant?
    var lastReceived: Instant?
    var lastChanged: Instant?
    /// What the last packet said, apart from Poll and Final.
    var lastContent: ControlPacket?
    var nextTransmission: Instant?
    var expiry: Instant?
    var lastRefusal: PacketRefusal?

    /// A session that is down.
    ///
    /// - Parameter discriminator: random, not 0, and that of no other session of this host.
    public init(_ configuration: SessionConfiguration, discriminator: UInt32) {
        self.configuration = configuration
        localDiscriminator = discriminator
        announced = Intervals(transmit: Self.idle(configuration), receive: configuration.receiveInterval)
        inForce = announced
    }

    /// When ``deadlineReached(at:using:)`` is to be called; nil while only a packet can change anything.
    public var nextDeadline: Instant? {
        switch (nextTransmission, expiry) {
        case (let sending?, let expiry?): min(sending, expiry)
        case (let sending, let expiry): sending ?? expiry
        }
    }

    /// How long a silence ends the session; nil before the neighbour has been heard.
    public var detectionTime: Duration? {
        guard remote.discriminator != 0, remote.multiplier != 0 else { return nil }
        return .microseconds(Int64(remote.multiplier) * Int64(max(inForce.receive, remote.transmitInterval)))
    }

    /// Where it stands, for people.
    public var status: SessionStatus {
        SessionStatus(
            configuration: configuration, state: state, changed: lastChanged, diagnostic: diagnostic,
            remoteState: remote.state, remoteDiagnostic: remote.diagnostic, localDiscriminator: localDiscriminator,
            remoteDiscriminator: remote.discriminator,
            transmitInterval: sendsPeriodically ? .microseconds(Int64(transmitInterval)) : nil,
            detectionTime: detectionTime, statistics: statistics, lastRefusal: lastRefusal)
    }

    // MARK: Events

    /// Begins: an active session says hello at a random point of its first interval.
    public mutating func start(at now: Instant, using generator: inout some RandomNumberGenerator) {
        guard sendsPeriodically, nextTransmission == nil else { return }
        nextTransmission = now + .microseconds(Int64.random(in: 0...Int64(Self.slowest) / 10, using: &generator))
    }

    /// ``nextDeadline`` has come.
    public mutating func deadlineReached(
        at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> [SessionAction] {
        var actions: [SessionAction] = []
        if let expiry, expiry <= now { silenceLasted(since: expiry, at: now, into: &actions) }
        if let nextTransmission, nextTransmission <= now, sendsPeriodically {
            send(at: now, using: &generator, into: &actions)
        } else {
            settle(at: now, using: &generator, into: &actions)
        }
        return actions
    }

    /// Takes up another configuration of the same session. Changed intervals go through a poll sequence while the
    /// session is up (RFC 5880 section 6.8.3).
    public mutating func reconfigure(
        _ next: SessionConfiguration, at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> [SessionAction] {
        var actions: [SessionAction] = []
        configuration = next
        announceIntervals()
        settle(at: now, using: &generator, into: &actions)
        return actions
    }

    /// Goes to AdminDown, which tells the neighbour that the session ends and nothing has failed.
    public mutating func disable(
        at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> [SessionAction] {
        guard state != .adminDown else { return [] }
        var actions: [SessionAction] = []
        enter(.adminDown, .administrativelyDown, at: now, into: &actions)
        settle(at: now, using: &generator, into: &actions)
        return actions
    }

    /// A packet of the neighbour was refused.
    mutating func refuse(_ refusal: PacketRefusal) {
        statistics.refused &+= 1
        lastRefusal = refusal
    }

    // MARK: States

    mutating func enter(
        _ next: SessionState, _ diagnostic: DiagnosticCode?, at now: Instant, silence: SessionChange.Silence? = nil,
        into actions: inout [SessionAction]
    ) {
        guard next != state else { return }
        let before = state
        state = next
        lastChanged = now
        if let diagnostic { self.diagnostic = diagnostic }
        if next == .up {
            statistics.becameUp &+= 1
            self.diagnostic = .none
        }
        if before == .up { statistics.lost &+= 1 }
        announceIntervals()
        actions.append(
            .changed(
                SessionChange(
                    from: before, to: next, diagnostic: self.diagnostic, remoteDiagnostic: remote.diagnostic,
                    isWithdrawn: next == .down && remote.state == .adminDown, silence: silence)))
    }

    /// Nothing was heard for the detection time.
    private mutating func silenceLasted(since expiry: Instant, at now: Instant, into actions: inout [SessionAction]) {
        let silence = SessionChange.Silence(detectionTime: detectionTime ?? .zero, overdue: now - expiry)
        self.expiry = nil
        // Forgotten in every state, so that a neighbour that starts anew is not told its old number.
        let diagnostic = remote.diagnostic
        remote = Remote()
        remote.diagnostic = diagnostic
        if state == .initializing || state == .up {
            enter(.down, .detectionTimeExpired, at: now, silence: silence, into: &actions)
        }
    }

    // MARK: Intervals

    /// A session that is not up sends once a second at most (RFC 5880 section 6.8.3).
    static let slowest: UInt32 = 1_000_000

    static func idle(_ configuration: SessionConfiguration) -> UInt32 { max(configuration.idleInterval, slowest) }

    /// Announces the intervals that state and configuration ask for. While up, the slower ones of old and new count
    /// until the neighbour has confirmed that it knows the new ones: a longer interval of ours must not be a silence to
    /// it, and a shorter detection time must not begin before it sends faster.
    mutating func announceIntervals() {
        let wanted = Intervals(
            transmit: state == .up ? configuration.transmitInterval : Self.idle(configuration),
            receive: configuration.receiveInterval)
        guard state == .up else {
            (announced, inForce) = (wanted, wanted)
            (polls, pollsAgain) = (false, false)
            return
        }
        guard wanted != announced else { return }
        announced = wanted
        inForce.transmit = min(inForce.transmit, wanted.transmit)
        inForce.receive = max(inForce.receive, wanted.receive)
        if polls { pollsAgain = true } else { polls = true }
    }

    /// The neighbour has answered a poll.
    mutating func pollEnded() {
        guard polls else { return }
        // The answer may be to a poll with the intervals before.
        if pollsAgain {
            pollsAgain = false
        } else {
            polls = false
            inForce = announced
        }
    }
}
