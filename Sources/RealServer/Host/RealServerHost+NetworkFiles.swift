import Glibc
import LinuxSystem

/// What systemd-networkd uses for interfaces.
struct NetworkFiles: Sendable, Hashable {
    /// The `.network` file by the interface's name, where there is one.
    var files: [String: String] = [:]
    /// Why that is not known, by the interface's name: a sentence.
    var doubts: [String: String] = [:]

    /// - Parameter match: nil where the file cannot be read here.
    fileprivate mutating func note(_ file: String, _ match: NetworkFileMatch?, for name: String) {
        if match?.isOnly(for: name) ?? true {
            files[name] = file
        } else {
            doubts[name] =
                "\(file) is not for \(name) alone, and every interface that it is for would get the addresses beside it"
        }
    }
}

extension RealServerHost {
    /// The `.network` file for each interface, which may be yet to come: as networkd itself notes it, or as it would
    /// choose when it starts.
    func networkFiles(for interfaces: [(name: String, kind: String?)]) -> NetworkFiles {
        var result = NetworkFiles()
        let onDisk = networkFilesOnDisk()
        // An image's interfaces are not those of the host that writes it.
        let indexes = root.isEmpty ? interfaceIndexes() : []
        for (name, kind) in interfaces {
            let index = indexes.first { $0.name == name }?.index
            let noted = index.flatMap(notedFile)
            // Where it does not let the file's addresses count either, a drop-in would do nothing.
            if let noted, let file = noted {
                let match = onDisk.first { $0.path == file }?.match
                if match?.isUnmanaged != true {
                    result.note(file, match, for: name)
                    continue
                }
            }
            look: for file in onDisk {
                switch file.match.verdict(on: name, kind: kind) {
                case .doesNot: continue
                case .matches: result.note(file.path, file.match, for: name)
                // networkd has looked at it and does not use it.
                case .unclear where noted == .some(nil): continue
                case .unclear(let reason):
                    result.doubts[name] = "systemd-networkd may use \(file.path) for \(name): \(reason)"
                }
                break look
            }
        }
        return result
    }

    /// The file that networkd notes for an interface; inside, nil where it uses none. Nil where it notes nothing.
    private func notedFile(of index: UInt32) -> String?? {
        guard let bytes = try? SmallFile.read(root + "/run/systemd/netif/links/\(index)", limit: 1 << 16) else {
            return nil
        }
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first {
            $0.hasPrefix("NETWORK_FILE=/")
        }
        return .some(line.map { String($0.dropFirst("NETWORK_FILE=".count)) })
    }

    private static let folders = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"].map { "\($0)/systemd/network" }

    /// In the order of their names, whatever folder they are in; of one name the first folder's counts
    /// (systemd.network(5)).
    private func networkFilesOnDisk() -> [(path: String, match: NetworkFileMatch)] {
        var paths: [String: String] = [:]
        for folder in Self.folders {
            for name in names(in: folder) where name.hasSuffix(".network") && paths[name] == nil {
                paths[name] = "\(folder)/\(name)"
            }
        }
        return paths.sorted { $0.key < $1.key }.map { name, path in
            // One that is empty, or leads to /dev/null, hides those of its name.
            let text = text(of: path)
            let dropIns = text.isEmpty ? [] : dropIns(beside: name).map { self.text(of: $0) }
            return (path, NetworkFileMatch(text: ([text] + dropIns).joined(separator: "\n")))
        }
    }

    /// Drop-ins add to the file's sections, those of ours nothing that counts here.
    private func dropIns(beside file: String) -> [String] {
        var paths: [String: String] = [:]
        for folder in Self.folders {
            let folder = "\(folder)/\(file).d"
            for name in names(in: folder) where name.hasSuffix(".conf") && paths[name] == nil {
                paths[name] = "\(folder)/\(name)"
            }
        }
        return paths.sorted { $0.key < $1.key }.map(\.value)
    }

    private func text(of path: String) -> String {
        String(decoding: (try? SmallFile.read(root + path, limit: 1 << 18)) ?? [], as: UTF8.self)
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
