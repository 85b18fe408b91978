import Addressing

extension Analyzer {
    /// An address line with what was said about it.
    struct AddressLine {
        var address: Located<VirtualAddress>
        /// The interface behind `dev`.
        var interface: Located<String>?
        /// The group behind `track_group`.
        var trackGroup: Located<String>?
    }

    private static let flags: [String: VirtualAddress.Flags] = [
        "home": .home, "-nodad": .detectsDuplicates, "mngtmpaddr": .managesTemporaryAddresses,
        "noprefixroute": .noPrefixRoute, "autojoin": .autojoin,
    ]

    /// Reads a line of `virtual_ipaddress`, `virtual_ipaddress_excluded` or `static_ipaddress`.
    mutating func addressLine(_ line: Int, isStatic: Bool) -> AddressLine? {
        guard let word = tree.keyword(line) else { return nil }
        guard let prefix = Prefix(tree.string(word)) ?? hostPrefix(word) else {
            let name = tree.string(word)
            let isOption = Self.takesValue(name, isStatic: isStatic) || Self.flags[name] != nil
            ignore(
                isOption
                    ? .optionBeforeAddress(name)
                    : .notAnAddress(name, expected: "an address such as 10.1.80.90 or 10.1.80.90/24"), at: word.span)
            return nil
        }
        guard !prefix.address.isMulticast, !prefix.address.isUnspecified else {
            ignore(
                .notAnAddress(tree.string(word), expected: "an address that a host can have"), at: word.span)
            return nil
        }
        var result = AddressLine(address: Located(VirtualAddress(prefix: prefix), word.span))
        var broadcastPlace: Span?
        var index = 0
        while let option = tree.argument(index, of: line) {
            let name = tree.string(option)
            index += 1
            if let flag = Self.flags[name] {
                result.address.value.flags.insert(flag)
                continue
            }
            switch name {
            case "no_track":
                result.address.value.isUntracked = true
                continue
            case "use_vmac" where !isStatic:
                result.address.value.usesVMAC = true
                continue
            default: break
            }
            guard Self.takesValue(name, isStatic: isStatic) else {
                if reportUnknownOption(option, tree.argument(index, of: line), isStatic: isStatic) { index += 1 }
                continue
            }
            guard let value = tree.argument(index, of: line) else {
                reportMissingValue(name, expected: Self.expectation(name), at: option.span, isFatal: false)
                return nil
            }
            index += 1
            if name == "brd" || name == "broadcast" { broadcastPlace = option.span }
            guard readAddressOption(name, value, into: &result) else { return nil }
        }
        correct(&result.address.value, broadcastPlace: broadcastPlace, at: word.span)
        return result
    }

    /// The address of a word whose prefix length is none.
    private mutating func hostPrefix(_ word: Word) -> Prefix? {
        let text = tree.string(word)
        guard let slash = text.firstIndex(of: "/"), let address = IPAddress(String(text[..<slash])) else { return nil }
        let bare = String(text.dropLast())
        ignore(
            .malformed(
                String(text[slash...]), expected: "a prefix length from 0 to \(address.family.bitWidth)",
                advice: [",", ";"].contains(text.last) && Prefix(bare) != nil
                    ? "write '\(bare)': only blanks and line ends separate" : nil),
            at: word.span.dropping(text[..<slash].utf8.count), consequence: "\(address.family.bitWidth) is used")
        return Prefix(address, length: UInt8(address.family.bitWidth))
    }

    private static func takesValue(_ name: String, isStatic: Bool) -> Bool {
        switch name {
        case "dev", "label", "brd", "broadcast", "scope", "peer", "preferred_lft": true
        case "track_group": isStatic
        default: false
        }
    }

    private static func expectation(_ option: String) -> String {
        switch option {
        case "dev": "an interface name"
        case "label": "a name such as eth0:1"
        case "scope": "global, site, link, host, nowhere or a number"
        case "peer": "an address"
        case "preferred_lft": "a number of seconds or 'forever'"
        case "track_group": "the name of a 'track_group'"
        default: "an address, '+' or '-'"
        }
    }

    /// Reads an option with its value; false when it is so wrong that the address is left out.
    private mutating func readAddressOption(
        _ name: String, _ value: Word, into result: inout AddressLine
    ) -> Bool {
        switch name {
        case "dev":
            guard let device = interface(value) else { return false }
            result.address.value.interface = device
            result.interface = Located(device, value.span)
        case "label":
            guard let label = text(value, limit: 15, what: "a label") else { return false }
            result.address.value.label = label
        case "scope":
            guard let scope = self.option({ $0.scope(value) }) else { return true }
            result.address.value.scope = scope
        case "peer":
            guard let peer = peer(value, of: &result.address.value) else { return false }
            result.address.value.peer = peer
        case "preferred_lft":
            if tree.string(value) == "forever" {
                result.address.value.preferredLifetime = .max
            } else {
                guard let lifetime = self.option({ $0.integer(value, in: UInt32(0)...UInt32.max) }) else { return true }
                result.address.value.preferredLifetime = lifetime
            }
        case "track_group":
            result.address.value.trackGroup = tree.string(value)
            result.trackGroup = Located(tree.string(value), value.span)
        default:
            guard let broadcast = self.option({ $0.broadcast(value) }) else { return true }
            result.address.value.broadcast = broadcast
        }
        return true
    }

    /// Reports an option that is none, and whether the next word belongs to it.
    private mutating func reportUnknownOption(_ option: Word, _ next: Word?, isStatic: Bool) -> Bool {
        let name = tree.string(option)
        if let next, ["netmask", "mask"].contains(name), let mask = IPv4Address(tree.string(next)) {
            sink.report(.netmask(name, length: (~mask.rawValue).leadingZeroBitCount), at: option.span)
            return true
        }
        guard Prefix(name) == nil else {
            sink.report(Issue.addressesOnOneLine(name).leavingOut, at: option.span)
            return false
        }
        let known =
            ["dev", "label", "brd", "scope", "peer", "preferred_lft", "no_track"] + Self.flags.keys.sorted()
            + [isStatic ? "track_group" : "use_vmac"]
        self.option {
            $0.ignore(
                .notAChoice(name, expected: known, nearest: Suggestion.nearest(to: name, among: known)), at: option.span
            )
        }
        // What follows an option that is none is its value, as a rule.
        guard let value = next.map({ tree.string($0) }) else { return false }
        return Prefix(value) == nil && Self.flags[value] == nil && !Self.takesValue(value, isStatic: isStatic)
    }

    /// The other end of a link, whose length the address takes over.
    private mutating func peer(_ word: Word, of address: inout VirtualAddress) -> IPAddress? {
        let family = address.prefix.address.family
        guard let prefix = Prefix(tree.string(word)), prefix.address.family == family else {
            ignore(
                .notAnAddress(
                    tree.string(word), expected: family == .ipv4 ? "an IPv4 address" : "an IPv6 address"), at: word.span
            )
            return nil
        }
        if !address.prefix.isHost {
            sink.report(
                .addressOptionIgnored("/\(address.prefix.length)", "the length of the peer holds"), at: word.span)
        }
        address.prefix = Prefix(address.prefix.address, length: prefix.length) ?? address.prefix
        return prefix.address
    }

    /// What the kernel has no place for is left out.
    private mutating func correct(_ address: inout VirtualAddress, broadcastPlace: Span?, at span: Span) {
        if address.prefix.address.family == .ipv6 {
            if address.label != nil {
                sink.report(.addressOptionIgnored("label", "IPv6 addresses have none"), at: span)
                address.label = nil
            }
            if address.scope ?? 0 != 0 {
                sink.report(.addressOptionIgnored("scope", "IPv6 addresses have none of their own"), at: span)
            }
            address.scope = nil
        }
        guard let broadcast = address.broadcast, let broadcastPlace else { return }
        let reason: String? =
            if address.prefix.address.family == .ipv6 {
                "IPv6 has no broadcast"
            } else if address.peer != nil {
                "a link to a peer has no broadcast"
            } else if case .address = broadcast {
                nil
            } else if address.prefix.length > 30 {
                "a prefix of length \(address.prefix.length) has no broadcast address"
            } else {
                nil
            }
        guard let reason else { return }
        sink.report(.addressOptionIgnored("brd", reason), at: broadcastPlace)
        address.broadcast = nil
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
