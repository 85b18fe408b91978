/// Something of a file that is not in the configuration: the rule that left it out, and the line. It does not say where
/// the line stands, so that it is known again after other lines were edited.
public struct Omission: Sendable, Hashable {
    /// Code of the diagnostic that says so.
    public var code: String
    /// The text of the line, without the ends of a very long one; empty where the file as a whole is meant.
    public var line: String
}

extension DiagnosticSink {
    /// A place where something is left out.
    struct LeftOut: Sendable, Hashable {
        var code: String
        var span: Span
    }

    /// What is left out of the text. Beyond a number that nobody has on purpose, only the number tells two texts apart.
    func omissions(in text: SourceText) -> Set<Omission> {
        var result = Set(leftOut.map { Omission(code: $0.code, line: text.line(around: $0.span)) })
        if uncountedOmissions > 0 { result.insert(Omission(code: "", line: "and \(uncountedOmissions) more")) }
        return result
    }
}

extension SourceText {
    /// The line of a span without the blanks around it, or the part of a long line that is around it.
    func line(around span: Span) -> String {
        let reach = 512
        let span = used(span)
        guard let segment = segment(at: span.start) else { return "" }
        let place = Int(span.start)
        var start = place
        while start > max(Int(segment.start), place - reach), bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        var end = place
        while end < min(Int(segment.end), place + reach), bytes[end] != UInt8(ascii: "\n") { end += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        while start < end, isBlank(bytes[start]) { start += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}
