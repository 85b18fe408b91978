import Addressing
import IPVS
import LinuxSystem
import Netlink
import TestKit
import Testing

extension IPVSKernelTests {
    @Suite("Many commands", .serialized)
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
                                id: .init(address: .v4(IPv4Address(10, 9, 0, $0)), port: 80), forwarding: .directRouting
                            ))
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
            "batches of a pipeline are carried out in order, each with its failures, and the last without being waited for"
        )
        func pipeline() throws {
            @Sendable func service(_ number: Int) -> VirtualService.ID {
                .endpoint(.tcp, .v4(IPv4Address(rawValue: 0x0A01_0001 + UInt32(number))), 80)
            }
            let problems = try KernelNamespace().withClient { client in
                var problems: [String] = []
                do {
                    let pipeline = try #require(CommandPipeline())
                    var failures: [[Int]] = []
                    for batch in 0..<20 {
                        let added = (0..<50).map { Command.addService(VirtualService(id: service(batch * 50 + $0))) }
                        // Adds again what the batch before has added.
                        let again = batch == 0 ? [] : [Command.addService(VirtualService(id: service(batch * 50 - 1)))]
                        failures.append(pipeline.submit(added + again).map(\.index))
                    }
                    // An answer tells of the batch before.
                    if failures != [[], []] + Array(repeating: [50], count: 18) { problems.append("\(failures)") }
                    if pipeline.wait().map(\.index) != [50] || !pipeline.wait().isEmpty { problems.append("the last") }
                    _ = pipeline.submit([.deleteService(service(0))])
                }
                let count = try client.services().count
                if count != 999 { problems.append("\(count) services") }
                return problems
            }
            #expect(problems == [])
        }

        @Test(
            "many pools are read on two threads as on one, in their order, and until nobody wants more",
            arguments: [0, 1, 32, 33, 200])
        func poolReader(count: Int) throws {
            let problems = try KernelNamespace().withClient { client in
                for number in 0..<count {
                    let address = IPAddress.v4(IPv4Address(rawValue: 0x0A01_0001 + UInt32(number)))
                    let id = VirtualService.ID.endpoint(.tcp, address, 80)
                    let destinations = (0..<number % 40).map { index in
                        Command.addDestination(
                            id,
                            Destination(
                                id: .init(address: .v4(IPv4Address(10, 9, 0, UInt8(index))), port: 80),
                                forwarding: .directRouting))
                    }
                    let failures = client.apply([.addService(VirtualService(id: id, scheduler: "rr"))] + destinations)
                    if let failure = failures.first { return ["\(failure)"] }
                }
                let services = try client.services()
                let expected = try client.pools()
                for limit in [count, count / 2, 1] {
                    var read: [PoolSnapshot] = []
                    try PoolReader(of: services, over: client).forEach { pool in
                        read.append(pool)
                        return read.count < limit
                    }
                    if read != Array(expected.prefix(max(1, limit))) { return ["limit \(limit): \(read.count) pools"] }
                }
                return []
            }
            #expect(problems == [])
        }

        @Test("a plan leads the real kernel to any table and is empty the second time")
        func plans() throws {
            let problems = try KernelNamespace().withClient { client in
                var problems: [String] = []
                for seed in UInt64(1)...30 {
                    var random = RandomTables(seed: seed)
                    let desired = random.table()
                    let before = Table(snapshots: try client.pools())
                    let owned = Set(before.pools.keys)
                    let failures = client.apply(Planner.plan(desired: desired, actual: before, owned: owned))
                    let after = Table(snapshots: try client.pools())
                    problems += failures.map { "seed \(seed): \($0)" }
                    if after.sortedForComparison != desired.sortedForComparison {
                        problems.append("seed \(seed): \(after) is not \(desired)")
                    }
                    problems += Planner.plan(desired: desired, actual: after, owned: owned)
                        .map { "seed \(seed), second plan: \($0)" }
                }
                return problems
            }
            #expect(problems == [])
        }

        @Test("the fake kernel and the real one come to the same table by the same commands")
        func fakeAgrees() throws {
            let problems = try KernelNamespace().withClient { client in
                let fake = try FakeKernel().ipvsClient()
                var problems: [String] = []
                for seed in UInt64(101)...110 {
                    let commands = Self.commands(seed: seed)
                    let outcomes = [client, fake].map { client in
                        client.apply(commands).map { "\($0.index): \($0.error.code)" }
                    }
                    if outcomes[0] != outcomes[1] { problems.append("seed \(seed): \(outcomes)") }
                    let tables = try [client, fake].map { client in
                        try client.pools().sorted { $0.service.service.id < $1.service.service.id }
                    }
                    if tables[0] != tables[1] { problems.append("seed \(seed): \(tables)") }
                }
                return problems
            }
            #expect(problems == [])
        }

        /// Commands of which the kernel refuses many: they come in any order.
        private static func commands(seed: UInt64) -> [Command] {
            var random = RandomTables(seed: seed)
            return (0..<200).map { _ in
                let pool = random.pool()
                let destination = random.destination(family: pool.service.id.family)
                let choices: [Command] = [
                    .addService(pool.service), .addService(pool.service), .editService(pool.service),
                    .deleteService(pool.service.id), .addDestination(pool.service.id, destination),
                    .addDestination(pool.service.id, destination), .editDestination(pool.service.id, destination),
                    .deleteDestination(pool.service.id, destination.id),
                ]
                return choices.randomElement(using: &random.random) ?? .flush
            }
        }
    }
}
