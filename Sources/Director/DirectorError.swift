import LinuxSystem
import Netlink
import VRRPRuntime

/// Why a director could not start, or not take over a new configuration.
public enum DirectorError: Error, Sendable, CustomStringConvertible {
    /// The process may not do what the configuration asks for.
    case missingRights([Capability])
    /// The kernel's IPVS cannot be used.
    case ipvs(IPVSUnavailable)
    /// The kernel's table could not be read.
    case table(NetlinkError)
    /// The elections cannot run.
    case elections(VRRPRuntimeError)

    /// One sentence with the way out where there is one.
    public var description: String {
        switch self {
        case .missingRights(let capabilities):
            "this process lacks \(capabilities.map(\.name).joined(separator: " and ")): run it as root, or grant "
                + "\(capabilities.count == 1 ? "it" : "them") with systemd's AmbientCapabilities"
        case .ipvs(let error): "\(error)"
        case .table(let error): "cannot read the IPVS table: \(error)"
        case .elections(let error): "\(error)"
        }
    }
}
