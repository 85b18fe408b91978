import Addressing
import LinuxSystem
import Netlink

/// The file's text: one line for each thing, words between single blanks.
extension SavedState {
    /// A line that Martlet never writes.
    struct Damage: Error, Hashable {
        /// From 1.
        var line: Int
        /// The line that says so is of a later format than this Martlet knows.
        var newer: Newer?
    }

    /// Who wrote a file that this Martlet cannot read.
    struct Newer: Sendable, Hashable {
        var format: Int
        /// Of Martlet.
        var version: String
    }

    /// The format of the file; a line that older ones do not know makes it another number. Files of the first format
    /// have no line about it.
    static let format = 2

    /// Reads the file's text. Nothing is taken from a damaged file: a removal by it would leave some of what was
    /// applied where it is, or touch something else.
    init(text: String) throws(Damage) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var isEmpty = true
        for (index, line) in lines.enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard let kind = words.first else { continue }
            isEmpty = false
            if kind == "format", words.count >= 2, let format = Int(words[1]), format > Self.format {
                let version = words.dropFirst(2).joined(separator: " ")
                throw Damage(line: index + 1, newer: Newer(format: format, version: version))
            }
            guard kind.hasPrefix("#") || take(kind, Array(words.dropFirst())) else { throw Damage(line: index + 1) }
        }
        if isEmpty { throw Damage(line: 1) }
    }

    fileprivate static let families: [String: AddressFamily] = ["ipv4": .ipv4, "ipv6": .ipv6]

    /// Whether the words are understood.
    private mutating func take(_ kind: String, _ words: [String]) -> Bool {
        switch kind {
        case "format": return words.count == 2 && Int(words[0]).map { $0 > 1 } == true
        case "address":
            guard let entry = Entry(words: words), self.entry(of: entry.address.address) == nil else { return false }
            entries.append(entry)
        case "sysctl":
            guard words.count == 3, let before = Int(words[1]), let applied = Int(words[2]) else { return false }
            let sysctl = Sysctl(path: words[0])
            guard Settings.isKnown(sysctl) else { return false }
            sysctls[sysctl] = Setting(before: before, applied: applied)
        case "mode":
            guard words.count == 3, words[0] == "ip6tnl0", let before = UInt8(words[1]), let applied = UInt8(words[2])
            else { return false }
            tunnelProtocols[words[0]] = Setting(before: Int(before), applied: Int(applied))
        case "checksums":
            guard words.count == 2, words[0] == "gre0", let before = ["without": false, "with": true][words[1]] else {
                return false
            }
            tunnelChecksums[words[0]] = before
        case "port":
            guard words.count == 2, let number = UInt16(words[0]), number > 0, let family = Self.families[words[1]]
            else { return false }
            tunnelPorts.insert(TunnelPort(number, family))
        case "interface":
            guard words.count == 3, words[0] != "lo", ["made", "raised"].contains(words[2]) else { return false }
            interfaces.append(Interface(name: words[0], kind: words[1], wasMade: words[2] == "made"))
        case "displaced":
            guard let displaced = Displaced(words: words) else { return false }
            self.displaced.append(displaced)
        case "file":
            guard words.count >= 2, let fingerprint = UInt64(words[0], radix: 16) else { return false }
            files[words.dropFirst().joined(separator: " ")] = fingerprint
        case "folder":
            guard let path = words.first, words.count == 1 else { return false }
            folders.insert(path)
        case "manager":
            guard let manager = words.first.flatMap(NetworkManagement.Manager.init(rawValue:)) else { return false }
            self.manager = manager
        default: return false
        }
        return true
    }

    /// The file's text, as a version of Martlet writes it.
    func text(by version: String) -> String {
        var lines = [
            "# What `martlet realserver` has applied, and what its `remove` puts back.",
            "format \(Self.format) \(version)",
        ]
        lines += entries.map { "address \($0.words)" }
        lines += sysctls.sorted { $0.key.path < $1.key.path }.map {
            "sysctl \($0.key.path) \($0.value.before) \($0.value.applied)"
        }
        lines += tunnelProtocols.sorted { $0.key < $1.key }.map {
            "mode \($0.key) \($0.value.before) \($0.value.applied)"
        }
        lines += tunnelChecksums.sorted { $0.key < $1.key }.map {
            "checksums \($0.key) \($0.value ? "with" : "without")"
        }
        lines += tunnelPorts.map { "port \($0.number) \($0.family == .ipv4 ? "ipv4" : "ipv6")" }.sorted()
        lines += interfaces.map { "interface \($0.name) \($0.kind) \($0.wasMade ? "made" : "raised")" }
        lines += displaced.map { "displaced \($0.words)" }
        if let manager { lines.append("manager \(manager.rawValue)") }
        lines += files.sorted { $0.key < $1.key }.map { "file \(String($0.value, radix: 16)) \($0.key)" }
        lines += folders.sorted().map { "folder \($0)" }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension SavedState.Entry {
    /// `10.1.80.90 lo label tunnel=ipip/ipv4 ports=80/tcp,53/udp there persistent`; old files have the address alone.
    fileprivate init?(words: [String]) {
        guard let first = words.first, let address = IPAddress(first) else { return nil }
        self.init(address: RealServerAddress(address, interface: words.count > 1 ? words[1] : "lo"))
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts.first, parts.count) {
            case ("label", 1): self.address.isLabelled = true
            case ("there", 1): wasThere = true
            case ("persistent", 1): isPersistent = true
            case ("tunnel", 2):
                guard let tunnel = Tunnel(word: parts[1]) else { return nil }
                self.address.tunnel = tunnel
            case ("ports", 2):
                let ports = parts[1].split(separator: ",")
                self.address.ports = ports.compactMap { ServicePort($0) }
                guard ports.count == self.address.ports.count else { return nil }
            default: return nil
            }
        }
    }

    fileprivate var words: String {
        var words = [address.address.description, address.interface]
        if address.isLabelled { words.append("label") }
        if let tunnel = address.tunnel { words.append("tunnel=\(tunnel.word)") }
        if !address.ports.isEmpty {
            words.append("ports=" + address.ports.map(\.description).joined(separator: ","))
        }
        if wasThere { words.append("there") }
        if isPersistent { words.append("persistent") }
        return words.joined(separator: " ")
    }
}

extension Tunnel {
    /// `ipip/ipv4`, `gre/ipv4/csum`, `gue/ipv6/6080`.
    fileprivate var word: String {
        let more = hasChecksum ? "/csum" : port.map { "/\($0)" } ?? ""
        return "\(kind.rawValue)/\(outer == .ipv4 ? "ipv4" : "ipv6")\(more)"
    }

    fileprivate init?(word: String) {
        let parts = word.split(separator: "/").map(String.init)
        guard (2...3).contains(parts.count), let kind = Kind(rawValue: parts[0]),
            let outer = SavedState.families[parts[1]]
        else { return nil }
        switch (kind, parts.count == 3 ? parts[2] : nil) {
        case (.gre, "csum"): self.init(kind, outer: outer, hasChecksum: true)
        case (.gue, let text?):
            guard let port = UInt16(text), port > 0 else { return nil }
            self.init(kind, outer: outer, port: port)
        case (.ipip, nil), (.gre, nil): self.init(kind, outer: outer)
        default: return nil
        }
    }
}

extension SavedState.Displaced {
    /// `lo 10.1.80.90/24 scope flags label broadcast`, `-` for what there is none of.
    fileprivate init?(words: [String]) {
        guard words.count == 6, let prefix = Prefix(words[1]), let scope = UInt8(words[2]),
            let flags = UInt32(words[3])
        else { return nil }
        self.init(
            address: InterfaceAddress(
                interfaceIndex: 0, prefix: prefix, broadcast: IPv4Address(words[5]),
                label: words[4] == "-" ? nil : words[4], scope: RouteScope(rawValue: scope),
                flags: InterfaceAddress.Flags(rawValue: flags)),
            interface: words[0])
    }

    fileprivate var words: String {
        "\(interface) \(address.prefix) \(address.scope.rawValue) \(address.flags.rawValue) "
            + "\(address.label ?? "-") \(address.broadcast.map { $0.description } ?? "-")"
    }
}
