public import Addressing
public import LinuxSystem
public import Netlink

/// Why the VRRP loop could not start or take over a configuration.
public enum VRRPRuntimeError: Error, Sendable, Hashable {
    /// An interface that a router or one of its addresses needs does not exist.
    case missingInterface(name: String, router: String)
    /// An IPv6 address for an interface on which IPv6 is switched off.
    case noIPv6(interface: String, address: Prefix, router: String)
    /// A router that this version does not carry out, with the reason.
    case unsupported(router: String, reason: String)
    /// The kernel refused an address, a route or a rule that the configuration adds; how many in all, and whether others
    /// had been added before and were taken away again.
    case refused(what: String, router: String?, error: NetlinkError, count: Int, hasUndone: Bool)
    /// Routes or rules cannot be told to the kernel, with the reason.
    case leftOut([String])
    /// A virtual interface could not be made.
    case virtualInterface(name: String, base: String, reason: String)
    /// A socket could not be opened.
    case system(SystemError)
    /// The kernel's links and addresses could not be read.
    case netlink(NetlinkError)
    /// ``VRRPRuntime/start()`` was called twice, or something else before it or after the stop.
    case notRunning
}

extension VRRPRuntimeError {
    /// Why a virtual interface could not be made, without its name.
    var reason: String {
        if case .virtualInterface(_, _, let reason) = self { reason } else { description }
    }
}

extension VRRPRuntimeError: CustomStringConvertible {
    /// One sentence with the way out.
    public var description: String {
        switch self {
        case .missingInterface(let name, let router):
            "(\(router)) the interface \(name) does not exist; `ip link` shows those that do, and `dynamic_interfaces` "
                + "in global_defs lets the router wait for it"
        case .noIPv6(let interface, let address, let router):
            "(\(router)) \(interface) takes no IPv6 address such as \(address): IPv6 is switched off there; "
                + "`sysctl -w net.ipv6.conf.\(interface).disable_ipv6=0` switches it on"
        case .unsupported(let router, let reason): "(\(router)) \(reason)"
        case .refused(let what, let router, let error, let count, _):
            "\(router.map { "(\($0)) " } ?? "")the kernel refuses \(what): \(error)"
                + (count > 1 ? " (and \(count - 1) more)" : "")
        case .leftOut(let reasons): reasons.joined(separator: "; ")
        case .virtualInterface(let name, let base, let reason):
            "cannot make the interface \(name) on \(base): \(reason)"
        case .system(let error): error.description
        case .netlink(let error): "cannot read the links and addresses of this host: \(error)"
        case .notRunning: "the VRRP loop is not running"
        }
    }
}
