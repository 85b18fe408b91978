/// Why bytes are not a VRRP advert.
public enum AdvertError: Error, Sendable, Hashable {
    /// The message ends before its fields and addresses do, or goes on after them.
    case length(expected: Int, received: Int)
    /// The version nibble is neither 2 nor 3.
    case version(UInt8)
    /// The type nibble is not 1, the only one there is (RFC 9568 section 5.2.2).
    case type(UInt8)
    /// The one's complement sum over the message does not come out even.
    case checksum
}

extension AdvertError: CustomStringConvertible {
    /// The error as a part of a log line.
    public var description: String {
        switch self {
        case .length(let expected, let received):
            "vrrp packet too \(received < expected ? "short" : "long"), length \(received) and expect \(expected)"
        case .version(let version): "unknown VRRP version \(version)"
        case .type(let type): "invalid packet type \(type), expect 1"
        case .checksum: "invalid checksum"
        }
    }
}
