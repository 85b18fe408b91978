/// What `no_accept` and virtual MAC interfaces use to drop packets.
public struct FirewallSettings: Sendable, Hashable {
    /// `vrrp_iptables`.
    public struct Chains: Sendable, Hashable {
        /// Chain of received packets; nil is none.
        public var input: String?
        /// Chain of sent packets; nil is none.
        public var output: String?

        /// Creates a pair.
        public init(input: String?, output: String?) {
            self.input = input
            self.output = output
        }
    }

    /// `vrrp_ipsets`: the names of the sets.
    public struct Sets: Sendable, Hashable {
        /// IPv4 addresses.
        public var addresses = "keepalived"
        /// IPv6 addresses.
        public var addresses6 = "keepalived6"
        /// IPv6 link-local addresses with their interface.
        public var linkLocalAddresses6 = "keepalived_if6"
        /// Interfaces whose IGMP is dropped.
        public var igmp = "keepalived_igmp"
        /// Interfaces whose MLD is dropped.
        public var mld = "keepalived_mld"
        /// Interfaces whose neighbour discovery is dropped.
        public var neighbourDiscovery = "keepalived_nd"

        /// The default names.
        public init() {}
    }

    /// `vrrp_iptables`; nil uses none.
    public var iptables: Chains?
    /// `vrrp_ipsets`; nil is one rule for each address.
    public var sets: Sets? = Sets()
    /// `nftables`: the table; nil where it is not named. It goes before `vrrp_iptables`.
    public var nftablesTable: String?
    /// `nftables_priority`: of the chains. keepalived's default, -1, keeps packets from IPVS, which takes them at 98 and
    /// 99.
    public var nftablesPriority: Int32 = 100
    /// `nftables_ifindex`: link-local addresses are matched with the interface's number, not its name.
    public var matchesInterfaceIndex = false
    /// `nftables_counters`: rules count.
    public var hasCounters = false

    /// Every default.
    public init() {}
}

/// Receive buffers of `global_defs`.
public struct BufferSettings: Sendable, Hashable {
    /// One socket's buffer.
    public struct Buffer: Sendable, Hashable {
        /// Bytes; nil is the kernel's default.
        public var bytes: UInt32?
        /// Whether the limit of the system may be exceeded (`*_force`).
        public var isForced = false

        /// The kernel's default.
        public init() {}
    }

    /// `vrrp_rx_bufs_policy`.
    public enum AdvertPolicy: Sendable, Hashable {
        /// As many times the interface's MTU as ``BufferSettings/advertMultiplier`` says.
        case mtu
        /// As many times the size of an advert.
        case advert
        /// This many bytes.
        case bytes(UInt32)
    }

    /// `vrrp_netlink_cmd_rcv_bufs`.
    public var vrrpCommands = Buffer()
    /// `vrrp_netlink_monitor_rcv_bufs`.
    public var vrrpMonitor = Buffer()
    /// `lvs_netlink_cmd_rcv_bufs`.
    public var lvsCommands = Buffer()
    /// `lvs_netlink_monitor_rcv_bufs`.
    public var lvsMonitor = Buffer()
    /// `process_monitor_rcv_bufs`.
    public var processMonitor = Buffer()
    /// `vrrp_rx_bufs_policy`; nil is the kernel's default.
    public var advertPolicy: AdvertPolicy?
    /// `vrrp_rx_bufs_multiplier`, 1 or more.
    public var advertMultiplier: UInt32 = 3

    /// Every default.
    public init() {}
}
