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
    /// `auth_pass` of `auth_type PASS`: at most 8 bytes; nil is no authentication.
    public var password: String?
    /// `nopreempt`, cleared for state MASTER and for owners.
    public var noPreempt = false
    /// `preempt_delay`, 0…1000 s; cleared with `nopreempt` and state MASTER.
    public var preemptDelay: Interval = .seconds(0)
    /// `virtual_ipaddress`: the addresses of the adverts.
    public var virtualAddresses: [VirtualAddress] = []
    /// `virtual_ipaddress_excluded`: held with the others, not advertised.
    public var excludedVirtualAddresses: [VirtualAddress] = []
    /// `mcast_src_ip` or `unicast_src_ip`; nil is the interface's primary address.
    public var sourceAddress: IPAddress?
    /// `unicast_peer`; empty is multicast.
    public var unicastPeers: [UnicastPeer] = []
    /// `unicast_ttl`, default 255.
    public var unicastTTL: UInt8 = 255
    /// `check_unicast_src`, or a peer with a TTL bound.
    public var checkUnicastSource = false
    /// `mcast_dst_ip` or the global group.
    public var multicastGroup: IPAddress = .v4(IPv4Address(224, 0, 0, 18))
    /// `track_interface`.
    public var trackedInterfaces: [TrackedInterface] = []
    /// `track_script`.
    public var trackedScripts: [TrackedScript] = []
    /// `dont_track_primary`.
    public var doesNotTrackPrimary = false
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
    /// `accept`; strict mode and `no_accept` clear it.
    public var accept = true
    /// `notify_*`.
    public var notify = NotifyScripts()

    /// An instance with every default.
    public init(name: String, virtualRouterID: UInt8) {
        self.name = name
        self.virtualRouterID = virtualRouterID
    }
}

/// One line of `virtual_ipaddress`.
public struct VirtualAddress: Sendable, Hashable {
    /// `brd`.
    public enum Broadcast: Sendable, Hashable {
        /// `brd ADDRESS`.
        case address(IPv4Address)
        /// `brd +`: host bits set.
        case hostBitsSet
        /// `brd -`: host bits clear.
        case hostBitsClear
    }

    /// The address and its prefix length; without one it is a host prefix.
    public var prefix: Prefix
    /// `dev`; nil is the instance's interface.
    public var interface: String?
    /// `label`, IPv4 only, at most 15 bytes.
    public var label: String?
    /// `brd`; nil is none.
    public var broadcast: Broadcast?
    /// `scope` as the kernel's number (`RT_SCOPE_*`): global 0, site 200, link 253, host 254; nil is the default.
    public var scope: UInt8?
    /// `no_track`: its interface does not fault the instance.
    public var isUntracked = false

    /// An address line with nothing but the address.
    public init(prefix: Prefix) { self.prefix = prefix }
}

/// One line of `unicast_peer`.
public struct UnicastPeer: Sendable, Hashable {
    /// The peer's address.
    public var address: IPAddress
    /// Accepted range of the received time to live, default 0…255.
    public var ttl: ClosedRange<UInt8>

    /// Creates a peer.
    public init(address: IPAddress, ttl: ClosedRange<UInt8> = 0...255) {
        self.address = address
        self.ttl = ttl
    }
}

/// The `garp_*` keywords: when a new master announces its addresses, and how often.
public struct GratuitousARPSchedule: Sendable, Hashable {
    /// `garp_master_repeat`: announcements per burst, default 5.
    public var repeatCount: UInt32 = 5
    /// `garp_master_delay`: from becoming master to the second burst, default 5 s; 0 is no second burst.
    public var delay: Interval = .seconds(5)
    /// `garp_master_refresh`: between periodic bursts while master, default 0 (none).
    public var refresh: Interval = .seconds(0)
    /// `garp_master_refresh_repeat`, default 1.
    public var refreshRepeatCount: UInt32 = 1
    /// `garp_lower_prio_repeat`; default as ``repeatCount``.
    public var lowerPriorityRepeatCount: UInt32 = 5
    /// `garp_lower_prio_delay`; default as ``delay``.
    public var lowerPriorityDelay: Interval = .seconds(5)

    /// Every default.
    public init() {}
}

/// The `notify_*` scripts of an instance or a group.
public struct NotifyScripts: Sendable, Hashable {
    /// `notify_master`.
    public var master: Script?
    /// `notify_backup`.
    public var backup: Script?
    /// `notify_fault`.
    public var fault: Script?
    /// `notify_stop`.
    public var stop: Script?
    /// `notify`, called with four more arguments.
    public var generic: Script?
    /// `notify_master_rx_lower_pri`.
    public var masterReceivedLowerPriority: Script?

    /// No scripts.
    public init() {}
}

/// One line of `track_interface`.
public struct TrackedInterface: Sendable, Hashable {
    /// The interface name.
    public var name: String
    /// `weight`, −253…253, its sign flipped by `reverse`; 0 faults the instance when the interface is down.
    public var weight: Int
    /// `reverse`.
    public var isReversed: Bool

    /// Creates a tracked interface.
    public init(name: String, weight: Int = 0, isReversed: Bool = false) {
        self.name = name
        self.weight = weight
        self.isReversed = isReversed
    }
}

/// One line of `track_script`.
public struct TrackedScript: Sendable, Hashable {
    /// The name of a `vrrp_script` block.
    public var name: String
    /// Weight of the line, or else of the block; 0 faults the instance when the script fails.
    public var weight: Int
    /// `reverse`.
    public var isReversed: Bool

    /// Creates a tracked script.
    public init(name: String, weight: Int = 0, isReversed: Bool = false) {
        self.name = name
        self.weight = weight
        self.isReversed = isReversed
    }
}

/// A `vrrp_script` block.
public struct TrackScript: Sendable, Hashable {
    /// The name of the block.
    public var name: String
    /// `script`.
    public var script: Script
    /// `interval`, default 1 s.
    public var interval: Interval = .seconds(1)
    /// `timeout`, default the interval.
    public var timeout: Interval = .seconds(1)
    /// `weight`, −253…253, default 0.
    public var weight = 0
    /// `weight N reverse`.
    public var isReversed = false
    /// `rise`, default 1.
    public var rise: UInt32 = 1
    /// `fall`, default 1.
    public var fall: UInt32 = 1
    /// `init_fail`: counts as failed until the first result.
    public var startsFailed = false

    /// A block with every default.
    public init(name: String, script: Script) {
        self.name = name
        self.script = script
    }
}

/// A `vrrp_sync_group` block.
public struct SyncGroup: Sendable, Hashable {
    /// The name of the group.
    public var name: String
    /// Names of the member instances that exist.
    public var members: [String] = []
    /// `track_interface`, applied to every member.
    public var trackedInterfaces: [TrackedInterface] = []
    /// `track_script`, applied to every member.
    public var trackedScripts: [TrackedScript] = []
    /// `sync_group_tracking_weight`: trackers may have weights other than 0.
    public var allowsTrackingWeights = false
    /// `notify_*`.
    public var notify = NotifyScripts()

    /// A group with every default.
    public init(name: String) { self.name = name }
}
