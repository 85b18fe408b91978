import Addressing
import IPVS

/// Reads `host[:port]` the way ipvsadm does.
struct EndpointParser {
    let names: any NameResolver

    /// Reads an endpoint; nil for anything that is none. Without a port, the port is nil.
    func parse(_ text: String, _ transport: TransportProtocol) -> (address: IPAddress, port: Port?)? {
        if let plain = Self.plainEndpoint(text.utf8) { return plain }
        if text.utf8.allSatisfy(\.isDecimalDigit) { return nil }
        if text.hasPrefix("[") {
            // The bracket has to be closed and a colon has to follow: `[2001:db8::1]` alone is refused.
            guard let end = text.lastIndex(of: "]"), let address = IPv6Address(text[..<end].dropFirst()) else {
                return nil
            }
            let rest = text[end...].dropFirst()
            guard rest.first == ":", let port = port(rest.dropFirst(), transport) else { return nil }
            return (.v6(address), port)
        }
        if let address = IPv6Address(text) { return (.v6(address), nil) }
        guard let colon = text.lastIndex(of: ":") else { return host(text[...]).map { (.v4($0), nil) } }
        guard let address = host(text[..<colon]), let port = port(text[colon...].dropFirst(), transport) else {
            return nil
        }
        return (.v4(address), port)
    }

    /// What nearly every line has, `10.1.80.90:80`, without a look at the other forms; nil for those.
    private static func plainEndpoint(_ text: String.UTF8View) -> (address: IPAddress, port: Port?)? {
        // Four octets, then the port: a number without leading zeros, which other readers take for octal, up to its limit.
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var parts = 0
        for byte in text {
            if byte.isDecimalDigit {
                if digits > 0, part == 0 { return nil }
                part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                if part > (parts < 4 ? 255 : 65_535) { return nil }
            } else {
                guard digits > 0, byte == UInt8(ascii: parts < 3 ? "." : ":"), parts < 4 else { return nil }
                address = address << 8 | part
                (part, digits, parts) = (0, 0, parts + 1)
            }
        }
        guard parts == 4, digits > 0 else { return nil }
        return (.v4(IPv4Address(rawValue: address)), Port(rawValue: UInt16(part)))
    }

    private func host(_ text: Substring) -> IPv4Address? {
        guard !text.isEmpty else { return nil }
        return Self.classicAddress(text) ?? names.ipv4Address(ofHost: String(text))
    }

    private func port(_ text: Substring, _ transport: TransportProtocol) -> Port? {
        if let number = DecimalNumber.parse(text) {
            return UInt16(exactly: number).map { Port(rawValue: $0) }
        }
        return text.isEmpty ? nil : names.port(ofService: String(text), protocol: transport)
    }

    /// The forms that `inet_aton` knows: one to four parts, decimal, octal with a leading 0, hexadecimal with `0x`;
    /// the last part fills what is left, so that `10.2` is 10.0.0.2.
    static func classicAddress(_ text: Substring) -> IPv4Address? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var value: UInt64 = 0
        for (index, part) in parts.enumerated() {
            guard let number = classicNumber(part) else { return nil }
            let isLast = index == parts.count - 1
            let room = isLast ? UInt64(8 * (5 - parts.count)) : 8
            guard number < 1 << room else { return nil }
            value = value << room | number
        }
        return UInt32(exactly: value).map { IPv4Address(rawValue: $0) }
    }

    private static func classicNumber(_ text: Substring) -> UInt64? {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let digits = isHexadecimal ? text.dropFirst(2) : text
        guard let first = digits.first, first != "+", first != "-" else { return nil }
        return UInt64(digits, radix: isHexadecimal ? 16 : digits.hasPrefix("0") && digits.count > 1 ? 8 : 10)
    }
}

/// A decimal number as `strtol` reads it: leading blanks and a sign, then digits only.
enum DecimalNumber {
    static func parse(_ text: String) -> Int64? { parse(text[...]) }

    static func parse(_ text: Substring) -> Int64? {
        // HT, LF, VT, FF and CR, and the blank.
        let digits = text.utf8.drop { $0 == 32 || (9...13).contains($0) }
        guard digits.allSatisfy({ $0.isDecimalDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        return Int64(Substring(digits))
    }
}

extension UInt8 {
    var isDecimalDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
