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
    var startupTimeout: Interval?
    var shutdownTimeout: Interval?
    var hasSets = false
    var iptables: Span?
    var sets: Span?
    var marksTable: String?
    var marksPriority: Int32?
    var marksStart: UInt32?
}

/// The `vrrp_*` keywords of `global_defs` that instances inherit and that are not in the model themselves.
struct InstanceDefaults: Sendable {
    var garp = GratuitousARPDraft()
    /// `vrrp_min_garp`: holds for what nothing else is said about, wherever that stands (decision 5.26).
    var usesMinimumGARP = false
    var lowerPriorityNoAdvert = false
    var higherPrioritySendAdvert = false
    var downTimerAdverts: UInt8 = 3

    /// The same as an instance has it that says nothing.
    var settings: InheritedSettings {
        var settings = InheritedSettings()
        settings.gratuitousARP = GratuitousARPDraft().resolved(inheriting: garp, minimum: usesMinimumGARP)
        settings.lowerPriorityNoAdvert = lowerPriorityNoAdvert
        settings.higherPrioritySendAdvert = higherPrioritySendAdvert
        settings.downTimerAdverts = downTimerAdverts
        return settings
    }
}

/// The `garp_*` keywords of an instance, or `vrrp_garp_*` of `global_defs`: what is not said is inherited.
struct GratuitousARPDraft: Sendable {
    var repeatCount: UInt32?
    var delay: Interval?
    var refresh: Interval?
    var refreshRepeatCount: UInt32?
    var lowerPriorityRepeatCount: Located<UInt32>?
    var lowerPriorityDelay: Located<Interval>?
    var extraInterfaceInterval: Interval?
    var coversAllInterfaces: Bool?

    /// The schedule, with what is missing taken from `outer` and then from the defaults.
    func resolved(inheriting outer: GratuitousARPDraft, minimum: Bool) -> GratuitousARPSchedule {
        var schedule = GratuitousARPSchedule()
        let outerCount = outer.repeatCount ?? (minimum ? 1 : schedule.repeatCount)
        let outerDelay = outer.delay ?? (minimum ? .seconds(0) : schedule.delay)
        schedule.repeatCount = repeatCount ?? outerCount
        schedule.delay = delay ?? outerDelay
        schedule.refresh = refresh ?? outer.refresh ?? schedule.refresh
        schedule.refreshRepeatCount = refreshRepeatCount ?? outer.refreshRepeatCount ?? schedule.refreshRepeatCount
        // The defaults of these are the master values of `global_defs`, not those of the instance.
        schedule.lowerPriorityRepeatCount =
            lowerPriorityRepeatCount?.value ?? outer.lowerPriorityRepeatCount?.value ?? outerCount
        schedule.lowerPriorityDelay = lowerPriorityDelay?.value ?? outer.lowerPriorityDelay?.value ?? outerDelay
        schedule.extraInterfaceInterval =
            extraInterfaceInterval ?? outer.extraInterfaceInterval ?? schedule.extraInterfaceInterval
        schedule.coversAllInterfaces =
            extraInterfaceInterval == nil ? outer.coversAllInterfaces ?? false : coversAllInterfaces ?? false
        return schedule
    }
}
