import Addressing

/// What a host does its network with, as far as addresses on `lo` are concerned.
public struct NetworkManagement: Sendable, Hashable {
    /// What brings addresses back after a reboot.
    public enum Manager: String, Sendable, Hashable, CaseIterable {
        /// `.network` and `.netdev` files of systemd-networkd.
        case networkd = "systemd-networkd"
        /// A file of `/etc/network/interfaces.d`.
        case ifupdown
        /// Keyfiles of NetworkManager 1.42 or newer.
        case networkManager = "NetworkManager"
        /// A unit of systemd that runs `martlet realserver apply`.
        case unit = "systemd"
    }

    /// What brings addresses back.
    public var manager: Manager
    /// What systemd-networkd uses for the interfaces.
    var networkFiles = NetworkFiles()
    /// The program that a unit runs.
    var program = "/usr/local/sbin/martlet"

    /// Why a unit brings these addresses back in the manager's place; nil where the manager does. A sentence.
    func reasonForUnit(_ addresses: [RealServerAddress]) -> String? {
        let holders = Holder.holders(of: addresses, made: [])
        switch manager {
        case .networkd:
            if let doubt = holders.lazy.compactMap({ networkFiles.doubts[$0.name] }).first { return doubt }
            guard Tunnel.protocols(of: "ip6tnl0", for: addresses)?.contains(Tunnel.usualProtocol) ?? true else {
                return "systemd-networkd cannot set the mode of ip6tnl0"
            }
            if addresses.contains(where: { $0.tunnel?.hasChecksum == true }) {
                return "systemd-networkd cannot have gre0 expect checksums"
            }
            return RealServerPlan.ports(of: addresses).isEmpty
                ? nil : "systemd-networkd opens a port of gue for tunnels of its own alone"
        case .networkManager:
            return holders.contains(where: \.isTunnel)
                ? "NetworkManager knows no tunnels that take packets of any sender" : nil
        case .ifupdown, .unit: return nil
        }
    }

    /// The files that bring the addresses back, none for no addresses.
    ///
    /// - Parameters:
    ///   - addresses: in order.
    ///   - settings: the sysctls that come with them.
    ///   - made: interfaces that are to be made, and were not there before.
    func files(for addresses: [RealServerAddress], settings: [PersistentSetting], made: Set<String>) -> [ManagedFile] {
        guard !addresses.isEmpty else { return [] }
        let holders = Holder.holders(of: addresses, made: made)
        guard manager != .unit, reasonForUnit(addresses) == nil else {
            return ServiceUnit(program: program, isBesideNetworkd: manager == .networkd).files(addresses)
        }
        let own: [ManagedFile] =
            switch manager {
            case .networkd: NetworkdFiles(networkFiles: networkFiles.files).files(holders)
            case .ifupdown: [IfupdownFile.file(holders, settings)]
            case .networkManager: holders.map(NetworkManagerFile.file)
            case .unit: []
            }
        return Self.settingsFiles(settings, holders) + own
    }

    private static func settingsFiles(_ settings: [PersistentSetting], _ holders: [Holder]) -> [ManagedFile] {
        var files: [ManagedFile] = []
        if !settings.isEmpty {
            // Behind 99-sysctl.conf, which is a link to /etc/sysctl.conf. The minus: an interface may come later, and
            // has its settings applied by udev then.
            let lines = settings.map { "-\($0.name) = \($0.value)\n" }
            files.append(
                ManagedFile(
                    path: "/etc/sysctl.d/99-zz-martlet-realserver.conf",
                    contents: .text(ManagedFile.heading + lines.joined())))
        }
        var modules = holders.compactMap { holder in holder.tunnelKind.flatMap(Tunnel.module) }
        if !RealServerPlan.ports(of: holders.flatMap(\.opened)).isEmpty { modules.append("fou") }
        if !modules.isEmpty {
            files.append(
                ManagedFile(
                    path: "/etc/modules-load.d/martlet-realserver.conf",
                    contents: .text(ManagedFile.heading + modules.map { $0 + "\n" }.joined())))
        }
        return files
    }
}

/// A sysctl that comes back after a reboot.
struct PersistentSetting: Sendable, Hashable {
    /// As sysctl.d(5) reads it.
    var name: String
    var value: Int
}

/// An interface with the addresses that it is to hold.
struct Holder: Sendable, Hashable {
    var name: String
    /// It is to be made.
    var isMade = false
    /// The link kind of a tunnel's device.
    var tunnelKind: String?
    /// What comes through it, where it is a tunnel's device; the addresses may be elsewhere.
    var opened: [RealServerAddress] = []
    /// Each with its label, where it is to have one.
    var addresses: [(address: RealServerAddress, label: String?)] { labels }
    private var held: [RealServerAddress] = []

    var isTunnel: Bool { tunnelKind != nil }

    private var labels: [(address: RealServerAddress, label: String?)] {
        var next = 0
        return held.map { address in
            guard address.isLabelled, address.address.family == .ipv4 else { return (address, nil) }
            defer { next += 1 }
            return (address, "\(name):\(next)")
        }
    }

    static func holders(of addresses: [RealServerAddress], made: Set<String>) -> [Holder] {
        var holders = RealServerPlan.tunnelDevices(of: addresses).map { Holder(name: $0.name, tunnelKind: $0.kind) }
        for index in holders.indices {
            holders[index].opened = addresses.filter {
                $0.tunnel?.device(for: $0.address.family).name == holders[index].name
            }
        }
        for address in addresses {
            if let index = holders.firstIndex(where: { $0.name == address.interface }) {
                holders[index].held.append(address)
            } else {
                holders.append(
                    Holder(name: address.interface, isMade: made.contains(address.interface), held: [address]))
            }
        }
        return holders
    }

    private init(name: String, isMade: Bool = false, tunnelKind: String? = nil, held: [RealServerAddress] = []) {
        self.name = name
        self.isMade = isMade
        self.tunnelKind = tunnelKind
        self.held = held
    }
}
