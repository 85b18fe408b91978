public import IPVS
public import Netlink

extension IPVSClient {
    /// Opens a socket for an IPVS table, loading the kernel module `ip_vs` if it is not there, and makes sure that the
    /// kernel lets this process change the table.
    ///
    /// - Parameters:
    ///   - namespace: whose table; nil is the network namespace of the calling thread.
    ///   - loadingModule: Whether to run `/sbin/modprobe` when the module is not loaded.
    ///   - timeout: Longest wait for an answer of the kernel.
    ///   - moduleOutput: takes what `modprobe` says; without it that is lost.
    public static func open(
        in namespace: OpenNetworkNamespace? = nil,
        loadingModule: Bool = true, timeout: Duration = .seconds(5), moduleOutput: (([UInt8]) -> Void)? = nil
    ) throws(IPVSUnavailable) -> IPVSClient {
        let transport: LibnlTransport
        do throws(SystemError) { transport = try LibnlTransport(.generic, in: namespace) } catch {
            throw .socket(error)
        }
        let session = NetlinkSession(transport: transport, timeout: timeout)
        var family = try resolve(over: session)
        if family == nil, loadingModule {
            let reason = KernelModule.load("ip_vs", output: moduleOutput)
            family = try resolve(over: session)
            if family == nil { throw .noModule(reason: reason) }
        }
        guard let family else { throw .noModule(reason: nil) }
        let client = IPVSClient(session: session, family: family)
        do throws(NetlinkError) { _ = try client.info() } catch {
            throw error.errorNumber == .operationNotPermitted ? .notPermitted : .netlink(error)
        }
        return client
    }

    /// The family, or nil while the module is not loaded.
    private static func resolve(over session: NetlinkSession) throws(IPVSUnavailable) -> GenericFamily? {
        do throws(NetlinkError) {
            return try GenericFamily.resolve(familyName, version: familyVersion, over: session)
        } catch {
            guard error.code == .unknownFamily else { throw .netlink(error) }
            return nil
        }
    }
}

/// Why the kernel's IPVS table cannot be used.
public enum IPVSUnavailable: Error, Sendable, Hashable {
    /// The kernel has no IPVS and the module could not be loaded.
    case noModule(reason: String?)
    /// The process lacks `CAP_NET_ADMIN` in its network namespace.
    case notPermitted
    /// No netlink socket could be opened.
    case socket(SystemError)
    /// The kernel's IPVS answered with something else.
    case netlink(NetlinkError)
}

extension IPVSUnavailable: CustomStringConvertible {
    /// One sentence: the cause and what to do about it.
    public var description: String {
        switch self {
        case .noModule(let reason):
            "the kernel has no IPVS\(reason.map { " (\($0))" } ?? ""): load it with `modprobe ip_vs` as root, or boot "
                + "a kernel that has the module, such as Debian's linux-image-amd64"
        case .notPermitted: "the kernel refuses access to its IPVS table: run as root or with CAP_NET_ADMIN"
        case .socket(let error): error.description
        case .netlink(let error): "the kernel's IPVS does not answer as expected: \(error)"
        }
    }
}
