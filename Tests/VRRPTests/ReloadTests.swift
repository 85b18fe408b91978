import Addressing
import TestKit
import Testing
import Timing
import VRRP

@Suite("Reload")
struct ReloadTests {
    static let other = IPAddress.v4(IPv4Address(10, 1, 80, 89))

    private func reload(
        _ bench: inout Bench, _ routers: [RouterConfiguration], _ groups: [SyncGroupConfiguration] = []
    ) -> [RouterAction] {
        bench.routers.replace(routers: routers, groups: groups, at: bench.now)
    }

    @Test("the same configuration gives no action and keeps states, timers and counters")
    func unchanged() {
        let configurations = [Bench.configuration("A", vrid: 1), Bench.configuration("B", vrid: 2)]
        let groups = [SyncGroupConfiguration(name: "G", members: [RouterID("A"), RouterID("B")])]
        var bench = Bench(configurations, groups: groups)
        _ = bench.start()
        for step in 0..<8 {
            bench.pass(.milliseconds(700))
            if let deadline = bench.routers.nextDeadline, deadline <= bench.now { _ = bench.handle(.deadlineReached) }
            let before = [bench.status("A"), bench.status("B")]
            let deadline = bench.routers.nextDeadline
            #expect(reload(&bench, configurations, groups).isEmpty, "step \(step)")
            #expect([bench.status("A"), bench.status("B")] == before)
            #expect(bench.routers.nextDeadline == deadline)
        }
        #expect(bench.status("A").state == .master)
    }

    @Test("before the start a reload is silent and keeps what is known")
    func beforeStart() {
        var bench = Bench(Bench.configuration())
        #expect(reload(&bench, [Bench.configuration(priority: 120)]).isEmpty)
        #expect(bench.start().transitions == ["VI_1 BACKUP"])
        #expect(bench.status().effectivePriority == 120)
        #expect(bench.status().sourceAddress == Bench.own)
    }

    @Test("a master whose priority changed stays master and tells the others at once")
    func priority() {
        var bench = Bench.master()
        let actions = reload(&bench, [Bench.configuration(priority: 120)])
        #expect(actions.advertPriorities == [120])
        #expect(actions.transitions.isEmpty)
        #expect(actions.messages == ["(VI_1) Changing effective priority from 100 to 120"])
        #expect(actions.deeds.contains(.priorityChanged(Bench.id, .master, priority: 120)))
        #expect(bench.state == .master)
        #expect(bench.statistics.becameMaster == 1)
    }

    @Test("a backup's new priority shifts its timer, and no change prolongs it")
    func backupPriority() {
        var bench = Bench.backup()
        bench.pass(.seconds(1))
        _ = reload(&bench, [Bench.configuration(priority: 164)])
        #expect(bench.untilTakeover == .microseconds(2_609_375) - .milliseconds(250))
        let before = bench.untilTakeover
        _ = reload(&bench, [Bench.configuration(priority: 164) { $0.advertInterval = .seconds(10) }])
        #expect(bench.untilTakeover == before)
        _ = reload(&bench, [Bench.configuration(priority: 255)])
        #expect((bench.untilTakeover ?? .zero) < (before ?? .zero))
    }

    @Test("a master whose addresses changed is told to hold the new ones and to announce what is new")
    func addresses() {
        var bench = Bench.master()
        let actions = reload(&bench, [Bench.configuration { $0.addresses.append(Self.other) }])
        #expect(actions.contains(.changeAddresses(Bench.id, announcements: 5)))
        #expect(!actions.contains(.announceAddresses(Bench.id, count: 5)))
        #expect(actions.advertPriorities == [100])
        #expect(bench.state == .master)
        guard
            case .sendAdvert(_, let payload)? = actions.first(where: {
                if case .sendAdvert = $0 { true } else { false }
            })
        else { return }
        #expect(payload[3] == 2)
    }

    @Test("a removed master resigns with priority 0, loses its addresses and reports that it is gone")
    func removed() {
        var bench = Bench([Bench.configuration(), Bench.configuration("VI_2", vrid: 52)])
        _ = bench.start()
        _ = bench.expire()
        let actions = reload(&bench, [Bench.configuration("VI_2", vrid: 52)])
        #expect(actions.advertPriorities == [0])
        #expect(
            Array(actions.deeds.dropFirst()) == [
                .removeAddresses(Bench.id), .routerRemoved(Bench.id, priority: 100),
            ])
        #expect(bench.routers.routers == [RouterID("VI_2")])
        #expect(bench.routers.status(of: Bench.id) == nil)
        #expect(bench.status("VI_2").state == .master)
    }

    @Test("a new router starts as at start")
    func added() {
        var bench = Bench.master()
        _ = bench.handle(.sourceAddressChanged(RouterID("VI_2"), Bench.own))
        let actions = reload(&bench, [Bench.configuration(), Bench.configuration("VI_2", vrid: 52)])
        #expect(
            actions.deeds == [
                .removeAddresses(RouterID("VI_2")), .routerChanged(RouterID("VI_2"), .backup, priority: 100),
            ])
        #expect(bench.state == .master)
    }

    @Test("another virtual router id or interface is another router")
    func otherIdentity() {
        for change in [{ $0.virtualRouterID = 99 }, { $0.interface = "eth1" }] as [(inout RouterConfiguration) -> Void]
        {
            var bench = Bench.master()
            let actions = reload(&bench, [Bench.configuration { change(&$0) }])
            #expect(actions.advertPriorities == [0])
            #expect(actions.transitions == ["VI_1 gone", "VI_1 BACKUP"])
            #expect(bench.statistics.becameMaster == 0)
        }
    }

    @Test("a renamed router stays master")
    func renamed() {
        var bench = Bench.master()
        let actions = reload(&bench, [Bench.configuration("web")])
        #expect(actions.advertPriorities == [100])
        #expect(actions.transitions.isEmpty)
        #expect(actions.contains(.changeAddresses(RouterID("web"), announcements: 5)))
        #expect(bench.status("web").state == .master)
    }

    @Test("a new tracker of an interface that is down faults the router; of an unknown one it does not")
    func newTracker() {
        var bench = Bench.master()
        let unknown = reload(&bench, [Bench.configuration { $0.trackers = [.init(.interface("eth5"))] }])
        #expect(unknown.transitions.isEmpty)
        _ = bench.handle(.interfaceChanged(name: "eth6", isUp: false))
        let down = reload(&bench, [Bench.configuration { $0.trackers = [.init(.interface("eth6"))] }])
        #expect(down.transitions == ["VI_1 FAULT"])
        #expect(down.advertPriorities == [0])
        #expect(reload(&bench, [Bench.configuration()]).transitions == ["VI_1 BACKUP"])
    }

    @Test("a new script of weight 0 does not throw a running router back")
    func newScript() {
        var bench = Bench.master()
        #expect(reload(&bench, [Bench.configuration { $0.trackers = [.init(.script("s"))] }]).transitions.isEmpty)
        #expect(bench.handle(.scriptChanged(name: "s", isUp: false)).transitions == ["VI_1 FAULT"])
    }

    @Test("a master and a backup that are put into one group resign and are elected together")
    func newGroup() {
        let configurations = [Bench.configuration("A", vrid: 1), Bench.configuration("B", vrid: 2)]
        var bench = Bench(configurations)
        _ = bench.start()
        bench.pass(.seconds(1))
        _ = bench.hear("B", priority: 200)
        _ = bench.expire()
        #expect(bench.status("A").state == .master)
        #expect(bench.status("B").state == .backup)
        let groups = [SyncGroupConfiguration(name: "G", members: [RouterID("A"), RouterID("B")])]
        let actions = reload(&bench, configurations, groups)
        #expect(actions.advertPriorities == [0])
        #expect(actions.transitions == ["A BACKUP", "group G BACKUP"])
        var transitions: [String] = []
        for _ in 0..<3 { transitions += bench.expire().transitions }
        #expect(transitions == ["B MASTER", "A MASTER", "group G MASTER"])
    }

    @Test("a member that comes to a group of masters follows when its own timer has expired")
    func joinsMasters() {
        let a = Bench.configuration("A", vrid: 1)
        let b = Bench.configuration("B", vrid: 2)
        var bench = Bench([a], groups: [SyncGroupConfiguration(name: "G", members: [RouterID("A")])])
        _ = bench.start()
        _ = bench.expire()
        _ = bench.handle(.sourceAddressChanged(RouterID("B"), Bench.own))
        let actions = reload(
            &bench, [a, b], [SyncGroupConfiguration(name: "G", members: [RouterID("A"), RouterID("B")])])
        #expect(actions.transitions == ["B BACKUP"])
        #expect(bench.status("A").state == .master)
        #expect(
            reload(&bench, [a, b], [SyncGroupConfiguration(name: "G", members: [RouterID("A"), RouterID("B")])]).isEmpty
        )
        var transitions: [String] = []
        for _ in 0..<5 { transitions += bench.expire().transitions }
        #expect(transitions == ["B MASTER"])
    }

    @Test("a group of masters whose new member follows a better master elsewhere is backup as a whole")
    func joinsMastersAndFollows() {
        let former = [Bench.configuration("A", vrid: 1), Bench.configuration("B", vrid: 2)]
        let groups = [SyncGroupConfiguration(name: "G", members: [RouterID("A"), RouterID("B")])]
        var bench = Bench(former, groups: groups)
        _ = bench.start()
        _ = bench.expire()
        _ = bench.expire()
        #expect(bench.status("B").state == .master)
        let moved = [Bench.configuration("A", vrid: 61), former[1]]
        #expect(reload(&bench, moved, groups).transitions == ["A gone", "A BACKUP"])
        let better = bench.hear("A", priority: 200) { $0.virtualRouterID = 61 }
        #expect(better.transitions == ["B BACKUP", "group G BACKUP"])
        #expect(better.advertPriorities == [0])
        // A worse one is beaten, and the group stays what it is.
        var other = Bench(former, groups: groups)
        _ = other.start()
        _ = other.expire()
        _ = other.expire()
        _ = reload(&other, moved, groups)
        #expect(other.hear("A", priority: 50) { $0.virtualRouterID = 61 }.transitions.isEmpty)
        var transitions: [String] = []
        for _ in 0..<8 { transitions += other.expire().transitions }
        #expect(transitions == ["A MASTER"])
    }

    @Test("a router that leaves a group in FAULT without a cause of its own takes part again")
    func leavesGroup() {
        let configurations = [Bench.configuration("A", vrid: 1), Bench.configuration("B", vrid: 2)]
        let groups = [SyncGroupConfiguration(name: "G", members: [RouterID("A"), RouterID("B")])]
        var bench = Bench(configurations, groups: groups)
        _ = bench.start()
        _ = bench.handle(.sourceAddressChanged(RouterID("A"), nil))
        #expect(bench.status("B").state == .fault)
        #expect(reload(&bench, configurations).transitions == ["B BACKUP"])
        #expect(bench.status("A").state == .fault)
    }

    @Test("a faulty member that is removed lets its group take part again")
    func removesFaultyMember() {
        let configurations = [Bench.configuration("A", vrid: 1), Bench.configuration("B", vrid: 2)]
        var bench = Bench(
            configurations, groups: [SyncGroupConfiguration(name: "G", members: [RouterID("A"), RouterID("B")])])
        _ = bench.start()
        _ = bench.handle(.sourceAddressChanged(RouterID("A"), nil))
        let actions = reload(
            &bench, [configurations[1]], [SyncGroupConfiguration(name: "G", members: [RouterID("B")])])
        #expect(actions.transitions == ["A gone", "B BACKUP", "group G BACKUP"])
    }

    @Test("two routers that swap their ids go on as they were: masters stay masters, nobody resigns")
    func swap() {
        let first = Bench.configuration("A", vrid: 1)
        let second = Bench.configuration("B", vrid: 2) { $0.addresses = [Self.other] }
        var bench = Bench([first, second])
        _ = bench.start()
        while bench.status("A").state != .master || bench.status("B").state != .master { _ = bench.expire() }
        var swapped = [first, second]
        swapped[0].virtualRouterID = 2
        swapped[1].virtualRouterID = 1
        let actions = reload(&bench, swapped)
        #expect(actions.transitions.isEmpty)
        #expect(!actions.advertPriorities.contains(0))
        #expect(bench.status("A").state == .master)
        #expect(bench.status("B").state == .master)
    }

    @Test("when a master and a backup swap their ids, each name is told the state that it has now")
    func swapOfStates() {
        let first = Bench.configuration("A", vrid: 1)
        let second = Bench.configuration("B", vrid: 2) { $0.addresses = [Self.other] }
        var bench = Bench([first, second])
        _ = bench.start()
        bench.pass(.seconds(1))
        _ = bench.hear("B", priority: 200)
        _ = bench.expire()
        var swapped = [first, second]
        swapped[0].virtualRouterID = 2
        swapped[1].virtualRouterID = 1
        #expect(Set(reload(&bench, swapped).transitions) == ["A BACKUP", "B MASTER"])
    }

    @Test("routers that go say farewell apart from what follows, with the sources that follow")
    func farewell() {
        var bench = Bench.master()
        let moved = Bench.configuration { $0.interface = "eth1" }
        let replacement = bench.routers.replacement(
            routers: [moved], groups: [], sources: [Bench.id: Self.other], at: bench.now)
        #expect(replacement.farewell.advertPriorities == [0])
        #expect(replacement.farewell.contains(.removeAddresses(Bench.id)))
        #expect(replacement.actions.advertPriorities.isEmpty)
        #expect(bench.status().sourceAddress == Self.other)
    }

    @Test("after a stop a reload does nothing")
    func stopped() {
        var bench = Bench.master()
        _ = bench.handle(.stopping)
        #expect(reload(&bench, []).isEmpty)
    }
}
