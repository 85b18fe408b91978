import Addressing

/// What the readers of route and rule lines have in common: the loop over the words, and the words that both know.
protocol RoutingLine {
    /// What a line says.
    associatedtype Definition

    /// `route` or `rule`.
    static var name: String { get }
    /// The word for the interface that a `track_group` follows.
    static var interfaceWord: String { get }

    var words: LineWords { get set }

    /// Reads a word that only this kind of line has, with what belongs to it.
    mutating func readOption(_ word: (text: String, span: Span)) throws(LineProblem)
    /// What the line says, when all words are read; or what is wrong with it.
    mutating func finish() throws(LineProblem) -> Definition
}

extension RoutingLine {
    /// What the line says, or what is wrong with it.
    mutating func read() throws(LineProblem) -> Definition {
        while let word = words.take() {
            switch word.text {
            // The words may stand before an address; then they are followed by the destination.
            case "inet": try words.agree(.ipv4, at: word.span)
            case "inet6": try words.agree(.ipv6, at: word.span)
            case "no_track": words.isUntracked = true
            case "track_group" where words.allowsTrackGroup:
                words.trackGroup = (
                    try words.value(of: "track_group", "the name of a 'track_group'").text, word.span
                )
            default: try readOption(word)
            }
        }
        return try finish()
    }

    /// The number of a `protocol` word, as far as it counts.
    mutating func effective<Origin: Equatable>(_ origin: (value: Origin, span: Span)?, tracked: Origin) -> Origin? {
        guard !words.isUntracked, let origin, origin.value != tracked else { return origin?.value }
        words.remark(
            "'protocol' has no effect without 'no_track': a \(Self.name) that is tracked has number 18", origin.span)
        return nil
    }

    /// The `track_group`, as far as it counts: a line without an interface has none.
    mutating func effectiveTrackGroup(hasInterface: Bool) -> String? {
        guard let group = words.trackGroup, !hasInterface else { return words.trackGroup?.name }
        words.remark("'track_group' has no effect without '\(Self.interfaceWord)'", group.span)
        return nil
    }
}
