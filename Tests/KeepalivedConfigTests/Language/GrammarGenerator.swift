import TestKit

@testable import KeepalivedConfig

/// Files that are made along the grammar: statements of every block, includes, definitions, loops, conditions, both
/// kinds of quotes, and now and then a brace, a quote or a byte where none belongs.
struct GrammarGenerator {
    private var random: SeededGenerator
    /// Names that a definition or a loop may have given.
    private static let names = ["A", "B", "VIP", "x", "y", "_z", "_PWD", "_RANDOM", "_ENV X", "_HASH", "_RANDOM 1 5"]
    private static let values = [
        "10.0.0.1", "10.0.0.1/24", "2001:db8::1", "80", "0", "-1", "255", "256", "99999999999999999999", "0.5", "eth0",
        "MASTER", "PASS", "DR", "wrr", "on", "off", "weight", "dev", "group", "fwmark", "主", "é", "\u{1}", "~SEQ",
        "@ds1",
        "\\#", "\\!", "a=b", "${", "}", "$", "\\", "'", "\u{FEFF}",
    ]
    private static let blocks = KeywordReference.blocks.map { ($0.name, $0.keywords.map { $0.name }) }

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// The main file and what it may include.
    mutating func files() -> InMemoryFiles {
        var files: [String: String] = ["/k/main.conf": text(depth: 0)]
        for name in ["a.conf", "b.conf", "d/c.conf"] where random.chance(0.4) { files["/k/\(name)"] = text(depth: 1) }
        return InMemoryFiles(files, variables: ["X": "1"])
    }

    private mutating func pick<Element>(_ from: [Element]) -> Element {
        from[Int.random(in: 0..<from.count, using: &random)]
    }

    private mutating func text(depth: Int) -> String {
        var text = random.chance(0.05) ? "\u{FEFF}" : ""
        for _ in 0..<Int.random(in: 0...12, using: &random) { text += piece(depth: depth) }
        return text
    }

    private mutating func end() -> String {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: "\r\n"
        case 1: " # comment { \" } $A\n"
        case 2: "!\n"
        case 3: "\r"
        case 4: ""
        default: "\n"
        }
    }

    private mutating func piece(depth: Int) -> String {
        switch Int.random(in: 0..<14, using: &random) {
        case 0: "$\(pick(Self.names))=\(words())\(end())"
        case 1: "$\(pick(Self.names))= \\\n\(continued())"
        case 2: loop() + body(depth: depth)
        case 3: pick(["@ds1 ", "@ds2 ", "@^ds1 ", "@ ", "@^ "]) + piece(depth: depth + 1)
        case 4:
            pick(["include ", "includer ", "includem ", "includew ", "includeb ", "includea ", "include"]) + path()
                + end()
        case 5: reference() + end()
        case 6: "global_defs {\ninclude_check \(words())\nrandom_seed \(word())\n}\(end())"
        case 7: pick(["{", "}", "\"", "\n", "\\", "~", "$", "@"]) + end()
        default: block(depth: depth)
        }
    }

    private mutating func body(depth: Int) -> String { random.chance(0.3) ? block(depth: depth) : words() + end() }

    private mutating func loop() -> String {
        let name = pick(["x", "y", "1", "", "A"])
        return switch Int.random(in: 0..<7, using: &random) {
        case 0: "~SEQ(\(name),\(Int.random(in: -3...4, using: &random))) "
        case 1: "~SEQ(\(name), \(number()), \(number())) "
        case 2: "~SEQx(\(name),\(number()),\(number()),\(number())) "
        case 3: "~LST(\(name),a, b,\(word())) "
        case 4: "~LST({x,y},{1,2},{3},{\(word()),\(word())}) "
        case 5: "~SEQ(x,1,2) " + (random.chance(0.5) ? loop() : "")
        default: "~SEQ(\(words()) "
        }
    }

    private mutating func number() -> String {
        pick(["0", "1", "3", "-2", "0x1f", "010", "9", "$x", "${A}", "", "9223372036854775807", "-9223372036854775808"])
    }

    private mutating func reference() -> String {
        random.chance(0.5) ? "${\(pick(Self.names))}" : "$\(pick(Self.names))"
    }

    private mutating func path() -> String {
        pick([
            "a.conf", "b.conf", "d/*.conf", "*.conf", "{a,b}.conf", "/k/main.conf", "../k/a.conf", "none", "${A}",
            "\"a.conf\"", "",
        ])
    }

    private mutating func word() -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: reference()
        case 1: "\"\(pick(Self.values)) \(reference())\""
        case 2: "'\(pick(Self.values)) \\x4\(pick(["1", "g", ""]))'"
        case 3: pick(Self.blocks).0
        default: pick(Self.values)
        }
    }

    private mutating func words() -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in word() }.joined(separator: random.chance(0.1) ? "" : " ")
    }

    private mutating func continued() -> String {
        let lines = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            random.chance(0.3) ? loop() + words() : words() + pick(["", " {", " }", " # c", " @ds1 z"])
        }
        return lines.joined(separator: " \\\n") + end()
    }

    private mutating func block(depth: Int) -> String {
        let (name, keywords) = pick(Self.blocks)
        var text = "\(name.split(separator: " ").first ?? "x") \(words()) {\(end())"
        for _ in 0..<Int.random(in: 0...6, using: &random) where !keywords.isEmpty {
            if depth < 3, random.chance(0.15) {
                text += piece(depth: depth + 1)
            } else {
                text += "  \(pick(keywords)) \(words())\(end())"
            }
        }
        return text + (random.chance(0.95) ? "}" : "") + end()
    }
}
