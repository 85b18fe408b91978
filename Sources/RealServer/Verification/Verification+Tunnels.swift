import Addressing
import Netlink

extension Verification {
    /// A device of `gre` that drops what the director sends for its checksum, or for the lack of one.
    static func checksums(_ addresses: [RealServerAddress], on host: HostState) -> [Finding] {
        let devices = RealServerPlan.tunnelDevices(of: addresses).map(\.name)
        return devices.compactMap { device in
            // Over IPv6 it is always as it comes, before it is there as well.
            let usual = device == "ip6gre0" ? false : nil
            guard let actual = host.interface(device)?.expectsChecksums ?? usual else { return nil }
            let wanted = addresses.filter { $0.tunnel?.device(for: $0.address.family).name == device }
                .compactMap { $0.tunnel?.hasChecksum }
            guard let wrong = wanted.first(where: { $0 != actual }) else { return nil }
            let isPossible = device == "gre0"
            return Finding(
                .tunnelChecksum, subject: "checksums of \(device)", actual: actual ? "expected" : "not expected",
                wanted: wrong ? "expected" : "not expected",
                consequence:
                    "\(device) drops packets \(wrong ? "with" : "without") checksums, as the director sends them: "
                    + "clients get no answer; "
                    + (isPossible
                        ? wanted.contains(actual)
                            ? "give every service that comes by gre 'csum', or none"
                            : "'martlet realserver apply' sets it"
                                + (wrong ? ", and 'ip tunnel change \(device) mode gre icsum'" : "")
                        : "the kernel has no way to change that, so do without 'csum' for this host's address"))
        }
    }

    /// Ports that packets of `gue` come to in vain.
    static func ports(_ addresses: [RealServerAddress], on host: HostState) -> [Finding] {
        RealServerPlan.ports(of: addresses).compactMap { port in
            let isGeneric = host.tunnelPorts[port]
            guard isGeneric != true else { return nil }
            let family = port.family == .ipv6 ? " -6" : ""
            return Finding(
                .tunnelPort, subject: port.subject, actual: isGeneric == nil ? "closed" : "open for other packets",
                wanted: "open",
                consequence: "what the director sends to port \(port.number)/udp is not opened: clients get no answer; "
                    + "ip fou add port \(port.number) gue\(family)")
        }
    }
}
