import Glibc

/// A FIFO that this process writes lines to and others read, which never makes the writer wait.
///
/// It is open for reading and writing, so that neither a missing reader nor one that comes back is noticed: what is
/// written stays in the pipe (64 KiB) until somebody reads it.
public final class NamedPipe: Sendable {
    /// What came of a write.
    public enum Outcome: Sendable, Hashable {
        /// So many bytes were taken, at least one.
        case written(Int)
        /// There is no room.
        case full
        /// The pipe is of no use any more.
        case failed(SystemError)
    }

    /// The most bytes that are written as a whole or not at all.
    public static let atomicSize = Int(PIPE_BUF)

    /// Where it is.
    public let path: String
    /// Whether this process made it, and is to remove it.
    public let isOwn: Bool
    private let descriptor: Int32

    /// Opens a FIFO, and makes it where there is none. What stands at the path and is no FIFO is left alone, and a
    /// symbolic link is not followed: in a folder that others may write to it could lead anywhere.
    ///
    /// - Parameters:
    ///   - path: its folder must exist.
    ///   - owner: user and group of a FIFO that has to be made; nil is this process's own.
    ///   - mode: permission bits of a FIFO that has to be made, whatever the umask.
    public init(_ path: String, owner: ProcessIdentity? = nil, mode: UInt32 = 0o644) throws(SystemError) {
        let isOwn = try Self.make(path, mode)
        do throws(SystemError) {
            descriptor = try Self.open(path, owner: owner, mode: isOwn ? mode : nil)
        } catch {
            if isOwn { unlink(path) }
            throw error
        }
        self.path = path
        self.isOwn = isOwn
    }

    /// Makes the FIFO; returns false where something is there already.
    private static func make(_ path: String, _ mode: UInt32) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try systemCall("mkfifo", "make the FIFO \(path)") { mkfifo(path, mode & 0o600) }
            return true
        } catch {
            guard error.errno == .exists else { throw error }
            return false
        }
    }

    /// - Parameter mode: nil leaves owner and permissions alone.
    private static func open(_ path: String, owner: ProcessIdentity?, mode: UInt32?) throws(SystemError) -> Int32 {
        let purpose = "write to the FIFO \(path)"
        let flags = O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW
        let file = FileDescriptor(owning: try systemCall("open", purpose) { Glibc.open(path, flags) })
        let number = file.rawValue
        var status = stat()
        try systemCall("fstat", purpose) { fstat(number, &status) }
        guard status.st_mode & S_IFMT == S_IFIFO else {
            throw SystemError(call: "open", errno: .exists, purpose: "\(purpose): what is there is no FIFO")
        }
        if let mode {
            if let owner {
                try systemCall("fchown", purpose) { fchown(number, owner.user, owner.group) }
            }
            try systemCall("fchmod", purpose) { fchmod(number, mode) }
        }
        return file.release()
    }

    deinit { close(descriptor) }

    /// Gives a FIFO that this process made to another owner, after a reload.
    public func change(owner: ProcessIdentity) throws(SystemError) {
        guard isOwn else { return }
        try systemCall("fchown", "give the FIFO \(path) to its owner") {
            fchown(descriptor, owner.user, owner.group)
        }
    }

    /// Writes without waiting. Up to ``atomicSize`` bytes are taken whole or not at all.
    public func write(_ bytes: some Collection<UInt8>) -> Outcome {
        let contiguous = Array(bytes)
        guard !contiguous.isEmpty else { return .written(0) }
        while true {
            let count = Glibc.write(descriptor, contiguous, contiguous.count)
            if count > 0 { return .written(count) }
            let number = Errno.current
            if number == .wouldBlock { return .full }
            if number.rawValue != EINTR {
                return .failed(SystemError(call: "write", errno: number, purpose: "write to the FIFO \(path)"))
            }
        }
    }

    /// Removes the name of a FIFO that this process made, unless another file stands there by now. Who reads it gets
    /// what is still in it, then the end.
    public func remove() {
        guard isOwn else { return }
        var opened = stat()
        var named = stat()
        guard fstat(descriptor, &opened) == 0, lstat(path, &named) == 0, opened.st_dev == named.st_dev,
            opened.st_ino == named.st_ino
        else { return }
        unlink(path)
    }
}
