import Glibc

/// What the section `[Match]` of a `.network` file says of interfaces that hold virtual addresses: `lo`, dummies and
/// tunnels' devices (systemd.network(5)).
struct NetworkFileMatch: Sendable, Hashable {
    /// Whether systemd-networkd uses a file for an interface.
    enum Verdict: Sendable, Hashable {
        case matches
        case doesNot
        /// It depends on what cannot be told from here; the text says on what.
        case unclear(String)
    }

    /// A test of one property: one of the patterns has to fit, and none of those behind an exclamation mark may.
    private struct Patterns: Sendable, Hashable {
        var wanted: [String] = []
        var unwanted: [String] = []

        /// Takes in the value of one line.
        mutating func take(_ words: [String]) {
            guard let first = words.first, first.hasPrefix("!") else {
                wanted += words
                return
            }
            unwanted += [String(first.dropFirst())] + words.dropFirst()
        }

        /// - Parameter text: nil for an interface that has no such property.
        func take(_ text: String?) -> Bool {
            guard let text else { return wanted.isEmpty }
            func fits(_ patterns: [String]) -> Bool { patterns.contains { fnmatch($0, text, 0) == 0 } }
            return (wanted.isEmpty || fits(wanted)) && !fits(unwanted)
        }
    }

    /// By the key.
    private var patterns: [String: Patterns] = [:]
    private var addresses: [String] = []
    /// Keys that nothing decides which is known of an interface: the host's name, the kernel's version, udev's properties, and
    /// what a newer systemd may know.
    private var conditions: Set<String> = []
    private var permanentAddresses = false
    /// `[Link] Unmanaged=`: systemd-networkd leaves the interface alone, and addresses of a drop-in too.
    private(set) var isUnmanaged = false

    /// Reads the text of a file and of its drop-ins.
    init(text: String) {
        var section = ""
        for line in Self.lines(text) {
            if line.hasPrefix("[") {
                section = String(line)
                continue
            }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let key = String(Self.trimmed(parts[0]))
            let words = parts[1].split(whereSeparator: \.isWhitespace).map { $0.filter { $0 != "\"" } }
            switch section {
            case "[Match]": take(key, words)
            case "[Link]" where key == "Unmanaged":
                isUnmanaged = ["1", "yes", "y", "true", "t", "on"].contains(words.first?.lowercased())
            default: break
            }
        }
    }

    private mutating func take(_ key: String, _ words: [String]) {
        switch key {
        case "Name", "Type", "Kind", "Driver", "Path", "WLANInterfaceType", "SSID":
            if words.isEmpty { patterns[key] = nil } else { patterns[key, default: Patterns()].take(words) }
        case "MACAddress": addresses = words.isEmpty ? [] : addresses + words
        // No loopback, dummy or tunnel has one.
        case "PermanentMACAddress", "BSSID": permanentAddresses = !words.isEmpty
        default:
            if words.isEmpty { conditions.remove(key) } else { conditions.insert(key) }
        }
    }

    /// Whether the file is for an interface. Certain only where it is: what nobody can tell from here is unclear.
    func verdict(on interface: String, kind: String?) -> Verdict {
        let isLoopback = interface == "lo"
        let properties: [String: String?] = [
            "Name": interface, "Type": isLoopback ? "loopback" : kind == "dummy" ? "ether" : "tunnel",
            "Kind": kind, "Driver": kind,
        ]
        let isTunnel = !isLoopback && kind != "dummy"
        for (key, patterns) in patterns {
            // What systemd calls the type of a tunnel's device depends on its kind.
            if key == "Type", isTunnel { continue }
            guard patterns.take(properties[key] ?? nil) else { return .doesNot }
        }
        if permanentAddresses { return .doesNot }
        // lo has an address of zeros, a dummy one that is made up at each start, a tunnel one of another length.
        let hasZeros = addresses.contains { $0.allSatisfy { "0:-.".contains($0) } }
        if !addresses.isEmpty, !hasZeros { return .doesNot }
        // systemd-networkd ignores a file that says nothing. One that says nothing of interfaces is for all of them.
        if patterns.isEmpty, addresses.isEmpty, conditions.isEmpty { return .doesNot }
        var doubts = conditions.sorted().map { "\($0)=" }
        if isTunnel, patterns["Type"] != nil { doubts.append("Type=") }
        if hasZeros { doubts.append("MACAddress=") }
        if !doubts.isEmpty {
            return .unclear("whether \(doubts.joined(separator: " and ")) of its [Match] fits cannot be told from here")
        }
        return isUnmanaged ? .unclear("it says Unmanaged=yes, and then no address beside it is set") : .matches
    }

    /// Whether the file, which is for this interface, can be for no other one. Addresses in a drop-in are for all of them.
    func isOnly(for interface: String) -> Bool {
        if patterns["Name"]?.wanted == [interface] { return true }
        return interface == "lo" && patterns["Type"]?.wanted == ["loopback"]
    }

    /// Lines that count, those that end in a backslash joined with the next one.
    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var rest = ""
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let trimmed = trimmed(line)
            if trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasSuffix("\\") {
                rest += trimmed.dropLast() + " "
                continue
            }
            let whole = Self.trimmed(Substring(rest + trimmed))
            rest = ""
            if !whole.isEmpty { lines.append(whole) }
        }
        return lines
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
