public import KeepalivedConfig
public import LinuxSystem

/// How a director is to run, apart from what its configuration says.
public struct DirectorOptions: Sendable, Hashable {
    /// Take part in elections.
    public var runsVRRP = true
    /// Check real servers and program IPVS.
    public var runsCheckers = true
    /// Leave the virtual addresses in place at a clean stop (`keepalived -V`).
    public var keepsAddressesOnStop = false
    /// Leave the IPVS table in place at a clean stop (`keepalived -I`).
    public var keepsIPVSOnStop = false
    /// Run the checks, take part in no election, write nothing to the kernel, and print what would be done.
    public var isDryRun = false
    /// The network namespace whose IPVS table is programmed (`net_namespace_ipvs`); nil is the director's own.
    public var ipvsNamespace: OpenNetworkNamespace?
    /// How often the IPVS table is looked at for changes that somebody else has made. A look that takes long makes the
    /// next one come later: at most a twentieth of the time goes into looking.
    public var repairInterval: Duration = .milliseconds(250)
    /// The folder that remembers which IPVS services are ours, for the next start after a crash; nil remembers nothing.
    public var stateFolder: String?
    /// Where that is: a folder that a reboot clears.
    public static let standardStateFolder = "/run/martlet"

    /// A director that does everything.
    public init() {}

    /// Moves the process into the network namespace of a configuration and remembers whose IPVS table is meant. Only
    /// before the first thread starts.
    ///
    /// - Parameter given: the name on the command line, which counts instead of `net_namespace`.
    public mutating func enterNamespaces(of configuration: Configuration, given: String? = nil) throws(SystemError) {
        let namespaces = try DirectorNamespaces(configuration.root, given: given)
        ipvsNamespace = namespaces.ipvs
        try namespaces.network?.enterForGood()
    }
}
