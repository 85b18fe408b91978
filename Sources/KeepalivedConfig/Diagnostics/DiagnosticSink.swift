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

    /// Whether the text cannot be used.
    var hasErrors: Bool { !errors.isEmpty }

    /// Whether an issue with this severity would be kept; counts it as omitted when not. Asked before a message is made
    /// at some expense.
    mutating func admits(_ severity: Diagnostic.Severity) -> Bool {
        switch severity {
        case .error where errors.count >= Self.limit: omittedErrors += 1
        case .warning where warnings.count >= Self.limit: omittedWarnings += 1
        default: return true
        }
        return false
    }

    /// Adds an issue.
    mutating func report(_ issue: Issue, _ severity: Diagnostic.Severity, at span: Span) {
        guard admits(severity) else { return }
        switch severity {
        case .error: errors.append(Entry(issue: issue, span: span))
        case .warning: warnings.append(Entry(issue: issue, span: span))
        }
    }

    /// Adds an issue with the severity that it always has.
    mutating func report(_ issue: Issue, at span: Span) { report(issue, issue.severity, at: span) }

    /// The diagnostics in the order in which the text is read.
    func diagnostics(in text: SourceText) -> [Diagnostic] {
        let all = errors.map { ($0, Diagnostic.Severity.error) } + warnings.map { ($0, .warning) }
        let ordered = all.map { ($0.0, $0.1, text.order(of: $0.0.span.start)) }
            .sorted { $0.2.lexicographicallyPrecedes($1.2) }
        return ordered.map { entry, severity, _ in
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
