import Addressing

/// Text of a listing as it grows.
///
/// A front tier has tens of thousands of lines, so every column is written in place: no `String` per field, no
/// format string, no copy to join lines. What lies ahead of the text is blank already, and padding a column is a step.
struct TextBuffer {
    private static let blank = UInt8(ascii: " ")

    /// The text, and blanks from `count` on.
    private var page: [UInt8]
    /// The text's length in bytes.
    private(set) var count = 0

    /// Room for `lines` lines of a common length.
    init(lines: Int = 0) { page = [UInt8](repeating: Self.blank, count: lines * 80) }

    /// The text.
    var bytes: [UInt8] { Array(page[..<count]) }

    /// The last byte of the text; nil where there is none.
    var last: UInt8? { count == 0 ? nil : page[count - 1] }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count)
        page.withUnsafeMutableBytes { page in
            UnsafeMutableRawBufferPointer(rebasing: page[count...]).copyMemory(from: UnsafeRawBufferPointer(text))
        }
        count += text.count
    }

    mutating func append(byte: UInt8) {
        reserve(1)
        page[count] = byte
        count += 1
    }

    mutating func endLine() { append(byte: UInt8(ascii: "\n")) }

    /// Writes a number right-aligned in `width` columns; a longer one takes what it needs.
    mutating func append(decimal value: UInt64, width: Int = 0) {
        var digits = 1
        var rest = value
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        skip(max(digits, width))
        var position = count
        rest = value
        repeat {
            position -= 1
            page[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    mutating func append(signed value: Int64) {
        if value < 0 { append(byte: UInt8(ascii: "-")) }
        append(decimal: value.magnitude)
    }

    mutating func append(_ address: IPAddress) {
        switch address {
        case .v4(let address):
            append(decimal: UInt64(address.rawValue >> 24))
            for shift in stride(from: 16, through: 0, by: -8) {
                append(byte: UInt8(ascii: "."))
                append(decimal: UInt64(address.rawValue >> shift & 0xFF))
            }
        case .v6(let address): append(address.description)
        }
    }

    /// Writes a left-aligned column: what `write` writes, then blanks up to `width`. Without `cutting` a longer text
    /// pushes the rest of the line to the right.
    mutating func column(_ width: Int, cutting: Bool = false, _ write: (inout TextBuffer) -> Void) {
        let start = count
        write(&self)
        let written = count - start
        if written < width {
            skip(width - written)
        } else if cutting {
            cut(from: start, to: width)
        }
    }

    mutating func column(_ width: Int, _ text: String) { column(width) { $0.append(text) } }

    mutating func column(_ width: Int, decimal value: UInt32) { column(width) { $0.append(decimal: UInt64(value)) } }

    /// Drops what was written beyond `limit` bytes since `start`.
    mutating func cut(from start: Int, to limit: Int) {
        while count - start > limit {
            count -= 1
            page[count] = Self.blank
        }
    }

    /// Leaves columns blank.
    private mutating func skip(_ columns: Int) {
        reserve(columns)
        count += columns
    }

    private mutating func reserve(_ bytes: Int) {
        let missing = count + bytes - page.count
        guard missing > 0 else { return }
        page.append(contentsOf: repeatElement(Self.blank, count: max(missing, page.count, 160)))
    }
}
