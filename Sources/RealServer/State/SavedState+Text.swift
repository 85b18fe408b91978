import Addressing
import LinuxSystem
import Netlink

/// The file's text: one line for each thing, words between single blanks.
extension SavedState {
    /// Reads the file's text. Lines that are not understood are passed over, and nothing is taken from it that Martlet
    /// never writes: a damaged file must not make a removal touch anything else.
    init(text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            guard let kind = words.first else { continue }
            take(kind, Array(words.dropFirst()))
        }
    }

    private mutating func take(_ kind: String, _ words: [String]) {
        switch kind {
        case "address":
            guard let entry = Entry(words: words), self.entry(of: entry.address.address) == nil else { return }
            entries.append(entry)
        case "sysctl":
            guard words.count == 3, let before = Int(words[1]), let applied = Int(words[2]) else { return }
            let sysctl = Sysctl(path: words[0])
            if Settings.isKnown(sysctl) { sysctls[sysctl] = Setting(before: before, applied: applied) }
        case "mode":
            guard words.count == 3, words[0] == "ip6tnl0", let before = UInt8(words[1]), let applied = UInt8(words[2])
            else { return }
            tunnelProtocols[words[0]] = Setting(before: Int(before), applied: Int(applied))
        case "interface":
            guard words.count == 3, words[0] != "lo", ["made", "raised"].contains(words[2]) else { return }
            interfaces.append(Interface(name: words[0], kind: words[1], wasMade: words[2] == "made"))
        case "displaced":
            guard let displaced = Displaced(words: words) else { return }
            self.displaced.append(displaced)
        case "file":
            guard words.count >= 2, let fingerprint = UInt64(words[0], radix: 16) else { return }
            files[words.dropFirst().joined(separator: " ")] = fingerprint
        case "manager": manager = words.first.flatMap(NetworkManagement.Manager.init(rawValue:))
        default: break
        }
    }

    /// The file's text.
    var text: String {
        var lines = ["# What `martlet realserver` has applied, and what its `remove` puts back."]
        lines += entries.map { "address \($0.words)" }
        lines += sysctls.sorted { $0.key.path < $1.key.path }.map {
            "sysctl \($0.key.path) \($0.value.before) \($0.value.applied)"
        }
        lines += tunnelProtocols.sorted { $0.key < $1.key }.map {
            "mode \($0.key) \($0.value.before) \($0.value.applied)"
        }
        lines += interfaces.map { "interface \($0.name) \($0.kind) \($0.wasMade ? "made" : "raised")" }
        lines += displaced.map { "displaced \($0.words)" }
        if let manager { lines.append("manager \(manager.rawValue)") }
        lines += files.sorted { $0.key < $1.key }.map { "file \(String($0.value, radix: 16)) \($0.key)" }
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
            case ("tunnel", 2): self.address.tunnel = Tunnel(word: parts[1])
            case ("ports", 2): self.address.ports = parts[1].split(separator: ",").compactMap { ServicePort($0) }
            default: break
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
    fileprivate var word: String { "\(kind.rawValue)/\(outer == .ipv4 ? "ipv4" : "ipv6")" }

    fileprivate init?(word: String) {
        let parts = word.split(separator: "/").map(String.init)
        guard parts.count == 2, let kind = Kind(rawValue: parts[0]) else { return nil }
        switch parts[1] {
        case "ipv4": self.init(kind, outer: .ipv4)
        case "ipv6": self.init(kind, outer: .ipv6)
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
