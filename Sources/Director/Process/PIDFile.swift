import CLinux
import Glibc

/// A pid file under a write lock, as keepalived keeps them: who holds the lock is running, whatever the number says.
public struct PIDFile: ~Copyable {
    /// Why a pid file could not be taken.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        /// Another process holds the lock.
        case alreadyRunning(path: String)
        /// The file cannot be made or written.
        case cannotWrite(path: String, reason: String)

        /// One sentence with the path.
        public var description: String {
            switch self {
            case .alreadyRunning(let path): "daemon is already running: \(path) is locked by another process"
            case .cannotWrite(let path, let reason): "cannot write the pid file \(path): \(reason)"
            }
        }
    }

    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Creates or takes over the file, locks it and writes this process's number into it.
    ///
    /// The lock belongs to the open file: it survives going to the background.
    public static func take(_ path: String) throws(Failure) -> PIDFile {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        guard fcntl(descriptor, CInt(CLINUX_F_OFD_SETLK), &lock) == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EAGAIN || reason == EACCES else {
                throw .cannotWrite(path: path, reason: String(cString: strerror(reason)))
            }
            throw .alreadyRunning(path: path)
        }
        let file = PIDFile(descriptor: descriptor, path: path)
        if let reason = file.rewriteNumber() { throw .cannotWrite(path: path, reason: reason) }
        return file
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Writes the number of the calling process, which has changed after going to the background.
    /// - Returns: the reason when it failed.
    @discardableResult
    public borrowing func rewriteNumber() -> String? {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            return String(cString: strerror(errno))
        }
        return nil
    }
}
