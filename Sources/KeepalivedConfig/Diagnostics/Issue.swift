/// Everything that can be wrong with a configuration. What is said about each, and its code, is in
/// ``Issue/description``.
enum Issue: Sendable, Hashable {
    // Reading.
    case cannotRead(String, String, isIncluded: Bool)
    case notText
    case notUTF8
    case nothingToDo
    case includeCycle([String])
    case includeTooDeep(Int)
    case includeMatchesNothing(String)
    case textTooLong
    case textTooBroken
    // Structure.
    case unclosedQuote
    case unclosedBlock(String, before: (String, Int)?)
    case surplusBrace(String?, line: Int?)
    case blockWithoutKeyword
    case nestedTooDeep(Int)
    // Definitions.
    case undefinedName(String)
    case definitionTooDeep
    case expansionTooLong
    case conditionWithoutID
    case unsupportedLanguage(String)
    // Keywords.
    case unknownKeyword(String, block: String, nearest: String?, hasBlock: Bool)
    case keywordWithEqualsSign(String, keyword: String, value: String)
    case keywordElsewhere(String, block: String, belongs: [String], hasBlock: Bool)
    case noEffect(String, reason: String)
    case unsupported(String, consequence: String, remedy: String)
    case missingBlock(String)
    case surplusBlock(String)
    case deprecated(String, instead: String)
    // Arguments.
    case missingArgument(String, expected: String)
    case surplusArgument(String, keyword: String)
    case notANumber(String, expected: String)
    case numberOutOfRange(String, expected: String)
    case trailingText(String, number: String)
    case notAnInterval(String)
    case intervalOutOfRange(String, expected: String)
    case intervalRounded(String)
    case notAnAddress(String, expected: String)
    case notAPort(String)
    case notABoolean(String, keyword: String)
    case notAChoice(String, expected: [String], nearest: String?)
    case tooLong(String, limit: Int, what: String)
    case malformed(String, expected: String)
    case emptyCommand(String)
    // VRRP.
    case instanceWithout(String, keyword: String, remedy: String)
    case instanceWithoutAddresses(String)
    case loopbackInterface(String)
    case addressesOnOneLine(String)
    case duplicate(String, line: Int)
    case duplicateRouterID(UInt8, interface: String, other: String)
    case passwordTruncated(Int)
    case passwordIgnored(String)
    case authenticationWithoutPassword
    case advertIntervalRounded(String, used: String)
    case noPreemptCleared(String)
    case preemptDelayCleared(String)
    case stateCorrected(String)
    case unknownTracker(String, kind: String, nearest: String?)
    case addressOfOtherFamily(String)
    case duplicateAddress(String)
    case strictMode(String)
    case unknownMember(String, nearest: String?)
    case memberOfTwoGroups(String, group: String)
    case smallGroup(Int)
    case weightIgnoredInGroup(String)
    case tooManyAddresses(Int)
    case scriptWithoutCommand(String)
    case familyMismatch(String, expected: String)
    case unknownInstance(String, nearest: String?)
    // Virtual servers.
    case assumed(String, value: String)
    case cleared(String, reason: String)
    case portNeedsPersistence
    case duplicateServer(String, line: Int)
    case quorumReduced(UInt32, total: Int64)
    case hysteresisReduced(UInt32, quorum: UInt32)
    case portForced(String, to: String, method: String)
    case poolWithoutServers
    case serverFamily(String)
    case neverChecked(String, missing: String)
    case checkerWithoutPort
    case tunnelWithoutPort
    case schedulerFlagIgnored(String, scheduler: String)
    // What the system says.
    case unknownInterface(String, nearest: String?)

    /// The case of an unclosed block carries a pair, which keeps equality from being derived.
    static func == (left: Issue, right: Issue) -> Bool {
        left.code == right.code && left.message == right.message && left.hint == right.hint
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
    }

    /// Stable code.
    var code: String { description.code }
    /// One sentence, lower case, input in quotes, with what was expected.
    var message: String { description.message }
    /// The way out.
    var hint: String? { description.hint }
    /// How bad it is, where the place does not decide.
    var severity: Diagnostic.Severity { description.severity }
}
