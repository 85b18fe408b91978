/// What a load has to say as one JSON object on one line, for programs: `docs/diagnostics.md` describes it field by field
/// and `docs/diagnostics.schema.json` for validators.
public enum DiagnosticJSON {
    /// The number of the format, in the field `version`. It grows when a field changes its meaning or goes; fields may be
    /// added without.
    public static let version = 1

    /// The object.
    ///
    /// - Parameter file: the main file as it was named to the program.
    public static func text(_ result: LoadResult, file: String) -> String {
        object([
            ("version", "\(version)"), ("ok", "\(result.configuration != nil)"), ("file", quote(file)),
            ("files", array(result.files.map(quote))), ("errors", "\(result.errorCount)"),
            ("warnings", "\(result.warningCount)"),
            ("omitted", "\(result.omittedErrors + result.omittedWarnings)"),
            ("diagnostics", array(result.diagnostics.map(diagnostic))),
        ])
    }

    private static func diagnostic(_ diagnostic: Diagnostic) -> String {
        object(
            [
                ("severity", diagnostic.severity == .error ? "\"error\"" : "\"warning\""),
                ("code", quote(diagnostic.code)),
                ("title", quote(DiagnosticCatalogue.explanation(of: diagnostic.code)?.title ?? "")),
            ] + place(diagnostic.place) + [
                ("message", quote(diagnostic.message)),
                ("help", diagnostic.hint.map(quote) ?? "null"),
                ("notes", array(diagnostic.notes.map(note))),
                ("explain", quote("martlet explain \(diagnostic.code)")),
            ])
    }

    private static func note(_ note: Diagnostic.Note) -> String {
        object([("message", quote(note.message))] + place(note.place))
    }

    private static func place(_ place: SourcePlace) -> [(String, String)] {
        [
            ("file", quote(place.file)), ("line", "\(place.line)"), ("column", "\(place.column)"),
            ("length", "\(place.length)"), ("source", quote(place.sourceLine)),
            ("sourceColumn", "\(place.excerptColumn)"),
        ]
    }

    private static func object(_ fields: [(String, String)]) -> String {
        "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    private static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

    /// A JSON string (RFC 8259, section 7).
    static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if KeepalivedConfig.printable(scalar) != String(scalar), scalar.value <= 0xFFFF {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
