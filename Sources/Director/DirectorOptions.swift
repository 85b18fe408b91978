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
    /// How often the IPVS table is looked at for changes that somebody else has made.
    public var repairInterval: Duration = .seconds(5)

    /// A director that does everything.
    public init() {}
}
