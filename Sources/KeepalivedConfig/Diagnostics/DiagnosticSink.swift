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
    /// Places where something is left out that are told from each other.
    static let omissionLimit = 10_000

    /// The text, once it is complete: with it, what a loop makes wrong in every turn is said once.
    var text: SourceText?
    /// What was said about lines that were made.
    private var said: Set<Said> = []

    /// An issue of a line that was made: its code, where that line is used and where it is written.
    private struct Said: Hashable {
        var code: String
        var used: UInt32
        var written: UInt32
    }

    private(set) var errors: [Entry] = []
    private(set) var warnings: [Entry] = []
    private(set) var omittedErrors = 0
    private(set) var omittedWarnings = 0
    /// Where something is left out, whether there is still room to say so or not.
    private(set) var leftOut: Set<LeftOut> = []
    /// Omissions beyond those in ``leftOut``.
    private(set) var uncountedOmissions = 0

    /// How much was said, with what is not kept.
    var count: Int { errors.count + warnings.count + omittedErrors + omittedWarnings }

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

    /// Adds an issue, unless the same was said of the same place: every service of a group is looked at, and what is
    /// wrong with its block is wrong with each.
    mutating func report(_ issue: Issue, _ severity: Diagnostic.Severity, at span: Span) {
        if issue.leavesOut { note(LeftOut(code: issue.code, span: span)) }
        let kept = severity == .error ? errors : warnings
        guard !kept.contains(where: { $0.span == span && $0.issue == issue }) else { return }
        guard admits(severity) else { return }
        if let text, let written = text.writtenIfMade(span),
            !said.insert(Said(code: issue.code, used: text.used(span).start, written: written.start)).inserted
        {
            if severity == .error { omittedErrors += 1 } else { omittedWarnings += 1 }
            return
        }
        switch severity {
        case .error: errors.append(Entry(issue: issue, span: span))
        case .warning: warnings.append(Entry(issue: issue, span: span))
        }
    }

    /// Takes down what is left out because of an issue that need not be said.
    mutating func note(_ issue: Issue, at span: Span) {
        if issue.leavesOut { note(LeftOut(code: issue.code, span: span)) }
    }

    /// Adds what else happens to the last warning about a place.
    mutating func amend(at span: Span, consequence: String) {
        guard let index = warnings.lastIndex(where: { $0.span == span }) else { return }
        warnings[index].issue = warnings[index].issue.adding(consequence: consequence)
    }

    /// Makes the warning about an unknown word an error; false where there is none.
    mutating func refuse(at span: Span, consequence: String) -> Bool {
        guard
            let index = warnings.firstIndex(where: { $0.span == span && ["MR0101", "MR0102"].contains($0.issue.code) })
        else { return false }
        var entry = warnings.remove(at: index)
        entry.issue = entry.issue.adding(consequence: consequence)
        errors.append(entry)
        return true
    }

    private mutating func note(_ omission: LeftOut) {
        if leftOut.count < Self.omissionLimit {
            leftOut.insert(omission)
        } else if !leftOut.contains(omission) {
            uncountedOmissions += 1
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
            Diagnostic(severity: severity, issue: entry.issue, at: entry.span, in: text)
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

    /// An issue with its place and every other place that belongs to it.
    init(severity: Severity, issue: Issue, at span: Span, in text: SourceText) {
        self.init(severity: severity, issue: issue, place: text.place(of: span))
        if issue.leavesOut { omission = Omission(code: issue.code, line: text.line(around: span)) }
        notes = issue.related.map { Note($0.message, at: text.place(of: $0.span)) } + text.notes(of: span)
    }
}
