import KeepalivedConfig
import Testing

@Suite("The files that the documentation shows")
struct DocumentationTests {
    @Test("each loads, and there is nothing to say about it")
    func load() throws {
        var count = 0
        for path in Repository().glob(Repository.root + "/docs/*.md") {
            let page = String(decoding: try Repository().read(path), as: UTF8.self)
            for block in page.components(between: "\n```keepalived\n", and: "\n```\n") {
                count += 1
                let result = ConfigurationLoader.load(text: block)
                #expect(result.diagnostics.isEmpty, "\(path):\n\(block)\n\(result.diagnostics)")
            }
        }
        #expect(count >= 10)
    }
}

extension String {
    /// What stands between each opening and the next closing.
    fileprivate func components(between opening: String, and closing: String) -> [String] {
        var found: [String] = []
        var rest = self[...]
        while let first = rest.firstRange(of: opening) {
            rest = rest[first.upperBound...]
            guard let last = rest.firstRange(of: closing) else { break }
            found.append(String(rest[..<last.lowerBound]) + "\n")
            rest = rest[last.lowerBound...]
        }
        return found
    }
}
