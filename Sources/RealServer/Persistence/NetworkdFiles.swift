import Addressing

/// systemd-networkd: a `.network` file for each interface, or a drop-in beside the file that it has already, and a
/// `.netdev` file for what is to be made (systemd.network(5), systemd.netdev(5)).
struct NetworkdFiles {
    /// The file that is used for an interface, by the interface's name.
    var networkFiles: [String: String]

    private static let folder = "/etc/systemd/network"

    func files(_ holders: [Holder]) -> [ManagedFile] { holders.flatMap(files) }

    private func files(_ holder: Holder) -> [ManagedFile] {
        var files: [ManagedFile] = []
        if holder.isMade {
            files.append(
                ManagedFile(
                    path: "\(Self.folder)/50-martlet-\(holder.name).netdev",
                    contents: .text(ManagedFile.heading + "[NetDev]\nName=\(holder.name)\nKind=dummy\n")))
        }
        let own = "\(Self.folder)/50-martlet-\(holder.name).network"
        let addresses = holder.addresses.map(Self.section).joined()
        if let used = networkFiles[holder.name], used != own, let name = used.split(separator: "/").last {
            files.append(
                ManagedFile(
                    path: "\(Self.folder)/\(name).d/50-martlet-realserver.conf",
                    contents: .text(ManagedFile.heading + addresses)))
            return files
        }
        // What others have put on the interface by hand stays there when networkd begins to look after it.
        let network = """
            [Match]
            Name=\(holder.name)

            [Link]
            RequiredForOnline=no

            [Network]
            LinkLocalAddressing=no
            KeepConfiguration=static

            """
        files.append(ManagedFile(path: own, contents: .text(ManagedFile.heading + network + addresses)))
        return files
    }

    private static func section(_ held: (address: RealServerAddress, label: String?)) -> String {
        var lines = ["", "[Address]", "Address=\(held.address.prefix)"]
        if let label = held.label { lines.append("Label=\(label)") }
        if held.address.address.family == .ipv6 { lines.append("DuplicateAddressDetection=none") }
        return lines.map { $0 + "\n" }.joined()
    }
}
