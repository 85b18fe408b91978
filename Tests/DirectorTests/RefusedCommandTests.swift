import Addressing
import ControlPlane
import HealthChecks
import IPVS
import Netlink
import TestKit
import Testing

@testable import Director

/// A kernel that refuses what checks ask for: nobody is told what has not come true.
@Suite(.serialized, .timeLimit(.minutes(1))) struct RefusedCommandTests {
    private static let down = CheckEvent.down(.connectionFailed("Connection refused"), retries: 1, isFirst: false)
    private static let up = CheckEvent.up(weight: nil, isFirst: false)
    private static let text = """
        virtual_server 10.1.80.90 80 {
            delay_loop 3600
            lb_kind DR
            protocol TCP
            sorry_server 10.1.80.99 80
            real_server 10.1.80.93 80 {
                TCP_CHECK { }
            }
        }
        """

    private func id(_ last: UInt8) -> Destination.ID { .init(address: .v4(.init(10, 1, 80, last)), port: 80) }

    @Test(
        "a server that the kernel refuses is not up, the sorry server stays, and the retries are nobody else's changes")
    func refusedServer() async throws {
        let bench = try await DirectorReloadTests.Bench(Self.text, repairInterval: .milliseconds(20))
        await bench.report(Self.down)
        #expect(bench.destinations() == [id(99): 1])
        let server = id(93)
        bench.kernel.refuse {
            if case .addDestination(_, let destination) = $0 { destination.id == server } else { false }
        }
        await bench.report(Self.up)
        #expect(bench.destinations() == [id(99): 1])
        var report = try #require(await bench.director.statusSnapshot().services.first)
        #expect(!report.hasQuorum && report.sorryServer?.isActive == true)
        #expect(report.servers.map(\.isUp) == [false])
        #expect(report.servers[0].reasons == ["its checks succeed, the kernel refuses the change"])
        #expect(report.refusals.count == 1)

        bench.kernel.refuse { _ in false }
        while bench.destinations() != [id(93): 1] { try await Task.sleep(for: .milliseconds(10)) }
        while await !bench.director.refusals.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        let snapshot = await bench.director.statusSnapshot()
        report = try #require(snapshot.services.first)
        #expect(report.hasQuorum && report.sorryServer?.isActive == false && report.servers.map(\.isUp) == [true])
        #expect(report.refusals.isEmpty)
        #expect(snapshot.table.failures >= 1)
        #expect(snapshot.table.repairs == 0)
        try await bench.stop()
    }

    @Test("what is told is in sum what came true")
    func told() {
        let service = VirtualService.ID.endpoint(.tcp, .v4(.init(10, 1, 80, 90)), 80)
        let added = Command.addDestination(
            service, Destination(id: id(93), forwarding: .directRouting, weight: 1))
        func refused() -> TableReconciler.Outcome {
            .init(
                commands: [added],
                failures: [CommandFailure(index: 0, command: added, error: .init(.missingAttribute))])
        }
        func event(_ kind: HealthEvent.Kind) -> HealthEvent { HealthEvent(service: service, kind: kind) }
        let up = [
            event(.serverAdded(id(93), inhibits: false)), event(.notifyServer(id(93), isUp: true)),
            event(.notifyQuorum(isUp: true)),
        ]
        let down = [
            event(.serverRemoved(id(93), inhibits: false)), event(.notifyServer(id(93), isUp: false)),
            event(.notifyQuorum(isUp: false)),
        ]
        var refusals = TableRefusals()
        #expect(refusals.pass(up) == up)
        refusals.record(refused(), of: [service])
        #expect(refusals.pass(up + [event(.serviceGone)]) == [event(.serviceGone)])
        #expect(refusals.toldUp(id(93), of: service) == false && refusals.toldQuorum(of: service) == false)
        // It fails again before the kernel has taken it: nothing has happened.
        refusals.record(.init(), of: [service])
        #expect(refusals.pass(down).isEmpty)
        #expect(refusals.isEmpty)
        refusals.record(refused())
        #expect(refusals.pass(up).isEmpty)
        refusals.record(.init())
        #expect(refusals.pass([]) == up)
        // A table that cannot be read has taken nothing.
        refusals.record(nil, of: [service])
        #expect(refusals.pass(down).count == 1)
        refusals.record(.init())
        #expect(refusals.pass([]) == Array(down.prefix(2)))
    }
}
