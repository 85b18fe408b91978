/// A stretch of the text of all files together.
struct Span: Sendable, Hashable {
    /// Offset of the first byte in ``SourceText/bytes``.
    var start: UInt32
    /// Bytes.
    var length: UInt32

    /// The offset behind the last byte.
    var end: UInt32 { start + length }

    /// The span without its first bytes; itself where it has not more.
    func dropping(_ count: Int) -> Span {
        guard let count = UInt32(exactly: count), count < length else { return self }
        return Span(start: start + count, length: length - count)
    }
}

/// The bytes of every file that was read, one behind the other, with what says which byte is from where. A line that
/// definitions or loops have changed is appended like a file and knows what its parts were made from, so that a byte
/// offset alone is a place everywhere behind the lexer.
struct SourceText: Sendable {
    /// A file.
    struct File: Sendable {
        /// Name as the user knows it.
        var name: String
        /// For an included file, the path in the line that includes it.
        var includedAt: Span?
    }

    /// Text that came from one file, or one line that was made from other text.
    struct Segment: Sendable {
        /// Offset of the first byte.
        var start: UInt32
        /// Offset behind the last byte.
        var end: UInt32
        /// Index in ``files``; -1 for a line that was made.
        var file: Int32
        /// For a line that was made, where its pieces begin in ``pieces``.
        var firstPiece: UInt32
        /// How many pieces it has.
        var pieceCount: UInt32
    }

    /// A part of a line that was made.
    struct Piece: Sendable {
        /// Offset of the first byte.
        var start: UInt32
        /// What it was made from; always in a file.
        var origin: Span
        /// Whether it is a copy of the origin, byte for byte, rather than the value of a built-in or of a loop.
        var isCopy: Bool
        /// Index in ``frames`` of what brought it here; -1 where it is the line itself.
        var frame: Int32
    }

    /// Why a piece is in a line: a definition that is used, or a turn of a loop.
    struct Frame: Sendable {
        enum Kind: Sendable {
            /// The value of a definition stands for a reference.
            case definition
            /// The text behind a loop stands for the loop.
            case loop
        }

        /// Index of the frame around this one; -1 for none.
        var parent: Int32
        var kind: Kind
        /// `$NAME` of a definition; `$x = 7` of a loop.
        var label: String
        /// The reference of a definition, the head of a loop; in a file.
        var use: Span
    }

    /// More bytes than this are refused: they are a runaway expansion or not a configuration.
    static let limit = 256 << 20
    /// More frames than this are refused for the same reason.
    static let frameLimit = 4 << 20

    /// The text.
    private(set) var bytes: [UInt8] = []
    private(set) var files: [File] = []
    private(set) var segments: [Segment] = []
    private(set) var pieces: [Piece] = []
    private(set) var frames: [Frame] = []
    /// Segments that are files; the rest are lines that were made.
    var madeLines: Int { segments.count - files.count }

    /// Appends a file; false when the text would be too long.
    mutating func append(file: String, bytes content: [UInt8], includedAt: Span?) -> Bool {
        guard content.count < Self.limit - bytes.count else { return false }
        let start = UInt32(bytes.count)
        if bytes.isEmpty { bytes = content } else { bytes += content }
        segments.append(
            Segment(
                start: start, end: UInt32(bytes.count), file: Int32(files.count), firstPiece: UInt32(pieces.count),
                pieceCount: 0))
        files.append(File(name: file, includedAt: includedAt))
        return true
    }

    /// Appends a line that was made; nil when the text would be too long. Offsets in `made` count from the start of
    /// `content`.
    mutating func append(line content: [UInt8], pieces made: [Piece]) -> Range<Int>? {
        guard content.count < Self.limit - bytes.count, pieces.count < Int(Int32.max) - made.count else { return nil }
        let start = UInt32(bytes.count)
        bytes += content
        segments.append(
            Segment(
                start: start, end: UInt32(bytes.count), file: -1, firstPiece: UInt32(pieces.count),
                pieceCount: UInt32(made.count)))
        for piece in made {
            pieces.append(
                Piece(start: piece.start + start, origin: piece.origin, isCopy: piece.isCopy, frame: piece.frame))
        }
        return Int(start)..<bytes.count
    }

    /// Appends a frame and returns its index; nil when there are too many.
    mutating func append(_ frame: Frame) -> Int32? {
        guard frames.count < Self.frameLimit else { return nil }
        frames.append(frame)
        return Int32(frames.count - 1)
    }

    /// The text of a span, with what is not UTF-8 replaced.
    func string(_ span: Span) -> String {
        String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
    }

    /// What the byte at an offset belongs to.
    func segment(at offset: UInt32) -> Segment? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].start <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? segments[low - 1] : nil
    }

    /// The piece of a made line that an offset lies in.
    func piece(at offset: UInt32, in segment: Segment) -> Piece? {
        let all = pieces[Int(segment.firstPiece)..<Int(segment.firstPiece + segment.pieceCount)]
        return all.last { $0.start <= offset } ?? all.first
    }
}
