import Glibc
import KeepalivedConfig
import LinuxSystem

/// Configuration files as they are on this host.
struct DiskFiles: SourceProvider {
    /// More than any configuration needs, and little enough to read: what is beyond it is a mistake of the path.
    private static let sizeLimit = 256 << 20

    func read(_ path: String) throws(SourceError) -> [UInt8] {
        // A pipe or a device in place of the file must not hold up the director.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SourceError(reason: Errno.current.description) }
        let file = FileDescriptor(owning: descriptor)
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw SourceError(reason: Errno.current.description) }
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
        return filled == bytes.count ? bytes : Array(bytes.prefix(filled))
    }

    func glob(_ pattern: String) -> [String] {
        var matches = glob_t()
        defer { globfree(&matches) }
        guard Glibc.glob(pattern, 0, nil, &matches) == 0, let paths = matches.gl_pathv else { return [] }
        return (0..<Int(matches.gl_pathc)).compactMap { index in paths[index].map { String(cString: $0) } }
    }

    func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
