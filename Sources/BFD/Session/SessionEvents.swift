/// What a session wants done.
public enum SessionAction: Sendable, Hashable {
    /// Send this packet to the neighbour, now.
    case send(ControlPacket)
    /// The state changed.
    case changed(SessionChange)
}

/// A session has changed its state.
public struct SessionChange: Sendable, Hashable {
    /// The state before.
    public var from: SessionState
    /// The state from now on.
    public var to: SessionState
    /// Why the session last left Up.
    public var diagnostic: DiagnosticCode
    /// What the neighbour last gave as its own reason.
    public var remoteDiagnostic: DiagnosticCode
    /// Whether the neighbour has taken its end out of service (AdminDown), which is not to be taken for a failure
    /// (RFC 5882 section 3.2).
    public var isWithdrawn: Bool
    /// Where silence was the cause: how long it lasted, and by how much the detection time was exceeded when that was
    /// noticed.
    public var silence: Silence?

    /// How long nothing was heard.
    public struct Silence: Sendable, Hashable {
        /// The detection time.
        public var detectionTime: Duration
        /// By how much it was exceeded.
        public var overdue: Duration
    }
}
