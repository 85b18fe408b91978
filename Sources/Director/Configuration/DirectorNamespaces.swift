public import KeepalivedConfig
public import LinuxSystem

/// The network namespaces that a configuration puts a director into (`net_namespace`, `net_namespace_ipvs`).
public struct DirectorNamespaces: Sendable {
    /// Where it works; nil is where it was started.
    public let network: OpenNetworkNamespace?
    /// Whose IPVS table it programs; nil is that of ``network``.
    public let ipvs: OpenNetworkNamespace?

    /// Opens the namespaces. Call it before one is entered: what is left out of the configuration is where the calling
    /// thread is.
    ///
    /// - Parameters:
    ///   - root: names them.
    ///   - given: the name on the command line, which counts instead of `net_namespace`.
    /// - Throws: when there is none of a name.
    public init(_ root: RootDefinitions, given: String? = nil) throws(SystemError) {
        network = try Self.open(given ?? root.networkNamespace)
        switch root.ipvsNamespace {
        case .same: ipvs = nil
        case .initial: ipvs = network == nil ? nil : try .ofThisThread()
        case .named(let name): ipvs = try OpenNetworkNamespace(named: name)
        }
    }

    private static func open(_ name: String?) throws(SystemError) -> OpenNetworkNamespace? {
        guard let name else { return nil }
        return try OpenNetworkNamespace(named: name)
    }
}
