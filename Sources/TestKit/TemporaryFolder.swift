import Glibc

/// A folder for one test, removed with everything in it.
public final class TemporaryFolder: Sendable {
    /// A call that the system refused.
    public struct Refused: Error {
        /// The call.
        public var call: String
        /// Its reason.
        public var errno: Int32
    }

    /// Where it is.
    public let path: String

    /// Makes a folder that everybody may enter, as programs under other users have to.
    public init() throws(Refused) {
        var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Refused(call: "mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit { system("rm -rf \(path)") }

    /// The path of a file in it.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file with these permissions.
    ///
    /// - Returns: its path.
    @discardableResult
    public func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws(Refused) -> String {
        let file = file(name)
        let descriptor = open(file, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Refused(call: "open", errno: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Refused(call: "write", errno: errno)
        }
        fchmod(descriptor, mode)
        return file
    }

    /// Writes a file that everybody may run.
    ///
    /// - Returns: its path.
    @discardableResult
    public func script(_ name: String, _ text: String) throws(Refused) -> String {
        try write(name, text, mode: 0o755)
    }

    /// What a file holds; nil when there is none.
    public func text(_ name: String) -> String? {
        guard let stream = fopen(file(name), "re") else { return nil }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&part, 1, part.count, stream), count > 0 { bytes += part.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Runs a command of the shell in it.
    public func run(_ command: String) { system("cd \(path) 2>/dev/null; \(command)") }
}
