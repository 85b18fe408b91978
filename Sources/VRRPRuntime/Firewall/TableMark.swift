import LinuxSystem

/// Whose a table is: `comment "martlet pid=4711"`. keepalived's tables, which have the same name, have none.
struct TableMark: Sendable, Hashable {
    private static let prefix = "martlet pid="

    /// The process that made it.
    var process: Int

    /// That of this process.
    static var current: TableMark { TableMark(process: ProcessNumber.own) }

    init(process: Int) { self.process = process }

    /// Reads a comment; nil for another one.
    init?(comment: String?) {
        guard let comment, comment.hasPrefix(Self.prefix), let process = Int(comment.dropFirst(Self.prefix.count))
        else { return nil }
        self.process = process
    }

    var comment: String { "\(Self.prefix)\(process)" }
}
