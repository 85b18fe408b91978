/// Why bytes are no control packet that could belong to any session (RFC 5880 section 6.8.6).
public enum ControlPacketError: Error, Sendable, Hashable {
    /// Fewer bytes than the mandatory section has.
    case truncated(count: Int)
    /// Another version than 1.
    case version(UInt8)
    /// The length field is below 24, or below 26 with authentication.
    case shortLength(UInt8)
    /// The length field names more bytes than came.
    case longLength(UInt8, count: Int)
    /// A detection multiplier of 0.
    case zeroMultiplier
    /// The multipoint bit is set.
    case multipoint
    /// The sender's discriminator is 0.
    case zeroDiscriminator
    /// It knows no session of ours and yet claims to be further than Down.
    case stateWithoutDiscriminator(SessionState)
}

extension ControlPacketError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .truncated(let count): "\(count) bytes are no control packet"
        case .version(let version): "version \(version) instead of 1"
        case .shortLength(let length): "the length field of \(length) is too small"
        case .longLength(let length, let count): "the length field names \(length) bytes of \(count)"
        case .zeroMultiplier: "the detection multiplier is 0"
        case .multipoint: "the multipoint bit is set"
        case .zeroDiscriminator: "the sender's discriminator is 0"
        case .stateWithoutDiscriminator(let state): "state \(state) without our discriminator"
        }
    }
}
