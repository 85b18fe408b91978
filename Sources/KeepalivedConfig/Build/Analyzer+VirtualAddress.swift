import Addressing

extension Analyzer {
    /// Options of an address line that this version does not carry out, with whether an argument follows.
    private static let addressOptions: [String: Bool] = [
        "home": false, "-nodad": false, "mngtmpaddr": false, "noprefixroute": false, "autojoin": false,
        "preferred_lft": true, "peer": true, "track_group": true, "use_vmac": false,
    ]

    /// Reads a line of `virtual_ipaddress`; the second value is the interface behind `dev`.
    mutating func virtualAddress(_ line: Int) -> (Located<VirtualAddress>, Located<String>?)? {
        guard let word = tree.keyword(line) else { return nil }
        guard let prefix = Prefix(tree.string(word)) else {
            sink.report(
                .notAnAddress(tree.string(word), expected: "an address such as 10.1.80.90 or 10.1.80.90/24"), .error,
                at: word.span)
            return nil
        }
        guard !prefix.address.isMulticast, !prefix.address.isUnspecified else {
            sink.report(
                .notAnAddress(tree.string(word), expected: "an address that a host can have"), .error, at: word.span)
            return nil
        }
        var address = VirtualAddress(prefix: prefix)
        var interface: Located<String>?
        var index = 0
        while let option = tree.argument(index, of: line) {
            let name = tree.string(option)
            index += 1
            if name == "no_track" {
                address.isUntracked = true
                continue
            }
            if let hasArgument = Self.addressOptions[name] {
                reportAddressOption(name, at: option)
                if hasArgument { index += 1 }
                continue
            }
            guard ["dev", "label", "brd", "broadcast", "scope"].contains(name) else {
                guard Prefix(name) == nil else {
                    sink.report(.addressesOnOneLine(name), at: option.span)
                    return nil
                }
                sink.report(
                    .notAChoice(
                        name, expected: ["dev", "label", "brd", "scope", "no_track"],
                        nearest: Suggestion.nearest(to: name, among: ["dev", "label", "brd", "scope", "no_track"])),
                    .error, at: option.span)
                return nil
            }
            guard let value = tree.argument(index, of: line) else {
                sink.report(.missingArgument(name, expected: "a value"), .error, at: option.span)
                return nil
            }
            index += 1
            switch name {
            case "dev":
                guard let device = self.interface(value) else { return nil }
                address.interface = device
                interface = Located(device, value.span)
            case "label":
                guard let label = text(value, limit: 15, what: "a label") else { return nil }
                address.label = label
            case "scope":
                guard let scope = scope(value) else { return nil }
                address.scope = scope
            default:
                guard let broadcast = broadcast(value) else { return nil }
                address.broadcast = broadcast
            }
        }
        return (Located(address, word.span), interface)
    }

    private mutating func reportAddressOption(_ name: String, at word: Word) {
        sink.report(
            .noEffect(name, reason: "this version sets address, device, label, broadcast and scope only"), .warning,
            at: word.span)
    }

    /// `RT_SCOPE_*` by the names of iproute2, or a number.
    private mutating func scope(_ word: Word) -> UInt8? {
        let names: [(name: String, value: UInt8)] = [
            ("global", 0), ("site", 200), ("link", 253), ("host", 254), ("nowhere", 255),
        ]
        if let first = bytes(word).first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") {
            return integer(word, in: UInt8(0)...255)
        }
        return choice(word, names)
    }

    private mutating func broadcast(_ word: Word) -> VirtualAddress.Broadcast? {
        switch tree.string(word) {
        case "+": return .hostBitsSet
        case "-": return .hostBitsClear
        default: return address(word, family: .ipv4)?.ipv4.map { .address($0) }
        }
    }
}
