import Glibc
import LinuxSystem

extension RealServerHost {
    /// What is at these paths; a folder or a device counts as text that nobody has written.
    func files(at paths: some Sequence<String>) throws(RealServerError) -> [String: ManagedFile] {
        var files: [String: ManagedFile] = [:]
        for path in paths where SmallFile.isThere(root + path) {
            files[path] = ManagedFile(path: path, contents: try contents(of: root + path))
        }
        return files
    }

    private func contents(of path: String) throws(RealServerError) -> ManagedFile.Contents {
        guard !SmallFile.isSymbolicLink(path) else { return .link(to: Self.target(of: path) ?? "") }
        do throws(SystemError) {
            return .text(String(decoding: try SmallFile.read(path, limit: 1 << 16), as: UTF8.self))
        } catch {
            throw .system(error)
        }
    }

    private static func target(of path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The program that runs, for a unit that is to run it again.
    static var program: String { target(of: "/proc/self/exe") ?? "/usr/local/sbin/martlet" }

    /// Writes a file whole: whoever reads meanwhile sees the former one, or none, and never a part.
    func write(_ file: ManagedFile) throws(RealServerError) {
        let path = root + file.path
        try system { () throws(SystemError) in
            try SmallFile.makeFolders(for: path)
            switch file.contents {
            case .text(let text): try SmallFile.replace(path, with: Array(text.utf8), mode: file.mode)
            case .link(let target):
                if SmallFile.isSymbolicLink(path) { try SmallFile.remove(path) }
                try systemCall("symlink", "make the link \(path)") { symlink(target, path) }
            }
        }
    }

    func remove(_ file: ManagedFile) throws(RealServerError) {
        let path = root + file.path
        try system { () throws(SystemError) in try SmallFile.remove(path) }
        // A folder for drop-ins that holds nothing any more; where it does, this is refused.
        guard let slash = path.lastIndex(of: "/") else { return }
        let folder = String(path[..<slash])
        if folder.hasSuffix(".network.d") { _ = rmdir(folder) }
    }

    /// Where it holds something, this is refused.
    func removeFolder(_ path: String) { _ = rmdir(root + path) }

    /// The folders that the files need and that are not there, those that lead to them included.
    func missingFolders(for files: [ManagedFile]) -> Set<String> {
        var missing: Set<String> = []
        for file in files {
            var folder = file.path
            while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
                folder = String(folder[..<slash])
                if SmallFile.isThere(root + folder) { break }
                missing.insert(folder)
            }
        }
        return missing
    }
}
