/// Conditions, definitions and loops (`MR0021` to `MR0040`).
extension Issue {
    static func undefinedName(_ name: String, nearest: String?) -> Issue {
        warning(
            "MR0021", "\(quoted("$" + name)) is not defined and stays as it is",
            nearest.map { "did you mean \(quoted("$" + $0))?" } ?? "define it in a line '$\(name)=VALUE' above")
    }

    static func definitionWithBlanks(_ name: String) -> Issue {
        warning(
            "MR0021", "\(quoted("$" + name)) is not defined by this line: '=' stands directly behind the name",
            "write '$\(name)=VALUE'; as it stands the line is ignored")
    }

    static func definitionCircle(_ chain: [String]) -> Issue {
        error(
            "MR0022", "this definition uses itself: \(chain.map(quoted).joined(separator: " uses "))",
            "give one of them a value without the others")
    }

    static var expansionTooLong: Issue {
        error(
            "MR0023", "the definitions used here make a line of more than 1 MiB or of more than 65536 parts",
            "look for definitions that contain others more than once")
    }

    static func conditionWithoutID(isNegated: Bool) -> Issue {
        warning(
            "MR0024",
            isNegated
                ? "'@^' is followed by no identifier: the line counts everywhere"
                : "'@' is followed by no identifier: the line counts nowhere",
            "write '@ID' or '@^ID', a blank, then the line")
    }

    static func referenceRunsOn(_ name: String, obstacle: UInt8) -> Issue {
        warning(
            "MR0026",
            "\(quoted("$" + name)) is followed by \(quoted(String(decoding: [obstacle], as: UTF8.self))) and stays as it is",
            "write '${\(name)}': without braces a blank, ',', ')' or the end of the line must follow")
    }

    static func malformedBuiltIn(_ name: String, expected: String) -> Issue {
        error("MR0027", "the built-in '\(name)' is not used as it must be", "write \(expected)")
    }

    static func environmentVariableNotSet(_ name: String) -> Issue {
        warning(
            "MR0028", "the environment has no variable \(quoted(name)): nothing stands here",
            "set it where the program is started, as with 'Environment=' in its unit")
    }

    static func tooMuchWork(_ limit: Int) -> Issue {
        error(
            "MR0029", "definitions and loops make more than \(limit) replacements",
            "look for loops in loops, and for definitions that use others many times")
    }

    static func definitionTooDeep(_ limit: Int) -> Issue {
        error("MR0030", "more than \(limit) definitions use each other", "write some of the values out")
    }

    static func malformedLoop(_ keyword: String, _ reason: String) -> Issue {
        error("MR0031", "this \(quoted(keyword)) cannot be read: \(reason)", "without it its lines would be missing")
    }

    static func loopNeverEnds(start: Int64, step: Int64, end: Int64) -> Issue {
        error(
            "MR0032", "steps of \(step) never lead from \(start) to \(end)",
            step == 0 ? "write a step other than 0" : "change the sign of the step, or leave it out")
    }

    static func loopTooLong(_ limit: Int) -> Issue {
        error("MR0033", "this loop has more than \(limit) turns", "check its first and its last value")
    }

    /// - Parameter turns: those of each loop, outermost first; empty where they became too many on the way.
    static func loopsTooLong(_ turns: [Int], _ limit: Int) -> Issue {
        error(
            "MR0033",
            turns.isEmpty
                ? "with this loop all loops together have more than \(limit) turns"
                : "these loops have \(turns.map(String.init).joined(separator: " x ")) turns, more than \(limit)",
            "check their first and last values")
    }

    static func tooManyLoopValues(_ values: String, names: Int) -> Issue {
        error(
            "MR0034", "\(quoted(values)) has more values than the loop has names (\(names))",
            "values go to names in order: ~LST({a,b}, {1,2}, {3,4})")
    }

    static func loopsTooDeep(_ limit: Int) -> Issue {
        error("MR0035", "more than \(limit) loops stand in each other", "write some of them out")
    }

    static func conditionOfOpening(_ condition: String) -> Issue {
        error(
            "MR0036", "\(quoted(condition)) leaves out the line that opens a block, and not the block",
            "write \(quoted(condition)) in front of every line of the block, its '}' too, or put the block into a file and write \(quoted("\(condition) include FILE"))"
        )
    }

    /// One of each code, for the catalogue.
    static let examplesOfDefinitions: [Issue] = [
        .undefinedName("VIP", nearest: nil),
        .definitionCircle(["$PRIO", "$BASE", "$PRIO"]),
        .expansionTooLong,
        .conditionWithoutID(isNegated: false),
        .referenceRunsOn("NET", obstacle: UInt8(ascii: ".")),
        .malformedBuiltIn("_RANDOM", expected: "${_RANDOM [MIN [MAX]]} with 0 <= MIN <= MAX"),
        .environmentVariableNotSet("SITE"),
        .tooMuchWork(16_777_216),
        .definitionTooDeep(64),
        .malformedLoop("~SEQ", "')' is missing"),
        .loopNeverEnds(start: 1, step: -1, end: 5),
        .loopTooLong(1_048_576),
        .tooManyLoopValues("{1,2,3}", names: 2),
        .loopsTooDeep(16),
        .conditionOfOpening("@ds2"),
    ]
}
