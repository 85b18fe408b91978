/// Diagnostics as text for people and as JSON for programs.
///
///     /etc/keepalived/keepalived.conf:8:4: error[MR0201]: 'virtual_router_id' has no value: it expects …
///        virtual_router_id
///        ^~~~~~~~~~~~~~~~~
///     help: write 'virtual_router_id VALUE'
public struct DiagnosticRenderer: Sendable {
    /// Whether to colour with ANSI sequences; for terminals only.
    public var usesColour: Bool

    /// Creates a renderer.
    public init(usesColour: Bool = false) { self.usesColour = usesColour }

    /// One diagnostic, its lines separated by `\n`, none at the end.
    public func render(_ diagnostic: Diagnostic) -> String {
        let isError = diagnostic.severity == .error
        let severity = coloured(
            "\(isError ? "error" : "warning")[\(diagnostic.code)]", isError ? "1;31" : "1;35")
        let place =
            diagnostic.line > 0 ? "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column)" : diagnostic.file
        var text = coloured("\(Self.printable(place)):", "1") + " \(severity): " + coloured(diagnostic.message, "1")
        if diagnostic.line > 0 {
            let (line, caret) = excerpt(diagnostic)
            text += "\n" + line + "\n" + coloured(caret, isError ? "1;31" : "1;35")
        }
        if let hint = diagnostic.hint { text += "\n" + coloured("help:", "1;36") + " " + hint }
        return text
    }

    /// Everything that a load has to say, with a last line that counts; empty when there is nothing.
    public func render(_ result: LoadResult) -> String {
        guard !result.diagnostics.isEmpty else { return "" }
        return (result.diagnostics.map { render($0) } + [summary(result)]).joined(separator: "\n")
    }

    /// `2 errors, 1 warning`, and how many of them are not shown.
    public func summary(_ result: LoadResult) -> String {
        let errors = result.diagnostics.count { $0.severity == .error } + result.omittedErrors
        let warnings = result.diagnostics.count { $0.severity == .warning } + result.omittedWarnings
        let parts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
        let omitted = result.omittedErrors + result.omittedWarnings
        return parts.joined(separator: ", ") + (omitted > 0 ? " (\(omitted) not shown)" : "")
    }

    /// Everything as one JSON object:
    /// `{"errors":N,"warnings":N,"diagnostics":[{"severity","code","file","line","column","length","message","help","source"}]}`.
    /// `line` and `column` are 0 where the file as a whole is meant, `help` is null where there is none. The counts
    /// include what is not listed: at most 50 of each severity are.
    public func json(_ result: LoadResult) -> String {
        let errors = result.diagnostics.count { $0.severity == .error } + result.omittedErrors
        let warnings = result.diagnostics.count { $0.severity == .warning } + result.omittedWarnings
        let list = result.diagnostics.map { json($0) }.joined(separator: ",")
        return "{\"errors\":\(errors),\"warnings\":\(warnings),\"diagnostics\":[\(list)]}"
    }

    private func json(_ diagnostic: Diagnostic) -> String {
        let severity = diagnostic.severity == .error ? "error" : "warning"
        return "{\"severity\":\"\(severity)\",\"code\":\"\(diagnostic.code)\",\"file\":\(Self.quote(diagnostic.file)),"
            + "\"line\":\(diagnostic.line),\"column\":\(diagnostic.column),\"length\":\(diagnostic.length),"
            + "\"message\":\(Self.quote(diagnostic.message)),"
            + "\"help\":\(diagnostic.hint.map { Self.quote($0) } ?? "null"),"
            + "\"source\":\(Self.quote(diagnostic.sourceLine))}"
    }

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
                if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    private func coloured(_ text: String, _ code: String) -> String {
        usesColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// The source line as a terminal may show it, and a line with a caret under the place. Tabs are kept in both, and
    /// a wide character gets two blanks, so that the caret stands where it should.
    private func excerpt(_ diagnostic: Diagnostic) -> (line: String, caret: String) {
        var line = ""
        var caret = ""
        var column = 1
        let end = diagnostic.excerptColumn + diagnostic.length
        for scalar in diagnostic.sourceLine.unicodeScalars {
            line += scalar == "\t" ? "\t" : KeepalivedConfig.printable(scalar)
            let width = Self.width(scalar)
            if column < diagnostic.excerptColumn {
                caret += scalar == "\t" ? "\t" : String(repeating: " ", count: width)
            } else if column == diagnostic.excerptColumn {
                caret += "^" + String(repeating: "~", count: max(0, width - 1))
            } else if column < end {
                caret += String(repeating: "~", count: scalar == "\t" ? 0 : width)
            }
            column += 1
        }
        if column <= diagnostic.excerptColumn { caret += "^" }
        return (line, caret)
    }

    private static func printable(_ text: String) -> String {
        text.unicodeScalars.map { KeepalivedConfig.printable($0) }.joined()
    }

    /// Columns that a terminal gives a character: 2 for East Asian wide ones, 0 for combining marks.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F, 0x200B, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
