import Addressing
import IPVS
import Netlink
import Testing

@testable import Director

/// A kernel that holds a table, counts how often it was read, and refuses what it is told to refuse.
private final class MemoryKernelTable: KernelTable {
    var table: Table
    var reads = 0
    var applied: [Command] = []
    var refuses: (Command) -> Bool = { _ in false }

    init(_ table: Table = Table()) { self.table = table }

    func read() throws(NetlinkError) -> Table {
        reads += 1
        return table
    }

    func apply(_ commands: [Command]) -> [CommandFailure] {
        var failures: [CommandFailure] = []
        for (index, command) in commands.enumerated() {
            if refuses(command) {
                failures.append(
                    CommandFailure(index: index, command: command, error: NetlinkError(.missingAttribute)))
            } else {
                table.apply(command)
                applied.append(command)
            }
        }
        return failures
    }

    func timeouts() throws(NetlinkError) -> Timeouts { Timeouts(tcp: 900, tcpFin: 120, udp: 300) }

    func daemons() throws(NetlinkError) -> [SyncDaemon] { [] }
}

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

    @Test("after a refusal the table is read again and the difference made good")
    func refusal() throws {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        kernel.refuses = { if case .addDestination = $0 { true } else { false } }
        let desired = Table([pool(90, [destination(93)])])
        #expect(try reconciler.reconcile(desired: desired).failures.count == 1)
        kernel.refuses = { _ in false }
        #expect(try reconciler.reconcile(desired: desired).failures.isEmpty)
        #expect(kernel.table == desired)
        #expect(kernel.reads == 2)
    }

    @Test("a service that could not be deleted stays owned, so that the next try deletes it")
    func deletionRefused() throws {
        let kernel = MemoryKernelTable()
        var reconciler = try TableReconciler(kernel: kernel)
        _ = try reconciler.reconcile(desired: Table([pool(90, [])]))
        kernel.refuses = { if case .deleteService = $0 { true } else { false } }
        _ = try reconciler.reconcile(desired: Table())
        kernel.refuses = { _ in false }
        _ = try reconciler.reconcile(desired: Table())
        #expect(kernel.table == Table())
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
