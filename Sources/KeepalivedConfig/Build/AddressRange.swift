import Addressing

/// Ranges of addresses, as `virtual_server_group` has them.
extension IPAddress {
    /// The address with its last byte (decimal), or its last 16 bits (hexadecimal), taken from `text`.
    func replacingEnd(with text: some StringProtocol) -> IPAddress? {
        switch self {
        case .v4(let address):
            guard (1...3).contains(text.utf8.count), let last = UInt8(text), text.utf8.first != UInt8(ascii: "+") else {
                return nil
            }
            return .v4(IPv4Address(rawValue: address.rawValue & ~0xFF | UInt32(last)))
        case .v6(let address):
            guard (1...4).contains(text.utf8.count), let last = UInt16(text, radix: 16),
                text.utf8.first != UInt8(ascii: "+")
            else { return nil }
            return .v6(IPv6Address(high: address.high, low: address.low & ~0xFFFF | UInt64(last)))
        }
    }

    /// The address that comes `distance` later; wraps around at the end of the family.
    func advanced(by distance: UInt32) -> IPAddress {
        switch self {
        case .v4(let address): return .v4(IPv4Address(rawValue: address.rawValue &+ distance))
        case .v6(let address):
            let (low, carry) = address.low.addingReportingOverflow(UInt64(distance))
            return .v6(IPv6Address(high: address.high &+ (carry ? 1 : 0), low: low))
        }
    }
}

extension ClosedRange<IPAddress> {
    /// How many addresses it has, or more than `limit` when there are more.
    func count(upTo limit: Int) -> Int {
        switch (lowerBound, upperBound) {
        case (.v4(let first), .v4(let last)):
            return Int(last.rawValue - Swift.min(first.rawValue, last.rawValue)) + 1
        case (.v6(let first), .v6(let last)):
            let (low, borrow) = last.low.subtractingReportingOverflow(first.low)
            let high = last.high &- first.high &- (borrow ? 1 : 0)
            return high == 0 && low < UInt64(limit) ? Int(low) + 1 : limit + 1
        default: return limit + 1
        }
    }
}

extension Prefix {
    /// The first and the last address of the network.
    var range: (first: IPAddress, last: IPAddress) {
        func mask(_ bits: UInt8) -> UInt64 { bits == 0 ? 0 : UInt64.max << (64 - UInt64(Swift.min(bits, 64))) }
        switch address {
        case .v4(let address):
            let network = UInt32(truncatingIfNeeded: mask(length) >> 32)
            return (
                .v4(IPv4Address(rawValue: address.rawValue & network)),
                .v4(IPv4Address(rawValue: address.rawValue | ~network))
            )
        case .v6(let address):
            let (high, low) = (mask(Swift.min(length, 64)), mask(length > 64 ? length - 64 : 0))
            return (
                .v6(IPv6Address(high: address.high & high, low: address.low & low)),
                .v6(IPv6Address(high: address.high | ~high, low: address.low | ~low))
            )
        }
    }
}
