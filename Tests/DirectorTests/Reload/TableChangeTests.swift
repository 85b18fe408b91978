import Addressing
import IPVS
import Netlink
import TestKit
import Testing

@testable import Director

@Suite struct TableChangeTests {
    private func destination(_ last: UInt8, weight: Int32 = 1) -> Destination {
        Destination(
            id: .init(address: .v4(IPv4Address(10, 1, 80, last)), port: 80), forwarding: .directRouting,
            weight: weight)
    }

    private func pool(_ last: UInt8, _ destinations: [Destination], scheduler: String = "wrr") -> Pool {
        Pool(
            service: VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, last)), 80), scheduler: scheduler),
            destinations: destinations)
    }

    private func carryOut(_ change: TableChange, _ table: inout TableReconciler) -> Bool {
        guard table.send(change.improvements).failures.isEmpty else { return false }
        guard table.send(change.removals).failures.isEmpty else { return false }
        table.finish(change)
        return true
    }

    @Test("nothing is deleted before everything is added and edited")
    func order() throws {
        let kernel = MemoryKernelTable()
        var table = try TableReconciler(kernel: kernel)
        _ = try table.reconcile(desired: Table([pool(90, [destination(93)]), pool(91, [destination(93)])]))
        let change = try table.change(to: Table([pool(91, [destination(94)]), pool(92, [destination(95, weight: 3)])]))
        #expect(change.commands.count == 5)
        #expect(change.improvements.allSatisfy { !$0.isRemoval })
        #expect(change.removals.allSatisfy { $0.isRemoval })
        #expect(change.removals.count == 2)
    }

    @Test("weight, thresholds, scheduler and persistence are edits and nothing else")
    func edits() throws {
        let kernel = MemoryKernelTable()
        var table = try TableReconciler(kernel: kernel)
        _ = try table.reconcile(desired: Table([pool(90, [destination(93)])]))
        var wanted = pool(90, [destination(93, weight: 7)], scheduler: "sh")
        wanted.service.persistence = .init(timeout: 60, granularity: 24)
        wanted.destinations[0].upperThreshold = 100
        wanted.destinations[0].lowerThreshold = 50
        let change = try table.change(to: Table([wanted]))
        #expect(
            change.commands == [
                .editService(wanted.service), .editDestination(wanted.service.id, wanted.destinations[0]),
            ])
        #expect(change.cutConnections.isEmpty)
    }

    @Test("connections of what is deleted are counted, those of what stays are not")
    func connections() throws {
        let kernel = MemoryKernelTable(
            Table([pool(90, [destination(93), destination(94)]), pool(91, [destination(93)])]))
        kernel.setConnections(of: destination(93).id, active: 7, inactive: 3, persistent: 2)
        kernel.setConnections(of: destination(94).id, active: 100, inactive: 0, persistent: 0)
        var table = try TableReconciler(kernel: kernel)
        _ = try table.reconcile(desired: kernel.table)
        let change = try table.change(to: Table([pool(90, [destination(94)])]))
        let expected = [pool(90, []), pool(91, [])].map {
            ConnectionCut(
                service: $0.service.id, destination: destination(93).id, active: 7, inactive: 3, persistent: 2)
        }
        #expect(change.cutConnections == expected)
        #expect(kernel.applied.isEmpty)
    }

    @Test("a scheduler that no service has yet is asked for once, one that is in use is not")
    func schedulers() throws {
        let kernel = MemoryKernelTable()
        var table = try TableReconciler(kernel: kernel)
        _ = try table.reconcile(desired: Table([pool(90, [])]))
        let fine = try table.change(
            to: Table([pool(90, []), pool(91, []), pool(92, [], scheduler: "sh"), pool(93, [], scheduler: "sh")]))
        #expect(table.unsupported(fine.commands) == nil)
        #expect(kernel.probes == ["sh"])
        kernel.missingSchedulers = ["nosuch"]
        let wrong = try table.change(to: Table([pool(90, [], scheduler: "nosuch")]))
        guard case .unknownScheduler(let service)? = table.unsupported(wrong.commands) else {
            Issue.record("not refused")
            return
        }
        #expect(service.id == pool(90, []).service.id)
    }

    @Test("whichever command is refused, undoing makes the table what it was", arguments: 0..<300)
    func undo(seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        let foreign = random.table(services: 2)
        let old = random.table()
        let new = random.table()
        let kernel = MemoryKernelTable(foreign)
        var table = try TableReconciler(kernel: kernel)
        _ = try table.reconcile(desired: old)
        let before = kernel.table.sorted
        let change = try table.change(to: new)
        guard !change.commands.isEmpty else { return }
        kernel.refuseOnce(at: Int.random(in: 0..<change.commands.count, using: &random.random))
        #expect(!carryOut(change, &table), "seed \(seed)")
        #expect(table.undo(change).isEmpty, "seed \(seed)")
        #expect(kernel.table.sorted == before, "seed \(seed)")
        // The director goes on as if nothing had been: nothing is left to do for the old configuration, and the new one
        // can be put in force as before.
        #expect(try table.reconcile(desired: old).commands.isEmpty, "seed \(seed)")
        let again = try table.change(to: new)
        #expect(carryOut(again, &table), "seed \(seed)")
        #expect(try table.change(to: new).commands.isEmpty, "seed \(seed)")
        for (id, pool) in new.pools {
            #expect(kernel.table.sorted.pools[id] == Table([pool]).sorted.pools[id], "seed \(seed)")
        }
    }

    /// The commands of `linux/ip_vs.h` that change the table: services and destinations made, set, deleted.
    private static let writes: Set<Int> = [1, 2, 3, 5, 6, 7]

    @Test("undoing works over netlink too, whichever request the kernel has no memory for", arguments: 0..<60)
    func undoOverNetlink(seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        let (old, new) = (random.table(), random.table())
        let kernel = FakeKernel()
        kernel.ipvs.table = random.table(services: 2)
        var table = try TableReconciler(kernel: LiveKernelTable(client: try kernel.ipvsClient()))
        _ = try table.reconcile(desired: old)
        let before = kernel.ipvs.table.sorted
        let change = try table.change(to: new)
        guard !change.commands.isEmpty else { return }
        var countdown = Int.random(in: 0..<change.commands.count, using: &random.random)
        kernel.refuse = { request in
            guard Self.writes.contains(request.command) else { return nil }
            countdown -= 1
            return countdown == -1 ? .outOfMemory : nil
        }
        #expect(!carryOut(change, &table), "seed \(seed)")
        #expect(table.undo(change).isEmpty, "seed \(seed)")
        #expect(kernel.ipvs.table.sorted == before, "seed \(seed)")
        kernel.refuse = nil
        #expect(carryOut(try table.change(to: new), &table), "seed \(seed)")
        #expect(try table.change(to: new).commands.isEmpty, "seed \(seed)")
    }

    @Test("a refusal while undoing is tried again, and told when it lasts")
    func lasting() throws {
        let kernel = MemoryKernelTable()
        var table = try TableReconciler(kernel: kernel)
        let old = Table([pool(90, [destination(93)])])
        _ = try table.reconcile(desired: old)
        let change = try table.change(to: Table([pool(90, [destination(93, weight: 5)]), pool(91, [])]))
        #expect(table.send(change.improvements).failures.isEmpty)
        kernel.refuseOnce(at: 0)
        #expect(table.undo(change).isEmpty)
        #expect(kernel.table == old)

        let second = try table.change(to: Table([pool(90, [destination(93, weight: 5)])]))
        _ = table.send(second.improvements)
        kernel.refuse { if case .editDestination = $0 { true } else { false } }
        #expect(table.undo(second).count == 1)
        // The repair that looks after the table every few seconds finishes it.
        kernel.refuse { _ in false }
        _ = try table.repair(desired: old)
        #expect(kernel.table == old)
    }
}
