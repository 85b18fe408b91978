import Addressing
import Testing
import Timing
import VRRP

@Suite("Election")
struct ElectionTests {
    // MARK: Timers

    @Test(
        "master down is the missed adverts and the skew (RFC 3768 and RFC 9568 section 6.1)",
        arguments: [
            (.v2, 100, 1000, 3, 3_609_375), (.v2, 100, 5000, 3, 15_609_375), (.v2, 255, 1000, 3, 3_003_906),
            (.v3, 100, 1000, 3, 3_609_375), (.v3, 100, 100, 3, 360_937), (.v3, 254, 100, 2, 200_781),
        ] as [(RouterConfiguration.Version, UInt8, Int, UInt8, Int64)])
    func masterDown(
        version: RouterConfiguration.Version, priority: UInt8, interval: Int, adverts: UInt8, microseconds: Int64
    ) {
        let duration = ElectionTimers.masterDown(
            version: version, priority: priority, masterInterval: .milliseconds(interval), adverts: adverts)
        #expect(duration.wholeNanoseconds / 1000 == microseconds)
    }

    // MARK: Start

    @Test("everyone but the owner starts as backup with the full master down timer, state MASTER included (5.25)")
    func startsAsBackup() {
        for wantsMaster in [false, true] {
            var bench = Bench(Bench.configuration { $0.wantsMaster = wantsMaster })
            let actions = bench.start()
            #expect(actions.messages == ["(VI_1) Entering BACKUP STATE (init)"])
            #expect(actions.deeds == [.removeAddresses(Bench.id), .routerChanged(Bench.id, .backup, priority: 100)])
            #expect(bench.untilTakeover == .microseconds(3_609_375))
        }
    }

    @Test("the owner is master at once and keeps its addresses (RFC 9568 section 6.4.1)")
    func ownerStartsAsMaster() {
        var bench = Bench(Bench.configuration(priority: 255))
        let actions = bench.start()
        #expect(actions.advertPriorities == [255])
        #expect(!actions.contains(.removeAddresses(Bench.id)))
        #expect(bench.state == .master)
    }

    @Test("before the start nothing happens but learning")
    func beforeStart() {
        var bench = Bench(Bench.configuration())
        #expect(bench.hear(priority: 200).isEmpty)
        #expect(bench.handle(.deadlineReached).isEmpty)
        #expect(bench.routers.nextDeadline == nil)
        #expect(bench.state == .initialize)
    }

    @Test("a second start changes nothing")
    func startsOnce() {
        var bench = Bench.master()
        #expect(bench.start().isEmpty)
        #expect(bench.state == .master)
    }

    // MARK: Becoming master

    @Test("becoming master: advert first, then addresses, announcements, notification")
    func becomesMaster() {
        var bench = Bench.backup()
        let actions = bench.expire()
        #expect(bench.now - .epoch == .microseconds(3_609_375))
        guard case .sendAdvert(Bench.id, let payload) = actions.first else {
            Issue.record("the first action is not the advert: \(actions)")
            return
        }
        #expect(payload[2] == 100)
        #expect(
            Array(actions.deeds.dropFirst()) == [
                .addAddresses(Bench.id), .announceAddresses(Bench.id, count: 5),
                .routerChanged(Bench.id, .master, priority: 100),
            ])
        #expect(
            actions.messages == [
                "(VI_1) Receive advertisement timeout", "(VI_1) Entering MASTER STATE", "(VI_1) setting VIPs.",
            ])
        #expect(actions.loudMessages == ["(VI_1) Entering MASTER STATE"])
        #expect(bench.statistics.becameMaster == 1)
        #expect(bench.status().masterAddress == Bench.own)
    }

    @Test("a master sends an advert per interval, on the beat even if each one is a little late")
    func periodicAdverts() {
        var bench = Bench.master()
        let beginning = bench.now
        for _ in 1...10 { #expect(bench.expire(late: .milliseconds(20)).advertPriorities == [100]) }
        #expect(bench.status().nextAdvert == beginning + .seconds(11))
        #expect(bench.statistics.advertsSent == 11)
    }

    @Test("announcements come again after the delay and then by the refresh, first at delay + refresh")
    func announcementSchedule() {
        var bench = Bench.master(
            Bench.configuration {
                $0.announcements.refresh = .seconds(60)
                $0.announcements.refreshCount = 2
            })
        let beginning = bench.now
        var bursts: [(Duration, UInt32)] = []
        while bench.now - beginning < .seconds(130) {
            for case .announceAddresses(_, let count) in bench.expire() {
                bursts.append((bench.now - beginning, count))
            }
        }
        #expect(bursts.map(\.0) == [.seconds(5), .seconds(65), .seconds(125)])
        #expect(bursts.map(\.1) == [5, 2, 2])
    }

    @Test("no second burst and no refresh where they are zero")
    func noAnnouncements() {
        var bench = Bench.master(
            Bench.configuration {
                $0.announcements.count = 0
                $0.announcements.secondBurstDelay = .zero
            })
        for _ in 0..<20 { #expect(bench.expire().deeds.count == 1) }
    }

    // MARK: BACKUP

    @Test(
        "a backup follows an equal or higher priority and waits the full interval again (RFC 9568 section 6.4.2)",
        arguments: [100, 101, 254, 255] as [UInt8])
    func follows(priority: UInt8) {
        var bench = Bench.backup()
        bench.pass(.seconds(3))
        let actions = bench.hear(priority: priority)
        #expect(actions.messages == ["(VI_1) master set to 10.1.80.92"])
        #expect(bench.untilTakeover == .microseconds(3_609_375))
        #expect(bench.status().masterAddress == Bench.peer)
        #expect(bench.status().masterPriority == priority)
        #expect(
            bench.hear(priority: priority, from: Bench.low).messages == [
                "(VI_1) master changed from 10.1.80.92 to 10.1.80.5"
            ])
    }

    @Test("a lower priority is discarded while the timer runs on, then replaced")
    func preempts() {
        var bench = Bench.backup()
        bench.pass(.seconds(1))
        let actions = bench.hear(priority: 90)
        #expect(actions.loudMessages == ["(VI_1) received lower priority (90) advert from 10.1.80.92 - discarding"])
        #expect(bench.untilTakeover == .microseconds(2_609_375))
        #expect(bench.expire().transitions == ["VI_1 MASTER"])
    }

    @Test("with nopreempt a backup tolerates a living master of lower priority")
    func noPreempt() {
        var bench = Bench.backup(Bench.configuration { $0.preempts = false })
        for _ in 0..<10 {
            bench.pass(.seconds(1))
            #expect(bench.hear(priority: 90).loudMessages.isEmpty)
            #expect(bench.untilTakeover == .microseconds(3_609_375))
        }
    }

    @Test("nopreempt means nothing with state MASTER and to an owner")
    func noPreemptDropped() {
        var bench = Bench.backup(
            Bench.configuration {
                $0.preempts = false
                $0.wantsMaster = true
            })
        bench.pass(.seconds(1))
        _ = bench.hear(priority: 90)
        #expect(bench.untilTakeover == .microseconds(2_609_375))
    }

    @Test("preempt_delay starts with the first advert of lower priority and then lets the timer run out")
    func preemptDelay() {
        var bench = Bench.backup(Bench.configuration { $0.preemptDelay = .seconds(10) })
        var heard = 0
        while bench.state == .backup, heard < 100 {
            bench.pass(.seconds(1))
            let messages = bench.hear(priority: 90).messages
            heard += 1
            #expect(messages.contains("(VI_1) start preempt delay (10.000000)") == (heard == 1))
            if let next = bench.routers.nextDeadline, next <= bench.now + .seconds(1) { _ = bench.expire() }
        }
        // Heard first at 1 s, tolerated until 11 s; the last accepted advert is that of 10 s.
        #expect(bench.now - .epoch == .seconds(10) + .microseconds(3_609_375))
    }

    @Test("preempt_delay is cancelled by an advert of equal or higher priority")
    func preemptDelayCancelled() {
        var bench = Bench.backup(Bench.configuration { $0.preemptDelay = .seconds(10) })
        _ = bench.hear(priority: 90)
        #expect(bench.status().preemptionDeadline == bench.now + .seconds(10))
        _ = bench.hear(priority: 100)
        #expect(bench.status().preemptionDeadline == nil)
    }

    @Test("a priority of 0 shortens the timer to the skew and never prolongs it (RFC 9568 section 6.4.2)")
    func priorityZero() {
        var bench = Bench.backup()
        bench.pass(.seconds(1))
        #expect(bench.hear(priority: 0).messages == ["(VI_1) Backup received priority 0 advertisement"])
        #expect(bench.untilTakeover == .microseconds(609_375))
        bench.pass(.milliseconds(600))
        _ = bench.hear(priority: 0)
        #expect(bench.untilTakeover == .microseconds(9_375))
        #expect(bench.statistics.priorityZeroReceived == 2)
    }

    @Test("version 3 adopts the master's interval (RFC 9568 section 6.4.2)")
    func adoptsInterval() {
        var bench = Bench.backup(Bench.configuration(version: .v3))
        let actions = bench.hear(priority: 200) { $0.interval = .milliseconds(100) }
        #expect(actions.loudMessages == ["(VI_1) advertisement interval updated from 1000ms to 100ms by master"])
        #expect((bench.untilTakeover?.wholeNanoseconds ?? 0) / 1000 == 360_937)
        let becoming = bench.expire()
        #expect(becoming.transitions == ["VI_1 MASTER"])
        #expect(bench.untilAdvert == .seconds(1))
    }

    // MARK: MASTER

    @Test("a master answers a priority of 0 with an advert at once (RFC 9568 section 6.4.3)")
    func masterHearsZero() {
        var bench = Bench.master()
        bench.pass(.milliseconds(300))
        #expect(bench.hear(priority: 0).advertPriorities == [100])
        #expect(bench.untilAdvert == .seconds(1))
        #expect(bench.state == .master)
    }

    @Test("a master yields to a higher priority, takes the timer of a backup and sends no priority 0")
    func yields() {
        var bench = Bench.master()
        let actions = bench.hear(priority: 150)
        #expect(
            actions.loudMessages == [
                "(VI_1) Master received advert from 10.1.80.92 with higher priority 150, ours 100",
                "(VI_1) Entering BACKUP STATE",
            ])
        #expect(actions.deeds == [.removeAddresses(Bench.id), .routerChanged(Bench.id, .backup, priority: 100)])
        #expect(bench.untilTakeover == .microseconds(3_609_375))
        #expect(bench.statistics.releasedMaster == 1)
        #expect(bench.status().masterAddress == Bench.peer)
    }

    @Test("of equal priorities the higher address stays master (RFC 9568 section 6.4.3)")
    func tieBreak() {
        var higher = Bench.master()
        #expect(
            higher.hear(priority: 100, from: Bench.low).loudMessages == [
                "(VI_1) Received advert from 10.1.80.5 with lower priority 100, ours 100, forcing new election"
            ])
        #expect(higher.state == .master)

        var lower = Bench.master()
        #expect(
            lower.hear(priority: 100).loudMessages.first
                == "(VI_1) Master received advert from 10.1.80.92 with same priority 100 but higher IP address than ours"
        )
        #expect(lower.state == .backup)
    }

    @Test("a master answers a lower priority with an advert and announcements, now and after the delay")
    func outranks() {
        var bench = Bench.master(Bench.configuration { $0.announcements.secondBurstDelay = .zero })
        let heard = bench.now
        let actions = bench.hear(priority: 90)
        #expect(
            actions.loudMessages == [
                "(VI_1) Received advert from 10.1.80.92 with lower priority 90, ours 100, forcing new election"
            ])
        #expect(actions.advertPriorities == [100])
        #expect(
            Array(actions.deeds.dropFirst()) == [
                .announceAddresses(Bench.id, count: 5), .heardLowerPriority(Bench.id),
            ])
        var burst: Duration?
        while burst == nil, bench.now - heard < .seconds(20) {
            if bench.expire().contains(.announceAddresses(Bench.id, count: 5)) { burst = bench.now - heard }
        }
        #expect(burst == .seconds(5))
    }

    @Test("lower_prio_no_advert keeps silent and does not touch the advert timer")
    func silentToLowerPriority() {
        var bench = Bench.master(Bench.configuration { $0.isSilentToLowerPriority = true })
        bench.pass(.milliseconds(300))
        let actions = bench.hear(priority: 90)
        #expect(actions.advertPriorities == [])
        #expect(
            actions.loudMessages == ["(VI_1) Received advert from 10.1.80.92 with lower priority 90, ours 100"])
        #expect(bench.untilAdvert == .milliseconds(700))
    }

    @Test("higher_prio_send_advert answers once before yielding")
    func answersHigherPriority() {
        var bench = Bench.master(Bench.configuration { $0.answersHigherPriority = true })
        let actions = bench.hear(priority: 150)
        #expect(actions.advertPriorities == [100])
        #expect(actions.transitions == ["VI_1 BACKUP"])
    }

    @Test("a flood of lower priority is answered by adverts, but not by a flood of announcements")
    func floodOfLowerPriority() {
        var bench = Bench.master()
        var announcements = 0
        for _ in 0..<1000 {
            bench.pass(.microseconds(100))
            announcements += bench.hear(priority: 1).filter { $0 == .announceAddresses(Bench.id, count: 5) }.count
        }
        #expect(announcements == 1)
    }

    @Test("our own priority and address from elsewhere is a warning and changes nothing")
    func ownAddress() {
        var bench = Bench.master()
        #expect(
            bench.hear(priority: 100, from: Bench.own).messages == [
                "(VI_1) WARNING - equal priority advert received from remote host with our IP address."
            ])
        #expect(bench.hear(priority: 100, from: Bench.own).isEmpty)
        #expect(bench.state == .master)
    }

    // MARK: Two owners

    @Test("of two owners the lower address yields")
    func lowerOwnerYields() {
        var bench = Bench.master(Bench.configuration(priority: 255))
        #expect(bench.hear(priority: 255).transitions == ["VI_1 BACKUP"])
        #expect(bench.status().effectivePriority == 255)
    }

    @Test("the higher of two owners sends two adverts, waits, and steps down to 254 if the other still talks")
    func higherOwnerStepsDown() {
        var bench = Bench.master(Bench.configuration(priority: 255))
        let first = bench.hear(priority: 255, from: Bench.low)
        #expect(first.advertPriorities == [255, 255])
        #expect(first.loudMessages.first?.hasPrefix("(VI_1) CONFIGURATION ERROR: local instance and a remote") == true)
        bench.pass(.seconds(1))
        _ = bench.hear(priority: 255, from: Bench.low)
        #expect(bench.state == .master)
        bench.pass(.seconds(1))
        let last = bench.hear(priority: 255, from: Bench.low)
        #expect(last.messages.contains("(VI_1) Changing effective priority from 255 to 254"))
        #expect(last.transitions == ["VI_1 BACKUP"])
        // When the other owner is gone, the priority comes back.
        let restored = bench.expire()
        #expect(restored.messages.contains("(VI_1) Restoring our priority to 255"))
        #expect(restored.transitions == ["VI_1 MASTER"])
        #expect(restored.advertPriorities == [255])
    }

    @Test("an owner whose rival yields in time stays at 255")
    func rivalYields() {
        var bench = Bench.master(Bench.configuration(priority: 255))
        _ = bench.hear(priority: 255, from: Bench.low)
        for _ in 0..<10 { _ = bench.expire() }
        _ = bench.hear(priority: 255, from: Bench.low)
        #expect(bench.state == .master)
        #expect(bench.status().effectivePriority == 255)
    }

    // MARK: Stop and loss of addresses

    @Test("a clean stop sends priority 0 of every master before it removes the first address")
    func stop() {
        var bench = Bench([
            Bench.configuration(), Bench.configuration("VI_2", vrid: 52), Bench.configuration("VI_3", vrid: 53),
        ])
        _ = bench.start()
        bench.pass(.seconds(1))
        _ = bench.hear("VI_3", priority: 200)
        _ = bench.expire()
        let actions = bench.handle(.stopping)
        #expect(actions.advertPriorities == [0, 0])
        let removals: [RouterAction] = [.removeAddresses(Bench.id), .removeAddresses(RouterID("VI_2"))]
        #expect(Array(actions.deeds.dropFirst(2).prefix(2)) == removals)
        #expect(actions.transitions == ["VI_1 STOP", "VI_2 STOP", "VI_3 STOP"])
        #expect(actions.messages.contains("(VI_1) sent 0 priority"))
        #expect(bench.routers.nextDeadline == nil)
        #expect(bench.hear(priority: 1).isEmpty)
        #expect(bench.handle(.stopping).isEmpty)
    }

    @Test("the advert of a clean stop is the walk-through's with priority 0")
    func stopBytes() {
        var bench = Bench.master(Bench.configuration(priority: 101) { $0.password = Array("1111".utf8) })
        #expect(bench.expire().first == .sendAdvert(Bench.id, payload: AdvertTests.walkThrough))
        var expected = AdvertTests.walkThrough
        expected[2] = 0
        // 0x6500 less in the sum is 0x6500 more in its complement.
        expected[6] = 0x21
        expected[7] = 0x0D
        #expect(bench.handle(.stopping).first == .sendAdvert(Bench.id, payload: expected))
    }

    @Test("addresses that do not hold: priority 0, and the next election after any backup's skew")
    func addressesLost() {
        var bench = Bench.master()
        let actions = bench.handle(.addressesLost(Bench.id))
        #expect(actions.advertPriorities == [0])
        #expect(actions.transitions == ["VI_1 BACKUP"])
        #expect(bench.untilTakeover == .microseconds(1_609_375))
        #expect(bench.expire().contains(.addAddresses(Bench.id)))
        #expect(bench.handle(.addressesLost(RouterID("none"))).isEmpty)
    }

    @Test("of two masters that meet a backup follows the better one, and the other's priority 0 is not for it")
    func mastersMeet() {
        var bench = Bench.backup()
        _ = bench.hear(priority: 200)
        bench.pass(.milliseconds(100))
        _ = bench.hear(priority: 150, from: Bench.low)
        _ = bench.hear(priority: 0, from: Bench.low)
        #expect(bench.status().masterAddress == Bench.peer)
        #expect(bench.untilTakeover == .microseconds(3_509_375))
        // The better one has been silent for more than its interval: it may have gone.
        bench.pass(.milliseconds(950))
        _ = bench.hear(priority: 150, from: Bench.low)
        #expect(bench.status().masterAddress == Bench.low)
        #expect(bench.untilTakeover == .microseconds(3_609_375))
        // A better one is followed at once.
        _ = bench.hear(priority: 200)
        #expect(bench.status().masterAddress == Bench.peer)
        // It has become a worse one meanwhile.
        _ = bench.hear(priority: 50)
        _ = bench.hear(priority: 150, from: Bench.low)
        #expect(bench.status().masterAddress == Bench.low)
    }

    @Test("when the better one of two masters resigns, the other one that was heard is followed")
    func otherMaster() {
        var bench = Bench.backup()
        _ = bench.hear(priority: 200)
        bench.pass(.milliseconds(100))
        _ = bench.hear(priority: 150, from: Bench.low)
        bench.pass(.milliseconds(500))
        _ = bench.hear(priority: 0)
        #expect(bench.status().masterAddress == Bench.low)
        #expect(bench.status().masterPriority == 150)
        #expect(bench.untilTakeover == .microseconds(3_109_375))
        // One that has resigned itself is nobody to follow.
        var alone = Bench.backup()
        _ = alone.hear(priority: 200)
        _ = alone.hear(priority: 150, from: Bench.low)
        _ = alone.hear(priority: 0, from: Bench.low)
        _ = alone.hear(priority: 0)
        #expect(alone.untilTakeover == .microseconds(609_375))
    }

    // MARK: Lateness

    @Test("a master down timer that is handled late waits once more for the adverts that we have not read")
    func lateTimer() {
        var bench = Bench.backup()
        let late = bench.expire(late: .seconds(30))
        #expect(late.deeds.isEmpty)
        #expect(
            late.messages == ["(VI_1) master down timer handled 30000 ms late - reading adverts first"])
        #expect(bench.untilTakeover == .seconds(1) + .microseconds(609_375))
        // The queued adverts are read: nothing happened.
        _ = bench.hear(priority: 200)
        #expect(bench.untilTakeover == .microseconds(3_609_375))
        #expect(bench.statistics.lateDeadlines == 1)
        #expect(bench.statistics.largestLateness == .seconds(30))
    }

    @Test("the wait for unread adverts is granted once per silence")
    func lateAgain() {
        var bench = Bench.backup()
        #expect(bench.expire(late: .seconds(30)).transitions.isEmpty)
        #expect(bench.expire(late: .seconds(30)).transitions == ["VI_1 MASTER"])
    }

    @Test(
        "a timer within a fiftieth of the interval takes over; a later one waits as long as it was late",
        arguments: [
            (.seconds(1), .milliseconds(20), nil), (.seconds(1), .milliseconds(21), .milliseconds(21)),
            (.seconds(1), .milliseconds(999), .milliseconds(999)), (.seconds(10), .milliseconds(200), nil),
        ] as [(Duration, Duration, Duration?)])
    func slightlyLate(interval: Duration, lateness: Duration, wait: Duration?) {
        var bench = Bench.backup(Bench.configuration { $0.advertInterval = interval })
        #expect(bench.expire(late: lateness).transitions == (wait == nil ? ["VI_1 MASTER"] : []))
        #expect(bench.untilTakeover == wait)
    }

    @Test("a master that is late says so, once, and sends at once")
    func lateMaster() {
        var bench = Bench.master()
        let actions = bench.expire(late: .milliseconds(2500))
        #expect(actions.advertPriorities == [100])
        #expect(actions.loudMessages == ["(VI_1) advert sent 2500 ms late"])
        #expect(bench.untilAdvert == .seconds(1))
        #expect(bench.expire(late: .milliseconds(2500)).loudMessages.isEmpty)
    }

    @Test("priority 0 counts only from the master that is followed: another one that goes leaves it in place")
    func resignationOfAnother() {
        var bench = Bench.backup()
        _ = bench.hear(priority: 150)
        bench.pass(.milliseconds(100))
        let before = bench.untilTakeover
        _ = bench.hear(priority: 0, from: Bench.low)
        #expect(bench.untilTakeover == before)
        _ = bench.hear(priority: 0)
        #expect(bench.untilTakeover == .microseconds(609_375))
    }
}
