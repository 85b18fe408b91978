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
    /// What is left out of the file, whether it is among the ``diagnostics`` or beyond them.
    public var omissions: Set<Omission> = []
    /// The statements, for places; empty where nothing was read.
    var tree = SyntaxTree()
    /// What was found, for adding to it.
    var sink = DiagnosticSink()
    /// Where the elements of the configuration stand.
    var places = ElementPlaces()

    /// Creates a result.
    public init(configuration: Configuration?, diagnostics: [Diagnostic]) {
        self.configuration = configuration
        self.diagnostics = diagnostics
    }

    /// The text, for places.
    var text: SourceText { tree.text }

    init(configuration: Configuration?, sink: DiagnosticSink, tree: SyntaxTree) {
        self.init(configuration: configuration, diagnostics: [])
        self.tree = tree
        take(sink)
    }

    init(issue: Issue, file: String) {
        self.init(configuration: nil, diagnostics: [Diagnostic(issue, file: file)])
    }

    /// Takes up what was found since; what was said of files as a whole stays in front.
    mutating func take(_ sink: DiagnosticSink) {
        let ofFiles = diagnostics.filter { $0.line == 0 }
        diagnostics = ofFiles + sink.diagnostics(in: text)
        omissions = sink.omissions(in: text).union(ofFiles.compactMap(\.omission))
        omittedErrors = sink.omittedErrors
        omittedWarnings = sink.omittedWarnings
        self.sink = sink
    }
}

extension Diagnostic {
    /// About a file as a whole.
    init(_ issue: Issue, file: String) {
        let place = SourcePlace(file: file, line: 0, column: 0, length: 1, sourceLine: "", excerptColumn: 1)
        self.init(severity: issue.severity, issue: issue, place: place)
        if issue.leavesOut { omission = Omission(code: issue.code, line: "") }
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
    /// The element of the file, such as an address, a server or a whole instance, that is not in the configuration
    /// because of it. keepalived goes on without the element. So does a start; a reload keeps what runs.
    public var omission: Omission?
    /// Other places that belong to it, in the order to show them: the first of two definitions, where the text of a
    /// definition or a loop was written, the chain of includes from the inside out.
    public var notes: [Note] = []

    /// Another place that belongs to a diagnostic.
    public struct Note: Sendable, Hashable {
        /// What the place is, lower case: `first defined here`, `included from here`.
        public var message: String
        /// The place.
        public var place: SourcePlace

        /// Creates a note.
        public init(_ message: String, at place: SourcePlace) {
            self.message = message
            self.place = place
        }
    }

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
