public import Addressing

/// Which checksum adverts of version 3 over IPv4 carry. Version 2 and IPv6 have one only.
public enum ChecksumRule: Sendable, Hashable {
    /// Over a pseudo header with both addresses (RFC 9568 section 5.2.8).
    case standard
    /// Over the message alone, as in version 2 (`v3_checksum_as_v2`). What is received may have either.
    case withoutPseudoHeader
    /// Over a pseudo header with this group in place of a unicast destination (`old_unicast_checksum`), as keepalived sent
    /// it before 2.0.
    case former(group: IPAddress)
    /// The standard one, and the former one towards peers from which it was heard.
    case automatic(group: IPAddress)
}

/// What a checksum covers besides the message.
enum ChecksumCoverage: Sendable, Hashable {
    /// A pseudo header with this destination.
    case pseudoHeader(destination: IPAddress)
    /// Nothing.
    case messageOnly
}

extension ChecksumRule {
    /// What the checksum of a message covers.
    ///
    /// - Parameter isFormer: whether the receiver was heard to use the former checksum.
    func coverage(
        version: RouterConfiguration.Version, destination: IPAddress, isFormer: Bool = false
    ) -> ChecksumCoverage {
        guard version == .v3 else { return .messageOnly }
        guard destination.family == .ipv4 else { return .pseudoHeader(destination: destination) }
        switch self {
        case .withoutPseudoHeader: return .messageOnly
        case .former(let group) where !destination.isMulticast: return .pseudoHeader(destination: group)
        case .automatic(let group) where isFormer && !destination.isMulticast:
            return .pseudoHeader(destination: group)
        case .standard, .former, .automatic: return .pseudoHeader(destination: destination)
        }
    }
}
