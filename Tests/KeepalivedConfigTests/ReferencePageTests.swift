import Glibc
import Testing

@testable import KeepalivedConfig

@Suite("The generated parts of the documentation")
struct ReferencePageTests {
    @Test(
        "they are what the tables say; MARTLET_UPDATE_DOCS=1 rewrites them",
        arguments: [
            ("configuration", "keywords", ReferencePage.keywords()),
            ("diagnostics", "diagnostics", ReferencePage.diagnostics()),
        ])
    func generatedParts(page: String, part: String, text: String) throws {
        let path =
            "\(#filePath)".split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/docs/\(page).md"
        let before = String(decoding: try RealFiles().read(path), as: UTF8.self)
        let first = try #require(before.firstRange(of: "<!-- generated: \(part) -->\n"))
        let last = try #require(before.firstRange(of: "<!-- end of \(part) -->"))
        var expected = before
        expected.replaceSubrange(first.upperBound..<last.lowerBound, with: "\n\(text)\n")
        if getenv("MARTLET_UPDATE_DOCS") != nil, before != expected {
            RealFiles.write(expected, to: path)
        } else {
            #expect(before == expected, "run: MARTLET_UPDATE_DOCS=1 swift test --filter ReferencePageTests")
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
