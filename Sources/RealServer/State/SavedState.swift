import Addressing
import LinuxSystem
import Netlink

/// What was applied and what the host was like before, kept in a file until the last address is removed.
struct SavedState: Sendable, Hashable {
    /// One setting.
    struct Setting: Sendable, Hashable {
        /// The value to put back.
        var before: Int
        /// The value that was written; another one there means that somebody else has decided since.
        var applied: Int
    }

    /// An address that was applied.
    struct Entry: Sendable, Hashable {
        var address: RealServerAddress
        /// It was there before as it is wanted, so that a removal leaves it.
        var wasThere = false
        /// Files bring it back after a reboot.
        var isPersistent = false
    }

    /// An interface that was changed.
    struct Interface: Sendable, Hashable {
        var name: String
        var kind: String
        /// It was made, and goes with the last address on it; otherwise it was set up, and is set down.
        var wasMade: Bool
    }

    /// An address that stood in the way and comes back with the removal.
    struct Displaced: Sendable, Hashable {
        var address: InterfaceAddress
        var interface: String
    }

    /// The addresses that were applied and not removed, in order.
    var entries: [Entry] = []
    /// The settings that were changed.
    var sysctls: [Sysctl: Setting] = [:]
    /// What devices were set to open, by their names.
    var tunnelProtocols: [String: Setting] = [:]
    /// Whether devices of `gre` took packets with checksums before they were set otherwise, by their names.
    var tunnelChecksums: [String: Bool] = [:]
    /// The ports of tunnels that were opened.
    var tunnelPorts: Set<TunnelPort> = []
    /// The interfaces that were made or set up.
    var interfaces: [Interface] = []
    /// What was taken off an interface.
    var displaced: [Displaced] = []
    /// The files that were written, each with the fingerprint of its contents.
    var files: [String: UInt64] = [:]
    /// The folders that were made for them where a program may count on there being none.
    var folders: Set<String> = []
    /// What the host does its network with, as the files were written for.
    var manager: NetworkManagement.Manager?

    /// Whether ports of tunnels matter to what is remembered.
    var hasTunnelPorts: Bool { !tunnelPorts.isEmpty || entries.contains { $0.address.tunnel?.kind == .gue } }

    /// Whether there is nothing to remember.
    var isEmpty: Bool { self == SavedState() }

    func entry(of address: IPAddress) -> Entry? { entries.first { $0.address.address == address } }

    /// What brings the addresses back after a reboot: the manager, or a unit where that cannot.
    var keeper: NetworkManagement.Manager? { files[ServiceUnit.path] == nil ? manager : .unit }

    /// The addresses that files bring back after a reboot.
    var persistent: [RealServerAddress] { entries.filter(\.isPersistent).map(\.address) }
}
