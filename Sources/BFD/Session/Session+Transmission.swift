import Timing

extension Session {
    /// Microseconds between two packets, before jitter (RFC 5880 section 6.8.7).
    var transmitInterval: UInt32 { max(inForce.transmit, remote.receiveInterval) }

    /// Whether packets go out without being asked for.
    var sendsPeriodically: Bool {
        if remote.receiveInterval == 0 { return false }
        if configuration.isPassive, remote.discriminator == 0 { return false }
        return !(remote.demands && state == .up && remote.state == .up) || polls
    }

    /// What a packet says at present, Poll and Final aside.
    private var content: ControlPacket {
        var packet = ControlPacket(
            state: state, multiplier: configuration.multiplier, myDiscriminator: localDiscriminator,
            desiredTransmitInterval: announced.transmit, requiredReceiveInterval: announced.receive)
        packet.diagnostic = diagnostic
        packet.yourDiscriminator = remote.discriminator
        return packet
    }

    /// Sends a packet of the periodic ones and sets the time of the next.
    mutating func send(
        at now: Instant, using generator: inout some RandomNumberGenerator, into actions: inout [SessionAction]
    ) {
        var packet = content
        lastContent = packet
        packet.isPoll = polls
        transmit(packet, into: &actions)
        lastSent = now
        nextTransmission = now + jittered(using: &generator)
        updateExpiry()
    }

    /// Answers a poll, whatever the timers say.
    mutating func answer(
        at now: Instant, using generator: inout some RandomNumberGenerator, into actions: inout [SessionAction]
    ) {
        var packet = content
        lastContent = packet
        packet.isFinal = true
        transmit(packet, into: &actions)
    }

    private mutating func transmit(_ packet: ControlPacket, into actions: inout [SessionAction]) {
        statistics.sent &+= 1
        actions.append(.send(packet))
    }

    /// Brings the timers in line with what an event has changed. What the neighbour does not know yet it is told at
    /// once: a change of state must not wait for its turn.
    mutating func settle(
        at now: Instant, using generator: inout some RandomNumberGenerator, into actions: inout [SessionAction]
    ) {
        defer { updateExpiry() }
        guard sendsPeriodically else {
            nextTransmission = nil
            return
        }
        if lastContent != nil || configuration.isPassive || remote.discriminator != 0, lastContent != content {
            return send(at: now, using: &generator, into: &actions)
        }
        // The interval may have become shorter; it counts from the last packet.
        let latest = (lastSent ?? now) + jittered(using: &generator)
        guard let planned = nextTransmission else {
            nextTransmission = max(now, latest)
            return
        }
        let longest = (lastSent ?? now) + .microseconds(Int64(transmitInterval))
        if planned > longest { nextTransmission = max(now, latest) }
    }

    /// The detection time counts from the last packet heard, with the intervals that are in force now.
    private mutating func updateExpiry() {
        guard let lastReceived, let detectionTime else { return expiry = nil }
        expiry = lastReceived + detectionTime
    }

    /// The interval less 0…25 %, or less 10…25 % with a multiplier of 1, where a single late packet would be one too few
    /// (RFC 5880 section 6.8.7).
    private func jittered(using generator: inout some RandomNumberGenerator) -> Duration {
        let nanoseconds = Int64(transmitInterval) * 1000
        let most = configuration.multiplier == 1 ? nanoseconds / 10 * 9 : nanoseconds
        return .nanoseconds(Int64.random(in: (nanoseconds / 4 * 3)...most, using: &generator))
    }
}
