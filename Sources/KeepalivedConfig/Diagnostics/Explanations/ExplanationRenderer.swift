/// Long forms as text for a terminal, wrapped at 80 columns.
public struct ExplanationRenderer: Sendable {
    /// Whether to colour with ANSI sequences; for terminals only.
    public var usesColour: Bool

    /// Creates a renderer.
    public init(usesColour: Bool = false) { self.usesColour = usesColour }

    /// Everything that there is to say about a code, its lines separated by `\n`, none at the end.
    ///
    /// What the example gives is not stored but made by loading it, so it is what this version really says.
    public func render(_ explanation: Explanation) -> String {
        let severity = DiagnosticCatalogue.entries.first { $0.code == explanation.code }?.severity ?? .error
        var parts = [
            "\(bold(explanation.code)) (\(severity == .error ? "error" : "warning")): \(explanation.title)",
            Self.wrapped(explanation.meaning),
            heading("If nothing is done") + Self.wrapped(explanation.consequence),
            heading("What to do") + Self.wrapped(explanation.remedy),
        ]
        if let example = explanation.example { parts.append(render(example, explanation.code)) }
        return parts.joined(separator: "\n\n")
    }

    private func render(_ example: Explanation.Example, _ code: String) -> String {
        var text = heading("Example") + Self.indented(example.wrong)
        for (path, content) in example.files.sorted(by: { $0.key < $1.key }) {
            text += "\n\n  with \(path):\n\n" + Self.indented(content)
        }
        if let needs = example.needs {
            text += "\n\n" + Self.wrapped("This gives the diagnostic \(needs).")
        } else {
            let renderer = DiagnosticRenderer(usesColour: usesColour)
            let given = example.diagnostics().filter { $0.code == code }.map { renderer.render($0) }
            text += "\n\n  gives\n\n" + Self.indented(given.joined(separator: "\n"))
        }
        return text + "\n\n  In order is\n\n" + Self.indented(example.shownRight)
    }

    func heading(_ text: String) -> String { bold(text) + "\n\n" }

    func bold(_ text: String) -> String { usesColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0)
            .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
    }

    /// Paragraphs in lines of at most `width` characters, indented by two; a longer word has a line of its own.
    static func wrapped(_ text: String, width: Int = 80) -> String {
        var paragraphs: [[String]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ").map(String.init)
            if words.isEmpty { paragraphs.append([]) } else { paragraphs[paragraphs.count - 1] += words }
        }
        return paragraphs.filter { !$0.isEmpty }.map { filled($0, width: width) }.joined(separator: "\n\n")
    }

    private static func filled(_ words: [String], width: Int) -> String {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append("  " + word)
            }
        }
        return lines.joined(separator: "\n")
    }
}
