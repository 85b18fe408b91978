import Glibc

/// Reports changes of files by their folders (inotify(7)).
///
/// A file is watched through the folder that it is in: editors and scripts replace files by others of the same name, and
/// one that does not exist yet can appear. What was written counts when the writer closes it, so that nobody reads half
/// of it.
///
/// The owner reads from ``duplicate()`` and hands the bytes to ``changes(in:)``.
public struct FolderWatch: ~Copyable {
    /// One watched folder.
    public struct Folder: Sendable, Hashable {
        fileprivate var descriptor: Int32
    }

    /// What one report says.
    public enum Change: Sendable, Hashable {
        /// A file in a folder was written and closed, moved in or out, or deleted.
        case file(Folder, name: String)
        /// A folder itself is gone or can no longer be watched.
        case folderGone(Folder)
        /// Reports were lost: anything may have changed.
        case overflow
    }

    private let inotify: FileDescriptor

    /// Opens a watch without folders.
    public init() throws(SystemError) {
        inotify = FileDescriptor(
            owning: try systemCall("inotify_init1", "watch files") {
                inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
            })
    }

    /// Begins to watch a folder; for one that is watched already, the same value comes back.
    ///
    /// - Throws: `ENOENT` when there is no such folder, `ENOSPC` when the user's limit is reached.
    public borrowing func add(_ path: String) throws(SystemError) -> Folder {
        try add(path, UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_FROM) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE))
    }

    /// Begins to watch whether a folder is moved or deleted; of what is in it nothing is reported because of that.
    public borrowing func addPlace(_ path: String) throws(SystemError) -> Folder { try add(path, 0) }

    private borrowing func add(_ path: String, _ events: UInt32) throws(SystemError) -> Folder {
        let number = inotify.rawValue
        // One folder may be watched for both reasons.
        let events = events | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR) | UInt32(IN_MASK_ADD)
        return Folder(
            descriptor: try systemCall("inotify_add_watch", "watch the folder \(path)") {
                inotify_add_watch(number, path, events)
            })
    }

    /// Ends the watch of a folder.
    public borrowing func remove(_ folder: Folder) { _ = inotify_rm_watch(inotify.rawValue, folder.descriptor) }

    /// A second descriptor of the same reports, for an event loop that closes what it reads from.
    public borrowing func duplicate() throws(SystemError) -> FileDescriptor {
        let number = inotify.rawValue
        return FileDescriptor(
            owning: try systemCall("fcntl(F_DUPFD_CLOEXEC)", "watch files") { fcntl(number, F_DUPFD_CLOEXEC, 0) })
    }

    /// What the bytes of one read say.
    public static func changes(in bytes: ArraySlice<UInt8>) -> [Change] {
        let headerLength = MemoryLayout<inotify_event>.size
        var changes: [Change] = []
        var rest = bytes
        while rest.count >= headerLength {
            let event = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
            let behind = rest.dropFirst(headerLength)
            let name = behind.prefix(Int(event.len))
            rest = behind.dropFirst(Int(event.len))
            let folder = Folder(descriptor: event.wd)
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                changes.append(.overflow)
            } else if event.mask & (UInt32(IN_IGNORED) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)) != 0 {
                changes.append(.folderGone(folder))
            } else {
                changes.append(.file(folder, name: String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)))
            }
        }
        return changes
    }
}
