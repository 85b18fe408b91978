import Addressing

/// What the readers of route and rule lines have in common: the loop over the words, the words that both know, and what
/// is remarked on.
protocol RoutingLine {
    /// What a line says.
    associatedtype Definition

    /// `route` or `rule`.
    static var name: String { get }
    /// The word for the interface that a `track_group` follows.
    static var interfaceWord: String { get }

    var words: LineWords { get set }
    var family: AddressFamily? { get set }
    /// Whether a `track_group` may be named.
    var allowsTrackGroup: Bool { get }
    var isUntracked: Bool { get set }
    var trackGroup: String? { get set }
    /// Where the word stands that names it.
    var trackGroupPlace: Span? { get set }
    /// Words that mean something else than written, with why.
    var remarks: [LineProblem] { get set }

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
            case "inet": try agree(.ipv4, at: word.span)
            case "inet6": try agree(.ipv6, at: word.span)
            case "no_track": isUntracked = true
            case "track_group" where allowsTrackGroup:
                trackGroupPlace = word.span
                trackGroup = try words.value(of: "track_group", "the name of a 'track_group'").text
            default: try readOption(word)
            }
        }
        return try finish()
    }

    /// Every address of a line is of one family.
    mutating func agree(_ other: AddressFamily, at span: Span) throws(LineProblem) {
        var agreed = family
        try words.agree(other, &agreed, at: span)
        family = agreed
    }

    mutating func remark(_ message: String, _ span: Span) {
        remarks.append(LineProblem(message: message, span: span))
    }

    /// The number of a `protocol` word, as far as it counts.
    mutating func effective<Origin: Equatable>(_ origin: (value: Origin, span: Span)?, tracked: Origin) -> Origin? {
        guard !isUntracked, let origin, origin.value != tracked else { return origin?.value }
        remark(
            "'protocol' has no effect without 'no_track': a \(Self.name) that is tracked has number 18", origin.span)
        return nil
    }

    /// Drops a `track_group` of a line without an interface.
    mutating func checkTrackGroup(hasInterface: Bool) {
        guard trackGroup != nil, !hasInterface else { return }
        remark("'track_group' has no effect without '\(Self.interfaceWord)'", trackGroupPlace ?? words.start)
        trackGroup = nil
    }
}
