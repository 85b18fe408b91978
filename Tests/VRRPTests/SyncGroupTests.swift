import Addressing
import Testing
import Timing
import VRRP

@Suite("Sync groups")
struct SyncGroupTests {
    static let a = RouterID("A")
    static let b = RouterID("B")

    static func bench(
        priorities: (UInt8, UInt8) = (100, 100), allowsWeights: Bool = false,
        trackers: [RouterConfiguration.Tracker] = []
    ) -> Bench {
        Bench(
            [
                Bench.configuration("A", vrid: 1, priority: priorities.0) { $0.trackers = trackers },
                Bench.configuration("B", vrid: 2, priority: priorities.1),
            ], groups: [SyncGroupConfiguration(name: "G", members: [a, b], allowsTrackingWeights: allowsWeights)])
    }

    static func master() -> Bench {
        var bench = bench()
        _ = bench.start()
        _ = bench.expire()
        return bench
    }

    @Test("at start the group is reported before its members")
    func start() {
        var bench = Self.bench()
        #expect(bench.start().transitions == ["group G BACKUP", "A BACKUP", "B BACKUP"])
    }

    @Test(
        "a group that waited for a script is reported after its members",
        arguments: [(true, "BACKUP"), (false, "FAULT")])
    func startAfterScript(isUp: Bool, state: String) {
        var bench = Self.bench(trackers: [RouterConfiguration.Tracker(.script("s"), weight: 0)])
        #expect(bench.start().transitions.isEmpty)
        bench.pass(.seconds(1))
        let actions = bench.handle(.scriptChanged(name: "s", isUp: isUp))
        #expect(actions.transitions == ["A \(state)", "B \(state)", "group G \(state)"])
    }

    @Test("a group is master when the last member's timer has expired; the early one waits again")
    func agreement() {
        var bench = Self.bench(priorities: (200, 100))
        _ = bench.start()
        let early = bench.expire()
        #expect(early.transitions.isEmpty)
        #expect(bench.status("A").wantsMaster)
        #expect(bench.status("A").masterDownDeadline == bench.now + .seconds(3) + .milliseconds(218.75))
        let last = bench.expire()
        #expect(last.transitions == ["B MASTER", "A MASTER", "group G MASTER"])
        #expect(
            last.loudMessages == [
                "(B) Entering MASTER STATE", "VRRP_Group(G) Syncing instances to MASTER state",
                "(A) Entering MASTER STATE",
            ])
        #expect(bench.routers.groupStatus == [SyncGroupStatus(name: "G", state: .master, members: [Self.a, Self.b])])
    }

    @Test("a group stays backup while one member hears a master that it does not beat")
    func disagreement() {
        var bench = Self.bench()
        _ = bench.start()
        for _ in 0..<60 {
            bench.pass(.seconds(1))
            _ = bench.hear("B", priority: 150)
            if let deadline = bench.routers.nextDeadline, deadline <= bench.now {
                #expect(bench.handle(.deadlineReached).transitions.isEmpty)
            }
        }
        #expect(bench.status("A").state == .backup)
    }

    @Test("one member that yields takes all to BACKUP, without priority 0")
    func yields() {
        var bench = Self.master()
        let actions = bench.hear("A", priority: 150)
        #expect(actions.transitions == ["A BACKUP", "B BACKUP", "group G BACKUP"])
        #expect(actions.advertPriorities.isEmpty)
        #expect(actions.loudMessages.contains("VRRP_Group(G) Syncing instances to BACKUP state"))
        #expect(actions.contains(.removeAddresses(Self.b)))
    }

    @Test("one member's fault takes all to FAULT; they leave it together")
    func fault() {
        var bench = Self.master()
        let actions = bench.handle(.sourceAddressChanged(Self.a, nil))
        #expect(actions.transitions == ["A FAULT", "B FAULT", "group G FAULT"])
        #expect(actions.advertPriorities == [0, 0])
        #expect(bench.status("B").faults == [.syncGroup("G")])
        #expect(bench.handle(.sourceAddressChanged(Self.b, nil)).transitions.isEmpty)
        #expect(bench.handle(.sourceAddressChanged(Self.a, Bench.own)).transitions.isEmpty)
        #expect(
            bench.handle(.sourceAddressChanged(Self.b, Bench.own)).transitions == [
                "A BACKUP", "B BACKUP", "group G BACKUP",
            ])
    }

    @Test("a faulty member at start faults the group")
    func faultAtStart() {
        var bench = Self.bench()
        _ = bench.handle(.sourceAddressChanged(Self.b, nil))
        #expect(bench.start().transitions == ["A FAULT", "B FAULT", "group G FAULT"])
    }

    @Test("a pending script of one member holds the whole group")
    func held() {
        var bench = Self.bench(trackers: [.init(.script("s"))])
        #expect(bench.start().transitions.isEmpty)
        #expect(
            bench.handle(.scriptChanged(name: "s", isUp: true)).transitions == [
                "group G BACKUP", "A BACKUP", "B BACKUP",
            ])
    }

    @Test("addresses lost by one member send priority 0 for all masters, and the group wins the next election")
    func addressesLost() {
        var bench = Self.master()
        let actions = bench.handle(.addressesLost(Self.b))
        #expect(actions.advertPriorities == [0, 0])
        #expect(actions.transitions == ["B BACKUP", "A BACKUP", "group G BACKUP"])
        #expect(bench.expire().transitions == ["B MASTER", "A MASTER", "group G MASTER"])
    }

    @Test("a master that resigns to one member makes all announce, for its other routers leave in silence")
    func resignation() {
        var bench = Self.master()
        bench.pass(.seconds(2))
        let actions = bench.hear("A", priority: 0)
        #expect(actions.contains(.announceAddresses(Self.a, count: 5)))
        #expect(actions.contains(.announceAddresses(Self.b, count: 5)))
    }

    @Test("a lower priority heard by one member makes all announce")
    func lowerPriority() {
        var bench = Self.master()
        let actions = bench.hear("A", priority: 50)
        #expect(actions.contains(.announceAddresses(Self.a, count: 5)))
        #expect(actions.contains(.announceAddresses(Self.b, count: 5)))
    }

    @Test("weights count in a group only with sync_group_tracking_weight")
    func weights() {
        for allowed in [false, true] {
            var bench = Self.bench(allowsWeights: allowed, trackers: [.init(.script("s"), weight: -50)])
            let warning = "(A) ignoring tracked script s with weights due to SYNC group"
            #expect(bench.start().messages.contains(warning) == !allowed)
            _ = bench.handle(.scriptChanged(name: "s", isUp: false))
            #expect(bench.status("A").effectivePriority == (allowed ? 50 : 100))
        }
    }

    @Test("a group of owners is master at once, a mixed group starts as backup")
    func owners() {
        var owners = Self.bench(priorities: (255, 255))
        #expect(owners.start().transitions == ["A MASTER", "B MASTER", "group G MASTER"])
        var mixed = Self.bench(priorities: (255, 100))
        #expect(mixed.start().transitions == ["group G BACKUP", "A BACKUP", "B BACKUP"])
        #expect(mixed.status("A").masterDownDeadline == .epoch + .seconds(1) + .seconds(1) / 256)
    }

    @Test("a clean stop reports members, then the group")
    func stop() {
        var bench = Self.master()
        #expect(bench.handle(.stopping).transitions == ["A STOP", "B STOP", "group G STOP"])
    }

    @Test("members that do not exist or are in another group are left out")
    func membership() {
        let bench = Bench(
            [Bench.configuration("A", vrid: 1), Bench.configuration("B", vrid: 2)],
            groups: [
                SyncGroupConfiguration(name: "G", members: [Self.a, RouterID("none")]),
                SyncGroupConfiguration(name: "H", members: [Self.a, Self.b]),
                SyncGroupConfiguration(name: "empty", members: []),
            ])
        #expect(bench.routers.groupStatus.map(\.members) == [[Self.a], [Self.b]])
    }
}
