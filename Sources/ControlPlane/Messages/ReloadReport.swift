/// How a reload ended.
public struct ReloadReport: Codable, Sendable, Hashable {
    /// The ways in which it can end.
    public enum Verdict: String, Codable, Sendable, Hashable {
        /// The file is in force and something changed.
        case applied
        /// The file means what was in force already.
        case unchanged
        /// The file cannot be used or asks for what a reload cannot do; nothing was touched.
        case refused
        /// Applying it failed, and what had been done was taken back.
        case rolledBack
    }

    /// The verdict.
    public var verdict: Verdict
    /// The verdict in one sentence, with the reason where it is not `applied`.
    public var message: String
    /// When it ended, in seconds since 1970.
    public var at: Double
    /// How long it took from the request on, in seconds.
    public var seconds: Double
    /// What was changed, one line for each, in the order in which it was done.
    public var changes: [String]
    /// The same typed, as `plan` has it; null where nothing was planned.
    public var plan: JSONValue?
    /// What there is to say about the text.
    public var diagnostics: DiagnosticsReport

    /// Creates a report.
    public init(
        _ verdict: Verdict, message: String, at: Double, seconds: Double, changes: [String] = [],
        plan: JSONValue? = nil, diagnostics: DiagnosticsReport
    ) {
        self.verdict = verdict
        self.message = message
        self.at = at
        self.seconds = seconds
        self.changes = changes
        self.plan = plan
        self.diagnostics = diagnostics
    }
}

/// What a reload would do.
public struct PlanReport: Codable, Sendable, Hashable {
    /// The file that was planned with.
    public var file: String
    /// Whether the file can be put in force by a reload.
    public var isPossible: Bool
    /// Whether anything would change.
    public var changesSomething: Bool
    /// The outcome in one sentence.
    public var message: String
    /// What would be changed, one line for each, in the order in which it would be done.
    public var changes: [String]
    /// The same typed; null where the file cannot be used.
    public var plan: JSONValue?
    /// What there is to say about the text.
    public var diagnostics: DiagnosticsReport

    /// Creates a report.
    public init(
        file: String, isPossible: Bool, changesSomething: Bool, message: String, changes: [String] = [],
        plan: JSONValue? = nil, diagnostics: DiagnosticsReport
    ) {
        self.file = file
        self.isPossible = isPossible
        self.changesSomething = changesSomething
        self.message = message
        self.changes = changes
        self.plan = plan
        self.diagnostics = diagnostics
    }
}

/// What reading a configuration had to say.
public struct DiagnosticsReport: Codable, Sendable, Hashable {
    /// Errors, those not listed included.
    public var errors: Int
    /// Warnings, those not listed included.
    public var warnings: Int
    /// The diagnostics for people, as `martlet check` prints them; empty when there are none.
    public var text: String
    /// The diagnostics for programs, an array as in `martlet check --json`.
    public var list: JSONValue

    /// Creates a report; without arguments one that has nothing to say.
    public init(errors: Int = 0, warnings: Int = 0, text: String = "", list: JSONValue = .array([])) {
        self.errors = errors
        self.warnings = warnings
        self.text = text
        self.list = list
    }
}
