import Glibc

/// Small files read and written whole: sysctls, state under `/run`.
public enum SmallFile {
    /// The contents of a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - limit: Bytes at most; a longer file is an error (`EFBIG`) so that no file can take the memory.
    public static func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8] {
        let purpose = "read \(path)"
        let file = FileDescriptor(owning: try systemCall("open", purpose) { open(path, O_RDONLY | O_CLOEXEC) })
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try systemCall("read", purpose) {
                chunk.withUnsafeMutableBytes { Glibc.read(file.rawValue, $0.baseAddress, $0.count) }
            }
            if count == 0 { return contents }
            contents += chunk.prefix(count)
            guard contents.count <= limit else {
                throw SystemError(call: "read", errno: Errno(rawValue: EFBIG), purpose: purpose)
            }
        }
    }

    /// The beginning of a regular file, in one read that waits for nobody: what is no file (a pipe, a device, a folder)
    /// is an error (`EINVAL`).
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - length: Bytes at most.
    public static func readBeginning(_ path: String, length: Int) throws(SystemError) -> [UInt8] {
        let purpose = "read \(path)"
        let file = FileDescriptor(
            owning: try systemCall("open", purpose) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) })
        var status = stat()
        try systemCall("fstat", purpose) { fstat(file.rawValue, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(call: "open", errno: .invalidArgument, purpose: purpose, advice: "it is no regular file")
        }
        var bytes = [UInt8](repeating: 0, count: length)
        let count = try systemCall("read", purpose) {
            bytes.withUnsafeMutableBytes { Glibc.read(file.rawValue, $0.baseAddress, $0.count) }
        }
        return Array(bytes.prefix(count))
    }

    /// Whether there is anything at a path, a link that leads nowhere included.
    public static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether a path names a symbolic link, wherever that leads.
    public static func isSymbolicLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Writes a file that the kernel made, such as a sysctl, in one `write`.
    public static func overwrite(_ path: String, with contents: some Collection<UInt8>) throws(SystemError) {
        let purpose = "write \(path)"
        let file = FileDescriptor(owning: try systemCall("open", purpose) { open(path, O_WRONLY | O_CLOEXEC) })
        try writeAll(Array(contents), to: file, purpose: purpose)
    }

    /// Replaces a file, or makes it, so that a reader sees the old contents or the new ones and never a part:
    /// written next to it, then renamed over it.
    ///
    /// - Parameters:
    ///   - path: Where it is to be; its folder must exist.
    ///   - contents: All of it.
    ///   - mode: Permission bits of the new file.
    public static func replace(
        _ path: String, with contents: some Collection<UInt8>, mode: UInt32 = 0o644
    ) throws(SystemError) {
        let purpose = "write \(path)"
        let temporary = path + ".new"
        do throws(SystemError) {
            // In a folder that others may write to, a link of theirs must not lead the write elsewhere.
            _ = unlink(temporary)
            let file = FileDescriptor(
                owning: try systemCall("open", purpose) {
                    open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
                })
            try writeAll(Array(contents), to: file, purpose: purpose)
            try systemCall("rename", purpose) { rename(temporary, path) }
        } catch {
            _ = unlink(temporary)
            throw error
        }
    }

    /// Removes a file; one that is not there is fine.
    public static func remove(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            try systemCall("unlink", "remove \(path)") { unlink(path) }
        } catch  where error.errno == .noSuchFile {
        }
    }

    /// Makes a folder; one that is there is fine.
    public static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
        do throws(SystemError) {
            try systemCall("mkdir", "make the folder \(path)") { mkdir(path, mode) }
        } catch  where error.errno == .exists {
        }
    }

    /// Makes the folder that a file is to be in, and those that lead to it; what is there is fine.
    public static func makeFolders(for path: String) throws(SystemError) {
        var missing: [String] = []
        var folder = folder(of: path)
        while !folder.isEmpty, !isThere(folder) {
            missing.append(folder)
            folder = Self.folder(of: folder)
        }
        for folder in missing.reversed() { try makeFolder(folder) }
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func writeAll(
        _ contents: [UInt8], to file: borrowing FileDescriptor, purpose: String
    ) throws(SystemError) {
        let number = file.rawValue
        var written = 0
        while written < contents.count {
            written += try systemCall("write", purpose) {
                contents[written...].withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            }
        }
    }
}
