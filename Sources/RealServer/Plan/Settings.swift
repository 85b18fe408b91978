import Addressing
import LinuxSystem

/// The settings that a real server needs, as a function of the addresses that it holds.
enum Settings {
    /// One setting and what is wanted of it.
    struct Setting: Sendable, Hashable {
        var sysctl: Sysctl
        /// What is written where the present value will not do.
        var wanted: Int
        /// The values that will do: an administrator's stricter choice is left alone.
        var accepted: Set<Int>
    }

    /// The IPv4 settings that are read and written.
    static let names = ["arp_ignore", "arp_announce", "rp_filter"]

    /// The values of `arp_ignore` with which the host does not answer for addresses of another interface. 3 hides
    /// addresses of scope host only, and 4 to 7 are reserved and mean 0
    /// (Documentation/networking/ip-sysctl.rst; `arp_ignore()` of `net/ipv4/arp.c`).
    static let quiet: Set<Int> = [1, 2, 8]

    /// The value of `arp_announce` with which the virtual address is never the sender of a request. With 1 it is, where
    /// it belongs to the target's subnet; anything above 2 means 0 (`arp_solicit()` of `net/ipv4/arp.c`).
    static let discreet = 2

    /// What the addresses need on this host. The kernel takes the larger value of `all` and the interface that the
    /// request came in on, so `all` covers every interface but one that has an unfortunate larger value of its own;
    /// `lo` is set as the scripts that administrators know do it.
    static func wanted(for addresses: [RealServerAddress], on host: HostState) -> [Setting] {
        var settings: [Setting] = []
        if addresses.contains(where: { $0.address.family == .ipv4 }) {
            for scope in ["all", "lo"] {
                settings.append(Setting(sysctl: .ipv4(interface: scope, "arp_ignore"), wanted: 1, accepted: quiet))
                settings.append(
                    Setting(sysctl: .ipv4(interface: scope, "arp_announce"), wanted: discreet, accepted: [discreet]))
            }
            for interface in host.arrivals.map(\.name) {
                settings.append(
                    Setting(
                        sysctl: .ipv4(interface: interface, "arp_ignore"), wanted: 1, accepted: quiet.union([0])))
                settings.append(
                    Setting(sysctl: .ipv4(interface: interface, "arp_announce"), wanted: 2, accepted: [0, 1, 2]))
            }
        }
        var devices: Set<String> = []
        for address in addresses where address.address.family == .ipv4 {
            guard let device = address.tunnel?.device(for: .ipv4).name, devices.insert(device).inserted else {
                continue
            }
            settings.append(reversePath(of: device, on: host))
        }
        return settings
    }

    /// The way back to a client leads out of another interface than the tunnel, so a strict reverse path filter drops
    /// what the director sends. 2 on the device outdoes 1 on `all`.
    private static func reversePath(of device: String, on host: HostState) -> Setting {
        let accepted: Set<Int> =
            switch host.own("rp_filter", of: "all") {
            case 0: [0, 2]
            case 1: [2]
            default: [0, 1, 2]
            }
        return Setting(sysctl: .ipv4(interface: device, "rp_filter"), wanted: 2, accepted: accepted)
    }

    /// Whether a setting is one that is ever written: a damaged file must not make a removal write anything else.
    static func isKnown(_ sysctl: Sysctl) -> Bool {
        let parts = sysctl.path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts.prefix(3) == ["net", "ipv4", "conf"] else { return false }
        return parts[3] != ".." && parts[3] != "." && !parts[3].isEmpty && names.contains(String(parts[4]))
    }
}
