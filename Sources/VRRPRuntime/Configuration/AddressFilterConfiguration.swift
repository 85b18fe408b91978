/// How packets to the addresses of routers with `no_accept` are dropped: by a table of nftables for each family.
public struct AddressFilterConfiguration: Sendable, Hashable {
    /// The table's name (`nftables`). It belongs to this process: what is in it when it is first needed goes.
    public var table = "keepalived"
    /// Where the chains stand among others of their hook (`nftables_priority`). IPVS takes its packets at 98 and 99: at
    /// 100 a virtual service of such an address goes on, and what is meant for the host itself is dropped.
    public var priority: Int32 = 100
    /// Whether link-local addresses are matched with the interface's index and not its name (`nftables_ifindex`).
    public var matchesInterfaceIndex = false
    /// Whether the rules count what they drop (`nftables_counters`).
    public var hasCounters = false
    /// Whether packets to the addresses are dropped.
    public var filtersInput = true
    /// Whether packets from the addresses are dropped.
    public var filtersOutput = true

    /// Every default.
    public init() {}
}
