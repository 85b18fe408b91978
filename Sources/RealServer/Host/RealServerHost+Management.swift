import LinuxSystem

extension RealServerHost {
    /// What the host does its network with: systemd-networkd where it runs, in an image where it is to run; else ifupdown where it is installed and
    /// reads `interfaces.d`; else NetworkManager where it runs; else a unit of systemd.
    func management(of addresses: [RealServerAddress] = []) throws(RealServerError) -> NetworkManagement {
        if has("/run/systemd/netif/state") || starts("systemd-networkd") { return management(.networkd, of: addresses) }
        if has("/etc/network/interfaces"), has("/sbin/ifup") || has("/usr/sbin/ifup"), readsInterfacesFolder {
            return management(.ifupdown, of: addresses)
        }
        if has("/run/NetworkManager/devices") || starts("NetworkManager") {
            return management(.networkManager, of: addresses)
        }
        guard has("/run/systemd/system") || hasSystemd else {
            throw .noPersistence("this host has neither systemd nor another network configuration that Martlet knows")
        }
        return management(.unit, of: addresses)
    }

    /// The management by a manager that somebody has named.
    func management(_ manager: NetworkManagement.Manager, of addresses: [RealServerAddress]) -> NetworkManagement {
        var management = NetworkManagement(manager: manager, program: program)
        guard manager == .networkd else { return management }
        management.networkFiles = networkFiles(
            for: Holder.holders(of: addresses, made: []).map { holder in
                (holder.name, holder.name == "lo" ? nil : holder.tunnelKind ?? "dummy")
            })
        return management
    }

    private var hasSystemd: Bool {
        !root.isEmpty && (has("/usr/lib/systemd/systemd") || has("/lib/systemd/systemd"))
    }

    /// Whether an image starts a program of systemd.
    private func starts(_ unit: String) -> Bool {
        !root.isEmpty && has("/etc/systemd/system/multi-user.target.wants/\(unit).service")
    }

    /// The program that a unit is to run: the one that runs now, in an image the one that is installed there.
    private var program: String {
        guard !root.isEmpty else { return Self.program }
        let places = ["/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin"].map { "\($0)/martlet" }
        return places.first(where: has) ?? "/usr/local/sbin/martlet"
    }

    private func has(_ path: String) -> Bool { SmallFile.isThere(root + path) }

    /// ifupdown reads no other file than this one on its own (interfaces(5), INCLUDING OTHER FILES).
    private var readsInterfacesFolder: Bool {
        let bytes = (try? SmallFile.read(root + "/etc/network/interfaces", limit: 1 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).contains { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2 else { return false }
            let folders = words.dropFirst().map { $0.hasPrefix("/") ? String($0) : "/etc/network/\($0)" }
            switch words[0] {
            case "source": return folders.contains("/etc/network/interfaces.d/*")
            case "source-directory":
                return folders.contains { $0 == "/etc/network/interfaces.d" || $0 == "/etc/network/interfaces.d/" }
            default: return false
            }
        }
    }
}
