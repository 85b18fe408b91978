import Glibc
import TestKit
import Testing

@testable import KeepalivedConfig

/// Inputs of each test that makes them at random; `MARTLET_FUZZ_ROUNDS` sets another number, millions for example.
private let rounds = getenv("MARTLET_FUZZ_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 250
/// The first seed; `MARTLET_FUZZ_SEED` sets another one.
private let firstSeed = getenv("MARTLET_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1

/// What must hold for any bytes: no trap, a bounded answer, a model exactly when there is no error, known codes, places
/// inside the text.
private func check(_ bytes: [UInt8], seed: UInt64) {
    check(InMemoryFiles(path: "keepalived.conf", bytes: bytes), "keepalived.conf", seed: seed)
}

private func check(_ files: InMemoryFiles, _ path: String, seed: UInt64) {
    let result = ConfigurationLoader(files: files, configID: "ds1").load(path: path)
    let hasError = result.diagnostics.contains { $0.severity == .error }
    #expect((result.configuration == nil) == hasError, "seed \(seed)")
    #expect(result.diagnostics.count <= 101, "seed \(seed)")
    let lines = files.files.mapValues { bytes in bytes.count { $0 == UInt8(ascii: "\n") } + 1 }
    let codes = Set(DiagnosticCatalogue.entries.map { $0.code })
    for diagnostic in result.diagnostics {
        #expect(codes.contains(diagnostic.code), "seed \(seed)")
        #expect((0...(lines[diagnostic.file] ?? 0)).contains(diagnostic.line), "seed \(seed)")
        for note in diagnostic.notes {
            #expect((1...(lines[note.place.file] ?? 1)).contains(note.place.line), "seed \(seed)")
            #expect(note.place.sourceLine.utf8.count <= 3 * 240, "seed \(seed)")
        }
        #expect(diagnostic.sourceLine.utf8.count <= 3 * 240, "seed \(seed)")
    }
    let renderer = DiagnosticRenderer()
    #expect(renderer.render(result).utf8.count < 250_000, "seed \(seed)")
    #expect(DiagnosticJSON.text(result, file: "x").utf8.last == UInt8(ascii: "}"), "seed \(seed)")
    _ = result.unknownInterfaces(known: ["eth0"])
}

/// Seconds of a processor that something takes: other tests running at the same time do not count.
private func processorTime(_ body: () -> Void) -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    body()
    return now() - start
}

@Suite("Any input")
struct FuzzTests {
    private static let corpus = [
        WalkThrough.lvsFrontTierMaster, WalkThrough.nginxPairMaster, WalkThrough.dualMasterFirst,
        WalkThrough.gatewayMaster, WalkThrough.unfinishedBackup,
        "$A=1 \\\n2\n$B=${A} ${C}\n@ds1 x $A\n@^ds1 y\nglobal_defs { notify \"${B}\" }\ninclude x{a,b}*.conf\n",
    ]

    @Test("random bytes give a bounded answer", arguments: [UInt64(1), 2, 3, 4])
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<rounds {
            let count = Int.random(in: 0...600, using: &random)
            // Without NUL, which would end the reading at once, half of the time.
            let lowest: UInt8 = Bool.random(using: &random) ? 0 : 1
            check((0..<count).map { _ in UInt8.random(in: lowest...255, using: &random) }, seed: seed)
        }
    }

    @Test("sequences of the grammar's own tokens give a bounded answer", arguments: [UInt64(11), 12, 13, 14])
    func grammar(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let names = KeywordReference.blocks.flatMap { $0.keywords.map { $0.name } }
        let others = [
            "{", "}", "{", "}", "\n", "\n", "\n", "\"", "'", "#", "!", "\\", "\\#", "$A", "${A}", "$A=1",
            "$A=\\\n{ ${A}", "@ds1",
            "@ds2", "10.0.0.1", "10.0.0.1/24", "2001:db8::1", "80", "0", "-1", "255", "99999999999999999999", "0.5",
            "eth0",
            "MASTER", "PASS", "DR", "TUN", "wrr", "on", "off", "weight", "reverse", "dev", "label", "group", "fwmark",
            "include",
            "include x", "~SEQ", "${_RANDOM}", "${_PWD}", "\t", "\r\n", "主",
        ]
        for _ in 0..<rounds {
            var text = ""
            for _ in 0..<Int.random(in: 0...120, using: &random) {
                let isName = Int.random(in: 0..<3, using: &random) == 0
                text += (isName ? names : others).randomElement(using: &random) ?? ""
                text += Int.random(in: 0..<5, using: &random) == 0 ? "" : " "
            }
            check(Array(text.utf8), seed: seed)
        }
    }

    @Test("real files with random damage give a bounded answer", arguments: [UInt64(21), 22, 23, 24])
    func mutations(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let interesting = Array("{}\"'#!\\$@~\n\t \0\u{FF}=;".utf8)
        for _ in 0..<rounds {
            var bytes = Array((Self.corpus.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let other = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(interesting.randomElement(using: &random) ?? 0, at: index)
                case 2: bytes[index] = interesting.randomElement(using: &random) ?? 0
                case 3: bytes.removeSubrange(min(index, other)..<max(index, other))
                case 4: bytes.insert(contentsOf: bytes[min(index, other)..<max(index, other)], at: index)
                default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            check(bytes, seed: seed)
        }
    }

    @Test("files made along the grammar, with what they include, give a bounded answer")
    func files() {
        for round in 0..<UInt64(rounds) {
            let seed = firstSeed &+ round
            var generator = GrammarGenerator(seed: seed)
            check(generator.files(), "/k/main.conf", seed: seed)
        }
    }

    @Test("every prefix of a file gives a bounded answer")
    func prefixes() {
        let bytes = Array(WalkThrough.nginxPairMaster.utf8)
        for length in 0...bytes.count { check(Array(bytes[..<length]), seed: UInt64(length)) }
    }

    @Test(
        "a large file of nonsense is answered in time that grows with its size only",
        arguments: [
            "{", "}", "a {\n", "}\n", "$a", "${a}", "$A=$A\n", "\"", "\\", "#", "@", "include a\n",
            "vrrp_instance a {\n", "a=b ",
            "virtual_server 1.2.3.4 80 {\n", "vrrp_script a { script b }\n",
            "virtual_server 1.2.3.4 80 { real_server 1.2.3.4 { } }\n",
        ])
    func repetition(token: String) {
        check(Array(String(repeating: token, count: 20_000).utf8), seed: 0)
    }

    @Test(
        "a long line of nonsense is answered in time that grows with its size only",
        arguments: [
            ("vrrp_script a { script ", "\\\"", " }"), ("include ", "{", ""), ("include ", "{a", "}"),
            ("include ", "{,}", ""), ("~LST(x", ",\\#$a", ") e"), ("$A=", ",\\#$a", "\n~LST(x$A) e"),
            ("~LST({x", ",x", "},a,b) e"), ("~LST(x,{", "{", "}) e"), ("~SEQ(x,", " ", "1) e"),
        ])
    func longLine(start: String, token: String, end: String) {
        let bytes = Array((start + String(repeating: token, count: 100_000) + end + "\n").utf8)
        #expect(processorTime { check(bytes, seed: 0) } < 10)
    }

    @Test("many include lines with long patterns are answered in time that grows with their size only")
    func longPatterns() {
        for pattern in [
            String(repeating: "{", count: 16_000),
            String(repeating: "{a", count: 5000) + String(repeating: "}", count: 5000),
            String(repeating: "{a}", count: 5000), String(repeating: "}{", count: 8000),
        ] {
            let text = String(repeating: "include \(pattern)\n", count: 20)
            #expect(processorTime { check(Array(text.utf8), seed: 0) } < 10)
        }
    }
}
