/// What a name stands for.
struct Definition: Sendable {
    enum Value: Sendable {
        /// Text of the file, one element for each line; comments and what joins the lines are left out. What it uses
        /// in turn is replaced only where it is used itself.
        case lines([[Span]])
        /// A number of a loop, or a value of its list.
        case text([UInt8])
    }

    var value: Value
    /// The name with its value, or the head of the loop.
    var place: Span
    /// For the variable of a loop the frame of the turn; else -1.
    var turn: Int32 = -1
}

/// A piece of a line that is being made, or the end of one line and the start of the next.
enum LineItem {
    /// Text of a file with the frame that brought it here.
    case text(Span, frame: Int32)
    case lineBreak
}

/// Where a line is being made.
struct LineBuffer {
    var content: [UInt8] = []
    var pieces: [SourceText.Piece] = []

    mutating func append(copy span: Span, of bytes: [UInt8], frame: Int32) {
        guard span.length > 0 else { return }
        pieces.append(
            SourceText.Piece(start: UInt32(content.count), origin: span, isCopy: true, frame: frame))
        content += bytes[Int(span.start)..<Int(span.end)]
    }

    mutating func append(value: [UInt8], for span: Span, frame: Int32) {
        guard !value.isEmpty else { return }
        pieces.append(
            SourceText.Piece(start: UInt32(content.count), origin: span, isCopy: false, frame: frame))
        content += value
    }
}
