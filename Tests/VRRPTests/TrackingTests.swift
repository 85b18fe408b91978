import Addressing
import Testing
import Timing
import VRRP

@Suite("Tracking and FAULT")
struct TrackingTests {
    static func tracking(
        _ trackers: [RouterConfiguration.Tracker], priority: UInt8 = 100,
        _ change: (inout RouterConfiguration) -> Void = { _ in }
    ) -> RouterConfiguration {
        Bench.configuration(priority: priority) {
            $0.trackers = trackers
            change(&$0)
        }
    }

    // MARK: Weights

    @Test(
        "the weight of a script, an interface, a session or a process is granted or taken, reversed or not",
        arguments: [
            (20, false, true, 120), (20, false, false, 100), (-20, false, true, 100), (-20, false, false, 80),
            (20, true, true, 80), (20, true, false, 100), (-20, true, true, 100), (-20, true, false, 120),
            (253, false, true, 254), (-253, false, false, 1),
        ] as [(Int, Bool, Bool, UInt8)])
    func weights(weight: Int, isReversed: Bool, isUp: Bool, expected: UInt8) {
        for subject in [
            RouterConfiguration.Tracker.Subject.script("s"), .interface("eth9"), .session("b"), .process("p"),
        ] {
            var bench = Bench(Self.tracking([.init(subject, weight: weight, isReversed: isReversed)]))
            switch subject {
            case .script(let name): _ = bench.handle(.scriptChanged(name: name, isUp: isUp))
            case .interface(let name): _ = bench.handle(.interfaceChanged(name: name, isUp: isUp))
            case .session(let name): _ = bench.handle(.sessionChanged(name: name, isUp: isUp))
            case .process(let name): _ = bench.handle(.processChanged(name: name, isUp: isUp))
            case .file: break
            }
            _ = bench.start()
            #expect(bench.status().effectivePriority == expected)
            #expect(bench.state == .backup)
        }
    }

    @Test("a BFD session of weight 0 is waited for, faults while it is down, and the other way round when reversed")
    func sessions() {
        for isReversed in [false, true] {
            var bench = Bench(Self.tracking([.init(.session("b"), isReversed: isReversed)]))
            _ = bench.start()
            #expect(bench.state == .initialize)
            #expect(bench.status().pendingSessions == ["b"])
            let good = bench.handle(.sessionChanged(name: "b", isUp: !isReversed))
            #expect(bench.state == .backup)
            #expect(
                good.messages.first == "VRRP_Instance(VI_1) Tracked BFD instance b is \(isReversed ? "DOWN" : "UP")")
            _ = bench.handle(.sessionChanged(name: "b", isUp: isReversed))
            #expect(bench.state == .fault)
            #expect(bench.status().faults == [.session("b")])
            // A session that is gone forbids nothing.
            _ = bench.handle(.sessionChanged(name: "b", isUp: nil))
            #expect(bench.state == .backup)
        }
    }

    @Test("contributions add up before they are clamped")
    func sums() {
        var bench = Bench(
            Self.tracking([.init(.script("a"), weight: 200), .init(.script("b"), weight: -150)]))
        _ = bench.handle(.scriptChanged(name: "a", isUp: true))
        _ = bench.handle(.scriptChanged(name: "b", isUp: false))
        #expect(bench.start().messages.last == "(VI_1) Entering BACKUP STATE (init)")
        #expect(bench.status().effectivePriority == 150)
    }

    @Test("an owner's priority is never altered, and a weight on it is a warning")
    func ownerIsNotAltered() {
        var bench = Bench(Self.tracking([.init(.script("s"), weight: -20)], priority: 255))
        #expect(bench.start().messages.first == "(VI_1) ignoring tracked script s with weights due to address owner")
        _ = bench.handle(.scriptChanged(name: "s", isUp: false))
        #expect(bench.status().effectivePriority == 255)
    }

    @Test("a script with a weight does not hold the router back; without a result it adds nothing")
    func weightedScriptDoesNotHold() {
        var bench = Bench(Self.tracking([.init(.script("s"), weight: 20)]))
        #expect(bench.start().transitions == ["VI_1 BACKUP"])
        #expect(bench.status().effectivePriority == 100)
    }

    @Test("a changed priority is said and shifts the running timer by the skew")
    func shiftsTimer() {
        var bench = Bench.backup(Self.tracking([.init(.script("s"), weight: 64)]))
        bench.pass(.seconds(2))
        let actions = bench.handle(.scriptChanged(name: "s", isUp: true))
        #expect(actions.messages == ["(VI_1) Changing effective priority from 100 to 164"])
        #expect(bench.untilTakeover == .microseconds(3_609_375) - .seconds(2) - .milliseconds(250))
        _ = bench.handle(.scriptChanged(name: "s", isUp: false))
        #expect(bench.untilTakeover == .microseconds(1_609_375))
        #expect(bench.handle(.scriptChanged(name: "s", isUp: false)).isEmpty)
    }

    @Test("a master advertises its new priority from the next advert on")
    func masterPriority() {
        var bench = Bench.master(Self.tracking([.init(.script("s"), weight: -20)]))
        let untilAdvert = bench.untilAdvert
        #expect(
            bench.handle(.scriptChanged(name: "s", isUp: false)).deeds
                == [.priorityChanged(Bench.id, .master, priority: 80)])
        #expect(bench.untilAdvert == untilAdvert)
        #expect(bench.expire().advertPriorities == [80])
        #expect(bench.hear(priority: 90).transitions == ["VI_1 BACKUP"])
    }

    // MARK: Held by scripts

    @Test("a script of weight 0 holds the router until its first result")
    func held() {
        var bench = Bench(Self.tracking([.init(.script("s"))]))
        let start = bench.start()
        #expect(start.messages.isEmpty)
        #expect(start.transitions.isEmpty)
        #expect(bench.routers.nextDeadline == nil)
        #expect(bench.status().pendingScripts == ["s"])
        bench.pass(.seconds(7))
        #expect(bench.hear(priority: 1).isEmpty)
        let actions = bench.handle(.scriptChanged(name: "s", isUp: true))
        #expect(actions.messages == ["(VI_1) Entering BACKUP STATE (init)"])
        #expect(bench.untilTakeover == .microseconds(3_609_375))
    }

    @Test("a failing first result is FAULT with its cause")
    func failsAtStart() {
        var bench = Bench(Self.tracking([.init(.script("s"))]))
        _ = bench.start()
        let actions = bench.handle(.scriptChanged(name: "s", isUp: false))
        #expect(
            actions.messages == [
                "(VI_1): entering FAULT state due to script s", "(VI_1) Entering FAULT STATE (init)",
            ])
        #expect(actions.transitions == ["VI_1 FAULT"])
        #expect(bench.status().faults == [.script("s")])
    }

    @Test("an owner with a pending script is no master yet")
    func ownerHeld() {
        var bench = Bench(Self.tracking([.init(.script("s"))], priority: 255))
        #expect(bench.start().transitions.isEmpty)
        #expect(bench.handle(.scriptChanged(name: "s", isUp: true)).transitions == ["VI_1 MASTER"])
    }

    // MARK: Faults

    @Test("a master whose script fails resigns with priority 0; the recovery starts a fresh timer")
    func scriptFault() {
        var bench = Bench(Self.tracking([.init(.script("s"))]))
        _ = bench.start()
        _ = bench.handle(.scriptChanged(name: "s", isUp: true))
        _ = bench.expire()
        #expect(bench.state == .master)
        let actions = bench.handle(.scriptChanged(name: "s", isUp: false))
        #expect(
            actions.messages == ["(VI_1) sent 0 priority", "(VI_1) Entering FAULT STATE", "(VI_1) removing VIPs."])
        #expect(actions.advertPriorities == [0])
        #expect(
            Array(actions.deeds.dropFirst()) == [
                .removeAddresses(Bench.id), .routerChanged(Bench.id, .fault, priority: 100),
            ])
        #expect(bench.routers.nextDeadline == nil)
        #expect(bench.hear(priority: 1).isEmpty)
        bench.pass(.seconds(60))
        let recovery = bench.handle(.scriptChanged(name: "s", isUp: true))
        #expect(recovery.messages == ["(VI_1) Entering BACKUP STATE"])
        #expect(bench.untilTakeover == .microseconds(3_609_375))
    }

    @Test("with reverse a script that succeeds is the fault")
    func reversedFault() {
        var bench = Bench(Self.tracking([.init(.script("s"), isReversed: true)]))
        _ = bench.start()
        #expect(bench.handle(.scriptChanged(name: "s", isUp: true)).transitions == ["VI_1 FAULT"])
        #expect(bench.handle(.scriptChanged(name: "s", isUp: false)).transitions == ["VI_1 BACKUP"])
    }

    @Test("an interface that goes down faults the router; one that is missing counts as down")
    func interfaceFault() {
        var bench = Bench(Self.tracking([.init(.interface("eth0"))]))
        _ = bench.start()
        let down = bench.handle(.interfaceChanged(name: "eth0", isUp: false))
        #expect(down.messages == ["Netlink reports eth0 down", "(VI_1) Entering FAULT STATE"])
        let up = bench.handle(.interfaceChanged(name: "eth0", isUp: true))
        #expect(up.messages == ["Netlink reports eth0 up", "(VI_1) Entering BACKUP STATE"])

        var missing = Bench(Self.tracking([.init(.interface("eth7"))]))
        #expect(
            missing.start().messages == [
                "(VI_1): entering FAULT state (interface eth7 down)", "(VI_1) Entering FAULT STATE (init)",
            ])
    }

    @Test("an interface that nobody tracks is no news")
    func untrackedInterface() {
        var bench = Bench.backup()
        #expect(bench.handle(.interfaceChanged(name: "wlan0", isUp: false)).isEmpty)
    }

    @Test("without an address to send from the router is in FAULT")
    func noAddress() {
        var bench = Bench.master()
        let actions = bench.handle(.sourceAddressChanged(Bench.id, nil))
        #expect(
            actions.loudMessages == [
                "(VI_1) entering FAULT state (no IPv4 address for interface)", "(VI_1) Entering FAULT STATE",
            ])
        #expect(actions.contains(.removeAddresses(Bench.id)))
        #expect(bench.handle(.sourceAddressChanged(Bench.id, Bench.own)).transitions == ["VI_1 BACKUP"])
    }

    @Test("a master that loses its address resigns from it, once; a backup says nothing")
    func lastWords() {
        var master = Bench.master()
        let actions = master.handle(.sourceAddressChanged(Bench.id, nil))
        #expect(actions.advertPriorities == [0])
        #expect(actions.transitions == ["VI_1 FAULT"])
        #expect(master.statistics.priorityZeroSent == 1)
        var backup = Bench.backup()
        #expect(backup.handle(.sourceAddressChanged(Bench.id, nil)).advertPriorities.isEmpty)
    }

    @Test("a master whose own interface is of no use resigns, and takes part again when it is")
    func obstacle() {
        var bench = Bench.master()
        let obstacle = RouterObstacle(interface: "vrrp.51", reason: "Address already in use")
        let actions = bench.handle(.obstacleChanged(Bench.id, obstacle))
        #expect(actions.advertPriorities == [0])
        #expect(actions.transitions == ["VI_1 FAULT"])
        #expect(actions.contains(.removeAddresses(Bench.id)))
        #expect(bench.status().faults == [.obstacle(obstacle)])
        #expect(bench.handle(.obstacleChanged(Bench.id, obstacle)).isEmpty)
        #expect(bench.handle(.obstacleChanged(Bench.id, nil)).transitions == ["VI_1 BACKUP"])
        var newcomer = Bench(Bench.configuration())
        _ = newcomer.handle(.obstacleChanged(Bench.id, obstacle))
        #expect(newcomer.start().transitions == ["VI_1 FAULT"])
    }

    @Test("a changed source address is what the next tie is broken by")
    func changedAddress() {
        var bench = Bench.master()
        #expect(bench.handle(.sourceAddressChanged(Bench.id, .v4(IPv4Address(10, 1, 80, 200)))).isEmpty)
        _ = bench.hear(priority: 100)
        #expect(bench.state == .master)
    }

    @Test("FAULT lasts until every cause is gone")
    func severalCauses() {
        var bench = Bench(Self.tracking([.init(.script("s")), .init(.interface("eth0"))]))
        _ = bench.start()
        _ = bench.handle(.scriptChanged(name: "s", isUp: false))
        _ = bench.handle(.interfaceChanged(name: "eth0", isUp: false))
        #expect(bench.status().faults == [.script("s"), .interface("eth0")])
        #expect(bench.handle(.scriptChanged(name: "s", isUp: true)).transitions.isEmpty)
        #expect(bench.handle(.interfaceChanged(name: "eth0", isUp: true)).transitions == ["VI_1 BACKUP"])
    }

    @Test("an owner that recovers is master at once")
    func ownerRecovers() {
        var bench = Bench(Self.tracking([.init(.interface("eth0"))], priority: 255))
        _ = bench.start()
        _ = bench.handle(.interfaceChanged(name: "eth0", isUp: false))
        #expect(bench.state == .fault)
        #expect(bench.handle(.interfaceChanged(name: "eth0", isUp: true)).transitions == ["VI_1 MASTER"])
    }
}
