/// An IPv4 address, kept as the 32-bit number that orders it.
public struct IPv4Address: Sendable, Hashable {
    /// The address in host order: 10.1.80.90 is `0x0A01_505A`.
    public let rawValue: UInt32

    /// `0.0.0.0`.
    public static let any = IPv4Address(rawValue: 0)

    /// `255.255.255.255`.
    public static let broadcast = IPv4Address(rawValue: .max)

    /// Creates an address from its number in host order.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Creates an address from its four octets, first octet first.
    public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        rawValue = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    /// Parses four decimal octets, as `inet_pton` does: exactly four parts, no leading zeros (`010.0.0.1` would be
    /// octal to some readers), no blanks, each 0…255.
    public init?(_ text: some StringProtocol) {
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var octets = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if digits > 0, octet == 0 { return nil }
                octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                if octet > 255 { return nil }
            case UInt8(ascii: "."):
                guard digits > 0, octets < 3 else { return nil }
                value = value << 8 | octet
                octet = 0
                digits = 0
                octets += 1
            default:
                return nil
            }
        }
        guard octets == 3, digits > 0 else { return nil }
        rawValue = value << 8 | octet
    }

    /// The four octets in network order.
    public var bytes: [UInt8] {
        [UInt8(rawValue >> 24), UInt8(rawValue >> 16 & 0xFF), UInt8(rawValue >> 8 & 0xFF), UInt8(rawValue & 0xFF)]
    }

    /// Whether the address is in 224.0.0.0/4 (RFC 5771).
    public var isMulticast: Bool { rawValue >> 28 == 0b1110 }

    /// Whether the address is in 127.0.0.0/8.
    public var isLoopback: Bool { rawValue >> 24 == 127 }

    /// Whether the address is in 169.254.0.0/16 (RFC 3927).
    public var isLinkLocal: Bool { rawValue >> 16 == 0xA9FE }
}

extension IPv4Address: Comparable {
    /// By number.
    public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.rawValue < right.rawValue }
}

extension IPv4Address: CustomStringConvertible {
    /// Dotted decimal, as `inet_ntop` prints it.
    public var description: String {
        "\(rawValue >> 24).\(rawValue >> 16 & 0xFF).\(rawValue >> 8 & 0xFF).\(rawValue & 0xFF)"
    }
}
