// Contract for the first integration; the parser behind it grows in its own files.

/// What reading a configuration gives: the model where it can be used, and everything there is to say about the text.
public struct LoadResult: Sendable {
    /// The configuration; nil when there is an error among the diagnostics.
    public var configuration: Configuration?
    /// What was found, in the order of the text.
    public var diagnostics: [Diagnostic]

    /// Creates a result.
    public init(configuration: Configuration?, diagnostics: [Diagnostic]) {
        self.configuration = configuration
        self.diagnostics = diagnostics
    }
}

/// One thing to say about a configuration.
public struct Diagnostic: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: Sendable, Hashable {
        /// The file cannot be used.
        case error
        /// The file can be used, but not everything in it means what it says.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// Stable code such as `MR0101`.
    public var code: String
    /// File name as the user knows it.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Column in characters, from 1.
    public var column: Int
    /// One sentence, lower case, without the place.
    public var message: String
    /// The way out, or nil.
    public var hint: String?
    /// The source line.
    public var sourceLine: String

    /// Creates a diagnostic.
    public init(
        severity: Severity, code: String, file: String, line: Int, column: Int, message: String, hint: String? = nil,
        sourceLine: String = ""
    ) {
        self.severity = severity
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
        self.sourceLine = sourceLine
    }
}
