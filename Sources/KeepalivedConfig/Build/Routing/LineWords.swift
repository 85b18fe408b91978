import Addressing

/// What is wrong with a route or rule line, which is left out then.
struct LineProblem: Error {
    var message: String
    var span: Span
    /// The option whose value is missing, with what is expected, where keepalived ends because of it.
    var missing: (option: String, expected: String)?

    init(message: String, span: Span) {
        self.message = message
        self.span = span
    }

    init(missing option: String, expected: String, span: Span) {
        self.init(message: "'\(option)' has no value", span: span)
        missing = (option, expected)
    }
}

/// The words of a route or rule line, read from the left, and what both kinds of line say in the same words.
struct LineWords {
    private let words: [(text: String, span: Span)]
    private var index = 0
    /// Where the line begins.
    let start: Span
    /// Whether a `track_group` may be named.
    let allowsTrackGroup: Bool
    /// That of every address so far.
    var family: AddressFamily?
    /// `no_track`.
    var isUntracked = false
    /// `track_group`, with the place of the word.
    var trackGroup: (name: String, span: Span)?
    /// Words that mean something else than written, with why.
    private(set) var remarks: [LineProblem] = []
    /// Whether a missing value ends keepalived. It looks for those of an encapsulation itself.
    var endsWithoutValue = true

    init(_ words: [(text: String, span: Span)], start: Span, allowsTrackGroup: Bool) {
        self.words = words
        self.start = start
        self.allowsTrackGroup = allowsTrackGroup
    }

    mutating func remark(_ message: String, _ span: Span) { remarks.append(LineProblem(message: message, span: span)) }

    /// The word to be read next; nil behind the last.
    var next: String? { index < words.count ? words[index].text : nil }
    /// Where it stands; the line's start behind the last.
    var place: Span { index < words.count ? words[index].span : start }

    /// Reads a word; nil behind the last.
    mutating func take() -> (text: String, span: Span)? {
        guard index < words.count else { return nil }
        defer { index += 1 }
        return words[index]
    }

    /// Reads the word if it is this one.
    mutating func take(_ word: String) -> Bool {
        guard next == word else { return false }
        index += 1
        return true
    }

    /// Reads the value behind a word that was read.
    mutating func value(
        of option: String, _ expected: @autoclosure () -> String = "a value"
    ) throws(LineProblem) -> (text: String, span: Span) {
        guard let word = take() else {
            let place = words.last?.span ?? start
            throw endsWithoutValue
                ? LineProblem(missing: option, expected: expected(), span: place)
                : LineProblem(message: "'\(option)' has no value", span: place)
        }
        return word
    }

    /// A number, decimal or with `0x` hexadecimal.
    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ option: String, _ range: ClosedRange<Number>
    ) throws(LineProblem) -> Number {
        let word = try value(of: option, "a number from \(range.lowerBound) to \(range.upperBound)")
        guard let number: Number = Self.number(word.text), range.contains(number) else {
            throw LineProblem(
                message:
                    "\(quoted(word.text)) is not a number from \(range.lowerBound) to \(range.upperBound) for '\(option)'",
                span: word.span)
        }
        return number
    }

    static func number<Number: FixedWidthInteger & UnsignedInteger>(_ text: some StringProtocol) -> Number? {
        guard text.utf8.first != UInt8(ascii: "+") else { return nil }
        return text.hasPrefix("0x") ? Number(text.dropFirst(2), radix: 16) : Number(text)
    }

    mutating func address(_ option: String) throws(LineProblem) -> IPAddress {
        let word = try value(of: option, "an address")
        guard let address = IPAddress(word.text) else {
            throw LineProblem(message: "\(quoted(word.text)) is not an address for '\(option)'", span: word.span)
        }
        try agree(address.family, at: word.span)
        return address
    }

    /// A prefix, or nil for `default`, `any` and `all`.
    mutating func prefix(_ option: String) throws(LineProblem) -> Prefix? {
        try prefix(value(of: option, "a prefix such as 10.1.80.0/24, or 'default'"))
    }

    /// As the prefix behind an option, of a word that was read.
    mutating func prefix(_ word: (text: String, span: Span)) throws(LineProblem) -> Prefix? {
        switch word.text {
        case "default", "any", "all": return nil
        case "default6":
            try agree(.ipv6, at: word.span)
            return nil
        default: break
        }
        guard let prefix = Prefix(word.text) ?? hostPrefix(word) else {
            throw LineProblem(
                message: "\(quoted(word.text)) is not a prefix such as 10.1.80.0/24", span: word.span)
        }
        try agree(prefix.address.family, at: word.span)
        return prefix
    }

    /// The address of a word whose prefix length is none, as keepalived takes it.
    private mutating func hostPrefix(_ word: (text: String, span: Span)) -> Prefix? {
        guard let slash = word.text.firstIndex(of: "/"), let address = IPAddress(word.text[..<slash]) else {
            return nil
        }
        let width = address.family.bitWidth
        remark(
            "\(quoted(String(word.text[slash...]))) is not a prefix length from 0 to \(width): \(width) is used",
            word.span.dropping(word.text[..<slash].utf8.count))
        return Prefix(address, length: UInt8(clamping: width))
    }

    /// Every address of a line is of one family.
    mutating func agree(_ other: AddressFamily, at span: Span) throws(LineProblem) {
        guard family == nil || family == other else {
            throw LineProblem(message: "IPv4 and IPv6 are mixed", span: span)
        }
        family = other
    }

    mutating func interface(_ option: String) throws(LineProblem) -> String {
        let word = try value(of: option, "an interface name")
        guard word.text.utf8.count <= 15, !word.text.utf8.contains(UInt8(ascii: "/")) else {
            throw LineProblem(message: "\(quoted(word.text)) is not an interface name", span: word.span)
        }
        return word.text
    }

    /// A name out of iproute2's files or a number up to `limit`.
    mutating func name(
        _ option: String, limit: UInt32 = .max, _ known: [String: UInt32] = [:]
    ) throws(LineProblem) -> RoutingName {
        let word = try value(of: option, limit == .max ? "a name or a number" : "a name or a number up to \(limit)")
        return try Self.name(word.text, option, limit: limit, known, at: word.span)
    }

    private static func name(
        _ text: String, _ option: String, limit: UInt32, _ known: [String: UInt32], at span: Span
    ) throws(LineProblem) -> RoutingName {
        if let number = known[text] { return .number(number) }
        guard let first = text.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            guard !text.isEmpty, text.utf8.first != UInt8(ascii: "-") else {
                throw LineProblem(message: "\(quoted(text)) is not a value for '\(option)'", span: span)
            }
            return .name(text)
        }
        guard let number: UInt32 = number(text), number <= limit else {
            throw LineProblem(message: "\(quoted(text)) is not a number up to \(limit) for '\(option)'", span: span)
        }
        return .number(number)
    }

    /// `[FROM/]TO`.
    mutating func realms() throws(LineProblem) -> RouteRealms {
        let word = try value(of: "realms")
        let parts = word.text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var names: [RoutingName] = []
        for part in parts {
            names.append(try Self.name(String(part), "realms", limit: 65_535, [:], at: word.span))
        }
        guard let destination = names.last else {
            throw LineProblem(message: "'realms' has no value", span: word.span)
        }
        return RouteRealms(source: names.count > 1 ? names.first : nil, destination: destination)
    }
}

/// The names that iproute2 itself knows.
enum RoutingNames {
    static let tables: [String: UInt32] = ["default": 253, "main": 254, "local": 255]
    static let scopes: [String: UInt32] = ["global": 0, "site": 200, "link": 253, "host": 254, "nowhere": 255]
    static let origins: [String: UInt32] = [
        "none": 0, "redirect": 1, "kernel": 2, "boot": 3, "static": 4, "gated": 8, "ra": 9, "mrt": 10, "zebra": 11,
        "bird": 12, "dnrouted": 13, "xorp": 14, "ntk": 15, "dhcp": 16, "keepalived": 18, "babel": 42,
    ]
    static let kinds: [String: RouteDefinition.Kind] = [
        "unicast": .unicast, "local": .local, "broadcast": .broadcast, "brd": .broadcast, "anycast": .anycast,
        "multicast": .multicast, "blackhole": .blackhole, "unreachable": .unreachable, "prohibit": .prohibit,
        "throw": .throw, "nat": .nat, "xresolve": .externalResolve,
    ]
}
