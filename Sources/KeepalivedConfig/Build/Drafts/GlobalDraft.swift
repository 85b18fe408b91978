import Addressing
import IPVS

/// `global_defs` while it is being read: the model's values and those that instances and checkers inherit.
struct GlobalDraft: Sendable {
    var model = GlobalDefinitions()
    /// What instances have that say nothing themselves.
    var instances = InstanceDefaults()
    /// `lvs_sync_daemon` names an instance that must exist.
    var syncDaemonInstance: Located<String>?
    /// Interfaces named in the block.
    var interfaces: [Located<String>] = []
}

/// The `vrrp_*` keywords of `global_defs` that instances inherit.
struct InstanceDefaults: Sendable {
    var version = VRRPInstance.Version.v2
    var multicastGroup: IPAddress = .v4(IPv4Address(224, 0, 0, 18))
    var garp = GratuitousARPDraft()
    var lowerPriorityNoAdvert = false
    var higherPrioritySendAdvert = false
    var downTimerAdverts: UInt8 = 3
}

/// The `garp_*` keywords of an instance, or `vrrp_garp_*` of `global_defs`: what is not said is inherited.
struct GratuitousARPDraft: Sendable {
    var repeatCount: UInt32?
    var delay: Interval?
    var refresh: Interval?
    var refreshRepeatCount: UInt32?
    var lowerPriorityRepeatCount: UInt32?
    var lowerPriorityDelay: Interval?

    /// The schedule, with what is missing taken from `outer` and then from the defaults.
    func resolved(inheriting outer: GratuitousARPDraft) -> GratuitousARPSchedule {
        var schedule = GratuitousARPSchedule()
        schedule.repeatCount = repeatCount ?? outer.repeatCount ?? schedule.repeatCount
        schedule.delay = delay ?? outer.delay ?? schedule.delay
        schedule.refresh = refresh ?? outer.refresh ?? schedule.refresh
        schedule.refreshRepeatCount = refreshRepeatCount ?? outer.refreshRepeatCount ?? schedule.refreshRepeatCount
        schedule.lowerPriorityRepeatCount =
            lowerPriorityRepeatCount ?? outer.lowerPriorityRepeatCount ?? schedule.repeatCount
        schedule.lowerPriorityDelay = lowerPriorityDelay ?? outer.lowerPriorityDelay ?? schedule.delay
        return schedule
    }
}
