import ArgumentParser
import KeepalivedConfig

/// `martlet explain`: the long form of a code, or what a keyword is.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a diagnostic means or what a keyword does.",
        discussion: """
            Codes are taken with and without MR and leading zeros, in any case. Without an argument all codes are \
            listed. Exits with 1 when a word is neither a code nor a keyword.
            """)

    @Argument(
        help: "Codes such as MR0203, or keywords of the configuration.",
        completion: .custom { words, _, _ in
            let prefix = words.last ?? ""
            let codes = DiagnosticCatalogue.explanations.map { $0.code }
            return prefix.first.map { $0.isUppercase } == true ? codes : codes + KeywordReference.names
        })
    var words: [String] = []

    func run() throws {
        let renderer = ExplanationRenderer(usesColour: Terminal.usesColourOnStandardOutput)
        guard !words.isEmpty else {
            Terminal.writeLine(renderer.renderCodes())
            return
        }
        var texts: [String] = []
        var unknown: [String] = []
        for word in words {
            if let explanation = DiagnosticCatalogue.explanation(of: word) {
                texts.append(renderer.render(explanation))
            } else if let explanation = KeywordReference.explanation(of: word) {
                texts.append(renderer.render(explanation))
            } else {
                unknown.append(word)
            }
        }
        if !texts.isEmpty { Terminal.writeLine(texts.joined(separator: "\n\n")) }
        for word in unknown {
            let advice =
                KeywordReference.nearest(to: word).map { "did you mean '\($0)'?" }
                ?? "'martlet explain' lists the codes, docs/configuration.md the keywords"
            Terminal.writeError(
                "martlet explain: \(DisplayText.quoted(word)) is neither a code nor a keyword; \(advice)")
        }
        if !unknown.isEmpty { throw ExitCode(1) }
    }
}
