public import Timing

extension Session {
    /// Takes in a packet that ``SessionTable`` has found to be this session's (RFC 5880 section 6.8.6, from the point
    /// on where the session is known).
    public mutating func received(
        _ packet: ControlPacket, at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> [SessionAction] {
        var actions: [SessionAction] = []
        statistics.received &+= 1
        remote.discriminator = packet.myDiscriminator
        remote.state = packet.state
        remote.diagnostic = packet.diagnostic
        remote.demands = packet.demands
        remote.receiveInterval = packet.requiredReceiveInterval
        remote.transmitInterval = packet.desiredTransmitInterval
        remote.multiplier = packet.multiplier
        lastReceived = now
        if packet.isFinal { pollEnded() }
        if state != .adminDown { follow(packet.state, at: now, into: &actions) }
        // In AdminDown too: the answer ends the neighbour's poll, and says where this session stands.
        if packet.isPoll { answer(at: now, using: &generator, into: &actions) }
        settle(at: now, using: &generator, into: &actions)
        return actions
    }

    /// The three-way handshake and its end.
    private mutating func follow(_ remote: SessionState, at now: Instant, into actions: inout [SessionAction]) {
        switch (state, remote) {
        case (.initializing, .adminDown), (.up, .adminDown), (.up, .down):
            enter(.down, .neighborSignaledDown, at: now, into: &actions)
        case (.down, .down): enter(.initializing, nil, at: now, into: &actions)
        case (.down, .initializing), (.initializing, .initializing), (.initializing, .up):
            enter(.up, nil, at: now, into: &actions)
        case (.down, .adminDown), (.down, .up), (.initializing, .down), (.up, .initializing), (.up, .up),
            (.adminDown, _):
            break
        }
    }
}
