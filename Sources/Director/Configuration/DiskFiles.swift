import Glibc
import KeepalivedConfig
import LinuxSystem

/// Configuration files as they are on this host.
struct DiskFiles: SourceProvider {
    /// More than any configuration needs, and little enough to read: what is beyond it is a mistake of the path.
    static let sizeLimit = 256 << 20

    /// Takes down what is read.
    var record: ReadingRecord?

    func read(_ path: String) throws(SourceError) -> [UInt8] { try read(path, isIncluded: false) }

    func readIncluded(_ path: String) throws(SourceError) -> [UInt8] { try read(path, isIncluded: true) }

    private func read(_ path: String, isIncluded: Bool) throws(SourceError) -> [UInt8] {
        do throws(SourceError) {
            let (status, bytes) = try contents(path)
            // keepalived leaves such files out, so a script that lies in conf.d must not become configuration here.
            guard !isIncluded || status.st_mode & 0o111 == 0 else {
                throw SourceError(
                    reason: "it is executable, and only files that nobody may execute are included",
                    remedy: "if it is configuration and no program: chmod a-x")
            }
            record?.add(path, status, bytes)
            return bytes
        } catch {
            record?.addUnreadable(path)
            throw error
        }
    }

    private func contents(_ path: String) throws(SourceError) -> (stat, [UInt8]) {
        // A pipe or a device in place of the file must not hold up the director.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SourceError(reason: Errno.current.description) }
        let file = FileDescriptor(owning: descriptor)
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw SourceError(reason: Errno.current.description) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw SourceError(reason: "it is a directory", remedy: "name the files in it, as '\(path)/*.conf' does")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SourceError(reason: "not a regular file") }
        guard status.st_size <= Self.sizeLimit else { throw SourceError(reason: "larger than 256 MiB") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file.rawValue, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SourceError(reason: Errno.current.description) }
            if count == 0 { break }
            filled += count
        }
        return (status, filled == bytes.count ? bytes : Array(bytes.prefix(filled)))
    }

    func glob(_ pattern: String) -> [String] {
        let matches = matches(pattern)
        record?.add(pattern: pattern, matches: matches)
        return matches
    }

    private func matches(_ pattern: String) -> [String] {
        var matches = glob_t()
        defer { globfree(&matches) }
        guard Glibc.glob(pattern, 0, nil, &matches) == 0, let paths = matches.gl_pathv else { return [] }
        return (0..<Int(matches.gl_pathc)).compactMap { index in paths[index].map { String(cString: $0) } }
    }

    func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    func directory(of path: String) -> String {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard let resolved = realpath(directory, nil) else { return directory }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// Standard input as a file, and the files of this host that it includes.
struct StandardInputFiles: SourceProvider {
    /// Its name in diagnostics.
    static let name = "<stdin>"
    private let disk = DiskFiles()

    func read(_ path: String) throws(SourceError) -> [UInt8] {
        guard path == Self.name else { return try disk.read(path) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SourceError(reason: Errno.current.description) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= DiskFiles.sizeLimit else { throw SourceError(reason: "larger than 256 MiB") }
        }
    }

    func readIncluded(_ path: String) throws(SourceError) -> [UInt8] { try disk.readIncluded(path) }

    func glob(_ pattern: String) -> [String] { disk.glob(pattern) }

    func environment(_ name: String) -> String? { disk.environment(name) }

    func directory(of path: String) -> String { disk.directory(of: path) }
}
