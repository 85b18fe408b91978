/// An address of either family.
public enum IPAddress: Sendable, Hashable {
    /// An IPv4 address.
    case v4(IPv4Address)
    /// An IPv6 address.
    case v6(IPv6Address)

    /// Parses an address of either family; see ``IPv4Address`` and ``IPv6Address`` for what each accepts.
    public init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self = .v4(address)
        } else if let address = IPv6Address(text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// Creates an address from the leading bytes in network order: 4 for IPv4, 16 for IPv6; nil when there are fewer.
    /// IPVS attributes carry 16 bytes for both families.
    public init?(bytes: some Collection<UInt8>, family: AddressFamily) {
        guard bytes.count >= family.byteCount else { return nil }
        let own = bytes.prefix(family.byteCount)
        switch family {
        case .ipv4: self = .v4(IPv4Address(rawValue: own.reduce(0) { $0 << 8 | UInt32($1) }))
        case .ipv6:
            guard let address = IPv6Address(bytes: own) else { return nil }
            self = .v6(address)
        }
    }

    /// The family of the address.
    public var family: AddressFamily {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    /// The 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        switch self {
        case .v4(let address): address.bytes
        case .v6(let address): address.bytes
        }
    }

    /// The address when it is IPv4.
    public var ipv4: IPv4Address? {
        if case .v4(let address) = self { address } else { nil }
    }

    /// The address when it is IPv6.
    public var ipv6: IPv6Address? {
        if case .v6(let address) = self { address } else { nil }
    }

    /// Whether the address is a multicast group.
    public var isMulticast: Bool {
        switch self {
        case .v4(let address): address.isMulticast
        case .v6(let address): address.isMulticast
        }
    }

    /// Whether the address is `0.0.0.0` or `::`.
    public var isUnspecified: Bool { self == .v4(.any) || self == .v6(.any) }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by number: the order of an IPVS listing.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        switch (left, right) {
        case (.v4(let left), .v4(let right)): left < right
        case (.v6(let left), .v6(let right)): left < right
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The text of the address without its family: `10.1.80.90`, `2001:db8::1`.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}
