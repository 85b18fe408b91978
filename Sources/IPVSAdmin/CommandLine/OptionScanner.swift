/// One option as it was found on the command line.
struct ScannedOption {
    var spelling: OptionSpelling
    /// Its value, when it takes one and was given one.
    var value: String?
    /// The whole argument as typed, cluster included, for messages.
    var word: String
}

/// Splits a command line the way popt does for ipvsadm.
///
/// Short options may be clustered; a value is the rest of the word, follows `=`, or is the next argument; long
/// options need two dashes; `--` ends the options and a lone `-` is an ordinary word.
struct OptionScanner {
    private var arguments: ArraySlice<String>
    /// The rest of a cluster of short options and the word that it belongs to.
    private var cluster: (letters: Substring, word: String)?
    private var optionsEnded = false
    /// Words that are no options, in their order.
    private(set) var words: [String] = []

    init(_ arguments: [String]) { self.arguments = arguments[...] }

    /// The next option; nil at the end of the line.
    mutating func next() throws(CommandLineError) -> ScannedOption? {
        if let (letters, word) = cluster {
            cluster = nil
            if let letter = letters.first { return try short(letter, rest: letters.dropFirst(), word: word) }
        }
        while let word = arguments.popFirst() {
            if optionsEnded || !word.hasPrefix("-") || word == "-" {
                words.append(word)
            } else if word == "--" {
                optionsEnded = true
            } else if word.hasPrefix("--") {
                return try long(word)
            } else {
                let letters = word.dropFirst()
                if let letter = letters.first { return try short(letter, rest: letters.dropFirst(), word: word) }
            }
        }
        return nil
    }

    private mutating func short(
        _ letter: Character, rest: Substring, word: String
    ) throws(CommandLineError) -> ScannedOption {
        guard let spelling = OptionSpelling.short(letter) else { throw .parser(word, "unknown option") }
        guard spelling.value != .none, !rest.isEmpty else {
            if !rest.isEmpty { cluster = (rest, word) }
            return ScannedOption(spelling: spelling, value: try following(spelling, word), word: word)
        }
        let value = rest.first == "=" ? rest.dropFirst() : rest
        return ScannedOption(spelling: spelling, value: String(value), word: word)
    }

    private mutating func long(_ word: String) throws(CommandLineError) -> ScannedOption {
        let body = word.dropFirst(2)
        let name = body.prefix { $0 != "=" }
        guard let spelling = OptionSpelling.long(String(name)) else { throw .parser(word, "unknown option") }
        guard name.endIndex < body.endIndex else {
            return ScannedOption(spelling: spelling, value: try following(spelling, word), word: word)
        }
        if spelling.value == .none { throw .parser(word, "option does not take an argument") }
        return ScannedOption(spelling: spelling, value: String(body[name.endIndex...].dropFirst()), word: word)
    }

    /// The value that an option takes from the next argument.
    private mutating func following(
        _ spelling: OptionSpelling, _ word: String
    ) throws(CommandLineError) -> String? {
        switch spelling.value {
        case .none: return nil
        case .optional:
            guard let next = arguments.first, !next.hasPrefix("-") else { return nil }
            return arguments.popFirst()
        case .required:
            guard let next = arguments.popFirst() else { throw .parser(word, "missing argument") }
            return next
        }
    }
}
