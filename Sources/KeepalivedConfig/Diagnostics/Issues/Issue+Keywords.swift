/// Keywords and their arguments (`MR01…`, `MR02…`). `MR0105` was in use and stays free.
extension Issue {
    static func noEffect(_ keyword: String, reason: String) -> Issue {
        warning("MR0104", "'\(keyword)' has no effect: \(reason)", nil)
    }

    /// - Parameters:
    ///   - braceLine: the line of the '}' that closes nothing without the block.
    ///   - line: what stands behind the keyword and was meant to be a line of the block.
    static func missingBlock(_ keyword: String, braceLine: Int? = nil, line: [String] = []) -> Issue {
        if let bracket = line.first, ["(", "[", "<"].contains(bracket) {
            return error(
                "MR0106", "'\(keyword)' must be followed by a block",
                "a block stands in '{' and '}', not in '\(bracket)'")
        }
        guard line.isEmpty else {
            return error(
                "MR0106", "'\(keyword)' must be followed by a block",
                "write \(quoted("\(keyword) { \(line.joined(separator: " ")) }"))")
        }
        return error(
            "MR0106", "'\(keyword)' must be followed by a block",
            braceLine.map { "add '{' at the end of the line: the '}' in line \($0) has nothing to close without it" }
                ?? "add '{' at the end of the line, the lines of the block, and '}'")
    }

    /// The block of a line of a list.
    static func surplusBlockOfLine(_ word: String) -> Issue {
        error(
            "MR0107", "\(quoted(word)) has no block",
            "write its options behind it, on the same line, and remove '{' and '}'")
    }

    /// - Parameter joined: a keyword on the same line that would start one.
    static func surplusBlock(_ keyword: String, joined: String? = nil) -> Issue {
        error(
            "MR0107", "'\(keyword)' has no block",
            joined.map { "'\($0)' starts a line of its own, as every keyword does: break the line before it" }
                ?? "remove '{' and '}'; where another keyword stands in front of '{', give it a line of its own")
    }

    static func deprecated(_ keyword: String, instead: String) -> Issue {
        warning(
            "MR0108", "'\(keyword)' is the old name of '\(instead)'", "it works; write '\(instead)'")
    }

    static var checkInHostBlock: Issue {
        warning(
            "MR0108", "'host' is the old form of a further 'SMTP_CHECK'",
            "it works; write a 'SMTP_CHECK' block for each of them")
    }

    /// - Parameter other: the keyword of the earlier line, where that is another one.
    static func setTwice(_ keyword: String, line: Int, by other: String? = nil) -> Issue {
        warning(
            "MR0109",
            other.map { "'\(keyword)' sets what '\($0)' in line \(line) has set already: this one counts" }
                ?? "'\(keyword)' is set in line \(line) already: this one counts",
            "remove the one that is not meant")
    }

    static func missingArgument(_ keyword: String, expected: String) -> Issue {
        error(
            "MR0201", "'\(keyword)' has no value: it expects \(expected)",
            "write it behind the keyword, on the same line")
    }

    static func emptyArgument(_ keyword: String, expected: String) -> Issue {
        warning(
            "MR0201", "the value of '\(keyword)' is empty: it expects \(expected)", "write it between the quotes")
    }

    /// - Parameter isText: whether the value is a text, which may have blanks in quotes.
    static func surplusArgument(_ word: String, keyword: String, isText: Bool = false) -> Issue {
        let advice =
            if word.hasPrefix("//") || word.hasPrefix("/*") {
                "a comment starts with '#' or '!'"
            } else if isText, KeywordReference.blocksByKeyword[word] == nil {
                "a text with blanks stands in double quotes"
            } else {
                "a keyword starts a line of its own"
            }
        return warning(
            "MR0202", "\(quoted(word)) is one word too many for '\(keyword)'", "it is ignored; \(advice)")
    }

    /// A switch with a value.
    static func valueOfSwitch(_ word: String, keyword: String) -> Issue {
        let isOff = ["off", "no", "false", "0"].contains(word.lowercased())
        return warning(
            "MR0202",
            isOff
                ? "\(quoted(word)) does not switch '\(keyword)' off: it has no value and is on by being there"
                : "\(quoted(word)) is one word too many: '\(keyword)' has no value and is on by being there",
            isOff ? "remove the line" : "remove the word")
    }

    static func notANumber(_ word: String, expected: String) -> Issue {
        warning("MR0203", "\(quoted(word)) is not a number: expected \(expected)", adviceOnNumber(word))
    }

    static func numberOutOfRange(_ word: String, expected: String) -> Issue {
        warning("MR0204", "\(quoted(word)) is out of range: expected \(expected)", nil)
    }

    static func trailingText(_ word: String, number: String) -> Issue {
        warning("MR0205", "\(quoted(word)) is taken as \(number)", "remove what follows the number")
    }

    static func notAnInterval(_ word: String) -> Issue {
        warning(
            "MR0206", "\(quoted(word)) is not a number of seconds",
            adviceOnNumber(word) ?? "write seconds, with decimals where needed: 0.5")
    }

    static func intervalOutOfRange(_ word: String, expected: String) -> Issue {
        warning("MR0207", "\(quoted(word)) is out of range: expected \(expected)", nil)
    }

    static func intervalRounded(_ word: String) -> Issue {
        warning("MR0208", "\(quoted(word)) is rounded to microseconds", nil)
    }

    static func notAnAddress(_ word: String, expected: String) -> Issue {
        warning("MR0209", "\(quoted(word)) is not \(expected)", adviceOnAddress(word))
    }

    static func optionBeforeAddress(_ option: String) -> Issue {
        warning("MR0209", "'\(option)' stands where the address should", "options stand behind the address")
    }

    static func notAPort(_ word: String) -> Issue {
        warning(
            "MR0210", "\(quoted(word)) is not a port: expected a number from 1 to 65535",
            word.utf8.contains { $0 > UInt8(ascii: "9") } ? "names of services are not looked up" : nil)
    }

    static func notABoolean(_ word: String, keyword: String) -> Issue {
        warning(
            "MR0211", "\(quoted(word)) is not a value for '\(keyword)': expected on, off, true, false, yes or no",
            nil)
    }

    static func notAChoice(_ word: String, expected: [String], nearest: String?) -> Issue {
        warning(
            "MR0212", "\(quoted(word)) is not one of \(expected.joined(separator: ", "))",
            nearest.map { "did you mean '\($0)'?" })
    }

    static func tooLong(_ word: String, limit: Int, what: String) -> Issue {
        warning("MR0213", "\(quoted(word)) is too long: \(what) has at most \(limit) bytes", nil)
    }

    static func malformed(_ word: String, expected: String, advice: String? = nil) -> Issue {
        warning("MR0214", "\(quoted(word)) is not \(expected)", advice)
    }

    static func emptyCommand(_ keyword: String) -> Issue {
        warning("MR0215", "the command of '\(keyword)' is empty", "name a program")
    }

    /// What people write behind numbers.
    private static func adviceOnNumber(_ word: String) -> String? {
        let digits = word.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard !digits.isEmpty, digits.count < word.count else { return nil }
        return switch word.dropFirst(digits.count) {
        case ";", ",": "write '\(digits)': only the line end ends a value"
        case "s", "ms", "m", "h", "sec", "min", "%": "write the number without a unit; times are in seconds"
        default: nil
        }
    }

    /// What people write in place of an address.
    private static func adviceOnAddress(_ word: String) -> String? {
        guard let first = word.utf8.first, let last = word.utf8.last else { return nil }
        let dots = word.utf8.count { $0 == UInt8(ascii: ".") }
        if last == UInt8(ascii: ",") || last == UInt8(ascii: ";") {
            return
                "write '\(quoted(String(word.dropLast())).dropFirst().dropLast())': only blanks and line ends separate"
        }
        if word.contains(",") { return "write each address on a line of its own" }
        if word.contains("=") { return "write the address alone" }
        if dots == 3 || word.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1, word.contains(":") {
            return "a blank stands between address and port"
        }
        if word.contains("/") { return "leave out '/' and what follows, or correct the length of the prefix" }
        let isName = first > UInt8(ascii: "9") && word.utf8.contains { $0 > UInt8(ascii: "f") }
        return isName ? "names are not looked up: write the address" : nil
    }

    /// One of each code, for the catalogue.
    static let examplesOfKeywords: [Issue] = [
        .unknownKeyword("prority", block: "'vrrp_instance'", nearest: "priority", hasBlock: false),
        .keywordWithSign("priority=100", keyword: "priority", sign: "=", value: "100"),
        .keywordElsewhere(
            "lb_algo", block: "'real_server'", belongs: ["'virtual_server'"], hasBlock: false, opener: nil),
        .noEffect("vrrp_cpu_affinity", reason: "threads run on any processor: set it in the service's unit"),
        .missingBlock("virtual_ipaddress"),
        .surplusBlock("weight"),
        .deprecated("lvs_flush_onstop", instead: "lvs_flush_on_stop"),
        .setTwice("priority", line: 4),
        .missingArgument("virtual_router_id", expected: "a whole number from 1 to 255"),
        .surplusArgument("TCP_CHECK", keyword: "weight"),
        .notANumber("x", expected: "a whole number from 1 to 255"),
        .numberOutOfRange("300", expected: "a whole number from 1 to 255"),
        .trailingText("100;", number: "100"),
        .notAnInterval("1s"),
        .intervalOutOfRange("300", expected: "0.01 to 255 seconds"),
        .intervalRounded("0.1234567"),
        .notAnAddress("10.1.80", expected: "an IPv4 or IPv6 address"),
        .notAPort("80000"),
        .notABoolean("maybe", keyword: "alpha"),
        .notAChoice("MASTR", expected: ["MASTER", "BACKUP"], nearest: "MASTER"),
        .tooLong("a-very-long-interface", limit: 15, what: "an interface name"),
        .malformed("xyz", expected: "an MD5 digest of 32 hexadecimal digits"),
        .emptyCommand("script"),
    ]
}
