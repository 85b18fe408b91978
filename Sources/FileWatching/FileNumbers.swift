import LinuxSystem
public import NIOCore
import NIOPosix

/// Files whose numbers somebody wants to know (`FILE_CHECK`, `track_file`), on one event loop. Used on that loop alone.
///
/// A change is reported as soon as its writer has closed the file. A file that is not there counts as 0. Where the kernel cannot report changes, because the
/// folder is not there or the file is a link to one elsewhere, the file is read again every second.
public final class FileNumbers {
    /// How often a file is read again whose changes are not reported.
    private static let rereadInterval = TimeAmount.seconds(1)

    /// One file that is watched for one listener.
    public final class Watch {
        fileprivate let path: String
        fileprivate let report: (Int32) -> Void
        fileprivate var folder: FolderWatch.Folder?
        /// The folders above it: the file is another one when one of them is.
        fileprivate var places: Set<FolderWatch.Folder> = []
        fileprivate var last: Int32?
        private weak var owner: FileNumbers?

        fileprivate init(_ path: String, _ owner: FileNumbers, report: @escaping (Int32) -> Void) {
            self.path = path
            self.owner = owner
            self.report = report
        }

        /// Ends it; nothing is reported any more.
        public func stop() { owner?.remove(self) }

        fileprivate var name: String { String(path.split(separator: "/").last ?? "") }

        fileprivate var folderPath: String {
            guard let slash = path.lastIndex(of: "/") else { return "." }
            return slash == path.startIndex ? "/" : String(path[..<slash])
        }

        /// The paths of the folders above its own, without the root, which does not move.
        fileprivate var placePaths: [String] {
            var paths: [String] = []
            var rest = Substring(folderPath)
            while let slash = rest.lastIndex(of: "/"), slash > rest.startIndex {
                rest = rest[..<slash]
                paths.append(String(rest))
            }
            return paths
        }

        fileprivate func uses(_ folder: FolderWatch.Folder) -> Bool { self.folder == folder || places.contains(folder) }
    }

    private let loop: any EventLoop
    private let refused: (_ path: String, _ text: String) -> Void
    /// What was refused last, by path.
    private var refusedContents: [String: [UInt8]] = [:]
    private var watches: [ObjectIdentifier: Watch] = [:]
    private var channel: FolderWatchChannel?
    private var timer: Scheduled<Void>?

    /// Watches nothing yet.
    ///
    /// - Parameter refused: told of a number that does not fit and changes nothing, once for each content of a file.
    public init(loop: any EventLoop, refused: @escaping (_ path: String, _ text: String) -> Void = { _, _ in }) {
        self.loop = loop
        self.refused = refused
    }

    /// Reports the number of a file now, before this returns, and again whenever it changes.
    ///
    /// The file is opened and read on the calling thread: one on a file system that hangs holds up the loop.
    public func watch(_ path: String, report: @escaping (Int32) -> Void) -> Watch {
        let watch = Watch(path, self, report: report)
        watches[ObjectIdentifier(watch)] = watch
        follow(watch)
        read(watch)
        arm()
        return watch
    }

    private func remove(_ watch: Watch) {
        watches[ObjectIdentifier(watch)] = nil
        release(watch)
        if !watches.values.contains(where: { $0.path == watch.path }) { refusedContents[watch.path] = nil }
        guard watches.isEmpty else { return }
        timer?.cancel()
        timer = nil
        channel?.close()
        channel = nil
    }

    /// Has the kernel report changes of the file's folder, if it can.
    private func follow(_ watch: Watch) {
        if channel == nil {
            channel = try? FolderWatchChannel(
                loop: loop, receive: { [weak self] in self?.take($0) }, lost: { [weak self] in self?.lost() })
        }
        guard let channel, let folder = try? channel.add(watch.folderPath) else { return }
        watch.folder = folder
        watch.places = Set(watch.placePaths.compactMap { try? channel.addPlace($0) })
    }

    /// Has the kernel report no more for a file; what others need goes on.
    private func release(_ watch: Watch) {
        let folders = watch.places.union(watch.folder.map { [$0] } ?? [])
        watch.folder = nil
        watch.places = []
        for folder in folders where !watches.values.contains(where: { $0.uses(folder) }) { channel?.remove(folder) }
    }

    private func take(_ changes: [FolderWatch.Change]) {
        for change in changes {
            switch change {
            case .overflow: for watch in watches.values { read(watch) }
            case .file(let folder, let name):
                for watch in watches.values where watch.folder == folder && watch.name == name { read(watch) }
            case .folderGone(let folder):
                let concerned = watches.values.filter { $0.uses(folder) }
                for watch in concerned { release(watch) }
                for watch in concerned { read(watch) }
            }
        }
        arm()
    }

    /// The kernel's reports have ended: from now on everything is read every second, until they can be had again.
    private func lost() {
        channel?.close()
        channel = nil
        for watch in watches.values { (watch.folder, watch.places) = (nil, []) }
        arm()
    }

    private func read(_ watch: Watch) {
        let contents = try? SmallFile.readBeginning(watch.path, length: FileNumber.readLimit)
        let found = (contents ?? []).isEmpty ? 0 : contents.flatMap(FileNumber.value)
        tell(found == nil ? contents : nil, in: watch.path)
        // A number that is none of ours leaves the one before it in force.
        let number = found ?? watch.last ?? 0
        guard number != watch.last else { return }
        watch.last = number
        watch.report(number)
    }

    /// Tells that a number does not fit, unless that is known.
    private func tell(_ contents: [UInt8]?, in path: String) {
        guard refusedContents[path] != contents else { return }
        refusedContents[path] = contents
        guard let contents else { return }
        let line = contents.drop { $0 <= 0x20 }.prefix { $0 > 0x20 && $0 < 0x7F }
        refused(path, String(decoding: line, as: UTF8.self))
    }

    private func arm() {
        guard timer == nil, watches.values.contains(where: needsRereading) else { return }
        timer = loop.assumeIsolated().scheduleTask(in: Self.rereadInterval) { [weak self] in self?.reread() }
    }

    private func needsRereading(_ watch: Watch) -> Bool {
        watch.folder == nil || SmallFile.isSymbolicLink(watch.path)
    }

    private func reread() {
        timer = nil
        for watch in watches.values where needsRereading(watch) {
            if watch.folder == nil { follow(watch) }
            read(watch)
        }
        arm()
    }
}
