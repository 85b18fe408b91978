import Testing

@testable import KeepalivedConfig

@Suite("Included files")
struct IncludeTests {
    private func load(_ files: [String: String], variables: [String: String] = [:]) -> LoadResult {
        ConfigurationLoader(files: InMemoryFiles(files, variables: variables)).load(path: "/etc/ka/ka.conf")
    }

    @Test("a pattern counts from the including file, in sorted order, within blocks too")
    func pattern() throws {
        let result = load([
            "/etc/ka/ka.conf": "include vs.d/*.conf\nvrrp_instance A {\ninclude parts/{id,vip}.inc # both\n}\n",
            "/etc/ka/parts/id.inc": "interface eth0\nvirtual_router_id 7\n",
            "/etc/ka/parts/vip.inc": "virtual_ipaddress {\n10.0.0.1\n}\n",
            "/etc/ka/vs.d/b.conf": virtualServer(),
            "/etc/ka/vs.d/a.conf": "include ../more.conf",
            "/etc/ka/vs.d/../more.conf": "global_defs {\nrouter_id here\n}\n",
        ])
        #expect(result.diagnostics.isEmpty)
        let configuration = try #require(result.configuration)
        #expect(configuration.global.routerID == "here")
        #expect(configuration.virtualServers.count == 1)
        #expect(configuration.instances.first?.virtualRouterID == 7)
    }

    @Test("a diagnostic names the included file")
    func place() {
        let result = load(["/etc/ka/ka.conf": "\n\ninclude a.conf\n", "/etc/ka/a.conf": instance("priority x")])
        #expect(result.diagnostics.map { "\($0.file):\($0.line):\($0.column)" } == ["/etc/ka/a.conf:5:10"])
    }

    @Test("a diagnostic in an included file shows the chain of includes from the inside out")
    func chain() throws {
        let result = load([
            "/etc/ka/ka.conf": "\n\ninclude a.conf\n", "/etc/ka/a.conf": "  include b.conf # all\n",
            "/etc/ka/b.conf": instance("priority x"),
        ])
        let diagnostic = try #require(result.diagnostics.first)
        #expect(
            diagnostic.notes.map { "\($0.message) \($0.place.file):\($0.place.line):\($0.place.column)" } == [
                "included from here /etc/ka/a.conf:1:11", "included from here /etc/ka/ka.conf:3:9",
            ])
        #expect(diagnostic.notes.first?.place.sourceLine == "  include b.conf # all")
        #expect(diagnostic.notes.first?.place.length == 6)
    }

    @Test(
        "a file that is not there is a warning, and a pattern that matches nothing in a directory that is there is not")
    func missing() {
        let plain = load(["/etc/ka/ka.conf": instance() + "include none.conf\ninclude none.d/*.conf\ninclude *.none\n"])
        #expect(places(plain) == ["warning MR0001 7:9", "warning MR0007 8:9"])
        #expect(plain.configuration != nil)
        #expect(places(load(["/etc/ka/ka.conf": instance() + "include\n"])) == ["warning MR0201 7:1"])
        let main = load([:])
        #expect(places(main) == ["error MR0001 0:0"])
        #expect(
            DiagnosticRenderer().render(main) == """
                /etc/ka/ka.conf: error[MR0001]: cannot read '/etc/ka/ka.conf': no such file or directory
                1 error: the file is not used; 'martlet explain MR0001' says more about the first
                """)
    }

    @Test("a circle is refused with its chain")
    func cycle() {
        let result = load([
            "/etc/ka/ka.conf": "include a.conf\n", "/etc/ka/a.conf": "\ninclude b.conf\n",
            "/etc/ka/b.conf": "include /etc/ka/a.conf\n",
        ])
        #expect(places(result) == ["error MR0005 1:9"])
        #expect(
            result.diagnostics.first?.message
                == "this file includes itself: '/etc/ka/a.conf' includes '/etc/ka/b.conf' includes '/etc/ka/a.conf'")
    }

    @Test("files that include ever deeper ones are refused")
    func depth() {
        var files = ["/etc/ka/ka.conf": "include f0.conf\n"]
        for index in 0..<50 { files["/etc/ka/f\(index).conf"] = "include f\(index + 1).conf\n" }
        #expect(load(files).diagnostics.map { $0.code } == ["MR0006"])
    }

    @Test("the directory and the environment can be used")
    func builtIns() {
        let result = load(
            ["/etc/ka/ka.conf": "include ${_PWD}/${_ENV NAME}.conf\n", "/etc/ka/x.conf": instance()],
            variables: ["NAME": "x"])
        #expect(result.diagnostics.isEmpty)
        #expect(result.configuration?.instances.count == 1)
    }

    @Test(
        "the keyword and include_check decide what a missing file is",
        arguments: [
            // none.conf, *.none, {a,none}.inc, {*.none,a.inc}
            ("include", "", "wnwn"), ("includer", "", "wnwn"), ("includem", "", "enwn"), ("includew", "", "eewn"),
            ("includeb", "", "wnen"), ("includea", "", "eeen"),
            ("include", "include_check", "eeen"), ("include", "include_check read", "wnwn"),
            ("include", "include_check match", "enwn"), ("include", "include_check wildcard_match", "wewn"),
            ("include", "include_check brace_match", "wnen"), ("include", "include_check match +brace_match", "enen"),
            ("include", "include_check\ninclude_check -match", "ween"),
            ("includem", "include_check brace_match", "enen"),
        ])
    func checks(keyword: String, setting: String, expected: String) {
        let found = ["none.conf", "*.none", "{a,none}.inc", "{*.none,a.inc}"].map { pattern in
            let result = load([
                "/etc/ka/ka.conf": "global_defs {\n\(setting)\n\(keyword) \(pattern)\n}\n" + instance(),
                "/etc/ka/a.inc": "# nothing\n",
            ])
            let codes = result.diagnostics.filter { ["MR0001", "MR0007"].contains($0.code) }.map { $0.severity }
            return codes.isEmpty ? "n" : codes == [.error] ? "e" : "w"
        }
        #expect(found.joined() == expected)
    }

    @Test("include_check holds for the files below, and not behind the end of its own file")
    func checksOfFile() {
        let result = load([
            "/etc/ka/ka.conf": "include a.conf\ninclude none\n" + instance(),
            "/etc/ka/a.conf": "global_defs {\ninclude_check match\n}\ninclude b.conf\n",
            "/etc/ka/b.conf": "include gone\n",
        ])
        #expect(
            result.diagnostics.filter { $0.code == "MR0001" }.map { "\($0.severity) \($0.file)" } == [
                "error /etc/ka/b.conf", "warning /etc/ka/ka.conf",
            ])
        let all = ConfigurationLoader(
            files: InMemoryFiles(["a": "include none\n" + instance()]),
            options: LanguageOptions(checksAllIncludes: true)
        ).load(path: "a")
        #expect(places(all) == ["error MR0001 1:9"])
    }

    @Test("include lines may depend on conditions, definitions and loops")
    func madeLines() {
        let result = ConfigurationLoader(
            files: InMemoryFiles([
                "/k/k.conf":
                    "@ds1 include a.conf\n@ds2 include gone.conf\n$F=b\ninclude ${F}.conf\n~SEQ(i,1,2) include v${i}.inc # both\n",
                "/k/a.conf": "global_defs {\nrouter_id a\n}\n", "/k/b.conf": instance(),
                "/k/v1.inc": virtualServer(), "/k/v2.inc": virtualServer().replacing("10.1.80.90", with: "10.1.80.91"),
            ]), configID: "ds1"
        ).load(path: "/k/k.conf")
        #expect(result.diagnostics.isEmpty)
        #expect(result.configuration?.virtualServers.count == 2)
    }

    @Test(
        "braces of a pattern are expanded as a shell does",
        arguments: [
            ("a", ["a"]), ("a{b,c}d", ["abd", "acd"]), ("{a,b}{c,d}", ["ac", "ad", "bc", "bd"]),
            ("x{a,{b,c},}y", ["xay", "xby", "xcy", "xy"]), ("{}", ["{}"]), ("a{b", ["a{b"]), ("a}b", ["a}b"]),
            ("{a,b", ["{a,b"]), ("{{a,b}", ["{a", "{b"]),
            ("foo/{,cat,dog},bar", ["foo/,bar", "foo/cat,bar", "foo/dog,bar"]),
            ("{a}", ["a"]), ("{{a,b}}c", ["ac", "bc"]), ("{{}}", ["{}"]), ("a{,{}b}{", ["a{", "a{}b{"]),
            ("{,}", ["", ""]),
            ("a,{b,c{d,e}f,},g", ["a,b,g", "a,cdf,g", "a,cef,g", "a,,g"]), ("}{a,b}}{", ["}a}{", "}b}{"]), ("", [""]),
        ])
    func braces(pattern: String, expected: [String]) {
        #expect(IncludePattern(pattern)?.paths == expected)
    }

    @Test("a pattern is refused when it is longer than a path can be or its braces stand for too much")
    func largePatterns() {
        #expect(IncludePattern(String(repeating: "{a,b}", count: 12))?.paths.count == 4096)
        #expect(IncludePattern(String(repeating: "a", count: 16_384))?.paths.count == 1)
        for pattern in [
            String(repeating: "{a,b}", count: 13), String(repeating: "a", count: 16_385),
            "{" + String(repeating: ",", count: 4096) + "}",
            String(repeating: "{a,b}", count: 12) + String(repeating: "x", count: 2000),
            String(repeating: "{a,b}", count: 12) + String(repeating: "{x}", count: 5000),
        ] {
            #expect(IncludePattern(pattern) == nil)
            #expect(places(load(["/etc/ka/ka.conf": "include \(pattern)\n" + instance()])) == ["error MR0020 1:9"])
        }
    }

    @Test("the braces of all include lines together stand for a bounded number of paths")
    func manyPatterns() {
        let line = "include " + String(repeating: "{a,b}", count: 12) + "\n"
        let result = load(["/etc/ka/ka.conf": String(repeating: line, count: 17) + instance()])
        #expect(places(result).filter { $0.hasPrefix("error") } == ["error MR0016 17:9"])
    }
}
