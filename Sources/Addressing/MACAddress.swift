/// A 48-bit link-layer address.
public struct MACAddress: Sendable, Hashable {
    /// The six octets, first octet first.
    public let octets: [6 of UInt8]

    /// `ff:ff:ff:ff:ff:ff`.
    public static let broadcast = MACAddress(octets: .init(repeating: 0xFF))

    /// Creates an address from six octets.
    public init(octets: [6 of UInt8]) { self.octets = octets }

    /// Creates an address from exactly six bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        var octets: [6 of UInt8] = .init(repeating: 0)
        for (index, byte) in bytes.enumerated() { octets[index] = byte }
        self.octets = octets
    }

    /// The six octets as an array.
    public var bytes: [UInt8] { octets.indices.map { octets[$0] } }

    /// Equal when all six octets are; written out because `InlineArray` is not `Equatable`.
    public static func == (left: MACAddress, right: MACAddress) -> Bool { left.bytes == right.bytes }

    /// Hashes the six octets.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension MACAddress: CustomStringConvertible {
    /// Six pairs of lower-case hexadecimal digits with colons.
    public var description: String {
        bytes.map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }.joined(separator: ":")
    }
}
