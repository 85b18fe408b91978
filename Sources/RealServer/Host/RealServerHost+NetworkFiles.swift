import Glibc
import LinuxSystem

extension RealServerHost {
    /// The `.network` file for each interface: as networkd itself notes it, or as it would choose when it starts.
    func networkFiles() -> [String: String] {
        var files: [String: String] = [:]
        let found = networkFilesOnDisk()
        for (name, index) in interfaceIndexes() {
            files[name] = notedFile(of: index) ?? found.first { $0.match.matches(name) }?.path
        }
        return files
    }

    private func notedFile(of index: UInt32) -> String? {
        let bytes = (try? SmallFile.read(root + "/run/systemd/netif/links/\(index)", limit: 1 << 16)) ?? []
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first {
            $0.hasPrefix("NETWORK_FILE=/")
        }
        return line.map { String($0.dropFirst("NETWORK_FILE=".count)) }
    }

    /// In the order of their names, whatever folder they are in; of one name the first folder's counts
    /// (systemd.network(5)).
    private func networkFilesOnDisk() -> [(path: String, match: NetworkFileMatch)] {
        var paths: [String: String] = [:]
        for parent in ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"] {
            let folder = "\(parent)/systemd/network"
            for name in names(in: folder) where name.hasSuffix(".network") && paths[name] == nil {
                paths[name] = "\(folder)/\(name)"
            }
        }
        return paths.sorted { $0.key < $1.key }.compactMap { _, path in
            // One that is empty, or leads to /dev/null, hides those of its name.
            let bytes = (try? SmallFile.read(root + path, limit: 1 << 18)) ?? []
            return NetworkFileMatch(text: String(decoding: bytes, as: UTF8.self)).map { (path, $0) }
        }
    }

    private func names(in folder: String) -> [String] {
        guard let stream = opendir(root + folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}
