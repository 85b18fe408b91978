/// Where configuration files come from. The parser does no I/O: a shell reads real files, a test hands out strings.
public protocol SourceProvider: Sendable {
    /// The content of a file.
    ///
    /// - Parameter path: absolute, or relative to the working directory of the process.
    func read(_ path: String) throws(SourceError) -> [UInt8]

    /// The content of a file that another one includes. keepalived takes only regular files that nobody may execute.
    ///
    /// - Parameter path: one that ``glob(_:)`` gave.
    func readIncluded(_ path: String) throws(SourceError) -> [UInt8]

    /// The files that a shell pattern (`*`, `?`, `[…]`; braces are already expanded) matches, sorted by name. A pattern
    /// without wildcards matches the file itself where it exists.
    func glob(_ pattern: String) -> [String]

    /// An environment variable for `${_ENV NAME}`; nil where it is not set.
    func environment(_ name: String) -> String?

    /// The directory that a file is in, for `${_PWD}`: absolute where the provider can say.
    func directory(of path: String) -> String
}

extension SourceProvider {
    /// Included files are read like any.
    public func readIncluded(_ path: String) throws(SourceError) -> [UInt8] { try read(path) }

    /// No variable is set.
    public func environment(_ name: String) -> String? { nil }

    /// The part of the path before its last `/`, or `.`.
    public func directory(of path: String) -> String { InMemoryFiles.directory(of: path) }
}

/// Why a file could not be read.
public struct SourceError: Error, Sendable, Hashable {
    /// What the system said, lower case: `no such file or directory`.
    public var reason: String
    /// What can be done about it, where that is known.
    public var remedy: String?

    /// Creates an error from what the system said.
    public init(reason: String, remedy: String? = nil) {
        self.reason = reason
        self.remedy = remedy
    }

    /// There is no such file.
    public static let notFound = SourceError(reason: "no such file or directory")
}

/// Files that exist only in memory: for text from somewhere else, and for tests. The patterns of `glob` know `*` and
/// `?`, neither of which crosses a `/`.
public struct InMemoryFiles: SourceProvider {
    /// Content by path.
    public var files: [String: [UInt8]]
    /// Environment variables.
    public var variables: [String: String]

    /// Creates a set of files from their text.
    public init(_ files: [String: String], variables: [String: String] = [:]) {
        self.files = files.mapValues { Array($0.utf8) }
        self.variables = variables
    }

    /// Creates one file from its bytes.
    public init(path: String, bytes: [UInt8]) {
        files = [path: bytes]
        variables = [:]
    }

    /// The bytes under this path, which must be equal to a key of ``files``.
    public func read(_ path: String) throws(SourceError) -> [UInt8] {
        guard let bytes = files[path] else { throw .notFound }
        return bytes
    }

    /// The paths that match, sorted; a directory exists where a file is in it.
    public func glob(_ pattern: String) -> [String] {
        if files[pattern] != nil || files.keys.contains(where: { $0.hasPrefix(pattern + "/") }) { return [pattern] }
        return files.keys.filter { Self.matches(Array($0.utf8)[...], Array(pattern.utf8)[...]) }.sorted()
    }

    /// The part of a path before its last `/`, `.` without one.
    static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A variable of ``variables``.
    public func environment(_ name: String) -> String? { variables[name] }

    private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        switch first {
        case UInt8(ascii: "*"):
            return matches(text, pattern.dropFirst())
                || (text.first.map { $0 != UInt8(ascii: "/") } ?? false) && matches(text.dropFirst(), pattern)
        case UInt8(ascii: "?"):
            return (text.first.map { $0 != UInt8(ascii: "/") } ?? false)
                && matches(text.dropFirst(), pattern.dropFirst())
        default: return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
        }
    }
}
