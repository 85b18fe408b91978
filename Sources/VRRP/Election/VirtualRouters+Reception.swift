import Addressing
import Timing

extension VirtualRouters {
    /// A datagram for one of the routers. In INIT and FAULT it is ignored.
    mutating func receive(
        _ datagram: Datagram, at now: Instant, by position: Int, into actions: inout [RouterAction]
    ) {
        guard list[position].state == .backup || list[position].state == .master else { return }
        let judged: JudgedAdvert
        do {
            judged = try list[position].judge(datagram, utc: utc)
            list[position].statistics.advertsReceived += 1
            if let difference = list[position].addressDifference(judged.view, from: datagram.source) {
                list[position].statistics.addressListErrors += 1
                if list[position].reported.allows(difference.kind) {
                    report(.warning, position, difference.sentence, into: &actions)
                }
            }
            try list[position].judgeSender(datagram)
        } catch {
            list[position].statistics[keyPath: error.counter] += 1
            // Of a message that is refused only this is believed: that there is somebody who sends it.
            if datagram.payload.count > 2 {
                noteRival(
                    datagram.source, priority: datagram.payload[2], refusal: error.sentence, at: now, by: position,
                    into: &actions)
            }
            if list[position].reported.allows(error.kind) {
                report(.warning, position, error.sentence, into: &actions)
            }
            return
        }
        let view = judged.view
        note(judged, from: datagram.source, by: position, into: &actions)
        if view.priority == 0 { list[position].statistics.priorityZeroReceived += 1 }
        if list[position].state == .backup {
            hearAsBackup(view, from: datagram.source, at: now, by: position, into: &actions)
        } else {
            hearAsMaster(view, from: datagram.source, at: now, by: position, into: &actions)
        }
    }

    // MARK: BACKUP (RFC 9568 section 6.4.2)

    private mutating func hearAsBackup(
        _ advert: AdvertView, from sender: IPAddress, at now: Instant, by position: Int,
        into actions: inout [RouterAction]
    ) {
        if advert.priority == 0 {
            report(.detail, position, "Backup received priority 0 advertisement", into: &actions)
            if list[position].otherMaster?.address == sender { list[position].otherMaster = nil }
            // One of two masters that met has gone. The one that we follow is still there, and says so in time.
            if let master = list[position].masterAddress, master != sender { return }
            // Another one was heard beside it, and is still there.
            if let other = list[position].otherMaster, now - other.heard <= list[position].masterInterval {
                list[position].masterAddress = other.address
                list[position].masterPriority = other.priority
                list[position].otherMaster = nil
                list[position].election = other.heard + list[position].masterDown
                return
            }
            let skewed = now + list[position].skew
            list[position].election = list[position].election.map { min($0, skewed) } ?? skewed
            list[position].hasBeenGranted = false
            return
        }
        if advert.priority < RouterConfiguration.ownerPriority { restoreOwner(position, into: &actions) }
        let isLower = advert.priority < list[position].effectivePriority
        let delay = list[position].configuration.effectivePreemptDelay
        let tolerates = delay > .zero && list[position].preemption.map { now < $0 } ?? true
        let rests = list[position].rest.map { now < $0 } ?? false
        guard !isLower || list[position].configuration.yieldsToLivingMaster || tolerates || rests else {
            // The timer keeps running: this master is to be replaced.
            if sender == list[position].masterAddress { list[position].masterPriority = advert.priority }
            if list[position].reported.allowsLowerPriority(at: now, interval: list[position].masterInterval) {
                report(
                    .notice, position,
                    "received lower priority (\(advert.priority)) advert from \(sender) - discarding",
                    into: &actions)
            }
            return
        }
        // Two masters have met. The worse one is about to give way, and its priority 0 is not to count for the better one.
        if sender != list[position].masterAddress, let better = list[position].masterPriority,
            advert.priority < better, list[position].hearsMaster(at: now)
        {
            list[position].otherMaster = .init(address: sender, priority: advert.priority, heard: now)
            return
        }
        if delay > .zero {
            if !isLower {
                list[position].preemption = nil
            } else if list[position].preemption == nil {
                list[position].preemption = now + delay
                report(.detail, position, "start preempt delay (\(delay.inMicroseconds))", into: &actions)
            }
        }
        follow(advert, from: sender, at: now, by: position, into: &actions)
        yieldGroup(to: sender, priority: advert.priority, at: now, by: position, into: &actions)
    }

    /// A backup in a group of masters, which it has come to by a reload, follows a master elsewhere: it will not be
    /// master, so the group cannot stay it.
    private mutating func yieldGroup(
        to sender: IPAddress, priority: UInt8, at now: Instant, by position: Int, into actions: inout [RouterAction]
    ) {
        guard let group = list[position].group, groups[group].state == .master,
            let master = groups[group].members.first(where: { list[$0].state == .master })
        else { return }
        resign(
            master, cause: "\(list[position].id) of its sync group follows \(sender) with priority \(priority)",
            at: now, into: &actions)
    }

    /// Takes the sender for the master and waits for its next advert.
    private mutating func follow(
        _ advert: AdvertView, from sender: IPAddress, at now: Instant, by position: Int,
        into actions: inout [RouterAction]
    ) {
        if list[position].masterAddress != sender {
            if let former = list[position].masterAddress {
                report(.detail, position, "master changed from \(former) to \(sender)", into: &actions)
            } else {
                report(.detail, position, "master set to \(sender)", into: &actions)
            }
            list[position].masterAddress = sender
            list[position].reported.reset()
        }
        list[position].masterPriority = advert.priority
        list[position].otherMaster = nil
        if advert.version == .v3, advert.interval != list[position].masterInterval {
            report(
                .notice, position,
                "advertisement interval updated from \(list[position].masterInterval.milliseconds)ms "
                    + "to \(advert.interval.milliseconds)ms by master", into: &actions)
            list[position].masterInterval = advert.interval
        }
        list[position].wantsMaster = false
        list[position].hasBeenGranted = false
        list[position].election = now + list[position].masterDown
    }

    // MARK: MASTER (RFC 9568 section 6.4.3)

    private mutating func hearAsMaster(
        _ advert: AdvertView, from sender: IPAddress, at now: Instant, by position: Int,
        into actions: inout [RouterAction]
    ) {
        if advert.priority == 0 {
            report(.detail, position, "Master received priority 0 message", into: &actions)
            sendAdvert(position, at: now, into: &actions)
            // Whoever resigns was master too, and the segment may have learnt its addresses last.
            // So were the other members of its sync group, which leave in silence.
            guard
                list[position].reported.allowsLowerPriority(
                    at: now, interval: list[position].configuration.advertInterval)
            else { return }
            for member in unit(of: position) where list[member].state == .master {
                let count = list[member].configuration.announcements.count
                if count > 0 { actions.append(.announceAddresses(list[member].id, count: count)) }
            }
            return
        }
        guard let own = list[position].source else { return }
        // With `nopreempt` whoever is master stays it. While we did not run, this one has become it.
        if wasAsleep(position, at: now), list[position].configuration.yieldsToLivingMaster {
            yield(
                to: advert, from: sender,
                "Master received advert from \(sender) with priority \(advert.priority) after this process was asleep",
                at: now, by: position, into: &actions)
            return
        }
        let bothOwn =
            advert.priority == RouterConfiguration.ownerPriority
            && list[position].effectivePriority == RouterConfiguration.ownerPriority
        if bothOwn, sender < own { contest(advert, from: sender, at: now, by: position, into: &actions) }
        let ours = list[position].effectivePriority
        if advert.priority == ours, sender == own {
            if list[position].reported.allows(.ownAddress) {
                report(
                    .warning, position,
                    "WARNING - equal priority advert received from remote host with our IP address.", into: &actions)
            }
        } else if advert.priority < ours || advert.priority == ours && sender < own {
            outrank(advert, from: sender, at: now, by: position, into: &actions)
        } else {
            yield(
                to: advert, from: sender,
                advert.priority > ours
                    ? "Master received advert from \(sender) with higher priority \(advert.priority), ours \(ours)"
                    : "Master received advert from \(sender) with same priority \(ours) but higher IP address than ours",
                at: now, by: position, into: &actions)
        }
    }

    private mutating func outrank(
        _ advert: AdvertView, from sender: IPAddress, at now: Instant, by position: Int,
        into actions: inout [RouterAction]
    ) {
        noteRival(sender, priority: advert.priority, refusal: nil, at: now, by: position, into: &actions)
        let configuration = list[position].configuration
        let answers = !configuration.isSilentToLowerPriority
        if answers { sendAdvert(position, at: now, into: &actions) }
        // Answering each advert with bursts of gratuitous ARPs would let anyone turn one packet into many.
        guard list[position].reported.allowsLowerPriority(at: now, interval: configuration.advertInterval) else {
            return
        }
        report(
            .notice, position,
            "Received advert from \(sender) with lower priority \(advert.priority), "
                + "ours \(list[position].effectivePriority)\(answers ? ", forcing new election" : "")", into: &actions)
        for member in unit(of: position) where list[member].state == .master {
            let schedule = list[member].configuration.announcements
            guard schedule.lowerPriorityCount > 0 else { continue }
            actions.append(.announceAddresses(list[member].id, count: schedule.lowerPriorityCount))
            if schedule.lowerPriorityDelay > .zero {
                list[member].lowerPriorityBurst = now + schedule.lowerPriorityDelay
            }
        }
        actions.append(.heardLowerPriority(list[position].id))
    }

    private mutating func yield(
        to advert: AdvertView, from sender: IPAddress, _ sentence: String, at now: Instant, by position: Int,
        into actions: inout [RouterAction]
    ) {
        if list[position].configuration.answersHigherPriority { sendAdvert(position, at: now, into: &actions) }
        report(.notice, position, sentence, into: &actions)
        // Both may have been master for a while, on both sides of a partition. The one that stays has to hear of it, to
        // announce its addresses where ours were learnt.
        let wasHeard =
            list[position].lastTransition.map { now - $0 > list[position].configuration.advertInterval } ?? false
        enter(.backup, position, sendingPriorityZero: wasHeard, cause: nil, at: now, into: &actions)
        follow(advert, from: sender, at: now, by: position, into: &actions)
        guard let group = list[position].group, groups[group].state != .backup else { return }
        let cause = "\(list[position].id) heard a higher priority"
        reportSync(group, to: .backup, cause: cause, into: &actions)
        for member in groups[group].members where list[member].state == .master {
            enter(.backup, member, sendingPriorityZero: false, cause: cause, at: now, into: &actions)
        }
        changeGroup(group, to: .backup, into: &actions)
    }

    /// Two routers claim to own the addresses, and the tie break says that the other is to yield.
    ///
    /// It gets two adverts and 1.2 times the longer interval. If it still talks then, it does not listen, and the only
    /// way to one master is that we step down to 254 until it is silent.
    private mutating func contest(
        _ advert: AdvertView, from sender: IPAddress, at now: Instant, by position: Int,
        into actions: inout [RouterAction]
    ) {
        let patience = max(advert.interval, list[position].configuration.advertInterval) * 12 / 10
        if let conflict = list[position].ownerConflict, now - conflict.heard <= list[position].masterDown {
            list[position].ownerConflict?.heard = now
            guard now >= conflict.deadline else { return }
            list[position].ownerConflict = nil
            list[position].basePriority = RouterConfiguration.ownerPriority - 1
            updatePriority(of: position, into: &actions)
            return
        }
        list[position].ownerConflict = .init(deadline: now + patience, heard: now)
        if list[position].reported.allows(.ownerConflict) {
            report(
                .warning, position,
                "CONFIGURATION ERROR: local instance and a remote instance are both configured as address owner, "
                    + "please fix - reducing local priority if \(sender) does not yield", into: &actions)
        }
        sendAdvert(position, at: now, into: &actions)
    }
}
