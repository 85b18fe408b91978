import Addressing

/// Bytes of a listing as they grow.
///
/// A front tier has tens of thousands of lines, so every column is written in place: no `String` per field, no
/// format string, no copy to join lines.
struct TextBuffer {
    private(set) var bytes: [UInt8] = []

    /// Room for `lines` lines of a common length.
    init(lines: Int = 0) { bytes.reserveCapacity(lines * 80) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

    mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    /// Writes a number right-aligned in `width` columns; a longer one takes what it needs.
    mutating func append(decimal value: UInt64, width: Int = 0) {
        var digits = 1
        var rest = value
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        if digits < width { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width - digits)) }
        let end = bytes.count + digits
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digits))
        rest = value
        var position = end
        while rest > 0 {
            position -= 1
            bytes[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    mutating func append(signed value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    mutating func append(_ address: IPAddress) {
        switch address {
        case .v4(let address):
            for shift in [24, 16, 8, 0] as [UInt32] {
                if shift < 24 { bytes.append(UInt8(ascii: ".")) }
                append(decimal: UInt64(address.rawValue >> shift & 0xFF))
            }
        case .v6(let address): append(address.description)
        }
    }

    /// Writes a left-aligned column: what `write` writes, then blanks up to `width`. Without `cutting` a longer text
    /// pushes the rest of the line to the right.
    mutating func column(_ width: Int, cutting: Bool = false, _ write: (inout TextBuffer) -> Void) {
        let start = bytes.count
        write(&self)
        let written = bytes.count - start
        if written < width {
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width - written))
        } else if cutting {
            bytes.removeLast(written - width)
        }
    }

    mutating func column(_ width: Int, _ text: String) { column(width) { $0.append(text) } }

    mutating func column(_ width: Int, decimal value: UInt32) { column(width) { $0.append(decimal: UInt64(value)) } }

    /// Drops what was written beyond `limit` bytes since `start`.
    mutating func cut(from start: Int, to limit: Int) {
        let written = bytes.count - start
        if written > limit { bytes.removeLast(written - limit) }
    }
}
