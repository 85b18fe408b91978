import Digests
import Glibc
import Synchronization

/// A file as it was when it was read: enough to see whether it is another one now.
struct FileRecord: Sendable, Hashable {
    /// What a file system says about a file without reading it.
    struct Signature: Sendable, Hashable {
        private let device: UInt
        private let inode: UInt
        private let size: Int
        private let modified: [Int]

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            size = Int(status.st_size)
            modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }

        /// Nil for a file that is not there.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }
    }

    /// Where it is.
    var path: String
    /// What it was; nil for a file that could not be read.
    var content: Content?

    /// What a file that was read was.
    struct Content: Sendable, Hashable {
        /// What the file system said.
        var signature: Signature
        /// How many bytes were read.
        var size: Int
        /// Their SHA-256.
        var digest: [UInt8]
    }

    /// Whether the file is not what it was. It is read only where the file system says that something happened to it.
    var hasChanged: Bool {
        let now = Signature(path: path)
        guard let content else { return now != nil && (try? DiskFiles().read(path)) != nil }
        guard let now else { return true }
        if now == content.signature { return false }
        guard let bytes = try? DiskFiles().read(path) else { return true }
        return SHA256.digest(of: bytes) != content.digest
    }
}

/// Takes down what is read while a configuration is: the files, and which files patterns stood for.
final class ReadingRecord: Sendable {
    /// What was read.
    struct State: Sendable {
        var files: [FileRecord] = []
        /// Where `files` are.
        fileprivate var paths: Set<String> = []
        var patterns: [String: [String]] = [:]
    }

    private let state = Mutex(State())

    /// What was taken down so far.
    var current: State { state.withLock { $0 } }

    func add(_ path: String, _ status: stat, _ bytes: [UInt8]) {
        let content = FileRecord.Content(
            signature: FileRecord.Signature(status), size: bytes.count, digest: SHA256.digest(of: bytes))
        add(FileRecord(path: path, content: content))
    }

    func addUnreadable(_ path: String) { add(FileRecord(path: path, content: nil)) }

    func add(pattern: String, matches: [String]) { state.withLock { $0.patterns[pattern] = matches } }

    private func add(_ file: FileRecord) {
        state.withLock { state in
            if state.paths.insert(file.path).inserted { state.files.append(file) }
        }
    }
}
