import Addressing
import IPVS
import Netlink
import TestKit
import Testing

@Suite("Many commands", .serialized, .enabled(if: KernelNamespace.isAvailable, KernelNamespace.reason))
struct BatchTests {
    @Test("five thousand commands in one batch lose no acknowledgement, refused or not")
    func largeBatch() throws {
        let commands: [Command] = (0..<500).flatMap { number -> [Command] in
            let address = IPAddress.v4(IPv4Address(rawValue: 0x0A01_0001 + UInt32(number)))
            let id = VirtualService.ID.endpoint(.tcp, address, 80)
            let missing = VirtualService.ID.endpoint(.udp, address, 80)
            return [.addService(VirtualService(id: id, scheduler: "rr"))]
                + (1...8).map {
                    .addDestination(
                        id,
                        Destination(
                            id: .init(address: .v4(IPv4Address(10, 9, 0, $0)), port: 80), forwarding: .directRouting))
                } + [.deleteService(missing)]
        }
        let (failures, services, destinations) = try KernelNamespace().withClient { client in
            let failures = client.apply(commands)
            let pools = try client.pools()
            return (failures, pools.count, pools.reduce(0) { $0 + $1.destinations.count })
        }
        #expect(services == 500)
        #expect(destinations == 4_000)
        #expect(failures.map(\.index) == (0..<500).map { $0 * 10 + 9 })
        #expect(failures.allSatisfy { $0.error.errorNumber == .noSuchProcess })
    }

    @Test(
        "a plan leads the real kernel to any table and is empty the second time",
        arguments: 1...20 as ClosedRange<UInt64>)
    func plans(seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        let tables = (0..<5).map { _ in random.table() }
        let problems = try KernelNamespace().withClient { client in
            var problems: [String] = []
            for desired in tables {
                let before = Table(snapshots: try client.pools())
                let owned = Set(before.pools.keys)
                let failures = client.apply(Planner.plan(desired: desired, actual: before, owned: owned))
                let after = Table(snapshots: try client.pools())
                problems += failures.map(\.description)
                if after.sortedForComparison != desired.sortedForComparison { problems.append("\(after) \(desired)") }
                problems += Planner.plan(desired: desired, actual: after, owned: owned).map(\.description)
            }
            return problems
        }
        #expect(problems == [], "seed \(seed)")
    }

    @Test(
        "the fake kernel and the real one come to the same table by the same commands",
        arguments: 101...120 as ClosedRange<UInt64>)
    func fakeAgrees(seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        var commands: [Command] = []
        for _ in 0..<200 {
            let pool = random.pool()
            let destination = random.destination(family: pool.service.id.family)
            let choices: [Command] = [
                .addService(pool.service), .addService(pool.service), .editService(pool.service),
                .deleteService(pool.service.id), .addDestination(pool.service.id, destination),
                .addDestination(pool.service.id, destination), .editDestination(pool.service.id, destination),
                .deleteDestination(pool.service.id, destination.id),
            ]
            commands.append(choices.randomElement(using: &random.random) ?? .flush)
        }
        let sequence = commands
        let (realFailures, real) = try KernelNamespace().withClient { client in
            (client.apply(sequence), try client.pools().sorted { $0.service.service.id < $1.service.service.id })
        }
        let fake = FakeKernel()
        let client = try fake.ipvsClient()
        let fakeFailures = client.apply(sequence)
        #expect(
            fakeFailures.map { [$0.index, Int($0.error.errorNumber?.rawValue ?? 0)] }
                == realFailures.map { [$0.index, Int($0.error.errorNumber?.rawValue ?? 0)] }, "seed \(seed)")
        let remembered = try client.pools().sorted { $0.service.service.id < $1.service.service.id }
        #expect(remembered == real, "seed \(seed)")
    }
}
