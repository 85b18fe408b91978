/// The nearest of a few candidates to a word that is none of them.
package enum Suggestion {
    /// The candidate with the smallest edit distance, when that is small enough to be what was meant: a third of the
    /// word's length, at least 1. Case does not count.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().utf8)
        guard !letters.isEmpty, letters.count <= 64 else { return nil }
        // Of a letter or two, any other is as near as the right one.
        let limit = letters.count < 3 ? 0 : max(1, letters.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(
                letters, Array(candidate.lowercased().utf8), limit: best.map { $0.distance } ?? limit + 1)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The choice that a word of another program, or of everyday language, stands for, or else the nearest.
    static func choice(for word: String, among choices: [String]) -> String? {
        let meant = (synonyms[word.lowercased()] ?? []).first { choices.contains($0) }
        return meant ?? nearest(to: word, among: choices)
    }

    private static let synonyms: [String: [String]] = [
        "primary": ["MASTER"], "active": ["MASTER"], "slave": ["BACKUP"], "secondary": ["BACKUP"],
        "standby": ["BACKUP"], "passive": ["BACKUP"], "http": ["TCP"], "https": ["TCP"], "route": ["DR"],
        "routing": ["DR"], "direct": ["DR"], "gateway": ["DR"], "gatewaying": ["DR"], "dsr": ["DR"], "masq": ["NAT"],
        "masquerade": ["NAT"], "masquerading": ["NAT"], "snat": ["NAT"], "dnat": ["NAT"], "fnat": ["NAT"],
        "fullnat": ["NAT"], "tunnel": ["TUN"], "ipip": ["TUN"], "roundrobin": ["rr"], "round_robin": ["rr"],
        "leastconn": ["lc"], "least_conn": ["lc"], "source": ["sh"], "ip_hash": ["sh"], "ipv4": ["inet"],
        "ipv6": ["inet6"],
    ]

    /// Whether a word starts with a quote of the kind that text programs make.
    static func startsWithTypographicQuote(_ word: String) -> Bool {
        word.unicodeScalars.first.map { (0x2018...0x201F).contains($0.value) } ?? false
    }

    /// Edit distance with transpositions (optimal string alignment), `limit` when it is not below that.
    static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
        guard abs(left.count - right.count) < limit else { return limit }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in 0..<right.count {
                let cost = left[row] == right[column] ? 0 : 1
                var value = min(previous[column + 1] + 1, current[column] + 1, previous[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    value = min(value, beforePrevious[column - 1] + 1)
                }
                current.append(value)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
