import Addressing
import Timing

extension VirtualRouters {
    /// Handles what is due of one router.
    mutating func fire(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        if let due = list[position].election, due <= now {
            switch list[position].state {
            case .master: sendPeriodicAdvert(position, due: due, at: now, into: &actions)
            case .backup: masterDownExpired(position, due: due, at: now, into: &actions)
            case .initialize, .fault, .stopped: list[position].election = nil
            }
        }
        guard list[position].state == .master else { return }
        announceWhatIsDue(position, at: now, into: &actions)
    }

    private mutating func sendPeriodicAdvert(
        _ position: Int, due: Instant, at now: Instant, into actions: inout [RouterAction]
    ) {
        let interval = list[position].configuration.advertInterval
        let lateness = now - due
        if wasAsleep(position, at: now), stepAside(position, lateness, at: now, into: &actions) { return }
        sendAdvert(position, at: now, into: &actions)
        forgetSilentRival(of: position, at: now, into: &actions)
        if lateness < interval {
            // On the old beat: small delays of the process do not add up.
            list[position].election = due + interval
        }
        if lateness > interval / 2 {
            list[position].noteLateness(lateness)
            if list[position].reported.allows(.lateness) {
                report(
                    .warning, position, "advert sent \(lateness.milliseconds) ms late",
                    cause: "this process was stopped or starved", into: &actions)
            }
        }
    }

    /// Whether a master has sent nothing for so long, because this process did not run, that others may be master by now.
    func wasAsleep(_ position: Int, at now: Instant) -> Bool {
        guard list[position].state == .master, let due = list[position].election else { return false }
        return now - due + list[position].configuration.advertInterval > list[position].masterDown
    }

    /// `timer_expired_backup`: a master that was asleep does not go on but waits whether there is another one.
    private mutating func stepAside(
        _ position: Int, _ lateness: Duration, at now: Instant, into actions: inout [RouterAction]
    ) -> Bool {
        let configuration = list[position].configuration
        guard let reduced = configuration.expiredTimerPriority, configuration.yieldsToLivingMaster else { return false }
        list[position].noteLateness(lateness)
        let cause = "this process was asleep for longer than the master down interval (timer_expired_backup)"
        for member in unit(of: position) where list[member].state == .master {
            enter(.backup, member, sendingPriorityZero: false, cause: cause, at: now, into: &actions)
        }
        list[position].basePriority = min(reduced, configuration.priority)
        updatePriority(of: position, into: &actions)
        if let group = list[position].group, groups[group].state != .backup {
            reportSync(group, to: .backup, cause: cause, into: &actions)
            changeGroup(group, to: .backup, into: &actions)
        }
        return true
    }

    private mutating func announceWhatIsDue(_ position: Int, at now: Instant, into actions: inout [RouterAction]) {
        let id = list[position].id
        let schedule = list[position].configuration.announcements
        func announce(_ count: UInt32) {
            if count > 0 { actions.append(.announceAddresses(id, count: count)) }
        }
        if let due = list[position].secondBurst, due <= now {
            list[position].secondBurst = nil
            announce(schedule.count)
        }
        if let due = list[position].lowerPriorityBurst, due <= now {
            list[position].lowerPriorityBurst = nil
            announce(schedule.lowerPriorityCount)
        }
        if let due = list[position].refresh, due <= now {
            list[position].refresh = schedule.refresh > .zero ? now + schedule.refresh : nil
            announce(schedule.refreshCount)
        }
    }

    /// The master has been silent for the master down interval, unless it was we who did not listen.
    private mutating func masterDownExpired(
        _ position: Int, due: Instant, at now: Instant, into actions: inout [RouterAction]
    ) {
        let lateness = now - due
        let interval = list[position].masterInterval
        if lateness > interval / 50, !list[position].hasBeenGranted {
            list[position].hasBeenGranted = true
            list[position].noteLateness(lateness)
            list[position].election = now + (lateness < interval ? lateness : interval + list[position].skew)
            if list[position].reported.allows(.lateness) {
                report(
                    .warning, position,
                    "master down timer handled \(lateness.milliseconds) ms late - reading adverts first",
                    cause: "this process was stopped or starved", into: &actions)
            }
            return
        }
        list[position].hasBeenGranted = false
        restoreOwner(position, into: &actions)
        list[position].wantsMaster = true
        guard let group = list[position].group, groups[group].state != .master else {
            becomeMaster(position, afterTimeout: true, at: now, into: &actions)
            return
        }
        let others = groups[group].members.filter { $0 != position && list[$0].state != .master }
        guard others.allSatisfy({ list[$0].wantsMaster && list[$0].state == .backup }) else {
            // Some member still hears a master that it does not beat. Waiting again is cheap, being master alone is not.
            list[position].election = now + list[position].masterDown
            report(.detail, position, "Receive advertisement timeout", into: &actions)
            return
        }
        becomeMaster(position, afterTimeout: true, at: now, into: &actions)
        reportSync(group, to: .master, into: &actions)
        for member in others { becomeMaster(member, at: now, into: &actions) }
        changeGroup(group, to: .master, into: &actions)
    }

    /// An owner that gave way to another owner takes its priority back when that one is no longer heard.
    mutating func restoreOwner(_ position: Int, into actions: inout [RouterAction]) {
        let owner = RouterConfiguration.ownerPriority
        // What `timer_expired_backup` took away comes back in the same moment.
        if !list[position].isOwner, list[position].basePriority != list[position].configuration.priority {
            list[position].basePriority = list[position].configuration.priority
            updatePriority(of: position, into: &actions)
        }
        guard list[position].isOwner, list[position].basePriority != owner else { return }
        list[position].basePriority = owner
        report(.notice, position, "Restoring our priority to 255", cause: "no other owner is heard", into: &actions)
        updatePriority(of: position, into: &actions)
    }
}

extension Duration {
    /// Whole milliseconds, for log lines.
    var milliseconds: Int64 { wholeNanoseconds / 1_000_000 }
}
