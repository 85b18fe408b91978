/// A file that brings settings back after a reboot.
struct ManagedFile: Sendable, Hashable {
    enum Contents: Sendable, Hashable {
        case text(String)
        /// A symbolic link.
        case link(to: String)
    }

    var path: String
    var contents: Contents
    /// Permission bits.
    var mode: UInt32 = 0o644

    /// Tells whether somebody has edited the file since it was written: FNV-1a, which is for accidents and not for
    /// attackers, who could edit what remembers it as well.
    var fingerprint: UInt64 {
        let bytes: [UInt8] =
            switch contents {
            case .text(let text): Array(text.utf8)
            case .link(let target): [0] + Array(target.utf8)
            }
        return bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    /// The first lines of every file, so that whoever finds it knows where it comes from.
    static let heading = """
        # Made by 'martlet realserver apply --persist'. Edits make 'martlet realserver' leave the file alone;
        # 'martlet realserver remove' takes it away.

        """
}

extension RealServerPlan {
    /// Adds the steps that make the files as they are wanted. One that somebody else has made is never written to, and
    /// one of ours that somebody has edited is left where it is no longer wanted.
    ///
    /// - Parameter existing: what is at the paths of the wanted files and of those that were written before.
    mutating func keep(_ wanted: [ManagedFile], existing: [String: ManagedFile]) throws(RealServerError) {
        for file in wanted {
            let present = existing[file.path]
            let isOurs = present.map { $0.fingerprint == saved.files[file.path] } ?? true
            if let present, !isOurs, present.contents != file.contents { throw .fileIsNotOurs(file.path) }
            if present?.contents != file.contents { changes.append(.writeFile(file, before: present)) }
            saved.files[file.path] = file.fingerprint
            items.append(
                .init(
                    subject: file.path, actual: present == nil ? "absent" : "present",
                    wanted: present == nil ? "present" : "as wanted",
                    outcome: present?.contents == file.contents ? .inOrder : .changed))
        }
        let paths = Set(wanted.map(\.path))
        for (path, fingerprint) in saved.files.sorted(by: { $0.key < $1.key }) where !paths.contains(path) {
            saved.files[path] = nil
            guard let present = existing[path] else { continue }
            guard present.fingerprint == fingerprint else {
                items.append(.init(subject: path, actual: "present", wanted: "absent", outcome: .left))
                continue
            }
            changes.append(.removeFile(present))
            items.append(.init(subject: path, actual: "present", wanted: "absent", outcome: .changed))
        }
        if wanted.isEmpty {
            saved.manager = nil
            for folder in saved.folders.sorted(by: >) { changes.append(.removeFolder(folder)) }
            saved.folders = []
        }
    }
}
