/// A BFD control packet of version 1 (RFC 5880 section 4.1). Intervals are microseconds.
public struct ControlPacket: Sendable, Hashable {
    /// Why the sender's session last left Up.
    public var diagnostic = DiagnosticCode.none
    /// The sender's state.
    public var state: SessionState
    /// Poll: the sender asks to be answered with ``isFinal``.
    public var isPoll = false
    /// Final: the answer to ``isPoll``.
    public var isFinal = false
    /// The sender's BFD does not share the fate of its control plane.
    public var isControlPlaneIndependent = false
    /// An authentication section follows. Martlet sends none and takes none.
    public var isAuthenticated = false
    /// The sender wants no periodic packets while both sides are up.
    public var demands = false
    /// How many packets may be missing before the session is down, 1…255.
    public var multiplier: UInt8
    /// The sender's number of the session, not 0.
    public var myDiscriminator: UInt32
    /// The receiver's number of the session; 0 where the sender does not know it.
    public var yourDiscriminator: UInt32 = 0
    /// The shortest interval at which the sender wants to send.
    public var desiredTransmitInterval: UInt32
    /// The shortest interval at which the sender can take packets; 0 wants none.
    public var requiredReceiveInterval: UInt32
    /// The shortest interval at which the sender can return echo packets; 0 for none.
    public var requiredEchoInterval: UInt32 = 0

    /// Bytes of the mandatory section, and of every packet that is sent.
    public static let byteCount = 24

    /// Creates a packet with every flag clear.
    public init(
        state: SessionState, multiplier: UInt8, myDiscriminator: UInt32, desiredTransmitInterval: UInt32,
        requiredReceiveInterval: UInt32
    ) {
        self.state = state
        self.multiplier = multiplier
        self.myDiscriminator = myDiscriminator
        self.desiredTransmitInterval = desiredTransmitInterval
        self.requiredReceiveInterval = requiredReceiveInterval
    }
}

// MARK: Wire format

extension ControlPacket {
    /// Reads the payload of a datagram with every check of RFC 5880 section 6.8.6 that needs no session. What follows
    /// the length that the packet names is passed over, and so is the content of an authentication section.
    public init(decoding bytes: [UInt8]) throws(ControlPacketError) {
        guard bytes.count >= Self.byteCount else { throw .truncated(count: bytes.count) }
        let flags = bytes[1]
        let length = bytes[3]
        guard bytes[0] >> 5 == 1 else { throw .version(bytes[0] >> 5) }
        let isAuthenticated = flags & Flag.authentication != 0
        guard Int(length) >= Self.byteCount + (isAuthenticated ? 2 : 0) else { throw .shortLength(length) }
        guard Int(length) <= bytes.count else { throw .longLength(length, count: bytes.count) }
        guard bytes[2] != 0 else { throw .zeroMultiplier }
        guard flags & Flag.multipoint == 0 else { throw .multipoint }
        func word(_ offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        guard word(4) != 0 else { throw .zeroDiscriminator }
        // Two bits have no other value.
        let state = SessionState(rawValue: flags >> 6) ?? .down
        if word(8) == 0, state == .initializing || state == .up { throw .stateWithoutDiscriminator(state) }
        self.init(
            state: state, multiplier: bytes[2], myDiscriminator: word(4), desiredTransmitInterval: word(12),
            requiredReceiveInterval: word(16))
        diagnostic = DiagnosticCode(rawValue: bytes[0])
        isPoll = flags & Flag.poll != 0
        isFinal = flags & Flag.final != 0
        isControlPlaneIndependent = flags & Flag.controlPlaneIndependent != 0
        self.isAuthenticated = isAuthenticated
        demands = flags & Flag.demand != 0
        yourDiscriminator = word(8)
        requiredEchoInterval = word(20)
    }

    /// The 24 bytes of the packet, without an authentication section.
    public var encoded: [UInt8] {
        var flags = state.rawValue << 6
        if isPoll { flags |= Flag.poll }
        if isFinal { flags |= Flag.final }
        if isControlPlaneIndependent { flags |= Flag.controlPlaneIndependent }
        if demands { flags |= Flag.demand }
        var bytes = [1 << 5 | diagnostic.rawValue, flags, multiplier, UInt8(Self.byteCount)]
        let words = [
            myDiscriminator, yourDiscriminator, desiredTransmitInterval, requiredReceiveInterval, requiredEchoInterval,
        ]
        for word in words { bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
        return bytes
    }

    private enum Flag {
        static let poll: UInt8 = 0x20
        static let final: UInt8 = 0x10
        static let controlPlaneIndependent: UInt8 = 0x08
        static let authentication: UInt8 = 0x04
        static let demand: UInt8 = 0x02
        static let multipoint: UInt8 = 0x01
    }
}
