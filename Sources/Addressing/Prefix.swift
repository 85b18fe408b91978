/// An address with the number of leading bits that name its network, such as `10.1.80.90/24`. Host bits are kept:
/// an interface address is a prefix too.
public struct Prefix: Sendable, Hashable {
    /// The address as written, host bits included.
    public let address: IPAddress
    /// Leading bits that belong to the network: 0…32 or 0…128.
    public let length: UInt8

    /// Creates a prefix; nil when the length does not fit the family.
    public init?(_ address: IPAddress, length: UInt8) {
        guard Int(length) <= address.family.bitWidth else { return nil }
        self.address = address
        self.length = length
    }

    /// The prefix that holds this one address: /32 or /128.
    public init(host address: IPAddress) {
        self.address = address
        length = UInt8(address.family.bitWidth)
    }

    /// Parses `ADDRESS` or `ADDRESS/LENGTH`; without a length it is the host prefix, as in keepalived's address lines.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        guard parts.count == 2 else {
            self.init(host: address)
            return
        }
        guard let number = Port(parts[1]), let length = UInt8(exactly: number.rawValue) else { return nil }
        self.init(address, length: length)
    }

    /// Whether the prefix covers exactly one address.
    public var isHost: Bool { Int(length) == address.family.bitWidth }

    /// Whether `other` is in the network that the prefix names.
    public func contains(_ other: IPAddress) -> Bool {
        switch (address, other) {
        case (.v4(let own), .v4(let other)):
            length == 0 || (own.rawValue ^ other.rawValue) >> (32 - UInt32(length)) == 0
        case (.v6(let own), .v6(let other)):
            if length == 0 {
                true
            } else if length <= 64 {
                (own.high ^ other.high) >> (64 - UInt64(length)) == 0
            } else {
                own.high == other.high && (own.low ^ other.low) >> (128 - UInt64(length)) == 0
            }
        default: false
        }
    }
}

extension Prefix: CustomStringConvertible {
    /// `ADDRESS/LENGTH`, the length always written.
    public var description: String { "\(address)/\(length)" }
}
