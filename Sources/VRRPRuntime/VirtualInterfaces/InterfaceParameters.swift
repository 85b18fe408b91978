import Addressing
import LinuxSystem

/// A kernel parameter of an interface and the value that a virtual MAC address needs.
struct InterfaceParameter: Sendable, Hashable {
    var sysctl: Sysctl
    var value: Int
}

/// The parameters that make a host answer for virtual addresses with the virtual MAC address, and for its own ones with
/// its own.
enum InterfaceParameters {
    /// Those of the interface below, by name. Only with IPv4: neighbor discovery asks nothing of it.
    ///
    /// - `arp_ignore`: it does not answer for addresses of the virtual interface.
    /// - `arp_announce`: when it asks on behalf of a virtual address, it does not name that address beside its own MAC
    ///   address, which whoever is asked would take in.
    ///
    /// keepalived also sets `arp_filter`, which decides nothing that `arp_ignore` has not decided, and silences the
    /// host's own address where the route to whoever asks leads elsewhere.
    static let base = ["arp_ignore": 1, "arp_announce": 2]

    /// Those of the virtual interface. Written before it is set up for the first time.
    ///
    /// - Parameter reading: How a parameter is read; nil where the kernel has none of that name.
    static func own(
        _ interface: VirtualInterface, reading: (Sysctl) -> Int?
    ) -> [InterfaceParameter] {
        guard case .virtualMAC = interface.kind else { return [] }
        var parameters: [InterfaceParameter] = []
        let name = interface.name
        func copyForwarding(_ parameter: (String, String) -> Sysctl) {
            guard reading(parameter(interface.base, "forwarding")) == 1 else { return }
            parameters.append(InterfaceParameter(sysctl: parameter(name, "forwarding"), value: 1))
        }
        // Answers leave by the interface below, so the strict check of the way back would drop every packet. The larger
        // of this value and that of `all` counts: 2, the loose check, overrules a strict one without changing it for
        // the whole host.
        let strict = reading(.ipv4(interface: "all", "rp_filter")) == 1
        // For IPv6 too: an interface without IPv4 address would answer for those of the whole host.
        for (parameter, value) in [
            ("arp_ignore", 1), ("arp_announce", 2), ("arp_filter", 0), ("accept_local", 1),
            ("rp_filter", strict ? 2 : 0), ("promote_secondaries", 1),
        ] {
            parameters.append(InterfaceParameter(sysctl: .ipv4(interface: name, parameter), value: value))
        }
        if interface.families.contains(.ipv4) { copyForwarding { .ipv4(interface: $0, $1) } }
        // A kernel without IPv6 has none of these.
        guard reading(.ipv6(interface: name, "disable_ipv6")) != nil else { return parameters }
        guard interface.families.contains(.ipv6) else {
            return parameters + [InterfaceParameter(sysctl: .ipv6(interface: name, "disable_ipv6"), value: 1)]
        }
        for (parameter, value) in [("disable_ipv6", 0), ("accept_ra", 0), ("autoconf", 0)] {
            parameters.append(InterfaceParameter(sysctl: .ipv6(interface: name, parameter), value: value))
        }
        copyForwarding { .ipv6(interface: $0, $1) }
        return parameters
    }

    /// Settings of the whole host that keep ARP from answering whatever an interface says: each with what to do.
    static func obstacles(reading: (Sysctl) -> Int?) -> [String] {
        var obstacles: [String] = []
        if let ignored = reading(.ipv4(interface: "all", "arp_ignore")), ignored > 1 {
            obstacles.append(
                "net.ipv4.conf.all.arp_ignore is \(ignored), which also holds for the virtual interface: set it to 1 or 0"
            )
        }
        if reading(.ipv4(interface: "all", "arp_filter")) == 1 {
            obstacles.append(
                "net.ipv4.conf.all.arp_filter is 1, which keeps the virtual interface from answering: set it to 0")
        }
        return obstacles
    }
}
