/// Collects what there is to say. The number kept is bounded, so that a file of megabytes of nonsense gives a screenful
/// and not a novel; the rest is counted.
struct DiagnosticSink: Sendable {
    /// An issue with its place.
    struct Entry: Sendable {
        var issue: Issue
        var span: Span
    }

    /// Diagnostics kept of each severity.
    static let limit = 50

    private(set) var errors: [Entry] = []
    private(set) var warnings: [Entry] = []
    private(set) var omittedErrors = 0
    private(set) var omittedWarnings = 0
    /// Text whose structure is broken: what else is wrong there is most likely a consequence.
    private var suppressed: [Range<UInt32>] = []

    /// Whether the text cannot be used.
    var hasErrors: Bool { !errors.isEmpty }

    /// Whether an issue with this severity and place would be kept; counts it as omitted where only the number of
    /// those before it keeps it out. Asked before a message is made at some expense.
    mutating func admits(_ severity: Diagnostic.Severity, at span: Span) -> Bool {
        guard !suppressed.contains(where: { $0.contains(span.start) }) else { return false }
        switch severity {
        case .error where errors.count >= Self.limit: omittedErrors += 1
        case .warning where warnings.count >= Self.limit: omittedWarnings += 1
        default: return true
        }
        return false
    }

    /// Adds an issue.
    mutating func report(_ issue: Issue, _ severity: Diagnostic.Severity, at span: Span) {
        guard admits(severity, at: span) else { return }
        switch severity {
        case .error: errors.append(Entry(issue: issue, span: span))
        case .warning: warnings.append(Entry(issue: issue, span: span))
        }
    }

    /// Adds an issue with the severity that it always has.
    mutating func report(_ issue: Issue, at span: Span) { report(issue, issue.severity, at: span) }

    /// Silences everything that is reported from now on within a range.
    mutating func suppress(_ range: Range<UInt32>) { suppressed.append(range) }

    /// The diagnostics in the order of the text.
    func diagnostics(in text: SourceText) -> [Diagnostic] {
        let all = errors.map { ($0, Diagnostic.Severity.error) } + warnings.map { ($0, .warning) }
        return all.sorted { $0.0.span.start < $1.0.span.start }.map { entry, severity in
            Diagnostic(severity: severity, issue: entry.issue, place: text.place(of: entry.span))
        }
    }
}

extension Diagnostic {
    init(severity: Severity, issue: Issue, place: SourcePlace) {
        self.init(
            severity: severity, code: issue.code, file: place.file, line: place.line, column: place.column,
            message: issue.message, hint: issue.hint, sourceLine: place.sourceLine)
        length = place.length
        excerptColumn = place.excerptColumn
    }
}
