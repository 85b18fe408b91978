/// A transport port, 0…65535. Zero means "any port" for a virtual service and "the port of the packet" for a
/// destination (`linux/ip_vs.h`).
public struct Port: Sendable, Hashable, Comparable {
    /// The port in host order.
    public let rawValue: UInt16

    /// Port 0.
    public static let any = Port(rawValue: 0)

    /// Creates a port from its number in host order.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Parses a decimal number 0…65535; a sign, a blank or anything after the digits is refused.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = UInt16(text)
        else { return nil }
        rawValue = value
    }

    /// By number.
    public static func < (left: Port, right: Port) -> Bool { left.rawValue < right.rawValue }
}

extension Port: ExpressibleByIntegerLiteral {
    /// A port written as a number in source code.
    public init(integerLiteral value: UInt16) { self.init(rawValue: value) }
}

extension Port: CustomStringConvertible {
    /// The decimal number.
    public var description: String { String(rawValue) }
}
