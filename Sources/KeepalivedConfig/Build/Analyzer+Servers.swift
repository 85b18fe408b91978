import Addressing
import IPVS

extension Analyzer {
    /// The head of a `virtual_server` block.
    mutating func virtualServer(_ statement: Int) -> VirtualServerDraft? {
        guard
            let word = required(
                of: statement, expected: "an address and a port, 'fwmark' and a number, or 'group' and a name")
        else { return nil }
        let name = (0..<tree.argumentCount(statement)).prefix(3).compactMap { tree.argument($0, of: statement) }
            .map { tree.string($0) }.joined(separator: " ")
        func draft(_ target: VirtualServerDraft.Target) -> VirtualServerDraft {
            VirtualServerDraft(target: target, name: name, span: word.span)
        }
        switch tree.string(word) {
        case "fwmark":
            guard let second = value(of: word, statement, "a firewall mark"),
                let mark = integer(second, in: UInt32(1)...UInt32.max, isLenient: true)
            else { return nil }
            expectNoMore(than: 2, of: statement)
            return draft(.firewallMark(mark))
        case "group":
            guard let second = value(of: word, statement, "the name of a 'virtual_server_group'") else { return nil }
            expectNoMore(than: 2, of: statement)
            return draft(.group(tree.string(second)))
        default:
            guard let address = address(word) else { return nil }
            expectNoMore(than: 2, of: statement)
            guard let second = tree.argument(1, of: statement) else { return draft(.endpoint(address, .any)) }
            guard let port = port(second, allowsZero: true) else { return nil }
            return draft(.endpoint(address, port))
        }
    }

    /// What follows `fwmark` or `group`.
    private mutating func value(of word: Word, _ statement: Int, _ expected: String) -> Word? {
        guard let value = tree.argument(1, of: statement) else {
            reportMissingValue(tree.string(word), expected: expected, at: word.span, isFatal: true)
            return nil
        }
        return value
    }

    /// A line of a `virtual_server_group` block.
    mutating func groupEntry(_ line: Int) -> VirtualServerGroup.Entry? {
        guard let word = tree.keyword(line) else { return nil }
        guard !tree.hasBlock(line) else {
            sink.report(.surplusBlock(tree.string(word)), at: word.span)
            return nil
        }
        if tree.string(word) == "fwmark" {
            guard let first = required(of: line, expected: "a firewall mark", isFatal: true),
                let mark = integer(first, in: UInt32(1)...UInt32.max, isLenient: true)
            else { return nil }
            expectNoMore(than: 2, of: line)
            guard let second = tree.argument(1, of: line) else { return .firewallMark(mark, nil) }
            guard let family = choice(second, [("inet", AddressFamily.ipv4), ("inet6", .ipv6)]) else { return nil }
            return .firewallMark(mark, family)
        }
        guard let range = addressRange(word) else { return nil }
        expectNoMore(than: 1, of: line)
        guard let second = tree.argument(0, of: line) else { return .addresses(range, .any) }
        return port(second, allowsZero: true).map { .addresses(range, $0) }
    }

    /// `ADDRESS`, `ADDRESS-n` with the last byte or the last 16 bits in hexadecimal, `ADDRESS-ADDRESS` or
    /// `NETWORK/LENGTH`.
    private mutating func addressRange(_ word: Word) -> ClosedRange<IPAddress>? {
        let text = tree.string(word)
        if let slash = text.firstIndex(of: "/") {
            guard let prefix = Prefix(text) else {
                return reject(word, "an address range such as 10.1.80.0/28")
            }
            let (first, last) = prefix.range
            guard first == prefix.address, prefix.length > 0 else {
                return reject(word, "a network: with '\(text[slash...])' the address must end in zeros")
            }
            return first...last
        }
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first.flatMap({ IPAddress($0) }) else {
            ignore(.notAnAddress(text, expected: "an address or a range such as 10.1.80.1-10"), at: word.span)
            return nil
        }
        guard parts.count > 1 else { return first...first }
        guard let last = IPAddress(parts[1]) ?? first.replacingEnd(with: parts[1]) else {
            let expected = first.family == .ipv4 ? "0 to 255" : "0 to ffff"
            return reject(word, "an address range: behind '-' stands an address or a number from \(expected)")
        }
        guard first.family == last.family, first <= last else {
            return reject(word, "an address range: its end comes before its beginning")
        }
        return first...last
    }

    private mutating func reject(_ word: Word, _ expected: String) -> ClosedRange<IPAddress>? {
        ignore(.malformed(tree.string(word), expected: expected), at: word.span)
        return nil
    }

    /// `ADDRESS [PORT]` behind `real_server` and `sorry_server`.
    mutating func serverAddress(_ statement: Int) -> Located<ServerAddress>? {
        guard let word = required(of: statement, expected: "an address"), let address = address(word) else {
            return nil
        }
        expectNoMore(than: 2, of: statement)
        var server = ServerAddress(address: address)
        if let second = tree.argument(1, of: statement) {
            guard let port = port(second, allowsZero: true) else { return nil }
            // Port 0 was how files left the port out before they could.
            if port != .any { server.port = Located(port, second.span) }
        }
        return Located(server, word.span)
    }

    /// `NAT`, `DR` or `TUN` with its tunnel.
    mutating func forwarding(_ statement: Int) -> ForwardingDraft? {
        guard let word = required(of: statement, expected: "'NAT', 'DR' or 'TUN'"),
            let method = choice(
                word, [("NAT", ForwardingMethod.masquerading), ("DR", .directRouting), ("TUN", .tunneling(.ipip))])
        else { return nil }
        guard case .tunneling = method else {
            expectNoMore(than: 1, of: statement)
            return ForwardingDraft(method: method, span: word.span)
        }
        return tunnel(statement).map { ForwardingDraft(method: .tunneling($0), span: word.span) }
    }

    private mutating func tunnel(_ statement: Int) -> Tunnel? {
        var type = "ipip"
        var port: (value: Port, span: Span)?
        var checksum: (value: TunnelChecksum, span: Span)?
        var index = 1
        while let option = tree.argument(index, of: statement) {
            index += 1
            let name = tree.string(option)
            if name == "type" || name == "port" {
                guard let value = tree.argument(index, of: statement) else {
                    let expected = name == "type" ? "ipip, gue or gre" : "a port"
                    reportMissingValue(name, expected: expected, at: option.span, isFatal: false)
                    return nil
                }
                index += 1
                if name == "type" {
                    type = self.option { $0.choice(value, ["ipip", "gue", "gre"].map { ($0, $0) }) } ?? type
                } else {
                    guard let number = self.port(value) else { return nil }
                    port = (number, option.span)
                }
            } else {
                let kinds: [(name: String, value: TunnelChecksum)] = [
                    ("nocsum", .none), ("csum", .checksum), ("remcsum", .remote),
                ]
                guard let kind = self.option({ $0.choice(option, kinds + [("type", .none), ("port", .none)]) }) else {
                    continue
                }
                checksum = (kind, option.span)
            }
        }
        if let port, type != "gue" { sink.report(.tunnelOption("port", type: type), at: port.span) }
        let value = checksum?.value ?? .none
        switch type {
        case "gue":
            guard let port else {
                ignore(.tunnelWithoutPort, at: tree.span(statement))
                return nil
            }
            return .gue(port: port.value, checksum: value)
        case "gre":
            if let checksum, value == .remote { sink.report(.tunnelOption("remcsum", type: type), at: checksum.span) }
            return .gre(checksum: value == .remote ? .none : value)
        default:
            if let checksum, value != .none {
                sink.report(.tunnelOption(tree.text.string(checksum.span), type: type), at: checksum.span)
            }
            return .ipip
        }
    }

    /// A netmask or a prefix length as a number of bits.
    mutating func granularity(_ word: Word) -> UInt8? {
        let text = tree.string(word)
        if let mask = IPv4Address(text) {
            let bits = (~mask.rawValue).leadingZeroBitCount
            if bits > 0, mask.rawValue == UInt32.max << (32 - UInt32(bits)) { return UInt8(bits) }
        } else if let length = Port(text)?.rawValue, (1...128).contains(length) {
            return UInt8(length)
        }
        ignore(
            .malformed(text, expected: "a netmask such as 255.255.255.0 or a prefix length from 1 to 128"),
            at: word.span)
        return nil
    }
}
