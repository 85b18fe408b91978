import Glibc
import LinuxSystem

/// Where the saved state lives. A reboot clears it together with what it describes, so it belongs under `/run`.
struct StateFolder: Sendable, Hashable {
    var path: String

    /// The folder of the calling thread's network namespace.
    static var standard: StateFolder {
        let shared = "/run/martlet"
        guard let own = networkNamespace(of: "thread-self"), let first = networkNamespace(of: "1"), own != first else {
            return StateFolder(path: shared)
        }
        return StateFolder(path: "\(shared)-netns-\(own)")
    }

    private static func networkNamespace(of process: String) -> UInt64? {
        var status = stat()
        return stat("/proc/\(process)/ns/net", &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private var file: String { path + "/realserver.state" }

    /// Keeps other processes out until the returned descriptor is closed: two applications at boot would otherwise
    /// each take the other's settings for the original ones.
    func lock() throws(SystemError) -> FileDescriptor {
        try SmallFile.makeFolder(path)
        let lockPath = path + "/realserver.lock"
        let lock = FileDescriptor(
            owning: try systemCall("open", "open \(lockPath)") {
                open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            })
        let number = lock.rawValue
        try systemCall("flock", "lock \(lockPath)") { flock(number, LOCK_EX) }
        return lock
    }

    /// The saved state; nothing is saved while there is no file.
    func load() throws(SystemError) -> SavedState {
        do throws(SystemError) {
            return SavedState(text: String(decoding: try SmallFile.read(file), as: UTF8.self))
        } catch  where error.errno == .noSuchFile {
            return SavedState()
        }
    }

    func store(_ state: SavedState) throws(SystemError) {
        if state.isEmpty {
            try SmallFile.remove(file)
        } else {
            try SmallFile.replace(file, with: Array(state.text.utf8))
        }
    }
}
