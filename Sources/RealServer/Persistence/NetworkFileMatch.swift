import Glibc

/// What the section `[Match]` of a `.network` file says of interfaces that hold virtual addresses.
struct NetworkFileMatch: Sendable, Hashable {
    private var names: [String] = []
    private var types: [String] = []

    /// Reads a file's text; nil where it matches nothing that can be told from names.
    init?(text: String) {
        var isMatch = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = Self.trimmed(line)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("[") {
                isMatch = line == "[Match]"
                continue
            }
            guard isMatch else { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let words = parts[1].split(whereSeparator: \.isWhitespace).map { word in
                String(word.filter { $0 != "\"" })
            }
            switch Self.trimmed(parts[0]) {
            case "Name": names = words.isEmpty ? [] : names + words
            case "Type": types = words.isEmpty ? [] : types + words
            // A MAC address, a driver, a virtual machine: lo and dummies are not meant by these.
            default: return nil
            }
        }
        if names.isEmpty, types.isEmpty { return nil }
    }

    /// Whether the file is for an interface.
    func matches(_ interface: String) -> Bool {
        Self.matches(interface, names) && Self.matches(interface == "lo" ? "loopback" : "ether", types)
    }

    /// One of the patterns fits; with an exclamation mark in front of the first one, none of them.
    private static func matches(_ text: String, _ patterns: [String]) -> Bool {
        guard let first = patterns.first else { return true }
        let isInverted = first.hasPrefix("!")
        let patterns = isInverted ? [String(first.dropFirst())] + patterns.dropFirst() : patterns
        return patterns.contains { fnmatch($0, text, 0) == 0 } != isInverted
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
