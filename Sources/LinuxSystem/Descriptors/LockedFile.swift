import CLinux
import Glibc

/// A file that one process at a time holds: whoever has the lock is running, whatever the file says. The kernel lets go
/// of the lock with the process, so a crash leaves nothing to clear up.
///
/// The lock belongs to the open file: it survives a fork, and going to the background.
public struct LockedFile: ~Copyable, Sendable {
    /// Why a file could not be had.
    public enum Failure: Error, Sendable, Hashable {
        /// Another process holds it.
        case heldByAnother
        /// It cannot be made, opened or locked.
        case system(SystemError)
    }

    /// The open file.
    public let descriptor: Int32
    /// Where it is.
    public let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Creates the file where it is missing, and locks it for writing.
    ///
    /// - Parameter mode: permission bits of a file that has to be made.
    public static func take(_ path: String, mode: UInt32 = 0o644) throws(Failure) -> LockedFile {
        // Each round but the last one ends because somebody removed the file between our open and our lock.
        while true {
            let descriptor = try openFile(path, mode)
            do throws(Failure) {
                try lock(descriptor, path)
            } catch {
                close(descriptor)
                throw error
            }
            if isStill(descriptor, at: path) { return LockedFile(descriptor: descriptor, path: path) }
            close(descriptor)
        }
    }

    /// Removes the file while the lock is held, unless another one stands in its place by now.
    deinit {
        if Self.isStill(descriptor, at: path) { unlink(path) }
        close(descriptor)
    }

    private static func openFile(_ path: String, _ mode: UInt32) throws(Failure) -> Int32 {
        do throws(SystemError) {
            return try systemCall("open", "write \(path)") {
                open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode)
            }
        } catch {
            throw .system(error)
        }
    }

    private static func lock(_ descriptor: Int32, _ path: String) throws(Failure) {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        do throws(SystemError) {
            try systemCall("fcntl(F_OFD_SETLK)", "lock \(path)") { fcntl(descriptor, CInt(CLINUX_F_OFD_SETLK), &lock) }
        } catch {
            throw error.errno == .wouldBlock || error.errno == .accessDenied ? .heldByAnother : .system(error)
        }
    }

    /// Whether the path still leads to the open file. A lock on a file that its owner removed keeps nobody out.
    private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        var opened = stat()
        var named = stat()
        guard fstat(descriptor, &opened) == 0, lstat(path, &named) == 0 else { return false }
        return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino
    }
}
