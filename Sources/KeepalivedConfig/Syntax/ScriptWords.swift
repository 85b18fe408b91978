/// The second of the two quoting rules, for keywords whose argument is a command or a pattern: `'` and `"` both quote,
/// and a backslash escapes.
///
///     \a \b \E \f \n \r \t \v    control characters
///     \NNN                       octal, one to three digits
///     \xXX                       hexadecimal, one or two digits
///     \cC                        control character of C
///     \ anything else            that byte
enum ScriptWords {
    /// Keywords whose arguments are split by this rule, besides those that start with `notify`.
    static let keywords = [
        "script", "misc_path", "quorum_up", "quorum_down", "startup_script", "shutdown_script", "process", "regex",
    ]

    /// The words of a text.
    static func split(_ text: ArraySlice<UInt8>) -> [[UInt8]] { splitting(text).words }

    /// The words of a text, and the quote that is not closed in it.
    static func splitting(_ text: ArraySlice<UInt8>) -> (words: [[UInt8]], unclosedQuote: UInt8?) {
        var words: [[UInt8]] = []
        var word: [UInt8]?
        var quote: UInt8?
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < text.endIndex {
                let (value, next) = escape(text, at: index)
                if word == nil { word = [value] } else { word?.append(value) }
                index = next
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                word = word ?? []
            } else if quote == nil, isBlank(byte) {
                if let done = word { words.append(done) }
                word = nil
            } else if word == nil {
                word = [byte]
            } else {
                word?.append(byte)
            }
        }
        if let done = word { words.append(done) }
        return (words, quote)
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
    }

    private static func escape(_ text: ArraySlice<UInt8>, at start: Int) -> (UInt8, Int) {
        let byte = text[start]
        switch byte {
        case UInt8(ascii: "a"): return (0x07, start + 1)
        case UInt8(ascii: "b"): return (0x08, start + 1)
        case UInt8(ascii: "E"): return (0x1B, start + 1)
        case UInt8(ascii: "f"): return (0x0C, start + 1)
        case UInt8(ascii: "n"): return (0x0A, start + 1)
        case UInt8(ascii: "r"): return (0x0D, start + 1)
        case UInt8(ascii: "t"): return (0x09, start + 1)
        case UInt8(ascii: "v"): return (0x0B, start + 1)
        case UInt8(ascii: "c") where start + 1 < text.endIndex: return (text[start + 1] & 0x1F, start + 2)
        case UInt8(ascii: "x"):
            var value: UInt8 = 0
            var index = start + 1
            while index < text.endIndex, index < start + 3, let digit = hexadecimal(text[index]) {
                value = value << 4 | digit
                index += 1
            }
            return index == start + 1 ? (byte, index) : (value, index)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value: UInt8 = 0
            var index = start
            while index < text.endIndex, index < start + 3,
                (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(text[index])
            {
                value = value &<< 3 | (text[index] - UInt8(ascii: "0"))
                index += 1
            }
            return (value, index)
        default: return (byte, start + 1)
        }
    }

    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
