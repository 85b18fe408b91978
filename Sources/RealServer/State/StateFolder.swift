import Glibc
import LinuxSystem

/// Where the saved state lives. A reboot clears it together with what it describes, so it belongs under `/run`. While
/// files bring addresses back after a reboot there is a second one that a reboot does not clear: it remembers those
/// files, and how the host is without them.
struct StateFolder: Sendable, Hashable {
    var path: String
    /// The folder of the second one.
    var lastingPath: String
    /// The version of Martlet that writes.
    var version = "unknown"

    /// There is no first one.
    var isLastingAlone = false

    /// The folder of an image, which has no state but the one that files bring back.
    static func image(_ root: String) -> StateFolder {
        StateFolder(path: "\(root)/var/lib/martlet", lastingPath: "\(root)/var/lib/martlet", isLastingAlone: true)
    }

    /// The folders of the calling thread's network namespace.
    static func standard() -> StateFolder {
        var suffix = "/martlet"
        if let own = networkNamespace(of: "thread-self"), let first = networkNamespace(of: "1"), own != first {
            suffix += "-netns-\(own)"
        }
        return StateFolder(path: "/run\(suffix)", lastingPath: "/var/lib\(suffix)")
    }

    private static func networkNamespace(of process: String) -> UInt64? {
        var status = stat()
        return stat("/proc/\(process)/ns/net", &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private var file: String { path + "/realserver.state" }
    private var lastingFile: String { lastingPath + "/realserver.lasting.state" }

    /// Keeps other processes out until the returned descriptor is closed: two applications at boot would otherwise
    /// each take the other's settings for the original ones.
    func lock() throws(SystemError) -> FileDescriptor {
        guard !isLastingAlone else { return try lockFolder() }
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

    /// The folder itself, so that no file for this is left in an image.
    private func lockFolder() throws(SystemError) -> FileDescriptor {
        try SmallFile.makeFolders(for: lastingFile)
        let path = lastingPath
        let lock = FileDescriptor(
            owning: try systemCall("open", "open \(path)") { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
        let number = lock.rawValue
        try systemCall("flock", "lock \(path)") { flock(number, LOCK_EX) }
        return lock
    }

    /// The saved state; nothing is saved while there is no file.
    func load() throws(RealServerError) -> SavedState {
        for file in isLastingAlone ? [lastingFile] : [file, lastingFile] {
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try SmallFile.read(file)
            } catch  where error.errno == .noSuchFile {
                continue
            } catch {
                throw .system(error)
            }
            do throws(SavedState.Damage) {
                return try SavedState(text: String(decoding: bytes, as: UTF8.self))
            } catch {
                guard let newer = error.newer else { throw .damagedState(file, line: error.line) }
                throw .newerState(file, by: newer.version, format: newer.format, own: version)
            }
        }
        return SavedState()
    }

    func store(_ state: SavedState) throws(SystemError) {
        if !isLastingAlone { try store(state.isEmpty ? nil : state, in: file) }
        let lasts = !state.persistent.isEmpty || !state.files.isEmpty
        if lasts { try SmallFile.makeFolders(for: lastingFile) }
        try store(lasts ? state : nil, in: lastingFile)
    }

    private func store(_ state: SavedState?, in file: String) throws(SystemError) {
        guard let state else { return try SmallFile.remove(file) }
        try SmallFile.replace(file, with: Array(state.text(by: version).utf8))
    }
}
