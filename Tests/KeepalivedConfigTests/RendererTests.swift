import Testing

@testable import KeepalivedConfig

@Suite("Rendering diagnostics")
struct RendererTests {
    private func first(_ text: String, file: String = "ka.conf") throws -> Diagnostic {
        try #require(ConfigurationLoader.load(text: text, file: file).diagnostics.first)
    }

    @Test("place, code, message, source line, caret and help")
    func plain() throws {
        let diagnostic = try first(instance("    state MASTR"))
        #expect(
            DiagnosticRenderer().render(diagnostic) == """
                ka.conf:5:11: warning[MR0212]: 'MASTR' is not one of MASTER, BACKUP
                    state MASTR
                          ^~~~~
                help: did you mean 'MASTER'? the line is ignored, and the default holds: BACKUP
                """)
    }

    @Test("tabs are kept and wide characters get two columns, so that the caret stands under the word")
    func alignment() throws {
        let diagnostic = try first(instance("\tpriority\t\"主机\" 300"))
        #expect(diagnostic.column == 12)
        let lines = DiagnosticRenderer().render(diagnostic).split(separator: "\n")
        #expect(lines[2] == "\t        \t ^~~~")
        let behind = try first(instance("priority 100 主机 x"))
        #expect(DiagnosticRenderer().render(behind).split(separator: "\n")[2] == "             ^~~~")
    }

    @Test("colour is there on request only")
    func colour() throws {
        let diagnostic = try first(instance("priority x"))
        #expect(!DiagnosticRenderer().render(diagnostic).utf8.contains(0x1B))
        #expect(
            DiagnosticRenderer(usesColour: true).render(diagnostic).contains("\u{1B}[1;35mwarning[MR0203]\u{1B}[0m"))
    }

    @Test("nothing from the file reaches the terminal as a control sequence")
    func controlCharacters() throws {
        let text = DiagnosticRenderer().render(
            ConfigurationLoader.load(
                text: instance("\u{1B}[31mred \u{202E}x", "priority \u{7}\u{9B}31m"), file: "\u{1B}c"))
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        #expect(!text.unicodeScalars.contains("\u{202E}"))
    }

    @Test("a note has its place, its line and a caret of its own, behind the help")
    func notes() throws {
        let files = InMemoryFiles([
            "main.conf": "include a.conf\n" + instance(), "a.conf": instance("    state MASTR"),
        ])
        let result = ConfigurationLoader(files: files).load(path: "main.conf")
        let diagnostic = try #require(result.diagnostics.first)
        #expect(
            DiagnosticRenderer().render(diagnostic) == """
                a.conf:5:11: warning[MR0212]: 'MASTR' is not one of MASTER, BACKUP
                    state MASTR
                          ^~~~~
                help: did you mean 'MASTER'? the line is ignored, and the default holds: BACKUP
                main.conf:1:9: note: included from here
                include a.conf
                        ^~~~~~
                """)
        #expect(result.files == ["main.conf", "a.conf"])
    }

    @Test("a long line is cut to a window around the place, with the caret still under it")
    func longLine() throws {
        for before in [0, 30, 100, 300, 2000] {
            for after in [0, 30, 300, 2000] {
                let line =
                    "priority" + String(repeating: " ", count: before) + " 300 #" + String(repeating: "y", count: after)
                let lines = DiagnosticRenderer(columns: 80).render(try first(instance(line)))
                    .split(separator: "\n").map { Array($0) }
                #expect(lines[1].count <= 80 && lines[2].count <= 80)
                let caret = try #require(lines[2].firstIndex(of: "^"))
                #expect(String(lines[1][caret..<(caret + 3)]) == "300")
                #expect(lines[2].count { $0 == "~" } == 2)
            }
        }
    }

    @Test("a summary counts, says what becomes of the file, and where to read on")
    func summary() {
        let renderer = DiagnosticRenderer()
        #expect(
            renderer.summary(ConfigurationLoader.load(text: instance("wibble")))
                == "1 warning: the file can be used; 'martlet explain MR0101' says more about the first")
        #expect(
            renderer.summary(ConfigurationLoader.load(text: instance("wibble", "virtual_router_id x")))
                == "1 error, 1 warning: the file is not used; 'martlet explain MR0203' says more about the first")
        #expect(renderer.render(ConfigurationLoader.load(text: instance())).isEmpty)
    }
}

@Suite("Interfaces and places")
struct PlaceTests {
    private let text = """
        global_defs {
        lvs_sync_daemon sync0
        }
        vrrp_instance A {
        interface enp0s3
        virtual_router_id 5
        virtual_ipaddress {
        10.0.0.1 dev vip0
        }
        track_interface {
        enp0s3
        up0
        }
        }
        virtual_server 10.0.0.1 80 {
        lb_algo rr
        lb_kind DR
        protocol TCP
        real_server 10.0.0.2 80 {
        TCP_CHECK {
        bind_if bind0
        }
        }
        real_server 10.0.0.3 80 {
        }
        }

        """

    @Test("an unknown interface is an error at the first place that names it, with the nearest that exists")
    func unknownInterfaces() throws {
        let result = ConfigurationLoader.load(text: text)
        #expect(result.configuration?.interfaceNames == ["bind0", "enp0s3", "sync0", "up0", "vip0"])
        let diagnostics = result.unknownInterfaces(known: ["lo", "enp0s4", "up0"])
        #expect(
            diagnostics.map { "\($0.code) \($0.line):\($0.column)" } == [
                "MR0501 2:17", "MR0501 5:11", "MR0501 8:14", "MR0501 21:9",
            ])
        #expect(diagnostics.allSatisfy { $0.severity == .error })
        #expect(diagnostics[1].message == "there is no interface 'enp0s3' on this host")
        #expect(diagnostics[1].hint == "did you mean 'enp0s4'?")
        #expect(result.unknownInterfaces(known: ["bind0", "enp0s3", "sync0", "up0", "vip0"]).isEmpty)
    }

    @Test("with dynamic_interfaces it is a warning")
    func dynamicInterfaces() {
        let result = ConfigurationLoader.load(text: text.replacing("lvs_sync", with: "dynamic_interfaces\nlvs_sync"))
        #expect(result.unknownInterfaces(known: []).map { $0.severity } == Array(repeating: .warning, count: 5))
    }

    @Test("elements know where they are defined")
    func elements() {
        let result = ConfigurationLoader.load(text: text)
        #expect(result.placeOfInstance(0).map { "\($0.line):\($0.column)" } == "4:15")
        #expect(result.placeOfVirtualServer(0).map { "\($0.line):\($0.column)" } == "15:16")
        #expect(result.placeOfRealServer(1, ofVirtualServer: 0).map { "\($0.line):\($0.column)" } == "24:13")
        #expect(result.placeOfInstance(1) == nil)
        #expect(result.placeOfRealServer(2, ofVirtualServer: 0) == nil)
    }
}

@Suite("Suggestions")
struct SuggestionTests {
    @Test(
        "the distance counts insertions, deletions, changes and swaps",
        arguments: [
            ("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1), ("abc", "", 3),
            ("kitten", "sitting", 3),
        ])
    func distance(left: String, right: String, expected: Int) {
        #expect(Suggestion.distance(Array(left.utf8), Array(right.utf8), limit: 100) == expected)
        #expect(Suggestion.distance(Array(right.utf8), Array(left.utf8), limit: 100) == expected)
    }

    @Test("only what is near enough is suggested")
    func nearest() {
        let names = ["priority", "preempt", "notify"]
        #expect(Suggestion.nearest(to: "PRIORTY", among: names) == "priority")
        #expect(Suggestion.nearest(to: "noitfy", among: names) == "notify")
        #expect(Suggestion.nearest(to: "something", among: names) == nil)
        #expect(Suggestion.nearest(to: "", among: names) == nil)
    }
}
