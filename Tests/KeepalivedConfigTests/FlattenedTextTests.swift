import Testing

@testable import KeepalivedConfig

@Suite struct FlattenedTextTests {
    private func block(_ name: String, _ number: Int) -> String {
        "vrrp_instance \(name) {\n interface eth0\n virtual_router_id \(number)\n virtual_ipaddress {\n 10.0.0.\(number)\n }\n}"
    }

    @Test("a file without includes is its own text")
    func plain() {
        let text = block("A", 1) + "\n# a comment without newline"
        #expect(ConfigurationLoader.load(text: text).textWithIncludes == Array(text.utf8))
    }

    @Test("included files stand where they are included, and the whole means the same")
    func includes() throws {
        let files = InMemoryFiles([
            "main.conf": "global_defs {\n router_id x\n}\ninclude a.conf  # the first\ninclude conf.d/*.conf\n$N=d\n"
                + "include ${N}.conf\n\(block("Z", 9))",
            "a.conf": "\u{FEFF}\(block("A", 1))\ninclude b.conf",
            "b.conf": block("B", 2),
            "conf.d/1.conf": block("C1", 3), "conf.d/2.conf": "",
            "d.conf": block("D", 4) + "\n",
        ])
        let result = ConfigurationLoader(files: files).load(path: "main.conf")
        let configuration = try #require(result.configuration)
        let flat = result.textWithIncludes
        let again = ConfigurationLoader.load(bytes: flat)
        #expect(again.configuration == configuration)
        #expect(again.diagnostics.isEmpty == result.diagnostics.isEmpty)
        let text = String(decoding: flat, as: UTF8.self)
        #expect(!text.contains("include "))
        #expect(text.contains("# begin a.conf\n\(block("A", 1))\n# begin b.conf\n"))
        #expect(configuration.instances.map(\.name) == ["A", "B", "C1", "D", "Z"])
        #expect(again.textWithIncludes == flat)
    }
}
