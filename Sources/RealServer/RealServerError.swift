public import Addressing
public import LinuxSystem
public import Netlink

/// Why the real server's side could not be set up, taken down or read. Nothing is left half done unless
/// ``rollbackFailed(cause:remaining:)`` says so.
public enum RealServerError: Error, Sendable, Hashable {
    /// The address cannot be a virtual address.
    case unusableAddress(IPAddress, reason: String)
    /// The network namespace has no interface `lo`.
    case noLoopback
    /// The name cannot be that of an interface that holds virtual addresses.
    case unusableInterface(String)
    /// The interface does ARP, so the host would answer for the virtual address on it.
    case interfaceAnswers(String)
    /// The address is on an interface that does ARP: this is the director, or was set up wrongly.
    case heldElsewhere(Prefix, interface: String)
    /// The address stands for all hosts of a network that the host is in, or for none of them.
    case standsForNetwork(IPAddress, Prefix, interface: String)
    /// A file stands where one of ours is to be.
    case fileIsNotOurs(String)
    /// A line of the file that remembers what was applied is not what Martlet writes.
    case damagedState(String, line: Int)
    /// The file that remembers what was applied is of a later version of Martlet.
    case newerState(String, by: String, format: Int, own: String)
    /// Services come through one device of `gre` with checksums and without.
    case mixedChecksums(String)
    /// The device cannot be set to take packets with checksums.
    case checksumsOverIPv6(String)
    /// A tunnel of type `gue` without the port that it ends at.
    case noTunnelPort(IPAddress)
    /// The kernel opens other tunnels than `gue` at the port.
    case tunnelPortTaken(UInt16)
    /// IPv6 is turned off where the address is to be.
    case ipv6Disabled(IPAddress, Sysctl)
    /// Nothing on this host brings a setting back after a reboot in a way that Martlet knows.
    case noPersistence(String)
    /// A file or a sysctl could not be read or written.
    case system(SystemError)
    /// The kernel refused to tell or to change something; the purpose is to be read after "cannot".
    case netlink(NetlinkError, purpose: String)
    /// The module of an interface's kind is missing.
    case module(String, reason: String)
    /// The change failed, and so did some of the steps back, which are listed.
    indirect case rollbackFailed(cause: RealServerError, remaining: [String])
}

extension RealServerError: CustomStringConvertible {
    /// One sentence with the way out.
    public var description: String {
        switch self {
        case .unusableAddress(let address, let reason): "\(address) cannot be a virtual address on lo: \(reason)"
        case .noLoopback: "this network namespace has no interface lo"
        case .unusableInterface(let name):
            "'\(name)' cannot be an interface that holds virtual addresses: name lo, or a dummy such as dummy0"
        case .interfaceAnswers(let name):
            "\(name) does ARP, so this host would answer for a virtual address on it; use lo or a dummy interface"
        case .heldElsewhere(let prefix, let interface):
            "\(prefix) is on \(interface), where this host answers ARP for it: is it this host's own address, or is this "
                + "the director? If neither, take it away first: ip address del \(prefix) dev \(interface)"
        case .standsForNetwork(let address, let prefix, let interface):
            "\(address) cannot be a virtual address: it is the first or the last address of \(prefix) on \(interface), which "
                + "no host has, and on lo it would break broadcasts there"
        case .fileIsNotOurs(let path):
            "\(path) is there and is not what Martlet wrote; move it away, or do without --persist"
        case .damagedState(let path, let line):
            "\(path) is damaged: line \(line) is not what Martlet writes; mend that line, or move the file away, take "
                + "the addresses away by hand and apply them again"
        case .newerState(let path, let version, let format, let own):
            "\(path) was written by Martlet \(version), in format \(format): this is Martlet \(own), which reads formats up "
                + "to \(SavedState.format). Use Martlet \(version) or newer; to go back to this one, have that remove what "
                + "it applied first: martlet realserver remove --all"
        case .mixedChecksums(let device):
            "\(device) takes packets with checksums or those without, not both: give every service that comes to this host "
                + "by gre 'csum', or none"
        case .checksumsOverIPv6(let device):
            "the kernel has no way to make \(device) take packets with checksums: do without 'csum' for real servers with "
                + "IPv6 addresses"
        case .noTunnelPort(let address):
            "packets of gue for \(address) come to a port, which is missing: --tunnel-port, as in the director's file"
        case .tunnelPortTaken(let port):
            "the kernel opens another kind of tunnels at port \(port)/udp: ip fou show; give gue another one"
        case .ipv6Disabled(let address, let sysctl):
            "\(address) cannot be had while IPv6 is turned off: sysctl -w \(sysctl)=0, and look where it was set for the "
                + "next start"
        case .noPersistence(let reason):
            "\(reason); run 'martlet realserver apply' from the host's own start scripts instead of --persist"
        case .system(let error): error.description
        case .netlink(let error, let purpose):
            if error.errorNumber == .operationNotPermitted || error.errorNumber == .permissionDenied {
                "cannot \(purpose): \(error); run as root or grant CAP_NET_ADMIN"
            } else {
                "cannot \(purpose): \(error)"
            }
        case .module(let name, let reason):
            "cannot make the interface \(name): \(reason); install the kernel's full set of modules"
        case .rollbackFailed(let cause, let remaining):
            "\(cause); going back failed too, put right by hand: \(remaining.joined(separator: "; "))"
        }
    }
}
