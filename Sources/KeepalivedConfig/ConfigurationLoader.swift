/// Reads a `keepalived.conf` with everything that it includes: text, syntax tree, keyword tables, model.
///
/// It does no I/O of its own and never traps on input: whatever the bytes are, the answer is a ``LoadResult`` with
/// a bounded number of diagnostics.
public struct ConfigurationLoader: Sendable {
    private let files: any SourceProvider
    private let options: LanguageOptions

    /// Creates a loader.
    ///
    /// - Parameters:
    ///   - files: where files come from.
    ///   - options: what the text depends on besides the files.
    public init(files: any SourceProvider, options: LanguageOptions) {
        self.files = files
        self.options = options
    }

    /// Creates a loader.
    ///
    /// - Parameters:
    ///   - files: where files come from.
    ///   - configID: what `@ID` lines are compared with; keepalived's default is the host name up to its first dot.
    public init(files: any SourceProvider, configID: String = "") {
        self.init(files: files, options: LanguageOptions(configID: configID))
    }

    /// Reads the file with this path.
    public func load(path: String) -> LoadResult {
        do {
            return load(file: path, bytes: try files.read(path))
        } catch {
            return LoadResult(issue: .cannotRead(path, error, isIncluded: false), file: path)
        }
    }

    /// Reads text that is in no file; `file` is its name in diagnostics.
    public static func load(text: String, file: String = "keepalived.conf", configID: String = "") -> LoadResult {
        load(bytes: Array(text.utf8), file: file, configID: configID)
    }

    /// Reads bytes that are in no file; `file` is their name in diagnostics.
    public static func load(bytes: [UInt8], file: String = "keepalived.conf", configID: String = "") -> LoadResult {
        ConfigurationLoader(files: InMemoryFiles([:]), configID: configID).load(file: file, bytes: bytes)
    }

    private func load(file: String, bytes: [UInt8]) -> LoadResult {
        var lexer = Lexer(files: files, options: options)
        lexer.lex(file: file, bytes: bytes)
        let tree = lexer.tree
        guard !lexer.isAbandoned else { return LoadResult(configuration: nil, sink: lexer.sink, tree: tree) }
        var analyzer = Analyzer(tree: tree, sink: lexer.sink)
        var draft = FileDraft()
        var statement = 0
        while statement < tree.statements.count {
            if !lexer.broken.contains(where: { $0.contains(statement) }) {
                analyzer.read(RootKeywords.table, statement: statement, into: &draft)
            }
            statement = max(statement + 1, Int(tree.statements[statement].next))
        }
        draft.misspelt.formUnion(analyzer.meant.keys)
        analyzer.reportForeignWords(lexer.foreignWords)
        // Where text is missing, what lacks it is no mistake of its own.
        guard lexer.broken.isEmpty, !lexer.sink.hasErrors else {
            return LoadResult(configuration: nil, sink: analyzer.sink, tree: tree)
        }
        var resolver = Resolver(tree: tree, sink: analyzer.sink)
        let configuration = resolver.resolve(draft)
        let isUsable = !resolver.sink.hasErrors
        if isUsable {
            var linter = Linter(
                configuration: configuration, places: PlaceFinder(tree: tree, elements: resolver.places),
                sink: resolver.sink)
            linter.run()
            resolver.sink = linter.sink
        }
        var result = LoadResult(
            configuration: isUsable ? configuration : nil, sink: resolver.sink, tree: tree)
        // Where something was left out, that is what there is to say.
        if isUsable, configuration.instances.isEmpty, configuration.virtualServers.isEmpty,
            result.omissions.isEmpty
        {
            let nothing = Diagnostic(.nothingToDo, file: file)
            result.diagnostics.insert(nothing, at: 0)
            if let omission = nothing.omission { result.omissions.insert(omission) }
        }
        result.places = resolver.places
        return result
    }
}
