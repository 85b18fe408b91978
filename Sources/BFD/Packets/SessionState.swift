/// The states of a session (RFC 5880 section 6.2). Raw values are what a packet carries.
public enum SessionState: UInt8, Sendable, Hashable, CaseIterable {
    /// Held down by its administrator: it neither goes up nor counts as failed.
    case adminDown = 0
    /// Nothing has been heard, or the other side has lost us.
    case down = 1
    /// The other side is heard and does not hear us yet, as far as is known.
    case initializing = 2
    /// Both sides hear each other.
    case up = 3
}

extension SessionState: CustomStringConvertible {
    /// The state as RFC 5880 and keepalived's log lines write it: `AdminDown`, `Down`, `Init`, `Up`.
    public var description: String {
        switch self {
        case .adminDown: "AdminDown"
        case .down: "Down"
        case .initializing: "Init"
        case .up: "Up"
        }
    }
}
