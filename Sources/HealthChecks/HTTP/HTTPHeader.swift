/// The fields of an answer's header that say how its body ends.
///
/// Read in place: a header costs no memory of its own, because each of many thousand checks a second has one.
struct HTTPHeader {
    let status: UInt16
    /// Nil when absent, contradictory or no number: then the body ends with the connection.
    private(set) var contentLength: Int?
    private(set) var isChunked = false

    /// Reads a header up to and including its blank line.
    init(_ bytes: borrowing Span<UInt8>) throws(HTTPResponseError) {
        var position = 0
        guard let first = Self.nextLine(bytes, from: &position), let status = Self.status(bytes, first) else {
            throw .statusLine
        }
        self.status = status
        var hasLength = false
        var isContradictory = false
        while let line = Self.nextLine(bytes, from: &position) {
            guard let colon = line.first(where: { bytes[$0] == UInt8(ascii: ":") }) else { continue }
            let name = Self.trimmed(bytes, line.lowerBound..<colon)
            let value = Self.trimmed(bytes, colon + 1..<line.upperBound)
            if Self.equals(bytes, name, "content-length") {
                let length = Self.decimal(bytes, value)
                contentLength = hasLength && contentLength != length ? nil : length
                // A second one that contradicts the first, and any behind them, make it unknown for good.
                if hasLength, contentLength == nil { isContradictory = true }
                hasLength = true
            } else if Self.equals(bytes, name, "transfer-encoding") {
                let comma = value.last { bytes[$0] == UInt8(ascii: ",") }
                let last = comma.map { $0 + 1..<value.upperBound } ?? value
                isChunked = Self.equals(bytes, Self.trimmed(bytes, last), "chunked")
            }
        }
        if isContradictory { contentLength = nil }
    }

    /// The next line that is not empty, without its line feed.
    private static func nextLine(_ bytes: borrowing Span<UInt8>, from position: inout Int) -> Range<Int>? {
        while position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
        guard position < bytes.count else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        return start..<position
    }

    /// `HTTP/x.y NNN`, with or without a reason behind it: HTTP/1.1 lets a server leave the reason out.
    private static func status(_ bytes: borrowing Span<UInt8>, _ line: Range<Int>) -> UInt16? {
        let version = word(bytes, line)
        guard version.count >= 5, equals(bytes, version.lowerBound..<version.lowerBound + 5, "http/") else {
            return nil
        }
        let digits = trimmed(bytes, word(bytes, version.upperBound..<line.upperBound))
        guard digits.count == 3, let status = decimal(bytes, digits) else { return nil }
        return UInt16(exactly: status)
    }

    /// The part of a range between blanks before it and the next blank.
    private static func word(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let start = range.first { bytes[$0] != UInt8(ascii: " ") } ?? range.upperBound
        let end = (start..<range.upperBound).first { bytes[$0] == UInt8(ascii: " ") } ?? range.upperBound
        return start..<end
    }

    private static func decimal(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var value = 0
        for index in range {
            let byte = bytes[index]
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflows, !overflowsToo else { return nil }
            value = sum
        }
        return value
    }

    private static func trimmed(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        func isBlank(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while start < end, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Whether the bytes are this word in letters of either case.
    private static func equals(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        var index = range.lowerBound
        for letter in letters {
            let byte = bytes[index]
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard byte == letter || (isCapital && byte | 0x20 == letter) else { return false }
            index += 1
        }
        return true
    }
}
