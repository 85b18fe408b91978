import Addressing
import IPVS
import Netlink
import TestKit
import Testing
import Timing

@testable import Director

@Suite struct TableLookTests {
    private func destination(_ last: UInt8, weight: Int32 = 1) -> Destination {
        Destination(
            id: .init(address: .v4(IPv4Address(10, 1, 80, last)), port: 80), forwarding: .directRouting,
            weight: weight)
    }

    private func pool(_ last: UInt8, _ destinations: [Destination], scheduler: String = "wrr") -> Pool {
        Pool(
            service: VirtualService(
                id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, last)), 80), scheduler: scheduler),
            destinations: destinations)
    }

    private func started(_ pools: [Pool]) throws -> (MemoryKernelTable, TableReconciler) {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        _ = try reconciler.reconcile(desired: Table(pools))
        kernel.applied = []
        return (kernel, reconciler)
    }

    @Test("each change is found in one look and told in words")
    func findings() throws {
        let pools = [
            pool(90, [destination(93)]), pool(91, [destination(93), destination(94)]), pool(92, [destination(95)]),
            pool(93, [destination(93)]), pool(94, [destination(93), destination(94)]), pool(95, [destination(93)]),
        ]
        let (kernel, first) = try started(pools)
        var reconciler = first
        #expect(try reconciler.look { true }.isEmpty)
        kernel.table.apply(.deleteService(pools[0].service.id))
        kernel.table.apply(.deleteDestination(pools[1].service.id, destination(94).id))
        kernel.table.apply(.editDestination(pools[2].service.id, destination(95, weight: 77)))
        kernel.table.apply(.editService(pool(93, [], scheduler: "rr").service))
        kernel.table.apply(.deleteService(pools[4].service.id))
        kernel.table.apply(.addService(pools[4].service))
        kernel.table.apply(.addDestination(pools[5].service.id, destination(99)))
        let found = try reconciler.look { true }.sorted { $0.id < $1.id }
        #expect(
            found.map(\.description) == [
                "it was missing", "destination [10.1.80.94]:80 was missing",
                "the weight of [10.1.80.95]:80 was 77 and not 1", "its scheduler was rr and not wrr",
                "it had no destinations", "destination [10.1.80.99]:80 is none of ours",
            ])
        _ = try reconciler.reconcile(pools: pools)
        #expect(kernel.table.sorted == Table(pools).sorted)
        #expect(try reconciler.look { true }.isEmpty)
    }

    @Test("an emptied table is filled again")
    func flushed() throws {
        let pools = (1...40 as ClosedRange<UInt8>).map { pool($0, [destination(93), destination(94)]) }
        let (kernel, first) = try started(pools)
        var reconciler = first
        kernel.table.apply(.flush)
        let found = try reconciler.look { false }
        #expect(found.count == 40)
        _ = try reconciler.reconcile(pools: pools)
        #expect(kernel.table.sorted == Table(pools).sorted)
    }

    @Test("a look without time for all destinations goes on where the last one ended")
    func rounds() throws {
        let pools = (1...40 as ClosedRange<UInt8>).map { pool($0, [destination(93)]) }
        let (kernel, first) = try started(pools)
        var reconciler = first
        for pool in pools { kernel.table.apply(.editDestination(pool.service.id, destination(93, weight: 9))) }
        var found: Set<VirtualService.ID> = []
        var looks = 0
        while found.count < pools.count, looks < 20 {
            let deviations = try reconciler.look { false }
            #expect(deviations.count <= 8)
            for deviation in deviations { #expect(found.insert(deviation.id).inserted) }
            looks += 1
        }
        #expect(looks == 5)
    }

    @Test("other tools' services are no matter of a look")
    func foreign() throws {
        let (kernel, first) = try started([pool(90, [destination(93)])])
        var reconciler = first
        kernel.table.apply(.addService(pool(77, []).service))
        #expect(try reconciler.look { true }.isEmpty)
        #expect(reconciler.foreignServices == 1)
        kernel.table.apply(.addDestination(pool(77, []).service.id, destination(1)))
        #expect(try reconciler.look { true }.isEmpty)
        kernel.table.apply(.deleteService(pool(77, []).service.id))
        #expect(try reconciler.look { true }.isEmpty)
        #expect(reconciler.foreignServices == 0)
        #expect(kernel.applied.isEmpty)
    }
}

@Suite struct RepairPolicyTests {
    private let id = VirtualService.ID.firewallMark(1, .ipv4)
    private func instant(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test("a service that keeps being changed is told of five times, and again after a quiet minute")
    func lines() {
        var policy = RepairPolicy()
        let sayings = (0..<8).map { policy.say(about: id, at: instant(Int64($0))) }
        #expect(sayings == [.found, .found, .found, .found, .foundAndSilent, .nothing, .nothing, .nothing])
        #expect(policy.say(about: .firewallMark(2, .ipv4), at: instant(8)) == .found)
        policy.forgetQuiet(at: instant(30))
        #expect(policy.say(about: id, at: instant(31)) == .nothing)
        policy.forgetQuiet(at: instant(100))
        #expect(policy.say(about: id, at: instant(100)) == .found)
    }

    @Test("a look may take a twentieth of the time; one slow look on a busy host does not put off the next")
    func cost() {
        var policy = RepairPolicy()
        let interval: Duration = .milliseconds(400)
        #expect(policy.pause(afterLookOf: .milliseconds(2), interval: interval) == interval)
        #expect(policy.pause(afterLookOf: .milliseconds(900), interval: interval) == interval)
        #expect(policy.pause(afterLookOf: .milliseconds(2), interval: interval) == interval)
        for _ in 0..<20 { _ = policy.pause(afterLookOf: .milliseconds(100), interval: interval) }
        #expect(policy.pause(afterLookOf: .milliseconds(100), interval: interval) == .seconds(2))
        #expect(policy.pause(afterLookOf: .milliseconds(30), interval: interval) == .milliseconds(600))
    }

    @Test("what the kernel refuses is tried again ever more rarely, up to once a minute")
    func pauses() {
        var policy = RepairPolicy()
        let pauses = (0..<20).map { _ in policy.refused() }
        let first: [Duration] = [1, 2, 4, 8, 16, 32, 60].map { .seconds($0) }
        #expect(Array(pauses.prefix(7)) == first)
        #expect(pauses.last == .seconds(60))
        policy.succeeded()
        #expect(policy.refused() == .seconds(1))
    }
}

@Suite struct ServiceMemoryTests {
    private let services: Set<VirtualService.ID> = [
        .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80), .endpoint(.sctp, .v6(IPv6Address(high: 1, low: 2)), 5060),
        .firewallMark(7, .ipv6),
    ]

    @Test("what a crashed director has left is known to the next one, and to nobody beside one that runs")
    func crash() throws {
        let folder = try TemporaryFolder()
        do {
            let opened = ServiceMemory.open(in: folder.path)
            let memory = try #require(opened.memory)
            #expect(opened.services.isEmpty && opened.problem == nil)
            try memory.write(services)
            let beside = ServiceMemory.open(in: folder.path)
            #expect(beside.services.isEmpty, "the first one runs")
            #expect(beside.memory != nil)
            withExtendedLifetime(memory) {}
        }
        let next = ServiceMemory.open(in: folder.path)
        #expect(next.services == services)
        next.memory?.forget()
    }

    @Test("a clean stop leaves nothing to remember")
    func cleanStop() throws {
        let folder = try TemporaryFolder()
        do {
            let memory = try #require(ServiceMemory.open(in: folder.path).memory)
            try memory.write(services)
            memory.forget()
        }
        #expect(ServiceMemory.open(in: folder.path).services.isEmpty)
    }

    @Test("what belongs to another start or namespace, or is damaged, is not taken")
    func strangers() {
        let text = "heading\ntcp 10.1.80.90 80\nmark 7 ipv4\nmark 0 ipv4\ntcp 10.1.80.900 80\nicmp 10.1.80.90 80\n\n \n"
        #expect(ServiceMemory.services(in: text, heading: "heading").count == 2)
        #expect(ServiceMemory.services(in: text, heading: "another").isEmpty)
        #expect(ServiceMemory.services(in: "", heading: "").isEmpty)
    }
}
