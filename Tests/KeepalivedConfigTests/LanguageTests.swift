import Testing

@testable import KeepalivedConfig

/// Statements of a tree as text: keyword, arguments, and blocks in braces.
private func outline(_ text: String, configID: String = "") -> String {
    var lexer = Lexer(files: InMemoryFiles([:]), configID: configID)
    lexer.lex(file: "test.conf", bytes: Array(text.utf8))
    let tree = lexer.tree
    func statements(_ range: Range<Int>) -> String {
        var parts: [String] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let statement = tree.statements[index]
            let words = tree.words[Int(statement.firstWord)..<Int(statement.firstWord + statement.wordCount)]
            var part = words.map { $0.isQuoted ? "[\(tree.string($0))]" : tree.string($0) }.joined(separator: " ")
            if tree.hasBlock(index) { part += " {\(statements(tree.block(of: index)))}" }
            parts.append(part)
            index = Int(statement.next)
        }
        return parts.joined(separator: "; ")
    }
    return statements(0..<tree.statements.count)
}

@Suite("The language")
struct LanguageTests {
    @Test(
        "text becomes statements",
        arguments: [
            ("a b\nc\n", "a b; c"),
            ("a {\nb\n}\nc\n", "a {b}; c"),
            ("a{b{c}d}e", "a {b {c}; d}; e"),
            ("a\n{\nb\n}\n", "a {b}"),
            ("a\n\n# comment\n{ b }\n", "a {b}"),
            ("a { } b { }\n", "a {}; b {}"),
            ("  a\t b \r\n\tc\r\n", "a b; c"),
            ("a # b\nc ! d { }\n", "a; c"),
            ("a#b\nc!d\n", "a; c"),
            ("a \"b # c\" d\n", "a [b # c] d"),
            ("a \"b { c\" {\nd }\n", "a [b { c] {d}"),
            ("a \"\" b\n", "a [] b"),
            ("a b\"c d\"e\n", "a b [c d] e"),
            ("a \\# b \\! c # d\n", "a # b ! c"),
            ("a \"b \\\" # c\" # d\n", "a [b \\\" # c]"),
            ("\u{FEFF}a b\n", "a b"),
            ("名字 值\n", "名字 值"),
            ("a", "a"),
            ("", ""),
        ])
    func lexing(text: String, expected: String) {
        #expect(outline(text) == expected)
    }

    @Test(
        "definitions are replaced where a reference ends as it must",
        arguments: [
            ("$A=1\nx $A y\n", "x 1 y"),
            ("$A=1\nx ${A}y\n", "x 1y"),
            ("$A=1\nx $A.1\n", "x $A.1"),
            ("$A=1\nx $A,b $A)\n", "x 1,b 1)"),
            ("$A=1\nx $AB\n", "x $AB"),
            ("x $A ${B}\n", "x $A ${B}"),
            ("$A=1\n$A=2\nx $A\n", "x 2"),
            ("$A=b c\nx $A\n", "x b c"),
            ("$A=${B}2\n$B=1\nx $A\n", "x 12"),
            ("$A=1 # one\nx $A\n", "x 1"),
            ("$A=1\nx \"${A} $A b\"\n", "x [1 1 b]"),
            ("$A=1\nx # $A {\ny\n", "x; y"),
            ("$A=\\\nb {\\\n  c 1\\\n}\n$A\nd\n", "b {c 1}; d"),
            ("$A={ b }\nx $A\n", "x {b}"),
            ("x ${_HASH}y ${_BANG}\n", "x #y !"),
            ("x ${_INSTANCE}\n", "x ds1"),
        ])
    func definitions(text: String, expected: String) {
        #expect(outline(text, configID: "ds1") == expected)
    }

    @Test(
        "conditional lines count when their identifier is ours",
        arguments: [
            ("@ds1 a\n@ds2 b\n", "a"),
            ("@^ds1 a\n@^ds2 b\n", "b"),
            ("\t@ds1\ta b\n", "a b"),
            ("@ds1 $A=1\n@ds2 $A=2\nx $A\n", "x 1"),
            ("@ds2 a {\n@ds1 b {\nc\n}\n", "b {c}"),
            ("@ds a\n", ""),
        ])
    func conditions(text: String, expected: String) {
        #expect(outline(text, configID: "ds1") == expected)
    }

    @Test(
        "commands are split by the escaping rule",
        arguments: [
            ("/a b c", ["/a", "b", "c"]),
            ("/a 'b c' \"d e\"", ["/a", "b c", "d e"]),
            ("/a 'b \"c'", ["/a", "b \"c"]),
            ("a\\ b \\x41\\x4 \\101 \\t \\cA \\q", ["a b", "A\u{4}", "A", "\t", "\u{1}", "q"]),
            ("a''b \"\"", ["ab", ""]),
            ("  ", []),
        ])
    func scriptWords(text: String, expected: [String]) {
        #expect(ScriptWords.split(Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test("a command is one word of the file and split again; user and group follow it")
    func script() throws {
        let notify = try onlyInstance(
            instance("notify \"/bin/sh -c 'echo \\\"a b\\\" # c'\" nobody :nogroup", "notify_master /etc/m.sh")
        ).notify
        #expect(
            notify.generic
                == Script(
                    words: ["/bin/sh", "-c", "echo \"a b\" # c"], user: ScriptUser(user: "nobody", group: "nogroup")))
        #expect(notify.master == Script(words: ["/etc/m.sh"]))
    }

    @Test("a line may be as long as it likes")
    func longLine() throws {
        let name = String(repeating: "x", count: 100_000)
        let result = ConfigurationLoader.load(text: instance("notify \"/bin/true \(name)\""))
        #expect(result.diagnostics.isEmpty)
        #expect(result.configuration?.instances.first?.notify.generic?.words.last == name)
    }

    @Test("a diagnostic about a long line shows a window of it")
    func longLineWindow() throws {
        let blanks = String(repeating: " ", count: 5000)
        let result = ConfigurationLoader.load(text: instance("\(blanks)priority\(blanks)x\(blanks)"))
        let diagnostic = try #require(result.diagnostics.first)
        #expect(diagnostic.column == 10009)
        #expect(diagnostic.sourceLine.utf8.count <= 240)
        let character = Array(diagnostic.sourceLine)[diagnostic.excerptColumn - 1]
        #expect(character == "x")
    }

    @Test("a diagnostic about replaced text points at the reference")
    func expansionPlace() {
        let result = ConfigurationLoader.load(text: "$P=300\n" + instance("  priority ${P}"))
        #expect(places(result) == ["error MR0204 6:12"])
        #expect(result.diagnostics.first?.length == 4)
        #expect(result.diagnostics.first?.sourceLine == "  priority ${P}")
        let behind = ConfigurationLoader.load(text: "$P=100\n" + instance("track_interface { $P weight 300 }"))
        #expect(places(behind) == ["error MR0204 6:29"])
    }
}

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

    @Test("a file that is not there is a warning for include and an error for its strict relatives")
    func missing() {
        let plain = load(["/etc/ka/ka.conf": instance() + "include none.conf\ninclude none.d/*.conf\n"])
        #expect(places(plain) == ["warning MR0001 7:9", "warning MR0007 8:9"])
        #expect(plain.configuration != nil)
        for keyword in ["includer", "includem", "includew", "includeb", "includea"] {
            let strict = load(["/etc/ka/ka.conf": instance() + "\(keyword) none.conf\n"])
            #expect(places(strict) == ["error MR0001 7:10"])
        }
        #expect(places(load(["/etc/ka/ka.conf": instance() + "include\n"])) == ["error MR0201 7:1"])
        let main = load([:])
        #expect(places(main) == ["error MR0001 0:0"])
        #expect(
            DiagnosticRenderer().render(main) == """
                /etc/ka/ka.conf: error[MR0001]: cannot read '/etc/ka/ka.conf': no such file or directory
                1 error
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
}
