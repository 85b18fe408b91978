import Addressing
import KeepalivedConfig
import VRRP

extension RouterConfiguration {
    /// The part of a `vrrp_instance` that decides elections.
    ///
    /// The router's own interface and those of its virtual addresses are tracked with weight 0 unless the file says
    /// otherwise; trackers of its sync group are its own.
    init(_ instance: VRRPInstance, group: SyncGroup?) {
        self.init(
            id: RouterID(instance.name), virtualRouterID: instance.virtualRouterID,
            version: instance.version == .v2 ? .v2 : .v3, priority: instance.priority,
            addresses: instance.virtualAddresses.map(\.prefix.address).filter { $0.family == instance.family },
            delivery: Delivery(instance))
        interface = instance.interface
        wantsMaster = instance.initialState == .master
        advertInterval = instance.advertInterval.duration
        downTimerAdverts = instance.downTimerAdverts
        password = instance.password.map { Array($0.utf8.prefix(8)) }
        headerPassword = instance.headerPassword.map { Array($0.utf8.prefix(8)) }
        preempts = !instance.noPreempt
        preemptDelay = instance.preemptDelay.duration
        trackers = instance.trackers(group: group)
        announcements = Announcements(instance.gratuitousARP)
        isSilentToLowerPriority = instance.lowerPriorityNoAdvert
        answersHigherPriority = instance.higherPrioritySendAdvert
        skipsAddressCheck = instance.skipCheckAdvertAddresses
        trackedSourceAddress = instance.tracksSourceAddress ? instance.sourceAddress : nil
        expiredTimerPriority = instance.expiredTimerPriority
        ownerIgnoresAdverts = instance.ownerIgnoresAdverts
        checksum = ChecksumRule(instance)
    }
}

extension RouterConfiguration.Delivery {
    init(_ instance: VRRPInstance) {
        guard !instance.unicastPeers.isEmpty || instance.faultsWithoutPeers else {
            self = .multicast(group: instance.multicastGroup)
            return
        }
        self = .unicast(
            peers: instance.unicastPeers.map { RouterConfiguration.Peer(address: $0.address, ttl: $0.ttl) },
            ttl: instance.unicastTTL, checksSource: instance.checkUnicastSource)
    }
}

extension ChecksumRule {
    init(_ instance: VRRPInstance) {
        if instance.v3ChecksumAsV2 {
            self = .withoutPseudoHeader
        } else if instance.unicastPeers.isEmpty {
            self = .standard
        } else {
            switch instance.oldUnicastChecksum {
            case .automatic: self = .automatic(group: instance.multicastGroup)
            case .always: self = .former(group: instance.multicastGroup)
            case .never: self = .standard
            }
        }
    }
}

extension RouterConfiguration.Announcements {
    init(_ schedule: GratuitousARPSchedule) {
        self.init()
        count = schedule.repeatCount
        secondBurstDelay = schedule.delay.duration
        refresh = schedule.refresh.duration
        refreshCount = schedule.refreshRepeatCount
        lowerPriorityCount = schedule.lowerPriorityRepeatCount
        lowerPriorityDelay = schedule.lowerPriorityDelay.duration
    }
}

extension VRRPInstance {
    fileprivate func trackers(group: SyncGroup?) -> [RouterConfiguration.Tracker] {
        var trackers: [RouterConfiguration.Tracker] = []
        let interfaces = trackedInterfaces + (group?.trackedInterfaces ?? [])
        for tracked in interfaces {
            trackers.append(.init(.interface(tracked.name), weight: tracked.weight, isReversed: tracked.isReversed))
        }
        for tracked in trackedScripts + (group?.trackedScripts ?? []) {
            trackers.append(.init(.script(tracked.name), weight: tracked.weight, isReversed: tracked.isReversed))
        }
        for tracked in trackedFiles + (group?.trackedFiles ?? []) {
            trackers.append(.init(.file(tracked.name), weight: tracked.weight, isReversed: tracked.isReversed))
        }
        for tracked in trackedProcesses + (group?.trackedProcesses ?? []) {
            trackers.append(.init(.process(tracked.name), weight: tracked.weight, isReversed: tracked.isReversed))
        }
        for tracked in trackedBFDs + (group?.trackedBFDs ?? []) {
            trackers.append(.init(.session(tracked.name), weight: tracked.weight, isReversed: tracked.isReversed))
        }
        var implied = (virtualAddresses + excludedVirtualAddresses).filter { !$0.isUntracked }.compactMap(\.interface)
        if !doesNotTrackPrimary, let interface { implied.insert(interface, at: 0) }
        var named = Set(interfaces.map(\.name))
        if doesNotTrackPrimary, let interface { named.insert(interface) }
        for name in implied where named.insert(name).inserted { trackers.append(.init(.interface(name))) }
        return trackers
    }
}

extension SyncGroupConfiguration {
    /// The part of a `vrrp_sync_group` that decides elections. The configuration has no weights left that may not
    /// count: those of members without `sync_group_tracking_weight` are dropped there, and the group's own do count.
    init(_ group: SyncGroup) {
        self.init(name: group.name, members: group.members.map { RouterID($0) }, allowsTrackingWeights: true)
    }
}
