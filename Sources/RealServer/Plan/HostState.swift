import Addressing
import LinuxSystem
import Netlink

/// What matters to LVS on a real server: interfaces with their addresses, and how the host answers ARP.
struct HostState: Sendable, Hashable {
    /// An interface. Its addresses carry no index: the plan knows interfaces by name, because some are yet to be made.
    struct Interface: Sendable, Hashable {
        var name: String
        var isUp = true
        var isLoopback = false
        /// It does no ARP: `lo`, dummies, tunnels.
        var isSilent = false
        var kind: String?
        var mtu: UInt32 = 1500
        /// What an `ip6tnl` device opens; 0 is any protocol.
        var tunnelProtocol: UInt8?
        /// Whether a device of `gre` takes packets with a checksum or those without.
        var expectsChecksums: Bool?
        var addresses: [InterfaceAddress] = []

        /// Whether a virtual address on it is not answered for by itself.
        var canHoldVirtualAddresses: Bool { isLoopback || isSilent }
    }

    var interfaces: [Interface]
    /// The present values of the settings of ``Settings/names``, for `all`, `default` and each interface.
    var sysctls: [Sysctl: Int]
    /// The UDP ports at which the kernel opens tunnels, each with whether it takes `gue`.
    var tunnelPorts: [TunnelPort: Bool] = [:]

    /// A host that has just started, before anything of ours: the kernel's own settings.
    static var image: HostState {
        let scopes = ["all", "default", "lo"]
        return HostState(
            interfaces: [Interface(name: "lo", isLoopback: true, isSilent: true, mtu: 65536)],
            sysctls: Dictionary(
                uniqueKeysWithValues: scopes.flatMap { scope in
                    Settings.names.map { (Sysctl.ipv4(interface: scope, $0), 0) }
                }))
    }

    func interface(_ name: String) -> Interface? { interfaces.first { $0.name == name } }

    /// The interfaces that requests of the segment, and packets of the director, come in on.
    var arrivals: [Interface] {
        interfaces.filter { $0.isUp && !$0.canHoldVirtualAddresses }
    }

    /// An address on one interface, in each form that it has there.
    func held(_ address: IPAddress, on interface: String) -> [InterfaceAddress] {
        self.interface(interface)?.addresses.filter { $0.prefix.address == address } ?? []
    }

    /// An IPv4 setting of an interface, as it was set; a new interface has the one of `default`.
    func own(_ name: String, of interface: String) -> Int {
        sysctls[.ipv4(interface: interface, name)] ?? sysctls[.ipv4(interface: "default", name)] ?? 0
    }

    /// The sysctl that keeps IPv6 addresses off an interface, one that is yet to come included.
    func disablesIPv6(on interface: String) -> Sysctl? {
        let scope = self.interface(interface) == nil ? "default" : interface
        let sysctl = Sysctl.ipv6(interface: scope, "disable_ipv6")
        return (sysctls[sysctl] ?? 0) == 0 ? nil : sysctl
    }

    /// What is in force: for these settings the kernel takes the larger value of `all` and the interface
    /// (`IN_DEV_MAXCONF` of `linux/inetdevice.h`).
    func effective(_ name: String, on interface: String) -> Int {
        max(own(name, of: "all"), own(name, of: interface))
    }
}
