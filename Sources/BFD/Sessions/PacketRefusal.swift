/// Why a received datagram changed nothing.
public enum PacketRefusal: Sendable, Hashable {
    /// It is no control packet.
    case malformed(ControlPacketError)
    /// It came from further away than the session allows, or pretends to: its time to live and the least that counts.
    case timeToLive(UInt8, minimum: UInt8)
    /// It is authenticated, which no session here is.
    case authenticated
    /// It names a session that this host does not have.
    case unknownDiscriminator(UInt32)
    /// No session has this neighbour.
    case unknownNeighbor
}

extension PacketRefusal: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .malformed(let error): "\(error)"
        case .timeToLive(let ttl, let minimum): "its TTL is \(ttl), which is less than \(minimum)"
        case .authenticated: "it is authenticated, which this session is not"
        case .unknownDiscriminator(let discriminator): "it is for session \(discriminator), which is not here"
        case .unknownNeighbor: "no session has its sender for a neighbour"
        }
    }
}
