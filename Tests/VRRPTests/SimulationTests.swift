import Addressing
import TestKit
import Testing
import Timing
import VRRP

/// Random failures on a simulated segment. Set a seed that was printed as the argument to see a failure again.
@Suite("Simulated segments")
struct SimulationTests {
    static let a = RouterID("A")
    static let b = RouterID("B")

    /// What a segment is made of.
    struct Setting: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var hosts: Int
        var version = RouterConfiguration.Version.v2
        var interval = Duration.seconds(1)
        var isGrouped = false
        var isUnicast = false
        var samePriority = false
        var preempts = true

        /// The longest that a segment may need to agree after the last disturbance: every backup of a group may have
        /// to wait twice, once for itself and once for the others, and a failed election is repeated once.
        var patience: Duration {
            let down = ElectionTimers.masterDown(version: version, priority: 1, masterInterval: interval)
            return down * (isGrouped ? 4 : 2) + interval * 2
        }

        func routers(of host: Int) -> [RouterConfiguration] {
            let priority: UInt8 = samePriority ? 100 : UInt8(100 + 10 * host)
            let members: [(RouterID, UInt8, UInt8)] = [
                (SimulationTests.a, 1, priority),
                (SimulationTests.b, 2, isGrouped || samePriority ? priority : 200 - priority),
            ]
            return members.map { id, vrid, priority in
                var router = RouterConfiguration(
                    id: id, virtualRouterID: vrid, version: version, priority: priority,
                    addresses: [.v4(IPv4Address(10, 0, 1, vrid))])
                router.interface = "eth0"
                router.advertInterval = interval
                router.preempts = preempts
                router.trackers = [.init(.interface("eth0")), .init(.script("s"), weight: -50)]
                if version == .v2 { router.password = Array("1111".utf8) }
                if isUnicast {
                    router.delivery = .unicast(
                        peers: (0..<hosts).filter { $0 != host }.map { .init(address: .v4(Self.address(of: $0))) },
                        ttl: 255, checksSource: true)
                }
                return router
            }
        }

        var groups: [SyncGroupConfiguration] {
            isGrouped ? [SyncGroupConfiguration(name: "G", members: [SimulationTests.a, SimulationTests.b])] : []
        }

        static func address(of host: Int) -> IPv4Address { IPv4Address(10, 0, 0, UInt8(1 + host)) }

        func segment(seed: UInt64) -> SimulatedLAN {
            var lan = SimulatedLAN(seed: seed)
            for host in 0..<hosts {
                _ = lan.add(
                    "ds\(host + 1)", address: Self.address(of: host), routers: routers(of: host), groups: groups)
            }
            return lan
        }
    }

    static let settings: [Setting] = [
        Setting(testDescription: "a pair", hosts: 2),
        Setting(testDescription: "a pair of equal priority", hosts: 2, samePriority: true),
        Setting(testDescription: "a pair with nopreempt", hosts: 2, preempts: false),
        Setting(testDescription: "five hosts", hosts: 5),
        Setting(testDescription: "a pair, version 3 at 100 ms", hosts: 2, version: .v3, interval: .milliseconds(100)),
        Setting(testDescription: "three hosts, unicast, version 3", hosts: 3, version: .v3, isUnicast: true),
        Setting(testDescription: "three hosts with sync groups", hosts: 3, isGrouped: true),
        Setting(
            testDescription: "a pair with sync groups, version 3 at 100 ms", hosts: 2, version: .v3,
            interval: .milliseconds(100), isGrouped: true),
    ]

    @Test("a quiet segment has one master, the one with the highest priority, and stays with it", arguments: settings)
    func quiet(setting: Setting) {
        var lan = setting.segment(seed: 1)
        lan.startAll()
        lan.run(for: setting.patience)
        let before = lan.masters(of: Self.a)
        #expect(lan.disagreement(about: Self.a) == nil)
        #expect(lan.disagreement(about: Self.b) == nil)
        // Equal priorities: the highest address; without preemption whoever was first.
        if setting.preempts { #expect(before == [0: [setting.hosts - 1]]) }
        lan.run(for: setting.interval * 300)
        #expect(lan.masters(of: Self.a) == before)
        #expect(lan.hosts[before[0]?.first ?? 0].routers.status(of: Self.a)?.statistics.becameMaster == 1)
        #expect(lan.violations.isEmpty, "\(lan.violations)")
    }

    @Test("after the master is killed there is one within the master down interval of the next", arguments: settings)
    func killedMaster(setting: Setting) throws {
        for seed in 0..<20 as Range<UInt64> {
            var lan = setting.segment(seed: seed)
            lan.startAll()
            lan.run(for: setting.patience + .milliseconds(Int64(seed) * 37))
            let master = try #require(lan.masters(of: Self.a)[0]?.first)
            lan.kill(master)
            let next = setting.samePriority ? 100 : 100 + 10 * (setting.hosts - (master == setting.hosts - 1 ? 2 : 1))
            let down = ElectionTimers.masterDown(
                version: setting.version, priority: UInt8(next), masterInterval: setting.interval)
            // In a group the two routers expire within a travel time of each other.
            lan.run(for: down + .milliseconds(1))
            #expect(lan.masters(of: Self.a)[0]?.count == 1, "seed \(seed)")
            #expect(lan.violations.isEmpty, "seed \(seed): \(lan.violations)")
        }
    }

    @Test("after a clean stop there is one within the skew", arguments: settings)
    func stoppedMaster(setting: Setting) throws {
        var lan = setting.segment(seed: 3)
        lan.startAll()
        lan.run(for: setting.patience)
        let master = try #require(lan.masters(of: Self.a)[0]?.first)
        lan.stop(master)
        let skew = ElectionTimers.skew(version: setting.version, priority: 100, masterInterval: setting.interval)
        // A member of a group waits for the others, whose skew may be longer by a travel time.
        lan.run(for: setting.isGrouped ? setting.patience : skew + .milliseconds(1))
        #expect(lan.masters(of: Self.a)[0]?.count == 1)
        #expect(lan.violations.isEmpty, "\(lan.violations)")
    }

    @Test(
        "random failures: whatever happened, a segment left alone agrees, and no rule is ever broken",
        arguments: settings)
    func chaos(setting: Setting) {
        let seed = UInt64.random(in: 0 ... .max)
        var lan = setting.segment(seed: seed)
        lan.startAll()
        for round in 0..<60 {
            disturb(&lan, setting: setting, seed: seed)
            settle(&lan, setting: setting)
            for id in [Self.a, Self.b] {
                #expect(lan.disagreement(about: id) == nil, "seed \(seed) round \(round)")
            }
            #expect(lan.violations.isEmpty, "seed \(seed) round \(round): \(lan.violations)")
            if lan.violations.isEmpty, lan.disagreement(about: Self.a) == nil, lan.disagreement(about: Self.b) == nil {
                continue
            }
            return
        }
        #expect(lan.steps > 500, "seed \(seed)")
    }

    /// A few failures at random moments, with loss.
    private func disturb(_ lan: inout SimulatedLAN, setting: Setting, seed: UInt64) {
        lan.loss = [0, 0.1, 0.5].randomElement(using: &lan.random) ?? 0
        for _ in 0..<Int.random(in: 1...8, using: &lan.random) {
            let host = Int.random(in: 0..<setting.hosts, using: &lan.random)
            let id = Bool.random(using: &lan.random) ? Self.a : Self.b
            switch Int.random(in: 0..<11, using: &lan.random) {
            case 0: lan.kill(host)
            case 1: lan.stop(host)
            case 2: lan.start(host)
            case 3: lan.pause(host)
            case 4: lan.resume(host, timersFirst: Bool.random(using: &lan.random))
            case 5: lan.setInterface(of: host, isUp: Bool.random(using: &lan.random))
            case 6: lan.setScript("s", of: host, isUp: Bool.random(using: &lan.random))
            case 7: lan.removeAddresses(of: id, from: host)
            case 8: lan.partition((0..<setting.hosts).map { _ in Int.random(in: 0...1, using: &lan.random) })
            case 9: lan.setTimerJitter(setting.interval * Int.random(in: 0...2, using: &lan.random) / 2, of: host)
            default: reload(&lan, host, setting: setting, seed: seed)
            }
            lan.run(for: setting.patience * Double.random(in: 0...0.5, using: &lan.random))
        }
    }

    /// A reload with other priorities and addresses, perhaps without one of the routers.
    private func reload(_ lan: inout SimulatedLAN, _ host: Int, setting: Setting, seed: UInt64) {
        var routers = setting.routers(of: host)
        let change = UInt8.random(in: 0...30, using: &lan.random)
        for index in routers.indices {
            routers[index].priority += change
            if Bool.random(using: &lan.random) { routers[index].addresses.append(.v4(IPv4Address(10, 0, 2, 1))) }
        }
        if !setting.isGrouped, lan.random.chance(0.3) { routers.removeLast() }
        _ = lan.reload(host, routers: routers, groups: setting.groups)
        #expect(lan.reload(host, routers: routers, groups: setting.groups).isEmpty, "seed \(seed) at \(lan.now)")
    }

    /// Loss ends, paused processes go on, some failures stay.
    private func settle(_ lan: inout SimulatedLAN, setting: Setting) {
        lan.loss = 0
        for host in lan.hosts.indices {
            lan.resume(host)
            lan.setTimerJitter(.zero, of: host)
            if lan.hosts[host].process == .dead, Bool.random(using: &lan.random) { lan.start(host) }
            if Bool.random(using: &lan.random) { lan.setInterface(of: host, isUp: true) }
        }
        if Bool.random(using: &lan.random) { lan.partition(lan.hosts.map { _ in 0 }) }
        lan.run(for: setting.patience)
    }

    @Test("a backup that was stopped does not take over from a living master when it goes on")
    func pausedBackup() throws {
        let setting = Self.settings[0]
        for tenths in 1...100 {
            for timersFirst in [false, true] {
                var lan = setting.segment(seed: UInt64(tenths))
                lan.startAll()
                lan.run(for: setting.patience)
                #expect(lan.masters(of: Self.a) == [0: [1]])
                lan.pause(0)
                let deadline = try #require(lan.hosts[0].routers.status(of: Self.a)?.masterDownDeadline)
                lan.run(for: .milliseconds(137 * tenths))
                // A shell that handles timers first can only be helped when it is late.
                let lateness = lan.now - deadline
                if timersFirst, lateness >= .zero, lateness <= setting.interval / 50 { continue }
                lan.resume(0, timersFirst: timersFirst)
                lan.run(for: .seconds(20))
                let statistics = lan.hosts[0].routers.status(of: Self.a)?.statistics
                #expect(statistics?.becameMaster == 0, "after \(tenths) x 137 ms, timers first: \(timersFirst)")
                #expect(lan.masters(of: Self.a) == [0: [1]])
            }
        }
    }

    @Test("a partition has a master on each side, and one after it heals")
    func partitioned() {
        let setting = Self.settings[3]
        var lan = setting.segment(seed: 5)
        lan.startAll()
        lan.run(for: setting.patience)
        lan.partition([0, 0, 1, 1, 1])
        lan.run(for: setting.patience)
        #expect(lan.masters(of: Self.a) == [0: [1], 1: [4]])
        lan.partition([0, 0, 0, 0, 0])
        lan.run(for: setting.patience)
        #expect(lan.masters(of: Self.a) == [0: [4]])
        #expect(lan.violations.isEmpty, "\(lan.violations)")
    }

    @Test("forged adverts on the segment change no state and silence nobody")
    func forgedAdverts() {
        let setting = Self.settings[0]
        var lan = setting.segment(seed: 6)
        lan.startAll()
        lan.run(for: setting.patience)
        let sent = lan.hosts[1].routers.status(of: Self.a)?.statistics.advertsSent ?? 0
        let group = IPAddress.v4(IPv4Address(224, 0, 0, 18))
        let attacker = IPAddress.v4(IPv4Address(10, 0, 0, 250))
        var forged = Advert(
            version: .v2, virtualRouterID: 1, priority: 255, interval: .seconds(1), addresses: [],
            authentication: .password(Array("9999".utf8)))
        for _ in 0..<1000 {
            forged.priority = UInt8.random(in: 0...255, using: &lan.random)
            for host in 0...1 {
                lan.inject(
                    Datagram(
                        interface: "eth0", source: attacker, destination: group, ttl: 255,
                        payload: forged.encoded(source: attacker, destination: group), router: Self.a), to: host)
            }
            lan.run(for: .milliseconds(100))
        }
        #expect(lan.masters(of: Self.a) == [0: [1]])
        let status = lan.hosts[1].routers.status(of: Self.a)
        #expect(status?.statistics.advertsSent == sent + 100)
        #expect(status?.statistics.authenticationFailures == 1000)
        #expect(status?.statistics.becameMaster == 1)
    }

    @Test("a priority that a script takes away moves the master, and back")
    func demotion() {
        let setting = Self.settings[0]
        var lan = setting.segment(seed: 7)
        lan.startAll()
        lan.run(for: setting.patience)
        #expect(lan.masters(of: Self.a) == [0: [1]])
        lan.setScript("s", of: 1, isUp: false)
        lan.run(for: setting.patience)
        #expect(lan.masters(of: Self.a) == [0: [0]])
        lan.setScript("s", of: 1, isUp: true)
        lan.run(for: setting.patience)
        #expect(lan.masters(of: Self.a) == [0: [1]])
    }
}
