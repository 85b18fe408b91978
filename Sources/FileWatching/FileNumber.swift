/// The number that a file holds for `FILE_CHECK` and `track_file`.
public enum FileNumber {
    /// Bytes of a file that are looked at.
    public static let readLimit = 128

    /// The number that a file begins with, as strtol(3) reads it with base 0: blanks, a sign, and decimal, `0x…`
    /// or `0…` octal digits; what follows is left alone. Whatever is no number is 0.
    ///
    /// - Returns: nil for a number outside −2³¹…2³¹−1, which changes nothing.
    public static func value(of contents: [UInt8]) -> Int32? {
        var rest = contents.prefix(readLimit).drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        var base: Int64 = 10
        if rest.first == UInt8(ascii: "0") {
            let behind = rest.dropFirst()
            if behind.first == UInt8(ascii: "x") || behind.first == UInt8(ascii: "X"),
                digit(behind.dropFirst().first) < 16
            {
                base = 16
                rest = behind.dropFirst()
            } else {
                base = 8
            }
        }
        var value: Int64 = 0
        while digit(rest.first) < base {
            value = value * base + digit(rest.first)
            guard value <= Int64(Int32.max) + (isNegative ? 1 : 0) else { return nil }
            rest = rest.dropFirst()
        }
        return Int32(exactly: isNegative ? -value : value)
    }

    /// The value of a digit; 99 for what is none.
    private static func digit(_ byte: UInt8?) -> Int64 {
        switch byte ?? 0 {
        case let byte where (0x30...0x39).contains(byte): Int64(byte) - 0x30
        case let byte where (0x41...0x46).contains(byte): Int64(byte) - 0x41 + 10
        case let byte where (0x61...0x66).contains(byte): Int64(byte) - 0x61 + 10
        default: 99
        }
    }
}
