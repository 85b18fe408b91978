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

    /// Creates a place.
    public init(
        file: String, line: Int, column: Int, length: Int = 1, sourceLine: String = "", excerptColumn: Int? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.length = length
        self.sourceLine = sourceLine
        self.excerptColumn = excerptColumn ?? column
    }
}

extension SourceText {
    /// The stretch of a file that a span is about: itself, or what the text was made from. Where a definition is used,
    /// that is the reference in the line that uses it, for that is what an operator looks at first.
    func used(_ span: Span) -> Span {
        let first = usedPiece(span)
        guard span.length > 0 else { return first }
        let last = usedPiece(Span(start: span.end - 1, length: 1))
        guard last.start > first.start, segment(at: last.start)?.start == segment(at: first.start)?.start else {
            return first
        }
        return Span(start: first.start, length: max(first.end, last.end) - first.start)
    }

    private func usedPiece(_ span: Span) -> Span {
        guard let segment = segment(at: span.start), segment.file < 0 else { return span }
        guard let piece = piece(at: span.start, in: segment) else { return Span(start: 0, length: 0) }
        var use: Span?
        var frame = piece.frame
        while frames.indices.contains(Int(frame)) {
            if frames[Int(frame)].kind == .definition { use = frames[Int(frame)].use }
            frame = frames[Int(frame)].parent
        }
        return use ?? written(span, in: piece)
    }

    /// Where the text of a piece is written.
    private func written(_ span: Span, in piece: Piece) -> Span {
        guard piece.isCopy, span.start >= piece.start else { return piece.origin }
        let offset = min(span.start - piece.start, piece.origin.length)
        return Span(start: piece.origin.start + offset, length: min(span.length, piece.origin.length - offset))
    }

    /// Where the text of a line that was made is written; nil in a line that was not.
    func writtenIfMade(_ span: Span) -> Span? {
        guard madeLines > 0, let segment = segment(at: span.start), segment.file < 0 else { return nil }
        return piece(at: span.start, in: segment).map { written(span, in: $0) }
    }

    /// What orders places as they are read: included text and made lines stand behind the rest in ``bytes``, but are
    /// read where they are used.
    func order(of offset: UInt32) -> [UInt32] {
        let place = used(Span(start: offset, length: 1)).start
        var order = place == offset ? [offset] : [place, offset]
        var next = file(at: place)?.includedAt
        while let span = next {
            let outer = used(span).start
            order.insert(outer, at: 0)
            next = file(at: outer)?.includedAt
        }
        return order
    }

    private func file(at offset: UInt32) -> File? {
        segment(at: offset).flatMap { files.indices.contains(Int($0.file)) ? files[Int($0.file)] : nil }
    }

    /// The places that say how the text of a span came to be read: the definitions and loops that made it, then the
    /// chain of includes, from the inside out.
    func notes(of span: Span) -> [Diagnostic.Note] {
        var notes: [Diagnostic.Note] = []
        if let segment = segment(at: span.start), segment.file < 0, let piece = piece(at: span.start, in: segment) {
            var place = written(span, in: piece)
            var frame = piece.frame
            while frames.indices.contains(Int(frame)) {
                let reason = frames[Int(frame)]
                switch reason.kind {
                case .definition:
                    notes.append(
                        Diagnostic.Note("in the definition of \(quoted(reason.label))", at: self.place(of: place)))
                    place = reason.use
                case .loop:
                    notes.append(
                        Diagnostic.Note(
                            "from this \(quoted(loopName(reason.use))) with \(reason.label)",
                            at: self.place(of: reason.use)))
                }
                frame = reason.parent
            }
        }
        var next = file(at: used(span).start)?.includedAt
        while let span = next {
            notes.append(Diagnostic.Note("included from here", at: place(of: span)))
            next = file(at: used(span).start)?.includedAt
        }
        return notes
    }

    private func loopName(_ head: Span) -> String {
        string(Span(start: head.start, length: min(head.length, 5))).prefix { $0 != "(" && $0 != " " && $0 != "\t" }
            + ""
    }

    /// The place of a span in its file.
    func place(of span: Span) -> SourcePlace {
        let span = used(span)
        guard let segment = segment(at: span.start), files.indices.contains(Int(segment.file)) else {
            return SourcePlace(file: files.first?.name ?? "", line: 1, column: 1)
        }
        let start = Int(span.start)
        var lineStart = Int(segment.start)
        var line = 1
        bytes.withUnsafeBufferPointer { bytes in
            for index in lineStart..<max(start, lineStart) where bytes[index] == UInt8(ascii: "\n") {
                line += 1
                lineStart = index + 1
            }
        }
        var lineEnd = start
        while lineEnd < Int(segment.end), bytes[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
        if lineEnd > lineStart, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
        let column = Self.characters(bytes[lineStart..<start]) + 1
        let end = min(max(Int(span.end), start), max(lineEnd, start))
        let length = max(1, Self.characters(bytes[start..<end]))
        let (window, excerptColumn) = excerpt(lineStart..<max(lineEnd, lineStart), at: start, column: column)
        return SourcePlace(
            file: files[Int(segment.file)].name, line: line, column: column, length: length, sourceLine: window,
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
}
