/// Something to say about a configuration, before its place is known. The issues are made by the functions in `Issues/`,
/// one file for each range of codes.
///
/// Voice: lower case, one sentence, input in quotes, what was expected; the hint says what happens or what to do.
struct Issue: Sendable, Hashable {
    /// Stable code.
    var code: String
    /// How bad it is, where the place does not decide.
    var severity: Diagnostic.Severity
    /// One sentence.
    var message: String
    /// The way out.
    var hint: String?
    /// Other places that belong to it, each with what it is.
    var related: [Related] = []
    /// Whether an element of the file is left out because of it, and not only a setting.
    var leavesOut = false

    /// Another place that belongs to an issue.
    struct Related: Sendable, Hashable {
        /// What the place is, lower case: `first defined here`.
        var message: String
        var span: Span
    }

    /// The issue with another place that belongs to it.
    func relating(_ message: String, to span: Span) -> Issue {
        var issue = self
        issue.related.append(Related(message: message, span: span))
        return issue
    }

    /// The issue with what happens because of it, behind what to do.
    func adding(consequence: String) -> Issue {
        var issue = self
        let joint = hint?.hasSuffix("?") == true ? " " : "; "
        issue.hint = hint.map { "\($0)\(joint)\(consequence)" } ?? consequence
        return issue
    }

    /// The issue where it does not keep the file from being used.
    var asWarning: Issue {
        var issue = self
        issue.severity = .warning
        return issue
    }

    /// The issue of an element that is left out.
    var leavingOut: Issue {
        var issue = self
        issue.leavesOut = true
        return issue
    }

    /// What keeps the file from being used.
    static func error(_ code: String, _ message: String, _ hint: String? = nil) -> Issue {
        Issue(code: code, severity: .error, message: message, hint: hint)
    }

    /// What does not mean what it says.
    static func warning(_ code: String, _ message: String, _ hint: String? = nil) -> Issue {
        Issue(code: code, severity: .warning, message: message, hint: hint)
    }
}
