/// An IPv6 address, kept as two 64-bit halves in host order.
public struct IPv6Address: Sendable, Hashable {
    /// The first eight bytes as a number.
    public let high: UInt64
    /// The last eight bytes as a number.
    public let low: UInt64

    /// `::`.
    public static let any = IPv6Address(high: 0, low: 0)

    /// Creates an address from its two halves in host order.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates an address from 16 bytes in network order; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// The 16 bytes in network order.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            let half = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index % 8)))
        }
    }

    /// The eight 16-bit groups, first group first.
    var groups: [UInt16] {
        (0..<8).map { index in
            let half = index < 4 ? high : low
            return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (index % 4)))
        }
    }

    /// Whether the address is in ff00::/8 (RFC 4291 section 2.7).
    public var isMulticast: Bool { high >> 56 == 0xFF }

    /// Whether the address is in fe80::/10 (RFC 4291 section 2.5.6).
    public var isLinkLocal: Bool { high >> 54 == 0xFE80 >> 6 }

    /// Whether the address is `::1`.
    public var isLoopback: Bool { high == 0 && low == 1 }
}

extension IPv6Address {
    /// Parses the forms of RFC 4291 section 2.2: eight groups, one `::`, a trailing dotted IPv4 part.
    ///
    /// Not accepted: a zone (`%eth0`), brackets, a group of five digits, two `::`, a `::` that stands for nothing
    /// when eight groups are written out.
    public init?(_ text: some StringProtocol) {
        var head: [UInt16] = []
        var tail: [UInt16] = []
        var compressed = false
        var rest = Substring(text)
        guard !rest.isEmpty, rest.utf8.count <= 45 else { return nil }
        if rest.hasPrefix("::") {
            compressed = true
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let piece = rest.prefix { $0 != ":" }
            let isLast = piece.endIndex == rest.endIndex
            if isLast, piece.utf8.contains(UInt8(ascii: ".")) {
                guard let embedded = IPv4Address(piece) else { return nil }
                let parts = [UInt16(embedded.rawValue >> 16), UInt16(embedded.rawValue & 0xFFFF)]
                if compressed { tail += parts } else { head += parts }
                rest = rest[piece.endIndex...]
                break
            }
            guard (1...4).contains(piece.utf8.count), piece.utf8.allSatisfy(\.isHexadecimalDigit),
                let group = UInt16(piece, radix: 16)
            else { return nil }
            if compressed { tail.append(group) } else { head.append(group) }
            guard head.count + tail.count <= 8 else { return nil }
            rest = rest[piece.endIndex...]
            if isLast { break }
            rest = rest.dropFirst()
            if rest.first == ":" {
                guard !compressed else { return nil }
                compressed = true
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let written = head.count + tail.count
        guard compressed ? written < 8 : written == 8 else { return nil }
        let groups = head + Array(repeating: 0, count: 8 - written) + tail
        high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

extension IPv6Address: Comparable {
    /// By number.
    public static func < (left: IPv6Address, right: IPv6Address) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical text of RFC 5952: lower case, the longest run of two or more zero groups compressed, the first
    /// of equal runs. As `inet_ntop` does it, IPv4-mapped addresses and those whose first six groups are the longest
    /// run (`::192.0.2.1`, RFC 4291 section 2.5.5) have a dotted tail, so that listings compare byte for byte.
    public var description: String {
        let embedded = IPv4Address(rawValue: UInt32(truncatingIfNeeded: low))
        if high == 0, low >> 32 == 0xFFFF { return "::ffff:\(embedded)" }
        let groups = groups
        let zeros = Self.longestZeroRun(in: groups)
        if zeros == 0..<6 { return "::\(embedded)" }
        func joined(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard zeros.count >= 2 else { return joined(0..<8) }
        return joined(0..<zeros.lowerBound) + "::" + joined(zeros.upperBound..<8)
    }

    private static func longestZeroRun(in groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var index = 0
        while index < groups.count {
            guard groups[index] == 0 else {
                index += 1
                continue
            }
            let end = groups[index...].firstIndex { $0 != 0 } ?? groups.count
            if end - index > best.count { best = index..<end }
            index = end
        }
        return best
    }
}
