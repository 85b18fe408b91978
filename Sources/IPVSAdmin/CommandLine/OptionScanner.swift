/// One option as it was found on the command line.
struct ScannedOption {
    var spelling: OptionSpelling
    /// Its value, when it takes one and was given one.
    var value: String?
    /// What messages name: the argument that was read last, as typed. That is the whole cluster; and the value, where
    /// that was an argument of its own.
    var word: String
}

/// Splits a command line the way popt does for ipvsadm.
///
/// Short options may be clustered; a value is the rest of the word, follows `=`, or is the next argument; long
/// options need two dashes; `--` ends the options and a lone `-` is an ordinary word.
struct OptionScanner {
    private var arguments: ArraySlice<String>
    /// A cluster of short options and how many of its bytes are read.
    private var cluster: (word: String, read: Int)?
    private var optionsEnded = false
    /// Words that are no options, in their order.
    private(set) var words: [String] = []

    init(_ arguments: ArraySlice<String>) { self.arguments = arguments }

    /// The next option; nil at the end of the line.
    mutating func next() throws(CommandLineError) -> ScannedOption? {
        if let (word, read) = cluster {
            cluster = nil
            return try short(word, at: read)
        }
        while let word = arguments.popFirst() {
            let bytes = word.utf8
            if optionsEnded || bytes.first != Self.dash || bytes.count == 1 {
                words.append(word)
            } else if bytes.dropFirst().first != Self.dash {
                return try short(word, at: 1)
            } else if bytes.count == 2 {
                optionsEnded = true
            } else {
                return try long(word)
            }
        }
        return nil
    }

    private static let dash = UInt8(ascii: "-")
    private static let equals = UInt8(ascii: "=")

    private mutating func short(_ word: String, at position: Int) throws(CommandLineError) -> ScannedOption {
        let letters = word.utf8.dropFirst(position)
        guard let letter = letters.first, let spelling = OptionSpelling.short(letter) else {
            throw .parser(word, "unknown option")
        }
        let rest = letters.dropFirst()
        guard let following = rest.first else {
            return try withFollowingValue(spelling, word)
        }
        guard spelling.value != .none else {
            if following == Self.equals { throw .parser(word, "option does not take an argument") }
            cluster = (word, position + 1)
            return ScannedOption(spelling: spelling, value: nil, word: word)
        }
        let value = following == Self.equals ? rest.dropFirst() : rest
        return ScannedOption(spelling: spelling, value: String(Substring(value)), word: word)
    }

    private mutating func long(_ word: String) throws(CommandLineError) -> ScannedOption {
        let body = word.utf8.dropFirst(2)
        let name = body.prefix { $0 != Self.equals }
        guard let spelling = OptionSpelling.long(String(Substring(name))) else {
            throw .parser(word, "unknown option")
        }
        guard name.endIndex < body.endIndex else {
            return try withFollowingValue(spelling, word)
        }
        if spelling.value == .none { throw .parser(word, "option does not take an argument") }
        return ScannedOption(
            spelling: spelling, value: String(Substring(body[name.endIndex...].dropFirst())), word: word)
    }

    /// An option whose value, if it takes one, is the next argument.
    private mutating func withFollowingValue(
        _ spelling: OptionSpelling, _ word: String
    ) throws(CommandLineError) -> ScannedOption {
        var value: String?
        switch spelling.value {
        case .none: break
        case .optional:
            if let next = arguments.first, next.utf8.first != Self.dash { value = arguments.popFirst() }
        case .required:
            value = arguments.popFirst()
            if value == nil { throw .parser(word, "missing argument") }
        }
        return ScannedOption(spelling: spelling, value: value, word: value ?? word)
    }
}
