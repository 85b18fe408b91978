/// The transport protocols that IPVS balances. Raw values are IP protocol numbers.
public enum TransportProtocol: UInt8, Sendable, Hashable, CaseIterable {
    /// TCP.
    case tcp = 6
    /// UDP.
    case udp = 17
    /// SCTP.
    case sctp = 132

    /// The name in logs and configuration, lower case: `tcp`.
    public var name: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .sctp: "sctp"
        }
    }
}
