import HealthChecks
import TestKit
import Testing

@testable import Patterns

@Suite("Patterns in pages")
struct PatternTests {
    private func outcome(
        _ pattern: PagePattern, in page: [UInt8], pieces: Int = .max, portion: Int = 4096
    ) throws(PatternError) -> SearchOutcome {
        let search = PatternSearch(for: try Pattern(pattern), portion: portion)
        var rest = page[...]
        while !rest.isEmpty {
            search.take(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return search.finish()
    }

    private static let cases: [(pattern: PagePattern, page: String, isFound: Bool)] = [
        (PagePattern("status: ok"), "the status: ok.", true), (PagePattern("status: ok"), "Status: OK", false),
        (PagePattern("status: ok", options: [.caseless]), "Status: OK", true), (PagePattern(""), "", true),
        (PagePattern("^$"), "", true), (PagePattern("^$"), "x", false), (PagePattern("x*$"), "y", true),
        (PagePattern("^ok$"), "ok\n", true), (PagePattern("^ok$", options: [.dollarEndOnly]), "ok\n", false),
        (PagePattern("^ok$"), "a\nok\nb", false), (PagePattern("^ok$", options: [.multiline]), "a\nok\nb", true),
        (PagePattern("a.b"), "a\nb", false), (PagePattern("a.b", options: [.dotAll]), "a\nb", true),
        (PagePattern(#"\bok\b"#), "not ok!", true), (PagePattern(#"\bok\b"#), "nook", false),
        (PagePattern("(?<=is )up"), "it is up", true), (PagePattern("(?<!is )up"), "it is up", false),
        (PagePattern("o k", options: [.extended]), "ok", true), (PagePattern("(a)(b)(c)"), "abc", true),
        (PagePattern("^.$", options: [.utf]), "ä", true), (PagePattern("^.$"), "ä", false),
        (PagePattern("(*UTF)^.$"), "ä", true), (PagePattern("ä", options: [.utf]), "aä", true),
        (PagePattern("Ä", options: [.utf, .caseless]), "xä", true),
        // The window counts the first byte of a match, both ends included.
        (PagePattern("ok", firstOffset: 3), "ok.", false), (PagePattern("ok", firstOffset: 3), "...ok", true),
        (PagePattern("ok", firstOffset: 4), "...ok", false), (PagePattern("ok", lastOffset: 3), "...ok", true),
        (PagePattern("ok", lastOffset: 2), "...ok", false),
        (PagePattern("ok", firstOffset: 3, lastOffset: 3), "okok.ok", false),
        (PagePattern("(?<=x)ok", firstOffset: 1), "xok", true),
        (PagePattern("^ok", firstOffset: 2), "..ok", false), (PagePattern("ok", lastOffset: .max), "ok", true),
    ]

    @Test("what is found does not depend on how the page comes", arguments: cases)
    func found(pattern: PagePattern, page: String, isFound: Bool) throws {
        let expected: SearchOutcome = isFound ? .found : .notFound
        for pieces in 1...max(page.utf8.count, 1) {
            for portion in [1, 3, 4096] {
                #expect(try outcome(pattern, in: Array(page.utf8), pieces: pieces, portion: portion) == expected)
            }
        }
    }

    @Test("a match is found wherever it lies in a page of many portions, whole and in drops")
    func longPage() throws {
        for place in [0, 1, 4090, 4095, 4096, 8190, 12_345, 99_990] {
            var page = [UInt8](repeating: UInt8(ascii: "."), count: 100_000)
            page.replaceSubrange(place..<(place + 8), with: Array("xneedle\n".utf8))
            for pattern in [
                PagePattern("needle"), PagePattern("(?<=x)needle$", options: [.multiline]), PagePattern(#"x\w+e\b"#),
                PagePattern("^[.]*xneedle"), PagePattern("xn.*\\n", options: [.utf]),
            ] where pattern.text.first != "^" || place < 60_000 {
                for pieces in [37, 5000, Int.max] {
                    #expect(try outcome(pattern, in: page, pieces: pieces) == .found, "\(pattern.text) at \(place)")
                }
            }
            #expect(try outcome(PagePattern("needles"), in: page) == .notFound)
            #expect(try outcome(PagePattern("^needle"), in: page) == .notFound)
        }
    }

    @Test("characters of several bytes that are cut anywhere are read, and bytes that are none match nothing")
    func brokenText() throws {
        let text = Array(String(repeating: "äöü€😀", count: 1500).utf8)
        for pieces in [1, 2, 3, 4095, 4097] {
            #expect(try outcome(PagePattern("€😀$", options: [.utf]), in: text, pieces: pieces) == .found)
            #expect(try outcome(PagePattern("(?<=€)ä", options: [.utf]), in: text, pieces: pieces) == .notFound)
        }
        let broken: [UInt8] = [0xFF, 0xC3] + Array("ok".utf8) + [0xE2, 0x82]
        #expect(try outcome(PagePattern("ok", options: [.utf]), in: broken, pieces: 1) == .found)
        #expect(try outcome(PagePattern("^.ok", options: [.utf]), in: broken) == .notFound)
        #expect(try outcome(PagePattern("(*UTF)ok"), in: broken) == .found)
    }

    @Test(
        "what is no pattern is refused with its place",
        arguments: [
            ("(ok", 3, "missing closing parenthesis"), ("[ok", 3, "missing terminating ]"),
            ("ok)", 2, "unmatched closing parenthesis"), ("*ok", 0, "quantifier does not follow"),
            ("a{2,1}", 5, "numbers out of order"), ("\\", 1, "\\ at end of pattern"),
        ])
    func refused(text: String, offset: Int, message: String) {
        let error = #expect(throws: PatternError.self) { _ = try Pattern(PagePattern(text)) }
        #expect(error?.offset == offset)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test("every option is one that the engine knows", arguments: PagePattern.Option.allCases)
    func options(option: PagePattern.Option) throws {
        #expect(try outcome(PagePattern("o+k", options: [option]), in: Array("o ok".utf8)) == .found)
    }

    /// Pages that make a pattern go back again and again.
    private static let hostile: [(pattern: PagePattern, page: [UInt8])] = [
        (PagePattern("(a+)+$"), [UInt8](repeating: 0x61, count: 50_000) + [0x62]),
        (PagePattern("(a|aa)+$"), [UInt8](repeating: 0x61, count: 50_000) + [0x62]),
        (PagePattern("(.*)*x"), [UInt8](repeating: 0x61, count: 100_000)),
        (PagePattern("a.*b.*c.*d"), Array(String(repeating: "abc", count: 20_000).utf8)),
        (PagePattern("[a-z]+[0-9]"), [UInt8](repeating: 0x61, count: 2_000_000)),
        (PagePattern(#"(\w+\s?)+!"#), Array(String(repeating: "ab ", count: 30_000).utf8)),
        (PagePattern("(?:.|\n)*x"), [UInt8](repeating: 0x61, count: 1_000_000)),
        (PagePattern("^(?=(.*))\\1z", options: [.dotAll]), [UInt8](repeating: 0x61, count: 1_000_000)),
        (PagePattern("(x(?1)?y)+z"), Array(String(repeating: "x", count: 60_000).utf8)),
    ]

    @Test("a page made for the pattern costs a bounded time", arguments: hostile)
    func bounded(pattern: PagePattern, page: [UInt8]) throws {
        for pieces in [1000, Int.max] {
            let began = ContinuousClock.now
            let result = try outcome(pattern, in: page, pieces: pieces)
            #expect(result != .found)
            // The limit of a page and of what one stride can add; the machine may be busy.
            #expect(ContinuousClock.now - began < .seconds(5))
        }
    }

    @Test("limits that are reached are named")
    func limits() throws {
        let many = [UInt8](repeating: 0x61, count: 50_000)
        #expect(
            try outcome(PagePattern("(a+)+$"), in: many + [0x62])
                == .givenUp("it takes more than 400000 steps at one place"))
        #expect(
            try outcome(PagePattern("(?:.|\n)*x", memoryLimit: 1), in: many)
                == .givenUp("it takes more memory than regex_stack allows"))
        #expect(
            try outcome(PagePattern("^a*b"), in: [UInt8](repeating: 0x61, count: 200_000))
                == .givenUp("a match would be longer than 65536 bytes"))
        #expect(try outcome(PagePattern("^a*b"), in: many + [0x62]) == .found)
    }

    @Test("random patterns over random pages give the same whole and in pieces")
    func splits() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let atoms = ["a", "b", ".", "\\n", "a*", "b+?", "(ab)?", "[^a]", "\\b", "^", "$", "(?<=a)", "(?!b)", "a|b"]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 1...5, using: &generator))
                .compactMap { _ in atoms.randomElement(using: &generator) }.joined()
            var pattern = PagePattern(text)
            if generator.chance(0.3) { pattern.options.insert(.multiline) }
            if generator.chance(0.3) { pattern.options.insert(.utf) }
            if generator.chance(0.3) { pattern.firstOffset = .random(in: 0...12, using: &generator) }
            if generator.chance(0.3) { pattern.lastOffset = .random(in: 0...12, using: &generator) }
            let page = (0..<Int.random(in: 0...12, using: &generator))
                .compactMap { _ in Array("aab\n".utf8).randomElement(using: &generator) }
            guard (try? Pattern(pattern)) != nil else { continue }
            let whole = try outcome(pattern, in: page)
            let pieces = Int.random(in: 1...4, using: &generator)
            #expect(
                try outcome(pattern, in: page, pieces: pieces, portion: pieces) == whole,
                "\(pattern) in \(page), seed \(seed)")
        }
    }
}
