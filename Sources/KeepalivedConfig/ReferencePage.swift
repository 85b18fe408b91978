/// The generated parts of the configuration page, in Markdown.
public enum ReferencePage {
    /// A table of keywords for each block.
    public static func keywords() -> String {
        KeywordReference.blocks.map { block in
            let supported = block.keywords.filter { $0.support == .supported }
            var text = "### \(title(block.name))\n\n"
            if !supported.isEmpty {
                text += "| keyword | argument | default | meaning |\n|---|---|---|---|\n"
                text += supported.map { keyword in
                    let arguments = keyword.arguments.isEmpty ? "" : "`\(cell(keyword.arguments))`"
                    return
                        "| `\(keyword.name)` | \(arguments) | \(cell(keyword.defaultValue ?? "")) | \(cell(keyword.meaning)) |\n"
                }.joined()
                text += "\n"
            }
            text += list("Read, but without effect (a warning says so)", block.keywords) {
                if case .noEffect(let reason) = $0.support { reason } else { nil }
            }
            return text
        }.joined()
    }

    /// A table of diagnostics.
    public static func diagnostics() -> String {
        "| code | | about | example |\n|---|---|---|---|\n"
            + DiagnosticCatalogue.entries.map { entry in
                let title = DiagnosticCatalogue.explanation(of: entry.code)?.title ?? ""
                let severity = entry.severity == .error ? "error" : "warning"
                return "| `\(entry.code)` | \(severity) | \(cell(title)) | \(cell(entry.example)) |\n"
            }.joined()
    }

    /// Keywords with one reason share a line.
    private static func list(
        _ heading: String, _ keywords: [KeywordInfo], _ reason: (KeywordInfo) -> String?
    ) -> String {
        var reasons: [String] = []
        var names: [String: [String]] = [:]
        for keyword in keywords {
            guard let text = reason(keyword) else { continue }
            if names[text] == nil { reasons.append(text) }
            names[text, default: []].append("`\(keyword.name)`")
        }
        guard !reasons.isEmpty else { return "" }
        let lines = reasons.map { "- \((names[$0] ?? []).joined(separator: ", ")): \($0)\n" }.joined()
        return "\(heading):\n\n\(lines)\n"
    }

    private static func title(_ block: String) -> String {
        let name = block.split(separator: "'", omittingEmptySubsequences: false)
        return name.count == 3 ? "`\(name[1])`" : block.prefix(1).uppercased() + block.dropFirst()
    }

    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
