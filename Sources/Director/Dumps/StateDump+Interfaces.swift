import Addressing
import KeepalivedConfig
import Netlink
import VRRP
import VRRPRuntime

extension StateDump {
    /// An interface as the host has it, with the instances that track it.
    static func write(
        _ interface: VRRPRuntimeDetails.Interface, _ facts: DumpFacts, _ virtual: VirtualInterfaceMap,
        to text: inout DumpText
    ) {
        let link = interface.link
        text.value(1, "Name", link.name)
        text.line(3, "index = \(link.index)")
        // Virtual addresses are not the interface's own.
        let held = (facts.elections?.held ?? [:]).values.reduce(into: Set()) { $0.formUnion($1) }
        for family in [AddressFamily.ipv4, .ipv6] {
            let own = interface.addresses.filter {
                $0.prefix.address.family == family && !held.contains($0.prefix)
            }
            // Adverts over IPv6 come from the link-local address.
            let first = own.first { isLinkLocal($0.prefix.address) } ?? own.first
            text.value(
                3, "IPv\(family == .ipv4 ? 4 : 6) address", first.map { "\($0.prefix.address)" } ?? "(none)")
        }
        if let hardware = link.hardwareAddress, !link.flags.contains(.loopback) {
            text.value(3, "MAC", "\(hardware)")
        }
        var state = flags(of: link)
        if !link.flags.contains(.broadcast) { state.append("no broadcast") }
        if link.flags.contains(.loopback) { state.append("loopback") }
        if link.flags.contains(.pointToPoint) { state.append("point to point") }
        if link.flags.contains(.noARP) { state.append("no arp") }
        if !link.flags.contains(.multicast) { state.append("no multicast") }
        text.value(3, "State", state.joined(separator: ", "))
        let delays = facts.configuration.root.linkDelays.first { $0.interface == link.name }
        text.value(3, "Up debounce timer", "\(delays?.up.microseconds ?? 0)us")
        text.value(3, "Down debounce timer", "\(delays?.down.microseconds ?? 0)us")
        if let made = virtual.interfaces.first(where: { $0.name == link.name }), case .virtualMAC = made.kind {
            let base = facts.interface(named: made.base)?.link
            let flags = base.map { Self.flags(of: $0).joined(separator: ", ") } ?? "not there"
            text.line(3, "VMAC type private, underlying interface = \(made.base), state = \(flags)")
            text.line(3, "I/f created by keepalived")
        }
        text.value(3, "MTU", link.mtu)
        text.value(3, "HW Type", link.flags.contains(.loopback) ? "LOOPBACK" : "ETHERNET")
        if let kind = link.kind { text.value(3, "Kind", kind) }
        text.line(
            3,
            facts.configuration.polledLinks[link.name] == nil ? "NIC netlink status update" : "NIC polled status update"
        )
        let tracking = facts.configuration.instances.compactMap { instance -> String? in
            let weight = RouterConfiguration(instance, group: facts.group(of: instance)).trackers.first {
                $0.subject == .interface(link.name)
            }
            return weight.map { "\(instance.name), weight \($0.weight)\($0.isReversed ? " reverse" : "")" }
        }
        text.list(3, "Tracking VRRP instances :", tracking)
    }
    private static func isLinkLocal(_ address: IPAddress) -> Bool {
        if case .v6(let address) = address { address.isLinkLocal } else { false }
    }

    private static func flags(of link: Link) -> [String] {
        [link.flags.contains(.up) ? "UP" : "DOWN", link.flags.contains(.running) ? "RUNNING" : "not RUNNING"]
    }
}
