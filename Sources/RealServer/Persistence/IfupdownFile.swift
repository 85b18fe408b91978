import Addressing
import Netlink

/// ifupdown: one file of `/etc/network/interfaces.d`. Its `iface` stanzas for `lo` add to the one that every host has
/// (interfaces(5)).
enum IfupdownFile {
    static let path = "/etc/network/interfaces.d/martlet-realserver"

    static func file(_ holders: [Holder], _ settings: [PersistentSetting]) -> ManagedFile {
        let text = holders.map { stanzas(of: $0, settings) }.joined(separator: "\n")
        return ManagedFile(path: path, contents: .text(ManagedFile.heading + text))
    }

    private static func stanzas(of holder: Holder, _ settings: [PersistentSetting]) -> String {
        var lines: [String] = []
        if holder.name != "lo" { lines.append("auto \(holder.name)") }
        var first: [String] = []
        if holder.isMade {
            first = ["    pre-up ip link show dev $IFACE >/dev/null 2>&1 || ip link add $IFACE type dummy"]
        }
        if holder.isTunnel {
            lines.append("iface \(holder.name) inet manual")
            if let module = holder.tunnelKind.flatMap(Tunnel.module) { lines.append("    pre-up modprobe \(module)") }
            for setting in settings where setting.name.contains("/\(holder.name)/") {
                lines.append("    pre-up sysctl -q -w \(setting.name)=\(setting.value)")
            }
            if let accepted = Tunnel.protocols(of: holder.name, for: holder.opened),
                !accepted.contains(Tunnel.usualProtocol)
            {
                lines.append("    pre-up ip -6 tunnel change \(holder.name) mode any")
            }
            if Tunnel.checksums(of: holder.name, for: holder.opened) == true {
                lines.append("    pre-up ip tunnel change \(holder.name) mode gre icsum")
            }
            let ports = RealServerPlan.ports(of: holder.opened)
            if !ports.isEmpty { lines.append("    pre-up modprobe fou") }
            for port in ports {
                let words = "port \(port.number) gue\(port.family == .ipv6 ? " -6" : "")"
                // A second one is refused.
                lines.append("    pre-up ip fou show | grep -q '^\(words) *$' || ip fou add \(words)")
            }
            lines += ["    up ip link set dev $IFACE up", "    down ip link set dev $IFACE down"]
            for port in ports {
                lines.append("    down ip fou del port \(port.number)\(port.family == .ipv6 ? " -6" : "")")
            }
        }
        for (address, label) in holder.addresses {
            let family = address.address.family == .ipv4 ? "inet" : "inet6"
            if let label { lines.append("auto \(label)") }
            lines.append("iface \(label ?? holder.name) \(family) static")
            lines += first
            first = []
            lines.append("    address \(address.prefix)")
            if family == "inet6" { lines.append("    dad-attempts 0") }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
