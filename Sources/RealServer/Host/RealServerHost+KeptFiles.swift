import Glibc
import LinuxSystem

extension RealServerHost {
    /// How a file that was written for the next start is now.
    enum KeptFile: Sendable, Hashable {
        case asWritten
        case missing
        case edited
        /// The calling user may not look at it.
        case unreadable
    }

    /// The files that were written, each as it is now, in order of their paths.
    func keptFiles(_ saved: SavedState) -> [(path: String, state: KeptFile)] {
        saved.files.sorted { $0.key < $1.key }.map { ($0.key, state(of: $0.key, fingerprint: $0.value)) }
    }

    private func state(of path: String, fingerprint: UInt64) -> KeptFile {
        var status = stat()
        guard lstat(root + path, &status) == 0 else {
            return errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable
        }
        do throws(RealServerError) {
            let contents = try files(at: [path])[path]
            return contents.map { $0.fingerprint == fingerprint ? .asWritten : .edited } ?? .missing
        } catch {
            if case .system(let error) = error, error.errno.rawValue == EACCES { return .unreadable }
            return .edited
        }
    }
}

extension RealServerReport.Item {
    /// A line about a file that was written for the next start.
    init(_ file: (path: String, state: RealServerHost.KeptFile)) {
        let (actual, outcome): (String, Outcome) =
            switch file.state {
            case .asWritten: ("as written", .inOrder)
            case .missing: ("absent", .wrong)
            case .edited: ("edited", .wrong)
            case .unreadable: ("not to be read by this user", .unknown)
            }
        self.init(subject: file.path, actual: actual, wanted: "as written", outcome: outcome)
    }
}

extension Finding {
    /// What becomes of the next start without the file; nil where it is as it was written.
    init?(_ file: (path: String, state: RealServerHost.KeptFile)) {
        switch file.state {
        case .asWritten: return nil
        case .unreadable:
            self.init(
                .persistenceUnread, .advice, subject: file.path, actual: "not to be read by this user",
                wanted: "as apply --persist wrote it",
                consequence: "whether the addresses come back after a reboot is not known; root may look")
        case .missing:
            self.init(
                .persistenceMissing, subject: file.path, actual: "absent", wanted: "as apply --persist wrote it",
                consequence: "after a reboot the addresses or their settings do not come back")
        case .edited:
            self.init(
                .persistenceEdited, subject: file.path, actual: "edited", wanted: "as apply --persist wrote it",
                consequence:
                    "after a reboot the host may be another than now, and neither apply nor remove touches the "
                    + "file any more")
        }
    }
}
