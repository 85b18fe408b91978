import Addressing

extension LineWords {
    /// What follows `encap`.
    mutating func encapsulation() throws(LineProblem) -> RouteEncapsulation {
        let outer = endsWithoutValue
        endsWithoutValue = false
        defer { endsWithoutValue = outer }
        let kind = try value(of: "encap")
        switch kind.text {
        case "ip": return .ip(try tunnel("ip", .ipv4, trafficClass: "tos", hopLimit: "ttl"))
        case "ip6": return .ip6(try tunnel("ip6", .ipv6, trafficClass: "tc", hopLimit: "hoplimit"))
        case "mpls": return .mpls(try labels())
        case "ila": return .ila(try locator())
        default:
            throw LineProblem(message: "\(quoted(kind.text)) is not ip, ip6, mpls or ila", span: kind.span)
        }
    }

    private mutating func tunnel(
        _ kind: String, _ tunnelFamily: AddressFamily, trafficClass: String, hopLimit: String
    ) throws(LineProblem) -> RouteTunnel {
        var tunnel = RouteTunnel()
        // The ends of a tunnel are of its own family, whatever the route's is.
        let outer = family
        family = tunnelFamily
        defer { family = outer }
        loop: while let option = next {
            switch option {
            case "id", "dst", "src", trafficClass, hopLimit, "flags": _ = take()
            default: break loop
            }
            switch option {
            case "id": tunnel.id = try number("id", 0...UInt64.max)
            case "dst": tunnel.destination = try address("dst")
            case "src": tunnel.source = try address("src")
            case trafficClass: tunnel.trafficClass = try name(trafficClass, limit: 255)
            case hopLimit: tunnel.hopLimit = try number(hopLimit, 0...UInt8.max)
            default: tunnel.flags = try number("flags", 0...UInt16.max)
            }
        }
        guard tunnel.destination != nil || tunnel.id != nil else {
            throw LineProblem(message: "'encap \(kind)' needs 'dst' or 'id'", span: place)
        }
        return tunnel
    }

    /// `100/200`: labels of 20 bits, outermost first.
    private mutating func labels() throws(LineProblem) -> [UInt32] {
        let word = try value(of: "mpls")
        let parts = word.text.split(separator: "/", omittingEmptySubsequences: false)
        let labels = parts.compactMap { part -> UInt32? in
            guard let label: UInt32 = Self.number(part), label < 1 << 20 else { return nil }
            return label
        }
        guard labels.count == parts.count, labels.count <= 16 else {
            throw LineProblem(message: "\(quoted(word.text)) is no list of MPLS labels", span: word.span)
        }
        return labels
    }

    /// Four groups of 16 bits in hexadecimal.
    private mutating func locator() throws(LineProblem) -> UInt64 {
        let word = try value(of: "ila")
        let groups = word.text.split(separator: ":", omittingEmptySubsequences: false)
        let values = groups.compactMap { $0.utf8.count <= 4 ? UInt16($0, radix: 16) : nil }
        guard groups.count == 4, values.count == 4 else {
            throw LineProblem(message: "\(quoted(word.text)) is no ILA locator", span: word.span)
        }
        return values.reduce(0) { $0 << 16 | UInt64($1) }
    }

    /// A number in the kernel's unit, or with `s` or `ms`.
    mutating func time(_ option: String) throws(LineProblem) -> RouteMetricValue.Amount {
        let word = try value(of: option, "a time")
        let text = word.text.lowercased()
        if let number: UInt32 = Self.number(text) { return .number(number) }
        for (suffix, microseconds) in [
            ("msecs", 1000.0), ("msec", 1000), ("ms", 1000), ("secs", 1e6), ("sec", 1e6), ("s", 1e6),
        ]
        where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.utf8.count)
            guard
                digits.utf8.allSatisfy({
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
                }),
                let amount = Double(digits), amount * microseconds <= 4e9
            else { break }
            return .time(Interval(microseconds: Int64((amount * microseconds).rounded())))
        }
        throw LineProblem(message: "\(quoted(word.text)) is not a time for '\(option)'", span: word.span)
    }
}
