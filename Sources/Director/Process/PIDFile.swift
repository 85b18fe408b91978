import Glibc
import LinuxSystem

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

    private let file: LockedFile

    private init(_ file: consuming LockedFile) { self.file = file }

    /// Creates or takes over the file, locks it and writes this process's number into it. The file goes with the value.
    public static func take(_ path: String) throws(Failure) -> PIDFile {
        let file: PIDFile
        do throws(LockedFile.Failure) {
            file = PIDFile(try LockedFile.take(path))
        } catch {
            switch error {
            case .heldByAnother: throw .alreadyRunning(path: path)
            case .system(let error): throw .cannotWrite(path: path, reason: "\(error.errno)")
            }
        }
        if let reason = file.rewriteNumber() { throw .cannotWrite(path: path, reason: reason) }
        return file
    }

    /// Writes the number of the calling process, which has changed after going to the background.
    /// - Returns: the reason when it failed.
    @discardableResult
    public borrowing func rewriteNumber() -> String? {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(file.descriptor, 0) == 0, pwrite(file.descriptor, text, text.count, 0) == text.count else {
            return Errno.current.description
        }
        return nil
    }
}
