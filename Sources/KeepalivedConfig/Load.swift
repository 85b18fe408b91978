/// What reading a configuration gives: the model where it can be used, and everything there is to say about the text.
public struct LoadResult: Sendable {
    /// The configuration; nil when there is an error among the diagnostics.
    public var configuration: Configuration?
    /// What was found, in the order of the text.
    public var diagnostics: [Diagnostic]
    /// Errors beyond those in ``diagnostics``, of which there are at most 50.
    public var omittedErrors = 0
    /// Warnings beyond those in ``diagnostics``, of which there are at most 50.
    public var omittedWarnings = 0
    /// The text, for places; empty where nothing was read.
    var text = SourceText()
    /// Where the elements of the configuration stand.
    var places = ElementPlaces()

    /// Creates a result.
    public init(configuration: Configuration?, diagnostics: [Diagnostic]) {
        self.configuration = configuration
        self.diagnostics = diagnostics
    }

    init(configuration: Configuration?, sink: DiagnosticSink, text: SourceText) {
        self.init(configuration: configuration, diagnostics: sink.diagnostics(in: text))
        omittedErrors = sink.omittedErrors
        omittedWarnings = sink.omittedWarnings
        self.text = text
    }

    init(issue: Issue, file: String) {
        let place = SourcePlace(file: file, line: 0, column: 0, length: 1, sourceLine: "", excerptColumn: 1)
        self.init(
            configuration: nil, diagnostics: [Diagnostic(severity: issue.severity, issue: issue, place: place)])
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
    /// Line, from 1; 0 where the file as a whole is meant.
    public var line: Int
    /// Column in characters, from 1; 0 where the file as a whole is meant.
    public var column: Int
    /// One sentence, lower case, without the place.
    public var message: String
    /// The way out, or nil.
    public var hint: String?
    /// The source line, cut to a window around the place when it is very long.
    public var sourceLine: String
    /// Characters that the diagnostic is about, from ``column`` on; at least 1.
    public var length = 1
    /// Column of the place within ``sourceLine``; other than ``column`` only where the line was cut.
    public var excerptColumn: Int

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
        excerptColumn = column
    }
}
