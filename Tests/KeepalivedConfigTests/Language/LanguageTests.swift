import Testing

@testable import KeepalivedConfig

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
            ("notify \"b \\\" # c\" # d\n", "notify [b \\\" # c]"),
            ("a \"b \\\" c # d\n", "a [b \\] c"),
            ("\u{FEFF}a b\n", "a b"),
            ("名字 值\n", "名字 值"),
            ("a", "a"),
            ("", ""),
        ])
    func lexing(text: String, expected: String) {
        #expect(outline(text) == expected)
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

    @Test(
        "conditions in front of each line of a block, or for each host in front of the first, are in order",
        arguments: [
            "@a track_interface {\n@a eth1\n\n@a }", "@^ track_interface {\neth1\n}",
            "@a track_interface { eth1 }", "@a virtual_ipaddress_excluded {\n@^a virtual_ipaddress {\n10.1.80.95\n}",
            "@^a virtual_ipaddress_excluded {\n\n# or\n  @a virtual_ipaddress {\n10.1.80.95\n}",
            "@a notify \"/usr/bin/true {\"", "@a notify ${N}",
        ])
    func conditionsOfBlocks(lines: String) {
        let result = ConfigurationLoader.load(text: instance(lines), configID: "b")
        #expect(result.diagnostics.filter { $0.code != "MR0024" }.isEmpty, "\(result.diagnostics)")
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
        #expect(places(result) == ["warning MR0204 6:12"])
        #expect(result.diagnostics.first?.length == 4)
        #expect(result.diagnostics.first?.sourceLine == "  priority ${P}")
        let behind = ConfigurationLoader.load(text: "$P=100\n" + instance("track_interface { $P weight 300 }"))
        #expect(places(behind) == ["warning MR0204 6:29"])
    }
}
