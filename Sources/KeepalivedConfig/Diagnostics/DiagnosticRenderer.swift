/// Diagnostics as text for people.
///
///     /etc/keepalived/keepalived.conf:8:5: error[MR0201]: 'virtual_router_id' has no value: it expects …
///         virtual_router_id
///         ^~~~~~~~~~~~~~~~~
///     help: write 'virtual_router_id VALUE'
///
/// The first line is what compilers write, so that editors and CI systems find the place. Notes have the same form.
public struct DiagnosticRenderer: Sendable {
    /// Whether to colour with ANSI sequences; for terminals only.
    public var usesColour: Bool
    /// Columns that a source line may take before it is cut to a window around the place.
    public var columns: Int

    /// Creates a renderer.
    public init(usesColour: Bool = false, columns: Int = 100) {
        self.usesColour = usesColour
        self.columns = max(20, columns)
    }

    /// One diagnostic with its notes, its lines separated by `\n`, none at the end.
    public func render(_ diagnostic: Diagnostic) -> String {
        let isError = diagnostic.severity == .error
        let colour = isError ? "1;31" : "1;35"
        let severity = coloured("\(isError ? "error" : "warning")[\(diagnostic.code)]", colour)
        var text = heading(diagnostic.place) + " \(severity): " + coloured(diagnostic.message, "1")
        text += excerpt(diagnostic.place, colour)
        if let hint = diagnostic.hint { text += "\n" + coloured("help:", "1;36") + " " + hint }
        for note in diagnostic.notes {
            text += "\n" + heading(note.place) + " " + coloured("note:", "1;32") + " " + note.message
            text += excerpt(note.place, "1;32")
        }
        return text
    }

    /// Everything that a load has to say, with a last line that counts; empty when there is nothing.
    public func render(_ result: LoadResult) -> String {
        guard !result.diagnostics.isEmpty else { return "" }
        return (result.diagnostics.map { render($0) } + [summary(result)]).joined(separator: "\n")
    }

    /// `2 errors, 1 warning`, what becomes of the file, and where to read on: the last line of a listing.
    public func summary(_ result: LoadResult) -> String {
        let parts = [(result.errorCount, "error"), (result.warningCount, "warning")].filter { $0.0 > 0 }
        let omitted = result.omittedErrors + result.omittedWarnings
        let counts = parts.map { counted($0.0, $0.1) }.joined(separator: ", ")
        let outcome = result.configuration == nil ? "the file is not used" : "the file can be used"
        let code = (result.diagnostics.first { $0.severity == .error } ?? result.diagnostics.first)?.code
        return counts + (omitted > 0 ? " (\(omitted) not shown)" : "") + ": " + outcome
            + (code.map { "; 'martlet explain \($0)' says more about the first" } ?? "")
    }

    private func heading(_ place: SourcePlace) -> String {
        let text = place.line > 0 ? "\(place.file):\(place.line):\(place.column)" : place.file
        return coloured("\(DisplayText.printable(text)):", "1")
    }

    private func coloured(_ text: String, _ code: String) -> String {
        usesColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension DiagnosticRenderer {
    /// A character of a source line as a terminal shows it.
    private struct Cell {
        var text: String
        /// Columns.
        var width: Int
        /// What the line below has in its place: blanks or a tab.
        var blank: String

        init(_ scalar: Unicode.Scalar, keepsTabs: Bool) {
            let isTab = scalar == "\t"
            text = isTab ? (keepsTabs ? "\t" : " ") : KeepalivedConfig.printable(scalar)
            width = isTab ? (keepsTabs ? 8 : 1) : Self.width(scalar)
            blank = isTab && keepsTabs ? "\t" : String(repeating: " ", count: width)
        }

        /// Columns that a terminal gives a character: 2 for East Asian wide ones, 0 for marks on the one before.
        static func width(_ scalar: Unicode.Scalar) -> Int {
            switch scalar.value {
            case 0x300...0x36F, 0x200B...0x200D, 0x2060, 0xFE00...0xFE0F, 0xFEFF: 0
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                2
            default: 1
            }
        }
    }

    /// The source line as a terminal may show it, and a line with a caret under the place, each behind a line end;
    /// nothing where the place is a file as a whole. Tabs stay tabs in both, so that the caret stands where it should.
    private func excerpt(_ place: SourcePlace, _ colour: String) -> String {
        guard place.line > 0 else { return "" }
        let scalars = Array(place.sourceLine.unicodeScalars)
        var cells = scalars.map { Cell($0, keepsTabs: true) }
        var window = cells.indices
        if cells.reduce(0, { $0 + $1.width }) > columns {
            cells = scalars.map { Cell($0, keepsTabs: false) }
            window = self.window(of: cells, around: place.excerptColumn - 1)
        }
        let startsLater = window.lowerBound > 0
        var line = startsLater ? "…" : ""
        var caret = startsLater ? " " : ""
        for index in window {
            let cell = cells[index]
            line += cell.text
            switch index + 1 {
            case ..<place.excerptColumn: caret += cell.blank
            case place.excerptColumn: caret += "^" + String(repeating: "~", count: max(0, cell.width - 1))
            case ..<(place.excerptColumn + place.length):
                caret += cell.text == "\t" ? "" : String(repeating: "~", count: cell.width)
            default: break
            }
        }
        if window.upperBound < cells.count { line += "…" }
        if cells.count < place.excerptColumn { caret += "^" }
        return "\n" + line + "\n" + coloured(caret, colour)
    }

    /// As many cells as the columns hold, a third of them in front of the place.
    private func window(of cells: [Cell], around index: Int) -> Range<Int> {
        let place = min(max(0, index), cells.count)
        let room = columns - 2
        var start = place
        var used = 0
        while start > 0, used + cells[start - 1].width <= room / 3 {
            start -= 1
            used += cells[start].width
        }
        var end = place
        while end < cells.count, used + cells[end].width <= room {
            used += cells[end].width
            end += 1
        }
        while end == cells.count, start > 0, used + cells[start - 1].width <= room {
            start -= 1
            used += cells[start].width
        }
        return start..<end
    }
}

extension Diagnostic {
    /// Where it is.
    public var place: SourcePlace {
        SourcePlace(
            file: file, line: line, column: column, length: length, sourceLine: sourceLine,
            excerptColumn: excerptColumn)
    }
}

extension LoadResult {
    /// Errors, with those that are not listed.
    public var errorCount: Int { diagnostics.count { $0.severity == .error } + omittedErrors }
    /// Warnings, with those that are not listed.
    public var warningCount: Int { diagnostics.count { $0.severity == .warning } + omittedWarnings }

    /// The files that were read, each once, in the order in which they were first read. Empty when the main file could
    /// not be.
    public var files: [String] {
        var seen: Set<String> = []
        return text.files.map { $0.name }.filter { seen.insert($0).inserted }
    }
}
