import Testing

@testable import KeepalivedConfig

@Suite("What keywords are")
struct KeywordExplanationTests {
    @Test("a keyword is found in any case, with the blocks it may stand in")
    func lookUp() throws {
        for name in ["priority", "PRIORITY", "Priority"] {
            let explanation = try #require(KeywordReference.explanation(of: name))
            #expect(explanation.name == "priority")
            #expect(explanation.uses.flatMap { $0.blocks } == ["'vrrp_instance'"])
        }
        let timeout = try #require(KeywordReference.explanation(of: "connect_timeout"))
        #expect(timeout.uses.flatMap { $0.blocks }.contains("'TCP_CHECK'"))
        #expect(KeywordReference.explanation(of: "prority") == nil)
        #expect(KeywordReference.explanation(of: "") == nil)
    }

    @Test("the nearest keyword or code is suggested")
    func nearest() {
        #expect(KeywordReference.nearest(to: "prority") == "priority")
        #expect(KeywordReference.nearest(to: "MR0298") == "MR0208")
        #expect(KeywordReference.nearest(to: "somethingelse") == nil)
    }

    @Test("every keyword has a text with its name, where it stands and what it means, in lines that a terminal holds")
    func rendering() throws {
        let renderer = ExplanationRenderer()
        for name in KeywordReference.names {
            let text = renderer.render(try #require(KeywordReference.explanation(of: name)))
            #expect(text.hasPrefix("    \(name)"))
            #expect(text.contains("  Where    in ") && text.contains("  Meaning  "), "\(text)")
            for line in text.split(separator: "\n").dropFirst() { #expect(line.count <= 80, "\(line)") }
        }
        let block = renderer.render(try #require(KeywordReference.explanation(of: "vrrp_script")))
        #expect(block.contains("Keywords in 'vrrp_script'"))
        #expect(block.contains("  interval"))
    }

    @Test("the list of codes has a line for each")
    func codes() {
        let lines = ExplanationRenderer().renderCodes().split(separator: "\n")
        #expect(lines.count == DiagnosticCatalogue.entries.count)
        #expect(lines.contains("MR0101  warning  a word is not a keyword of its block"))
        #expect(lines.allSatisfy { $0.count <= 80 })
    }
}
