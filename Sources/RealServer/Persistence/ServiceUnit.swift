import Addressing

/// Where nothing else looks after `lo`: a unit of systemd that does at the start what was done by hand
/// (systemd.service(5)).
struct ServiceUnit {
    var program: String
    /// Whether systemd-networkd looks after the network: what it takes off its interfaces when it starts again comes
    /// back with it.
    var isBesideNetworkd = false

    private static let name = "martlet-realserver.service"
    static let path = "\(folder)/\(name)"
    private static let besideNetworkd = " systemd-networkd.service\nPartOf=systemd-networkd.service"
    private static let folder = "/etc/systemd/system"

    func files(_ addresses: [RealServerAddress]) -> [ManagedFile] {
        let text = """
            [Unit]
            Description=Virtual addresses of a real server of LVS
            After=network.target systemd-sysctl.service\(isBesideNetworkd ? Self.besideNetworkd : "")

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            \(commands(addresses).map { "ExecStart=\($0)" }.joined(separator: "\n"))

            [Install]
            WantedBy=multi-user.target

            """
        return [
            ManagedFile(path: Self.path, contents: .text(ManagedFile.heading + text)),
            ManagedFile(
                path: "\(Self.folder)/multi-user.target.wants/\(Self.name)", contents: .link(to: "../\(Self.name)")),
        ]
    }

    /// One command for all addresses that are applied in the same way.
    private func commands(_ addresses: [RealServerAddress]) -> [String] {
        var groups: [(options: [String], addresses: [String])] = []
        for address in addresses {
            let usual = RealServerAddress(address.address, tunnel: address.tunnel).interface
            var options = address.interface == usual ? [] : ["--interface", address.interface]
            if address.isLabelled { options.append("--label") }
            if let tunnel = address.tunnel {
                options += ["--tunnel", tunnel.kind.rawValue]
                if tunnel.outer != address.address.family {
                    options += ["--tunnel-family", tunnel.outer == .ipv4 ? "ipv4" : "ipv6"]
                }
                if tunnel.hasChecksum { options.append("--tunnel-checksum") }
                if let port = tunnel.port { options += ["--tunnel-port", "\(port)"] }
            }
            options += address.ports.flatMap { ["--port", "\($0)"] }
            if let index = groups.firstIndex(where: { $0.options == options }) {
                groups[index].addresses.append("\(address.address)")
            } else {
                groups.append((options, ["\(address.address)"]))
            }
        }
        return groups.map { group in
            ([quoted(program), "realserver", "apply"] + group.options + group.addresses).joined(separator: " ")
        }
    }

    /// A path as `ExecStart=` reads it.
    private func quoted(_ path: String) -> String {
        var text = ""
        for character in path {
            switch character {
            case "%": text += "%%"
            case "$": text += "$$"
            case "\"", "\\": text += "\\\(character)"
            default: text.append(character)
            }
        }
        return path.contains(" ") || text != path ? "\"\(text)\"" : text
    }
}
