/// What one `bfd_instance` is at. Times are seconds since 1970, intervals seconds.
public struct SessionReport: Codable, Sendable, Hashable {
    /// The session's name.
    public var name: String
    /// The other end.
    public var neighbor: String
    /// `AdminDown`, `Down`, `Init` or `Up`.
    public var state: String
    /// When the state changed last; nil before the first change.
    public var since: Double?
    /// The state that the neighbour says it is in.
    public var remoteState: String
    /// Why it last left Up, in the words of RFC 5880; nil where it has not.
    public var diagnostic: String?
    /// Why it is not up where that is not the neighbour's doing: no socket, packets that are refused.
    public var problem: String?
    /// Between two packets that are sent; nil while none are.
    public var transmitInterval: Double?
    /// How long a silence ends the session; nil before the neighbour has been heard.
    public var detectionTime: Double?
    /// Packets sent.
    public var packetsSent: UInt64 = 0
    /// Packets of the neighbour.
    public var packetsReceived: UInt64 = 0
    /// Packets of the neighbour that were refused.
    public var packetsRefused: UInt64 = 0
    /// Times that the session left Up.
    public var timesLost: UInt64 = 0

    /// Creates a report.
    public init(name: String, neighbor: String, state: String, remoteState: String) {
        self.name = name
        self.neighbor = neighbor
        self.state = state
        self.remoteState = remoteState
    }
}
