import Addressing
import IPVS
import Netlink
import TestKit
import Testing

@testable import Director

@Suite struct TableReconcilerTests {
    private func destination(_ last: UInt8, weight: Int32 = 1) -> Destination {
        Destination(
            id: .init(address: .v4(IPv4Address(10, 1, 80, last)), port: 80), forwarding: .directRouting,
            weight: weight)
    }

    private func pool(_ last: UInt8, _ destinations: [Destination]) -> Pool {
        Pool(
            service: VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, last)), 80), scheduler: "wrr"),
            destinations: destinations)
    }

    @Test("a change of one pool costs one command and no reading of the table")
    func onePool() throws {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        _ = try reconciler.reconcile(desired: Table([pool(90, [destination(93), destination(95)])]))
        kernel.applied = []
        _ = try reconciler.reconcile(pools: [pool(90, [destination(95)])])
        #expect(kernel.applied == [.deleteDestination(pool(90, []).service.id, destination(93).id)])
        #expect(kernel.reads == 1)
    }

    @Test("what a crash left behind is adopted: only differences are repaired")
    func adoption() throws {
        let kernel = MemoryKernelTable(Table([pool(90, [destination(93), destination(94)])]))
        var reconciler = try TableReconciler(kernel: kernel)
        let desired = Table([pool(90, [destination(93), destination(95)])])
        _ = try reconciler.reconcile(desired: desired)
        #expect(
            kernel.applied == [
                .addDestination(pool(90, []).service.id, destination(95)),
                .deleteDestination(pool(90, []).service.id, destination(94).id),
            ])
        #expect(kernel.table == desired)
    }

    @Test("services of other tools survive a reload and a stop")
    func foreign() throws {
        let foreign = pool(77, [destination(1)])
        let kernel = MemoryKernelTable(Table([foreign]))
        var reconciler = try TableReconciler(kernel: kernel)
        #expect(reconciler.foreignServices == 1)
        _ = try reconciler.reconcile(desired: Table([pool(90, [destination(93)]), pool(91, [])]))
        _ = try reconciler.reconcile(desired: Table([pool(90, [destination(93)])]))
        #expect(Set(kernel.table.pools.keys) == [foreign.service.id, pool(90, []).service.id])
        _ = try reconciler.reconcile(desired: Table())
        #expect(kernel.table == Table([foreign]))
    }

    @Test("a reload that changes nothing writes nothing")
    func unchanged() throws {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        let desired = Table([pool(90, [destination(93)]), pool(91, [destination(93)])])
        _ = try reconciler.reconcile(desired: desired)
        let outcome = try reconciler.reconcile(desired: desired)
        #expect(outcome.commands.isEmpty)
    }

    @Test("what serves does not go when what is to take its place is refused; what does not serve goes")
    func withheldRemoval() throws {
        let kernel = MemoryKernelTable(Table([pool(90, [destination(99), destination(94)])]))
        var reconciler = try TableReconciler(kernel: kernel)
        kernel.refuse { if case .addDestination = $0 { true } else { false } }
        let desired = pool(90, [destination(93)])
        let outcome = try reconciler.reconcile(pools: [desired]) { $1 == destination(99).id }
        #expect(outcome.failures.count == 1)
        #expect(kernel.table == Table([pool(90, [destination(99)])]))
        kernel.refuse { _ in false }
        _ = try reconciler.reconcile(pools: [desired]) { $1 == destination(99).id }
        #expect(kernel.table == Table([desired]))
    }

    @Test("a refusal in one service holds up nothing of another")
    func refusalElsewhere() throws {
        let kernel = MemoryKernelTable(Table([pool(90, [destination(1)]), pool(91, [destination(1)])]))
        var reconciler = try TableReconciler(kernel: kernel)
        kernel.refuse { $0 == .addDestination(pool(90, []).service.id, destination(2)) }
        _ = try reconciler.reconcile(pools: [pool(90, [destination(2)]), pool(91, [destination(2)])]) { _, _ in true }
        #expect(kernel.table == Table([pool(90, [destination(1)]), pool(91, [destination(2)])]))
    }

    @Test("after a refusal the table is read again and the difference made good")
    func refusal() throws {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        kernel.refuse { if case .addDestination = $0 { true } else { false } }
        let desired = Table([pool(90, [destination(93)])])
        #expect(try reconciler.reconcile(desired: desired).failures.count == 1)
        kernel.refuse { _ in false }
        #expect(try reconciler.reconcile(desired: desired).failures.isEmpty)
        #expect(kernel.table == desired)
        #expect(kernel.reads == 2)
    }

    @Test("a service that could not be deleted stays owned, so that the next try deletes it")
    func deletionRefused() throws {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        _ = try reconciler.reconcile(desired: Table([pool(90, [])]))
        kernel.refuse { if case .deleteService = $0 { true } else { false } }
        _ = try reconciler.reconcile(desired: Table())
        kernel.refuse { _ in false }
        _ = try reconciler.reconcile(desired: Table())
        #expect(kernel.table == Table())
    }

    @Test("what is known of the kernel after any change is what it holds")
    func knowledge() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let kernel = MemoryKernelTable(Table([pool(9, [destination(1)])]))
        var reconciler = try TableReconciler(kernel: kernel)
        func randomPool(_ last: UInt8) -> Pool {
            let wanted = (1...9 as ClosedRange<UInt8>).filter { _ in Bool.random(using: &generator) }
            return pool(last, wanted.map { destination($0, weight: .random(in: 0...2, using: &generator)) })
        }
        for _ in 0..<300 {
            if Bool.random(using: &generator) {
                let wanted = (1...3 as ClosedRange<UInt8>).filter { _ in Bool.random(using: &generator) }
                _ = try reconciler.reconcile(desired: Table(wanted.map(randomPool)))
            } else {
                _ = try reconciler.reconcile(pools: [randomPool(.random(in: 1...3, using: &generator))])
            }
            #expect(reconciler.known.sorted == kernel.table.sorted, "seed \(seed)")
        }
        #expect(kernel.reads == 1, "seed \(seed)")
    }

    @Test("what somebody else changed in our entries is put right, theirs are left alone")
    func repair() throws {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        let desired = Table([pool(90, [destination(93), destination(95)])])
        _ = try reconciler.reconcile(desired: desired)
        #expect(try reconciler.repair(desired: desired).commands.isEmpty)
        kernel.table.apply(.deleteDestination(pool(90, []).service.id, destination(93).id))
        kernel.table.apply(.addService(pool(77, []).service))
        #expect(
            try reconciler.repair(desired: desired).commands
                == [.addDestination(pool(90, []).service.id, destination(93))])
        #expect(kernel.table.pools[pool(77, []).service.id] != nil)
    }
}
