import Glibc
import Testing

@testable import KeepalivedConfig

@Suite("The configuration page")
struct ReferencePageTests {
    @Test("its generated parts are what the keyword tables say; MARTLET_UPDATE_DOCS=1 rewrites them")
    func generatedParts() throws {
        let path =
            "\(#filePath)".split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/docs/configuration.md"
        let page = String(decoding: try RealFiles().read(path), as: UTF8.self)
        var expected = page
        for (name, text) in [("keywords", ReferencePage.keywords()), ("diagnostics", ReferencePage.diagnostics())] {
            let begin = "<!-- generated: \(name) -->\n"
            let end = "<!-- end of \(name) -->"
            let first = try #require(expected.firstRange(of: begin))
            let last = try #require(expected.firstRange(of: end))
            expected.replaceSubrange(first.upperBound..<last.lowerBound, with: "\n\(text)\n")
        }
        if getenv("MARTLET_UPDATE_DOCS") != nil, page != expected {
            RealFiles.write(expected, to: path)
        } else {
            #expect(page == expected, "run: MARTLET_UPDATE_DOCS=1 swift test --filter ReferencePageTests")
        }
    }

    @Test("a keyword stands once in its table")
    func unique() {
        for block in KeywordReference.blocks {
            let names = block.keywords.map { $0.name }
            #expect(Set(names).count == names.count, "\(block.name)")
            #expect(block.keywords.allSatisfy { !$0.meaning.isEmpty })
        }
    }
}
