import Testing

@testable import KeepalivedConfig

@Suite("Diagnostics as JSON")
struct DiagnosticJSONTests {
    private func schema() throws -> JSONSchema {
        let root = "\(#filePath)".split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let bytes = try RealFiles().read(root + "/docs/diagnostics.schema.json")
        return JSONSchema(root: try JSONValue.parse(String(decoding: bytes, as: UTF8.self)))
    }

    private func load(_ files: [String: String]) -> LoadResult {
        ConfigurationLoader(files: InMemoryFiles(files)).load(path: "main.conf")
    }

    @Test("every field, in one line, escaped")
    func fields() {
        let result = ConfigurationLoader.load(text: instance("priority \"a\\b\" \u{1}"), file: "a\"b.conf")
        #expect(
            DiagnosticJSON.text(result, file: "a\"b.conf")
                == #"""
                {"version":1,"ok":true,"file":"a\"b.conf","files":["a\"b.conf"],"errors":0,"warnings":2,"omitted":0,"diagnostics":[{"severity":"warning","code":"MR0203","title":"not a number","file":"a\"b.conf","line":5,"column":11,"length":3,"source":"priority \"a\\b\" \u0001","sourceColumn":11,"message":"'a\\b' is not a number: expected a whole number from 1 to 255","help":"100 is used","notes":[],"explain":"martlet explain MR0203"},{"severity":"warning","code":"MR0202","title":"a word too many","file":"a\"b.conf","line":5,"column":16,"length":1,"source":"priority \"a\\b\" \u0001","sourceColumn":16,"message":"'\u{FFFD}' is one word too many for 'priority'","help":"it is ignored; a keyword starts a line of its own","notes":[],"explain":"martlet explain MR0202"}]}
                """#.replacing("\\u{FFFD}", with: "\u{FFFD}"))
    }

    @Test("what every example and every failing read gives conforms to the schema that is published")
    func conforms() throws {
        let schema = try schema()
        var results = DiagnosticCatalogue.explanations.compactMap { $0.example }.map { $0.load($0.wrong) }
        results.append(load([:]))
        results.append(load(["main.conf": ""]))
        results.append(load(["main.conf": instance()]))
        results.append(load(["main.conf": "include a.conf\n", "a.conf": instance("state MASTR")]))
        let many = instance(String(repeating: "priority x\nwibble\n", count: 200))
        results.append(load(["main.conf": many]))
        results.append(
            load(["main.conf": instance(String(repeating: "x", count: 5000) + " \u{202E}\u{1F600}\u{1B}[m")]))
        for result in results {
            let text = DiagnosticJSON.text(result, file: "main.conf")
            #expect(!text.contains("\n"))
            #expect(text.unicodeScalars.allSatisfy { printable($0) == String($0) || $0.value > 0xFFFF }, "\(text)")
            let value = try JSONValue.parse(text)
            #expect(schema.violations(value) == [], "\(text)")
            #expect(value["ok"] == .boolean(result.configuration != nil))
            #expect(value["diagnostics"]?.elements.count == result.diagnostics.count)
        }
    }

    @Test("the conformance check notices what does not conform")
    func violations() throws {
        let schema = try schema()
        let good = DiagnosticJSON.text(ConfigurationLoader.load(text: instance("wibble")), file: "x")
        #expect(schema.violations(try JSONValue.parse(good)) == [])
        for (old, new) in [
            ("\"ok\":true", "\"ok\":1"), ("\"version\":1", "\"version\":2"), ("\"warning\"", "\"note\""),
            ("MR0101\",\"title", "M0101\",\"title"), ("\"errors\":0,", ""),
            ("\"errors\":0,", "\"errors\":0,\"more\":0,"),
            ("\"line\":5", "\"line\":-5"), ("\"line\":5", "\"line\":5.5"),
        ] {
            let bad = good.replacing(old, with: new)
            #expect(bad != good)
            #expect(!schema.violations(try JSONValue.parse(bad)).isEmpty, "\(old) → \(new)")
        }
    }
}
