public import Addressing

/// A `vrrp_instance` block, resolved against `global_defs`.
public struct VRRPInstance: Sendable, Hashable {
    /// The wanted state of the `state` keyword; the election decides.
    public enum InitialState: Sendable, Hashable {
        /// `MASTER`.
        case master
        /// `BACKUP`, the default.
        case backup
    }

    /// Protocol version. Raw values are what the packet carries.
    public enum Version: UInt8, Sendable, Hashable {
        /// RFC 3768.
        case v2 = 2
        /// RFC 5798 and RFC 9568.
        case v3 = 3
    }

    /// `old_unicast_checksum`: the checksum that early versions computed for version 3 over unicast.
    public enum OldUnicastChecksum: Sendable, Hashable {
        /// Used towards peers that were heard to use it.
        case automatic
        /// Always used.
        case always
        /// Never used.
        case never
    }

    /// The name behind `vrrp_instance`.
    public var name: String
    /// `state`; `MASTER` where priority is 255.
    public var initialState = InitialState.backup
    /// `interface`; nil only for unicast instances.
    public var interface: String?
    /// `virtual_router_id`, 1…255.
    public var virtualRouterID: UInt8
    /// `priority`, 1…255; 255 is the address owner.
    public var priority: UInt8 = 100
    /// `version`.
    public var version = Version.v2
    /// The family of the adverts: that of the first virtual address, or of the peers.
    public var family = AddressFamily.ipv4
    /// `advert_int`: whole seconds in version 2, steps of 10 ms up to 40.95 s in version 3.
    public var advertInterval: Interval = .seconds(1)
    /// `auth_pass` of `auth_type PASS`: at most 8 bytes; nil is no authentication of this kind.
    public var password: String?
    /// `auth_pass` of `auth_type AH`; nil is no authentication of this kind.
    public var headerPassword: String?
    /// `auth_hmac`; nil is none. It takes the place of both passwords.
    public var hmac: HMACAuthentication?
    /// `nopreempt`, cleared for state MASTER and for owners.
    public var noPreempt = false
    /// `preempt_delay`, 0…1000 s; cleared with `nopreempt` and state MASTER.
    public var preemptDelay: Interval = .seconds(0)
    /// `virtual_ipaddress`: the addresses of the adverts.
    public var virtualAddresses: [VirtualAddress] = []
    /// `virtual_ipaddress_excluded`: held with the others, not advertised.
    public var excludedVirtualAddresses: [VirtualAddress] = []
    /// `no_virtual_ipaddress`: that there is no address is meant.
    public var allowsNoAddresses = false
    /// `virtual_routes`.
    public var routes: [RouteDefinition] = []
    /// `virtual_rules`.
    public var rules: [RuleDefinition] = []
    /// `mcast_src_ip` or `unicast_src_ip`; nil is the interface's primary address.
    public var sourceAddress: IPAddress?
    /// `unicast_peer`; empty is multicast.
    public var unicastPeers: [UnicastPeer] = []
    /// `unicast_ttl`, default 255; the kernel's for IPv6 where it is not said.
    public var unicastTTL: UInt8 = 255
    /// `unicast_fault_no_peer`: without peers the instance is in FAULT rather than on multicast.
    public var faultsWithoutPeers = false
    /// `check_unicast_src`, or a peer with a TTL bound.
    public var checkUnicastSource = false
    /// `mcast_dst_ip` or the global group.
    public var multicastGroup: IPAddress = .v4(IPv4Address(224, 0, 0, 18))
    /// `track_interface`.
    public var trackedInterfaces: [TrackedInterface] = []
    /// `track_script`.
    public var trackedScripts: [TrackedScript] = []
    /// `track_file`.
    public var trackedFiles: [NamedTracker] = []
    /// `track_process`.
    public var trackedProcesses: [NamedTracker] = []
    /// `track_bfd`, of sessions that serve instances.
    public var trackedBFDs: [NamedTracker] = []
    /// `dont_track_primary`.
    public var doesNotTrackPrimary = false
    /// `track_src_ip`: a source address that vanishes is a fault.
    public var tracksSourceAddress = false
    /// `garp_*`.
    public var gratuitousARP = GratuitousARPSchedule()
    /// `lower_prio_no_advert`.
    public var lowerPriorityNoAdvert = false
    /// `higher_prio_send_advert`.
    public var higherPrioritySendAdvert = false
    /// `down_timer_adverts`: missed adverts before takeover, 1…100.
    public var downTimerAdverts: UInt8 = 3
    /// `skip_check_adv_addr`.
    public var skipCheckAdvertAddresses = false
    /// `strict_mode`.
    public var strict = false
    /// `accept`: packets to the virtual addresses are taken; `no_accept` and strict mode clear it but for owners.
    public var accept = true
    /// `owner_ignore_adverts`: an owner drops what it hears.
    public var ownerIgnoresAdverts = false
    /// `timer_expired_backup`: the priority that a master which was asleep yields with, 1…254; nil is off.
    public var expiredTimerPriority: UInt8?
    /// `v3_checksum_as_v2`: the checksum of version 3 covers no pseudo header.
    public var v3ChecksumAsV2 = false
    /// `old_unicast_checksum`.
    public var oldUnicastChecksum = OldUnicastChecksum.automatic
    /// `use_vmac`, `use_ipvlan` and what belongs to them.
    public var virtualInterface = VirtualInterfaceSettings()
    /// `promote_secondaries`: the sysctl of the interface is set.
    public var promotesSecondaries = false
    /// `linkbeat_use_polling`.
    public var pollsLink = false
    /// `kernel_rx_buf_size` in bytes; nil is the kernel's default.
    public var receiveBufferSize: UInt32?
    /// `debug`, 0…4.
    public var debugLevel: UInt8 = 0
    /// `smtp_alert`.
    public var sendsMail = false
    /// `notify_priority_changes`.
    public var notifiesPriorityChanges = false
    /// `notify_*`.
    public var notify = NotifyScripts()

    /// An instance with every default.
    public init(name: String, virtualRouterID: UInt8) {
        self.name = name
        self.virtualRouterID = virtualRouterID
    }
}
