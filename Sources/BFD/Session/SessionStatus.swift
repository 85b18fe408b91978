public import Timing

/// What a session has counted since it came into being.
public struct SessionStatistics: Sendable, Hashable {
    /// Packets sent.
    public var sent: UInt64 = 0
    /// Packets of the neighbour that counted.
    public var received: UInt64 = 0
    /// Packets of the neighbour that were refused; ``SessionStatus/lastRefusal`` says why the last one was.
    public var refused: UInt64 = 0
    /// Times that the session went up.
    public var becameUp: UInt64 = 0
    /// Times that the session left Up.
    public var lost: UInt64 = 0

    /// Nothing yet.
    public init() {}
}

/// Where a session stands, for people who ask.
public struct SessionStatus: Sendable, Hashable {
    /// What it is configured to be.
    public var configuration: SessionConfiguration
    /// Its state.
    public var state: SessionState
    /// When the state changed last; nil before the first change.
    public var changed: Instant?
    /// Why it last left Up.
    public var diagnostic: DiagnosticCode
    /// The state that the neighbour says it is in.
    public var remoteState: SessionState
    /// Why the neighbour says that it last left Up.
    public var remoteDiagnostic: DiagnosticCode
    /// Our number of the session.
    public var localDiscriminator: UInt32
    /// The neighbour's; 0 while it is not known.
    public var remoteDiscriminator: UInt32
    /// The interval at which packets go out, before jitter; nil while none do.
    public var transmitInterval: Duration?
    /// How long a silence ends the session; nil before the neighbour has been heard.
    public var detectionTime: Duration?
    /// What it has counted.
    public var statistics: SessionStatistics
    /// Why a packet of the neighbour was refused last.
    public var lastRefusal: PacketRefusal?
}
