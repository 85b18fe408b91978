import Addressing
import IPVS
import TestKit
import Testing

@Suite("The planner")
struct PlannerTests {
    private let http = VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80), scheduler: "rr")
    private let mark = VirtualService(id: .firewallMark(1, .ipv4))

    private func server(_ last: UInt8, weight: Int32 = 1) -> Destination {
        Destination(
            id: .init(address: .v4(IPv4Address(10, 1, 80, last)), port: 80), forwarding: .directRouting, weight: weight)
    }

    @Test("an empty kernel gets every service with its destinations, in listing order")
    func fromNothing() {
        let desired = Table([
            Pool(service: mark, destinations: [server(3)]), Pool(service: http, destinations: [server(2), server(1)]),
        ])
        #expect(
            Planner.plan(desired: desired, actual: Table(), owned: []) == [
                .addService(http), .addDestination(http.id, server(2)), .addDestination(http.id, server(1)),
                .addService(mark), .addDestination(mark.id, server(3)),
            ])
    }

    @Test("what is the same gives no command, in whatever order the kernel lists it")
    func nothingToDo() {
        let desired = Table([Pool(service: http, destinations: [server(1), server(2)])])
        let actual = Table([Pool(service: http, destinations: [server(2), server(1)])])
        #expect(Planner.plan(desired: desired, actual: actual, owned: [http.id]) == [])
    }

    @Test("a changed service and a changed destination are edited in place")
    func edits() {
        var changed = http
        changed.scheduler = "wlc"
        let forwarding = Destination(id: server(2).id, forwarding: .masquerading)
        let desired = Table([
            Pool(service: changed, destinations: [server(1, weight: 5), forwarding, server(3)])
        ])
        let actual = Table([Pool(service: http, destinations: [server(1), server(2), server(3)])])
        #expect(
            Planner.plan(desired: desired, actual: actual, owned: []) == [
                .editService(changed), .editDestination(http.id, server(1, weight: 5)),
                .editDestination(http.id, forwarding),
            ])
    }

    @Test("new destinations come before old ones go")
    func addBeforeDelete() {
        let desired = Table([Pool(service: http, destinations: [server(2)])])
        let actual = Table([Pool(service: http, destinations: [server(1)])])
        #expect(
            Planner.plan(desired: desired, actual: actual, owned: []) == [
                .addDestination(http.id, server(2)), .deleteDestination(http.id, server(1).id),
            ])
    }

    @Test("a destination gets its weight before another one loses it: a pool of drained servers serves nobody")
    func weightBeforeDrain() {
        let actual = Table([Pool(service: http, destinations: [server(1), server(2), server(9, weight: 0)])])
        let desired = Table([
            Pool(service: http, destinations: [server(1, weight: 0), server(2, weight: 0), server(9)])
        ])
        #expect(
            Planner.plan(desired: desired, actual: actual, owned: []) == [
                .editDestination(http.id, server(9)), .editDestination(http.id, server(1, weight: 0)),
                .editDestination(http.id, server(2, weight: 0)),
            ])
        #expect(
            Planner.plan(desired: actual, actual: desired, owned: []) == [
                .editDestination(http.id, server(1)), .editDestination(http.id, server(2)),
                .editDestination(http.id, server(9, weight: 0)),
            ])
    }

    @Test("a service that is not wanted goes only when it is owned, after the others are in place")
    func ownership() {
        let actual = Table([Pool(service: http, destinations: [server(1)])])
        #expect(Planner.plan(desired: Table(), actual: actual, owned: []) == [])
        let desired = Table([Pool(service: mark)])
        #expect(
            Planner.plan(desired: desired, actual: actual, owned: [http.id]) == [
                .addService(mark), .deleteService(http.id),
            ])
        #expect(Planner.plan(desired: Table(), actual: Table(), owned: [http.id]) == [])
    }

    @Test("a destination that is wanted twice is added once")
    func duplicates() {
        let desired = Table([Pool(service: http, destinations: [server(1), server(1, weight: 9)])])
        #expect(
            Planner.plan(desired: desired, actual: Table(), owned: []) == [
                .addService(http), .addDestination(http.id, server(1)),
            ])
    }

    @Test(
        "for random tables a plan leads to what is wanted and never empties a pool",
        arguments: 1...200 as ClosedRange<UInt64>)
    func properties(seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        let desired = random.table()
        let actual = random.table()
        let owned = Set(actual.pools.keys.filter { _ in random.random.chance(0.5) })
        let foreign = actual.pools.filter { desired.pools[$0.key] == nil && !owned.contains($0.key) }

        let kernel = FakeKernel()
        kernel.ipvs.table = actual
        let client = try kernel.ipvsClient()
        var problems: [String] = []
        kernel.onChange = { table in
            let pools = table.table.pools
            for (id, pool) in desired.pools {
                let hadServers = actual.pools[id]?.destinations.isEmpty == false
                if hadServers, !pool.destinations.isEmpty, pools[id]?.destinations.isEmpty != false {
                    problems.append("\(id) is empty in between")
                }
                if actual.pools[id]?.takesTraffic == true, pool.takesTraffic, pools[id]?.takesTraffic != true {
                    problems.append("nobody takes the traffic of \(id) in between")
                }
            }
            for (id, pool) in foreign where pools[id] != nil {
                if pools[id].map({ Set($0.destinations) }) != Set(pool.destinations) {
                    problems.append("\(id) was touched")
                }
            }
            if !Set(foreign.keys).isSubset(of: pools.keys) { problems.append("a foreign service is gone") }
        }
        let plan = Planner.plan(desired: desired, actual: actual, owned: owned)
        #expect(plan == Planner.plan(desired: desired, actual: actual, owned: owned))
        #expect(client.apply(plan) == [], "seed \(seed)")
        #expect(problems == [], "seed \(seed)")

        let result = kernel.ipvs.table
        #expect(Set(result.pools.keys) == Set(desired.pools.keys).union(foreign.keys), "seed \(seed)")
        for (id, pool) in desired.pools {
            #expect(result.pools[id]?.service == pool.service, "seed \(seed)")
            #expect(result.pools[id].map { Set($0.destinations) } == Set(pool.destinations), "seed \(seed)")
        }
        for (id, pool) in foreign { #expect(result.pools[id]?.service == pool.service, "seed \(seed)") }
        #expect(Planner.plan(desired: desired, actual: result, owned: owned) == [], "seed \(seed)")
    }

    @Test("a destination that stays is neither deleted nor added", arguments: 201...300 as ClosedRange<UInt64>)
    func keepsWhatStays(seed: UInt64) {
        var random = RandomTables(seed: seed)
        let (desired, actual) = (random.table(), random.table())
        for command in Planner.plan(desired: desired, actual: actual, owned: Set(actual.pools.keys)) {
            switch command {
            case .addService(let service): #expect(actual.pools[service.id] == nil, "seed \(seed)")
            case .deleteService(let id): #expect(desired.pools[id] == nil, "seed \(seed)")
            case .addDestination(let id, let destination):
                #expect(actual.pools[id]?.destinations.contains { $0.id == destination.id } != true, "seed \(seed)")
            case .deleteDestination(let id, let destination):
                #expect(desired.pools[id]?.destinations.contains { $0.id == destination } == false, "seed \(seed)")
            case .editService(let service): #expect(actual.pools[service.id]?.service != service, "seed \(seed)")
            case .editDestination(let id, let destination):
                #expect(actual.pools[id]?.destinations.contains(destination) == false, "seed \(seed)")
            default: Issue.record("a plan has no \(command)")
            }
        }
    }
}

extension Pool {
    fileprivate var takesTraffic: Bool { destinations.contains { $0.weight > 0 } }
}
