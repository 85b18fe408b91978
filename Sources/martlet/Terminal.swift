import Glibc

/// Whole lines on standard output and standard error. Not `print`: its buffer is lost when the process is killed, and
/// it writes to standard output only.
enum Terminal {
    /// Whether colour would reach a person: a terminal that has not asked for none (https://no-color.org).
    static let usesColour = usesColour(STDERR_FILENO)

    /// The same for standard output.
    static let usesColourOnStandardOutput = usesColour(STDOUT_FILENO)

    /// `NO_COLOR` counts when it is there and not empty; a terminal of type `dumb` has no colour.
    private static func usesColour(_ descriptor: Int32) -> Bool {
        guard isatty(descriptor) == 1 else { return false }
        if let wish = getenv("NO_COLOR"), wish.pointee != 0 { return false }
        guard let kind = getenv("TERM") else { return true }
        return strcmp(kind, "dumb") != 0
    }

    static func writeLine(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    static func writeError(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Writes all of it, or as much as the other side still takes.
    static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    /// Writes all of the bytes, or as much as the other side still takes.
    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 { rest = rest.dropFirst(written) } else if errno != EINTR { return }
        }
    }
}
