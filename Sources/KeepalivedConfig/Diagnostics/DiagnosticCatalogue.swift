/// Every code that a diagnostic can have, with an example of what it says.
public struct CatalogueEntry: Sendable, Hashable {
    /// `MR0101`.
    public var code: String
    /// How bad it is. `MR0007` and `MR0001` are errors or warnings depending on the include keyword.
    public var severity: Diagnostic.Severity
    /// An example of the message.
    public var example: String
    /// An example of the way out, or nil.
    public var hint: String?
}

/// The list of diagnostics, for the reference page.
public enum DiagnosticCatalogue {
    /// Every code once, in order.
    public static let entries: [CatalogueEntry] = examples.map { issue in
        CatalogueEntry(code: issue.code, severity: issue.severity, example: issue.message, hint: issue.hint)
    }

    static let examples: [Issue] =
        Issue.examplesOfReading + Issue.examplesOfDefinitions + Issue.examplesOfKeywords + Issue.examplesOfVRRP
        + Issue.examplesOfVirtualServers
        + Issue.examplesOfHost + Issue.examplesOfLint
}
