public import Addressing

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
    /// `garp_lower_prio_repeat`; default that of `global_defs`, whose default is `vrrp_garp_master_repeat`.
    public var lowerPriorityRepeatCount: UInt32 = 5
    /// `garp_lower_prio_delay`; default that of `global_defs`, whose default is `vrrp_garp_master_delay`.
    public var lowerPriorityDelay: Interval = .seconds(5)
    /// `garp_extra_if`: between announcements on the other interfaces of the addresses, so that switches learn the
    /// virtual MAC address; 0 is none.
    public var extraInterfaceInterval: Interval = .seconds(0)
    /// `garp_extra_if all`: on those without a virtual MAC address too.
    public var coversAllInterfaces = false

    /// Every default.
    public init() {}
}

/// What instances inherit from `global_defs` where they say nothing themselves. Every instance has it already: it is
/// kept to be shown.
public struct InheritedSettings: Sendable, Hashable {
    /// `vrrp_garp_*`.
    public var gratuitousARP = GratuitousARPSchedule()
    /// `vrrp_lower_prio_no_advert`.
    public var lowerPriorityNoAdvert = false
    /// `vrrp_higher_prio_send_advert`.
    public var higherPrioritySendAdvert = false
    /// `vrrp_down_timer_adverts`.
    public var downTimerAdverts: UInt8 = 3

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

    /// `notify_deleted`: an instance that a reload removes is reported as DELETED rather than FAULT.
    public var reportsDeletion = false
    /// The script of `notify_deleted`.
    public var deleted: Script?

    /// No scripts.
    public init() {}
}
