/// A stretch of the text of all files together.
struct Span: Sendable, Hashable {
    /// Offset of the first byte in ``SourceText/bytes``.
    var start: UInt32
    /// Bytes.
    var length: UInt32

    /// The offset behind the last byte.
    var end: UInt32 { start + length }
}

/// A place in a file as an editor shows it.
public struct SourcePlace: Sendable, Hashable {
    /// File name as the user knows it.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Column in characters, from 1.
    public var column: Int
    /// Characters, at least 1, none beyond the end of the line.
    public var length: Int
    /// The source line, cut to a window around the place when it is very long.
    public var sourceLine: String
    /// Column of the place within ``sourceLine``, from 1.
    public var excerptColumn: Int
}

/// The bytes of every file that was read, one behind the other, with what says which byte is from where. Text that a
/// definition or a loop has made is appended like a file and knows the line that it was made from, so that a byte
/// offset alone is a place everywhere behind the lexer.
struct SourceText: Sendable {
    /// Text that came from one file, or from expanding one line of one.
    struct Segment: Sendable {
        /// Offset of the first byte.
        var start: UInt32
        /// Offset behind the last byte.
        var end: UInt32
        /// File name; for an expansion that of its line.
        var file: String
        /// For an included file, where it is included.
        var includedAt: UInt32?
        /// For an expansion, what its parts were made from, in order; empty for a file.
        var pieces: [Piece] = []
    }

    /// A part of an expansion.
    struct Piece: Sendable {
        /// Offset of the first byte in the expansion.
        var start: UInt32
        /// What it was made from.
        var origin: Span
        /// Whether it is a copy of the origin, byte for byte, rather than a substitution.
        var isCopy: Bool
    }

    /// More text than this is refused: it is a runaway expansion or not a configuration.
    static let limit = 512 << 20

    /// The text.
    private(set) var bytes: [UInt8] = []
    private(set) var segments: [Segment] = []

    /// Appends a file; false when the text would be too long.
    mutating func append(file: String, bytes content: [UInt8], includedAt: UInt32?) -> Bool {
        guard content.count < Self.limit - bytes.count else { return false }
        let start = UInt32(bytes.count)
        if bytes.isEmpty { bytes = content } else { bytes += content }
        segments.append(Segment(start: start, end: UInt32(bytes.count), file: file, includedAt: includedAt))
        return true
    }

    /// Appends the expansion of a line; false when the text would be too long. Offsets in `pieces` count from the
    /// start of `content`.
    mutating func append(expansion content: [UInt8], pieces: [Piece], file: String) -> Range<Int>? {
        guard content.count < Self.limit - bytes.count else { return nil }
        let start = UInt32(bytes.count)
        bytes += content
        let moved = pieces.map { Piece(start: $0.start + start, origin: $0.origin, isCopy: $0.isCopy) }
        segments.append(Segment(start: start, end: UInt32(bytes.count), file: file, pieces: moved))
        return Int(start)..<bytes.count
    }

    /// The text of a span, with what is not UTF-8 replaced.
    func string(_ span: Span) -> String {
        String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
    }

    /// What orders places as they are read: included text and expansions stand behind the rest in ``bytes``, but are
    /// read where they are used.
    func order(of offset: UInt32) -> [UInt32] {
        guard let segment = segment(at: offset) else { return [] }
        if let piece = segment.pieces.last(where: { $0.start <= offset }) {
            return order(of: piece.origin.start + (piece.isCopy ? offset - piece.start : 0)) + [offset]
        }
        return (segment.includedAt.map { order(of: $0) } ?? []) + [offset]
    }

    /// The place of a span in its file.
    func place(of span: Span) -> SourcePlace {
        guard let segment = segment(at: span.start) else {
            return SourcePlace(
                file: segments.first?.file ?? "", line: 1, column: 1, length: 1, sourceLine: "", excerptColumn: 1)
        }
        if let piece = segment.pieces.last(where: { $0.start <= span.start }) {
            let offset = piece.isCopy ? min(span.start - piece.start, piece.origin.length) : 0
            let length = piece.isCopy ? min(span.length, piece.origin.length - offset) : piece.origin.length
            return place(of: Span(start: piece.origin.start + offset, length: length))
        }
        return place(of: span, in: segment)
    }

    private func place(of span: Span, in segment: Segment) -> SourcePlace {
        let start = Int(span.start)
        var lineStart = Int(segment.start)
        var line = 1
        var index = lineStart
        while index < start {
            if bytes[index] == UInt8(ascii: "\n") {
                line += 1
                lineStart = index + 1
            }
            index += 1
        }
        var lineEnd = start
        while lineEnd < Int(segment.end), bytes[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
        if lineEnd > lineStart, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
        let column = Self.characters(bytes[lineStart..<start]) + 1
        let end = min(max(Int(span.end), start), max(lineEnd, start))
        let length = max(1, Self.characters(bytes[start..<end]))
        let (window, excerptColumn) = excerpt(lineStart..<max(lineEnd, lineStart), at: start, column: column)
        return SourcePlace(
            file: segment.file, line: line, column: column, length: length, sourceLine: window,
            excerptColumn: excerptColumn)
    }

    /// A line of megabytes must not make a diagnostic of megabytes.
    private func excerpt(_ line: Range<Int>, at start: Int, column: Int) -> (String, Int) {
        let before = 120
        let width = 240
        var from = line.lowerBound
        var to = line.upperBound
        if to - from > width {
            from = max(from, min(start - before, to - width))
            to = min(to, from + width)
            while from < start, from > line.lowerBound, bytes[from] & 0xC0 == 0x80 { from += 1 }
            while to < line.upperBound, to > from, bytes[to] & 0xC0 == 0x80 { to -= 1 }
        }
        let excerptColumn =
            from == line.lowerBound ? column : Self.characters(bytes[min(from, start)..<start]) + 1
        return (String(decoding: bytes[from..<max(from, to)], as: UTF8.self), excerptColumn)
    }

    private static func characters(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    private func segment(at offset: UInt32) -> Segment? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].start <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? segments[low - 1] : nil
    }
}
