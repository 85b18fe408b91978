/// How a director is to run, apart from what its configuration says.
public struct DirectorOptions: Sendable, Hashable {
    /// The configuration file, read at start and at every reload.
    public var configurationPath: String
    /// The value that `@ID` lines of the configuration compare with; nil is the host name up to its first dot.
    public var configID: String?
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

    /// A director that does everything with this file.
    public init(configurationPath: String) { self.configurationPath = configurationPath }
}

/// How a director ended.
public enum DirectorExit: Sendable, Hashable {
    /// It was told to stop and has cleaned up.
    case stopped
    /// It could not start; the reason has been written to standard error.
    case couldNotStart(status: Int32)
}
