/// A file whose number is added to a server's weight or takes the server down (`FILE_CHECK`).
public struct FileTarget: Sendable, Hashable {
    /// Bytes of a file that are looked at.
    public static let readLimit = 128

    /// Where the file is.
    public var path: String
    /// What the number is multiplied with; 0 makes any number but 0 a failure.
    public var weight: Int32
    /// The product counts with its sign turned; with weight 0, a 0 is the failure.
    public var isReversed: Bool

    /// Creates a target.
    public init(path: String, weight: Int32, isReversed: Bool = false) {
        self.path = path
        self.weight = weight
        self.isReversed = isReversed
    }

    /// Judges the contents of the file.
    ///
    /// - Parameter contents: its beginning; nil when there is no file, which counts like a 0.
    /// - Returns: Success with what is to be added to the weight, or failure. A product of −2³¹ or less is one too.
    public func result(of contents: [UInt8]?) -> CheckResult {
        let number = contents.map(Self.number) ?? 0
        guard weight != 0 else {
            return (number == 0) == isReversed ? .failure(.file(path: path, number: number)) : .success()
        }
        // Two factors of 32 bits fit 64.
        let product = Int64(number) * Int64(weight) * (isReversed ? -1 : 1)
        guard product > Int64(Int32.min) else { return .failure(.file(path: path, number: number)) }
        return .success(weight: Int32(clamping: product))
    }

    /// The number that a file begins with, as strtol(3) reads it with base 0: blanks, a sign, and decimal, `0x…`
    /// or `0…` octal digits; what follows is left alone. Whatever is no number, or outside ±(2³¹−1), is 0.
    static func number(_ contents: [UInt8]) -> Int32 {
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
            guard value <= Int64(Int32.max) else { return 0 }
            rest = rest.dropFirst()
        }
        return Int32(isNegative ? -value : value)
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
