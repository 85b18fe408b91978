import Testing

@testable import KeepalivedConfig

@Suite("Explanations")
struct ExplanationTests {
    @Test("every code in the catalogue has one, and there is none of another code")
    func complete() {
        let explained = DiagnosticCatalogue.explanations.map { $0.code }
        let codes = DiagnosticCatalogue.entries.map { $0.code }
        #expect(explained == explained.sorted())
        #expect(Set(explained).count == explained.count)
        #expect(Set(codes).subtracting(explained) == [], "write them in Diagnostics/Explanations")
        #expect(Set(explained).subtracting(codes) == [])
    }

    @Test(
        "each says what it means, what happens and what to do, in full sentences",
        arguments: DiagnosticCatalogue.explanations)
    func substance(_ explanation: Explanation) {
        for text in [explanation.meaning, explanation.consequence, explanation.remedy] {
            #expect(text.hasSuffix("."), "\(explanation.code): \(text)")
            #expect(text.first?.isLowercase == false, "\(explanation.code): \(text)")
        }
        #expect(explanation.meaning.utf8.count >= 60, "\(explanation.code)")
        #expect(explanation.consequence.utf8.count >= 30, "\(explanation.code)")
        #expect(explanation.remedy.utf8.count >= 30, "\(explanation.code)")
        #expect(!explanation.title.hasSuffix("."), "\(explanation.code)")
        #expect(
            explanation.title.first?.isUppercase == false || explanation.title.hasPrefix("UTF"), "\(explanation.code)")
    }

    @Test(
        "the wrong text of an example gives its code and no other, the right one nothing",
        arguments: DiagnosticCatalogue.explanations.filter { $0.example != nil })
    func examples(_ explanation: Explanation) throws {
        let example = try #require(explanation.example)
        #expect(example.wrong != example.right)
        let right = example.load(example.right).diagnostics.map { DiagnosticRenderer().render($0) }
        #expect(right == [], "\(explanation.code)")
        guard example.needs == nil else { return }
        let given = example.diagnostics()
        #expect(
            Set(given.map { $0.code }) == [explanation.code],
            "\(explanation.code): \(given.map { DiagnosticRenderer().render($0) })")
        #expect(given.contains { $0.line > 0 } || explanation.code < "MR0005", "\(explanation.code)")
    }

    @Test("an explanation is found by its code however it is written")
    func lookUp() {
        for name in ["MR0101", "mr0101", "0101", "101", "mr101"] {
            #expect(DiagnosticCatalogue.explanation(of: name)?.code == "MR0101", "\(name)")
        }
        for name in ["", "MR", "MR9999", "10101", "-1", "1x", "priority", "+101"] {
            #expect(DiagnosticCatalogue.explanation(of: name) == nil, "\(name)")
        }
    }

    @Test("the long form has the example and what a load says about it, in lines that a terminal holds")
    func rendering() throws {
        let explanation = try #require(DiagnosticCatalogue.explanation(of: "MR0102"))
        let text = ExplanationRenderer().render(explanation)
        #expect(text.hasPrefix("MR0102 (warning): a keyword and its value are joined by '=' or ':'\n\n  Keywords take"))
        #expect(text.contains("keepalived.conf:7:5: warning[MR0102]: 'priority=150' is not a keyword"))
        #expect(text.hasSuffix("  In order is\n\n    priority 150"))
        for explanation in DiagnosticCatalogue.explanations {
            let title = ExplanationRenderer().render(explanation).split(separator: "\n").first ?? ""
            #expect(title.count <= 80, "\(title)")
        }
    }

    @Test("wrapping keeps words whole and paragraphs apart")
    func wrapping() {
        #expect(ExplanationRenderer.wrapped("a b\nc\n\nd", width: 80) == "  a b c\n\n  d")
        #expect(ExplanationRenderer.wrapped("aaaa bbbb cccc", width: 11) == "  aaaa bbbb\n  cccc")
        #expect(ExplanationRenderer.wrapped("aaaaaaaaaaaaaaaaaaaa b", width: 6) == "  aaaaaaaaaaaaaaaaaaaa\n  b")
        #expect(ExplanationRenderer.wrapped("") == "")
    }
}
