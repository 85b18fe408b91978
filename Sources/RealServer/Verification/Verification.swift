import Addressing
import LinuxSystem
import Netlink

/// Looks at a host for what keeps it from serving clients: a pure function of what is wanted and what is there.
enum Verification {
    /// - Parameter listeners: nil where they are not known.
    static func findings(
        of addresses: [RealServerAddress], on host: HostState, listeners: Listeners?
    ) -> [Finding] {
        var findings: [Finding] = []
        for address in addresses { findings += holding(address, on: host) }
        findings += arp(addresses.filter { $0.address.family == .ipv4 }, on: host)
        findings += tunnels(addresses, on: host)
        if let listeners {
            for address in addresses { findings += services(address, listeners) }
        }
        return findings
    }

    // MARK: Addresses

    private static func holding(_ wanted: RealServerAddress, on host: HostState) -> [Finding] {
        let address = wanted.address
        let subject = "\(wanted.prefix) on \(wanted.interface)"
        var findings: [Finding] = []
        let silent = host.interfaces.filter { $0.canHoldVirtualAddresses && !host.held(address, on: $0.name).isEmpty }
        for interface in host.interfaces where !interface.canHoldVirtualAddresses {
            guard let held = host.held(address, on: interface.name).first else { continue }
            findings.append(
                Finding(
                    .wrongInterface, subject: "\(address)", actual: "\(held.prefix) on \(interface.name)",
                    wanted: subject,
                    consequence: address.family == .ipv4
                        ? "arp_ignore does not silence an address of the interface that the question comes in on: this "
                            + "host answers ARP for \(address) on \(interface.name) and takes clients from the director"
                        : "this host answers neighbour solicitations for \(address) on \(interface.name) and takes "
                            + "clients from the director"))
        }
        if silent.isEmpty {
            guard findings.isEmpty else { return findings }
            return [
                Finding(
                    .addressMissing, subject: subject, actual: "absent", wanted: "present",
                    consequence: missingConsequence(wanted, on: host))
            ] + disabled(wanted, on: host)
        }
        for interface in silent {
            findings += held(wanted, on: interface, host)
        }
        return findings
    }

    private static func missingConsequence(_ wanted: RealServerAddress, on host: HostState) -> String {
        "this host takes packets for \(wanted.address) for somebody else's and drops them: clients that the director "
            + "sends here get no answer"
    }

    private static func held(
        _ wanted: RealServerAddress, on interface: HostState.Interface, _ host: HostState
    ) -> [Finding] {
        var findings: [Finding] = []
        for held in host.held(wanted.address, on: interface.name) {
            let subject = "\(held.prefix) on \(interface.name)"
            if !held.prefix.isHost {
                findings.append(
                    Finding(
                        .prefixLength, subject: subject, actual: "/\(held.prefix.length)",
                        wanted: "/\(wanted.prefix.length)",
                        consequence:
                            "this host takes every address of \(held.prefix) for one of its own or routes it to "
                            + "\(interface.name): it cannot reach its neighbours there"))
            }
            if wanted.lacksLabel(held) {
                findings.append(
                    Finding(
                        .labelMissing, .advice, subject: subject, actual: "without a label",
                        wanted: "\(interface.name):0",
                        consequence: "tools that look for an alias such as \(interface.name):0 do not see the address"))
            }
            if held.flags.contains(.duplicateDetectionFailed) || held.flags.contains(.tentative) {
                let failed = held.flags.contains(.duplicateDetectionFailed)
                findings.append(
                    Finding(
                        .duplicateDetection, subject: subject, actual: failed ? "dadfailed" : "tentative",
                        wanted: "nodad",
                        consequence: failed
                            ? "duplicate address detection found the director: the address is there and is not used"
                            : "the address is not used before duplicate address detection has come to its end"))
            }
        }
        if !interface.isUp {
            findings.append(
                Finding(
                    .interfaceDown, subject: interface.name, actual: "down", wanted: "up",
                    consequence: "addresses of an interface that is down are not served: clients get no answer"))
        }
        return findings + disabled(wanted, on: host)
    }

    private static func disabled(_ wanted: RealServerAddress, on host: HostState) -> [Finding] {
        guard wanted.address.family == .ipv6 else { return [] }
        let sysctl = Sysctl.ipv6(interface: wanted.interface, "disable_ipv6")
        guard let value = host.sysctls[sysctl], value != 0 else { return [] }
        return [
            Finding(
                .ipv6Disabled, subject: "\(sysctl)", actual: "\(value)", wanted: "0",
                consequence: "\(wanted.interface) can hold no IPv6 address")
        ]
    }

    // MARK: ARP

    private static func arp(_ addresses: [RealServerAddress], on host: HostState) -> [Finding] {
        guard !addresses.isEmpty else { return [] }
        let names = addresses.map { "\($0.address)" }.joined(separator: ", ")
        return host.arrivals.flatMap { interface in
            ignoring(interface.name, names, host) + announcing(interface.name, names, host)
        }
    }

    private static func ignoring(_ interface: String, _ names: String, _ host: HostState) -> [Finding] {
        let own = host.own("arp_ignore", of: interface)
        let all = host.own("arp_ignore", of: "all")
        let effective = max(own, all)
        if effective == 8 {
            return [
                Finding(
                    .arpMute, .advice, subject: "net.ipv4.conf.\(own == 8 ? interface : "all").arp_ignore", actual: "8",
                    wanted: "1",
                    consequence: "this host answers ARP for no address at all on \(interface): the director does not "
                        + "find it unless its neighbour table is filled by hand")
            ]
        }
        guard !Settings.quiet.contains(effective) else { return [] }
        let reason = effective == 3 ? "3 hides only addresses of scope host" : "the larger value of all and it counts"
        return [
            Finding(
                .arpIgnore, subject: "net.ipv4.conf.\(own > all ? interface : "all").arp_ignore",
                actual: "\(effective)\(loopbackNote("arp_ignore", Settings.quiet, host))", wanted: "1",
                consequence:
                    "this host answers ARP for \(names) on \(interface) (\(reason)): clients reach it past the "
                    + "director, and only it")
        ]
    }

    private static func announcing(_ interface: String, _ names: String, _ host: HostState) -> [Finding] {
        let own = host.own("arp_announce", of: interface)
        let all = host.own("arp_announce", of: "all")
        guard max(own, all) != Settings.discreet else { return [] }
        return [
            Finding(
                .arpAnnounce, subject: "net.ipv4.conf.\(own > all ? interface : "all").arp_announce",
                actual: "\(max(own, all))\(loopbackNote("arp_announce", [Settings.discreet], host))", wanted: "2",
                consequence: "this host asks for its neighbours on \(interface) with \(names) as the sender, and they "
                    + "learn that the address is here: the router then sends clients past the director")
        ]
    }

    /// The mistake that many make: the setting of `lo` alone does nothing.
    private static func loopbackNote(_ name: String, _ good: Set<Int>, _ host: HostState) -> String {
        let value = host.own(name, of: "lo")
        return good.contains(value) ? " (the \(value) of lo counts for no other interface)" : ""
    }

    // MARK: Tunnels

    private static func tunnels(_ addresses: [RealServerAddress], on host: HostState) -> [Finding] {
        var findings: [Finding] = []
        var seen: Set<String> = []
        for address in addresses {
            guard let tunnel = address.tunnel else { continue }
            let device = tunnel.device(for: address.address.family)
            guard seen.insert("\(device.name) \(address.address.family)").inserted else { continue }
            findings += opening(device, host) + mode(of: device.name, addresses, host)
            if address.address.family == .ipv4 { findings += filtering(device.name, host) }
            findings += fitting(tunnel, host)
        }
        findings += checksums(addresses, on: host) + ports(addresses, on: host)
        var unique: [Finding] = []
        for finding in findings where !unique.contains(finding) { unique.append(finding) }
        return unique
    }

    private static func opening(_ device: (name: String, kind: String), _ host: HostState) -> [Finding] {
        let consequence = "nothing opens the packets that the director sends through the tunnel: clients get no answer"
        guard let present = host.interface(device.name) else {
            return [
                Finding(
                    .tunnelMissing, subject: device.name, actual: "absent",
                    wanted: "present (module \(Tunnel.module(ofLinkKind: device.kind) ?? device.kind))",
                    consequence: consequence)
            ]
        }
        guard !present.isUp else { return [] }
        return [Finding(.tunnelDown, subject: device.name, actual: "down", wanted: "up", consequence: consequence)]
    }

    private static func mode(of device: String, _ addresses: [RealServerAddress], _ host: HostState) -> [Finding] {
        guard let accepted = Tunnel.protocols(of: device, for: addresses),
            let actual = host.interface(device)?.tunnelProtocol, !accepted.contains(actual)
        else { return [] }
        return [
            Finding(
                .tunnelMode, subject: "mode of \(device)", actual: Tunnel.mode(actual), wanted: Tunnel.mode(0),
                consequence: "\(device) opens other packets and drops those that the director sends: clients get no "
                    + "answer; ip -6 tunnel change \(device) mode any")
        ]
    }

    private static func filtering(_ device: String, _ host: HostState) -> [Finding] {
        guard let present = host.interface(device) else { return [] }
        let effective = host.effective("rp_filter", on: device)
        if effective == 2, !present.addresses.contains(where: { $0.prefix.address.family == .ipv4 }) {
            return [
                Finding(
                    .reversePathFilter, subject: "IPv4 addresses of \(device)", actual: "none, and rp_filter is 2",
                    wanted: "the virtual address",
                    consequence:
                        "on a device without an IPv4 address every reverse path filter drops what comes out of "
                        + "the tunnel: clients get no answer")
            ]
        }
        guard effective == 1 else { return [] }
        let isOwn = host.own("rp_filter", of: device) == 1
        return [
            Finding(
                .reversePathFilter, subject: "net.ipv4.conf.\(device).rp_filter",
                actual: isOwn ? "1" : "\(host.own("rp_filter", of: device)) and 1 for all", wanted: "2",
                consequence: "the way back to clients does not lead through \(device), so the kernel drops what comes "
                    + "out of the tunnel: clients get no answer")
        ]
    }

    private static func fitting(_ tunnel: Tunnel, _ host: HostState) -> [Finding] {
        host.arrivals.filter { !$0.addresses.isEmpty && Int($0.mtu) < 1500 + tunnel.overhead }.map { interface in
            Finding(
                .tunnelMTU, .advice, subject: "MTU of \(interface.name)", actual: "\(interface.mtu)",
                wanted: "\(1500 + tunnel.overhead) or more, on the director too",
                consequence: "a client's full packet of 1500 bytes does not fit into the tunnel: uploads depend on "
                    + "'fragmentation needed' reaching the client; a route with advmss \(1460 - tunnel.overhead) to the "
                    + "clients avoids that")
        }
    }

    // MARK: Services

    private static func services(_ wanted: RealServerAddress, _ listeners: Listeners) -> [Finding] {
        wanted.ports.compactMap { port in
            guard !listeners.serve(wanted.address, port) else { return nil }
            let others = listeners.addresses(of: port)
            return Finding(
                .noListener, subject: "\(wanted.address) port \(port)",
                actual: others.isEmpty
                    ? "nobody listens" : "only \(others.map { "\($0)" }.joined(separator: ", ")) is listened on",
                wanted: "listened on at \(wanted.address) or at every address",
                consequence: port.transport == .tcp
                    ? "clients that the director sends here are refused"
                    : "what clients send here is answered with 'port unreachable'")
        }
    }
}
