import Testing

@testable import KeepalivedConfig

/// SplitMix64: a generator whose every run can be repeated from the seed that a failure prints.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// What must hold for any bytes: no trap, a bounded answer, a model exactly when there is no error, known codes, places
/// inside the text.
private func check(_ bytes: [UInt8], seed: UInt64) {
    let result = ConfigurationLoader.load(bytes: bytes, configID: "ds1")
    let hasError = result.diagnostics.contains { $0.severity == .error }
    #expect((result.configuration == nil) == hasError, "seed \(seed)")
    #expect(result.diagnostics.count <= 101, "seed \(seed)")
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    let codes = Set(DiagnosticCatalogue.entries.map { $0.code })
    for diagnostic in result.diagnostics {
        #expect(codes.contains(diagnostic.code), "seed \(seed)")
        #expect((0...lines).contains(diagnostic.line), "seed \(seed)")
        #expect(diagnostic.sourceLine.utf8.count <= 3 * 240, "seed \(seed)")
    }
    let renderer = DiagnosticRenderer()
    #expect(renderer.render(result).utf8.count < 250_000, "seed \(seed)")
    #expect(renderer.json(result).utf8.last == UInt8(ascii: "}"), "seed \(seed)")
    _ = result.unknownInterfaces(known: ["eth0"])
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
        var random = SplitMix(state: seed)
        for _ in 0..<150 {
            let count = Int.random(in: 0...600, using: &random)
            // Without NUL, which would end the reading at once, half of the time.
            let lowest: UInt8 = Bool.random(using: &random) ? 0 : 1
            check((0..<count).map { _ in UInt8.random(in: lowest...255, using: &random) }, seed: seed)
        }
    }

    @Test("sequences of the grammar's own tokens give a bounded answer", arguments: [UInt64(11), 12, 13, 14])
    func grammar(seed: UInt64) {
        var random = SplitMix(state: seed)
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
        for _ in 0..<250 {
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
        var random = SplitMix(state: seed)
        let interesting = Array("{}\"'#!\\$@~\n\t \0\u{FF}=;".utf8)
        for _ in 0..<250 {
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
}
