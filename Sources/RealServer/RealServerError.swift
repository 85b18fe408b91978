public import Addressing
public import LinuxSystem
public import Netlink

/// Why the real server's side could not be set up, taken down or read. Nothing is left half done unless
/// ``rollbackFailed(cause:remaining:)`` says so.
public enum RealServerError: Error, Sendable, Hashable {
    /// The address cannot be a virtual address on `lo`.
    case unusableAddress(IPAddress, reason: String)
    /// The network namespace has no interface `lo`.
    case noLoopback
    /// A file or a sysctl could not be read or written.
    case system(SystemError)
    /// The kernel refused to tell or to change addresses; the purpose is to be read after "cannot".
    case netlink(NetlinkError, purpose: String)
    /// The change failed, and so did some of the steps back, which are listed.
    indirect case rollbackFailed(cause: RealServerError, remaining: [String])
}

extension RealServerError: CustomStringConvertible {
    /// One sentence with the way out.
    public var description: String {
        switch self {
        case .unusableAddress(let address, let reason): "\(address) cannot be a virtual address on lo: \(reason)"
        case .noLoopback: "this network namespace has no interface lo"
        case .system(let error): error.description
        case .netlink(let error, let purpose):
            if error.errorNumber == .operationNotPermitted || error.errorNumber == .permissionDenied {
                "cannot \(purpose): \(error); run as root or grant CAP_NET_ADMIN"
            } else {
                "cannot \(purpose): \(error)"
            }
        case .rollbackFailed(let cause, let remaining):
            "\(cause); going back failed too, put right by hand: \(remaining.joined(separator: "; "))"
        }
    }
}
