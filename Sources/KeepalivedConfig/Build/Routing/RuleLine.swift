import Addressing

/// Reads a rule line.
struct RuleLine: RoutingLine {
    static let name = "rule"
    static let interfaceWord = "iif"

    var words: LineWords
    private var rule = RuleDefinition(action: .nothing)
    private var action: RuleDefinition.Action?
    private var origin: (value: UInt8, span: Span)?
    /// An option that only a lookup in a table has.
    private var tableOption: String?
    /// Whether the line has a priority.
    private(set) var hasPriority = false

    init(_ words: LineWords) { self.words = words }

    mutating func finish() throws(LineProblem) -> RuleDefinition {
        guard let action else {
            throw LineProblem(message: "the rule has no action: 'table', 'goto' or another", span: words.start)
        }
        rule.action = action
        if case .jump(let target) = action {
            guard hasPriority, rule.priority < target else {
                throw LineProblem(
                    message: "'goto' needs a 'priority' that is lower than its target", span: words.start)
            }
        }
        switch action {
        case .table, .routingDomain: break
        default:
            if let tableOption {
                throw LineProblem(message: "'\(tableOption)' needs 'table'", span: words.start)
            }
        }
        if let origin = effective(origin, tracked: 18) { rule.origin = origin }
        rule.isUntracked = words.isUntracked
        rule.trackGroup = effectiveTrackGroup(hasInterface: rule.inputInterface != nil)
        rule.family = words.family ?? .ipv4
        return rule
    }

    mutating func readOption(_ word: (text: String, span: Span)) throws(LineProblem) {
        switch word.text {
        case "not": rule.isInverted = true
        case "from": rule.source = try words.prefix("from")
        case "to": rule.destination = try words.prefix("to")
        case "table", "lookup":
            let table = try words.name(word.text, RoutingNames.tables)
            guard table != .number(0) else { throw LineProblem(message: "there is no table 0", span: word.span) }
            try set(.table(table), at: word.span)
        case "priority", "preference", "order":
            rule.priority = try words.number(word.text, 0...UInt32.max)
            hasPriority = true
        case "tos", "dsfield": rule.typeOfService = try words.name(word.text, limit: 255)
        case "fwmark": rule.mark = try readMark()
        case "realms":
            try words.agree(.ipv4, at: word.span)
            rule.realms = try words.realms()
            tableOption = word.text
        case "suppress_prefixlength", "sup_pl":
            rule.suppressedPrefixLength = try words.number(word.text, 0...UInt32(Int32.max))
            tableOption = word.text
        case "suppress_ifgroup", "sup_group":
            rule.suppressedInterfaceGroup = try words.name(word.text)
            tableOption = word.text
        case "dev", "iif": rule.inputInterface = try words.interface(word.text)
        case "oif": rule.outputInterface = try words.interface("oif")
        case "tunnel-id": rule.tunnelID = try words.number("tunnel-id", 0...UInt64.max)
        case "uidrange": rule.users = try readRange("uidrange", needsBoth: true)
        case "l3mdev": try set(.routingDomain, at: word.span)
        case "protocol": origin = (try words.number("protocol", 0...UInt8.max), word.span)
        case "ipproto": rule.transport = try words.name("ipproto", limit: 255)
        // Decision 5.8: a single port is a range of one.
        case "sport": rule.sourcePorts = try readRange("sport", needsBoth: false)
        case "dport": rule.destinationPorts = try readRange("dport", needsBoth: false)
        default: try readAction(word)
        }
    }

    private mutating func readAction(_ first: (text: String, span: Span)) throws(LineProblem) {
        let word = first.text == "type" ? try words.value(of: "type") : first
        switch word.text {
        case "goto": try set(.jump(try words.number("goto", 0...UInt32.max)), at: word.span)
        case "nop": try set(.nothing, at: word.span)
        case "blackhole": try set(.blackhole, at: word.span)
        case "unreachable": try set(.unreachable, at: word.span)
        case "prohibit": try set(.prohibit, at: word.span)
        default: throw LineProblem(message: "\(quoted(word.text)) is no option of a rule", span: word.span)
        }
    }

    private mutating func set(_ action: RuleDefinition.Action, at span: Span) throws(LineProblem) {
        guard self.action == nil else { throw LineProblem(message: "the rule has two actions", span: span) }
        self.action = action
    }

    private mutating func readMark() throws(LineProblem) -> RuleDefinition.Mark {
        let word = try words.value(of: "fwmark")
        let parts = word.text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> UInt32? in LineWords.number(part) }
        guard let value = numbers.first, numbers.count == parts.count else {
            throw LineProblem(message: "\(quoted(word.text)) is not a mark", span: word.span)
        }
        return RuleDefinition.Mark(value, mask: numbers.count > 1 ? numbers.last : nil)
    }

    private mutating func readRange<Number: FixedWidthInteger & UnsignedInteger>(
        _ option: String, needsBoth: Bool
    ) throws(LineProblem) -> ClosedRange<Number> {
        let word = try words.value(of: option)
        let parts = word.text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> Number? in LineWords.number(part) }
        guard let first = numbers.first, let last = numbers.last, numbers.count == parts.count, first <= last,
            !needsBoth || numbers.count == 2
        else {
            throw LineProblem(message: "\(quoted(word.text)) is not a range for '\(option)'", span: word.span)
        }
        return first...last
    }
}
