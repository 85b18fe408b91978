import Addressing
import Timing

/// Somebody whose adverts a master hears.
struct Rival: Sendable {
    var master: RivalMaster
    /// It goes on being master. A single advert may have been on its way when this router took over.
    var isEstablished = false
}

extension VirtualRouters {
    /// A master hears another one that does not give way.
    ///
    /// What is kept is one sender for each router, and what is said is bounded by time, so that forged adverts of ever
    /// other senders cost nothing.
    mutating func noteRival(
        _ sender: IPAddress, priority: UInt8, refusal: String?, at now: Instant, by position: Int,
        into actions: inout [RouterAction]
    ) {
        guard list[position].state == .master, priority > 0, sender != list[position].source else { return }
        let router = list[position]
        guard var rival = router.rival, rival.master.address == sender,
            now - rival.master.last <= router.masterDown
        else {
            // One that is established stays what is known until it is silent.
            if let present = router.rival, present.isEstablished, now - present.master.last <= router.masterDown {
                return
            }
            list[position].rival = Rival(
                master: RivalMaster(
                    address: sender, priority: priority, since: now, last: now, refusal: refusal))
            return
        }
        rival.master.last = now
        rival.master.priority = priority
        rival.master.refusal = refusal
        if !rival.isEstablished, now - rival.master.since >= router.configuration.advertInterval / 2 {
            rival.isEstablished = true
            list[position].rival = rival
            report(
                .warning, position, "Dual master: \(sender) is master too, with priority \(priority)",
                cause: refusal.map { "its adverts are refused: \($0)" } ?? "it does not hear our adverts",
                into: &actions)
            actions.append(.rivalFound(router.id, rival.master))
            return
        }
        list[position].rival = rival
    }

    /// Forgets a rival that has been silent for the master down interval. Who has heard both keeps whom it heard last, so
    /// the addresses are announced once more.
    mutating func forgetSilentRival(of position: Int, at now: Instant, into actions: inout [RouterAction]) {
        guard let rival = list[position].rival, now - rival.master.last > list[position].masterDown else { return }
        list[position].rival = nil
        guard rival.isEstablished else { return }
        let seconds = (now - rival.master.since).milliseconds / 1000
        report(
            .notice, position, "Dual master over: \(rival.master.address) is silent, after \(seconds) s", into: &actions
        )
        actions.append(.rivalGone(list[position].id))
        let count = list[position].configuration.announcements.count
        if count > 0 { actions.append(.announceAddresses(list[position].id, count: count)) }
    }

    /// The router leaves MASTER, so there is one master less.
    mutating func resolveRivalry(of position: Int, into actions: inout [RouterAction]) {
        guard let rival = list[position].rival else { return }
        list[position].rival = nil
        guard rival.isEstablished else { return }
        report(.notice, position, "Dual master over: this router is master no longer", into: &actions)
        actions.append(.rivalGone(list[position].id))
    }

    /// The hardware address of a rival has become known.
    mutating func identifyRival(
        of position: Int, _ address: IPAddress, as hardware: MACAddress, into actions: inout [RouterAction]
    ) {
        guard var rival = list[position].rival, rival.master.address == address,
            rival.master.hardwareAddress != hardware
        else { return }
        rival.master.hardwareAddress = hardware
        list[position].rival = rival
        report(
            .warning, position, "The other master \(address) has the hardware address \(hardware)", into: &actions)
    }
}
