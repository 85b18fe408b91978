import Addressing
import IPVS
import Netlink
import TestKit
import Testing

extension IPVSKernelTests {
    @Suite("The kernel's table", .serialized)
    struct RoundTripTests {
        @Test("every kind of service and destination reads back as it was written")
        func everyKind() throws {
            let v4 = IPAddress.v4(IPv4Address(10, 1, 80, 90))
            let v6 = IPAddress.v6(IPv6Address(high: 0x2001_0db8 << 32, low: 0x90))
            let server4 = Destination.ID(address: .v4(IPv4Address(10, 1, 80, 93)), port: 80)
            let server6 = Destination.ID(address: .v6(IPv6Address(high: 0x2001_0db8 << 32, low: 0x93)), port: 80)
            let table = Table([
                Pool(
                    service: VirtualService(id: .endpoint(.tcp, v4, 80), scheduler: "wrr"),
                    destinations: [
                        Destination(id: server4, forwarding: .directRouting, weight: 3),
                        Destination(
                            id: .init(address: .v4(IPv4Address(10, 1, 80, 94)), port: 8080), forwarding: .masquerading,
                            weight: 0, upperThreshold: 100, lowerThreshold: 50),
                        Destination(id: server6, forwarding: .tunneling(.ipip), weight: .max),
                    ]),
                Pool(
                    service: VirtualService(
                        id: .endpoint(.udp, v4, 53), scheduler: "sh", schedulerFlags: [.flag1, .flag2],
                        onePacketScheduling: true),
                    destinations: [
                        Destination(id: server4, forwarding: .tunneling(.gue(port: 6080, checksum: .remote)))
                    ]),
                Pool(
                    service: VirtualService(
                        id: .endpoint(.sctp, v4, 9), persistence: .init(timeout: 360, granularity: 24)),
                    destinations: [Destination(id: server4, forwarding: .tunneling(.gre(checksum: .checksum)))]),
                Pool(
                    service: VirtualService(
                        id: .endpoint(.tcp, v6, 443), scheduler: "mh",
                        persistence: .init(timeout: 2_678_400, granularity: 64)),
                    destinations: [Destination(id: server6, forwarding: .directRouting)]),
                Pool(
                    service: VirtualService(
                        id: .endpoint(.udp, v6, 5060), persistence: .init(timeout: 1, granularity: 128, engine: "sip"))),
                Pool(
                    service: VirtualService(
                        id: .endpoint(.tcp, v4, .any), persistence: .init(timeout: 1, granularity: 0))),
                Pool(
                    service: VirtualService(id: .firewallMark(.max, .ipv4), scheduler: "rr"),
                    destinations: [
                        Destination(id: .init(address: server4.address, port: .any), forwarding: .masquerading)
                    ]),
                Pool(service: VirtualService(id: .firewallMark(1, .ipv6), scheduler: "lc")),
            ])
            let (failures, actual) = try KernelNamespace().withClient { client in
                let failures = client.apply(Planner.plan(desired: table, actual: Table(), owned: []))
                return (failures.map(\.description), Table(snapshots: try client.pools()))
            }
            #expect(failures == [])
            #expect(actual.sortedForComparison == table.sortedForComparison)
        }

        @Test("a refused command is reported against itself and does not hold up the others")
        func refusals() throws {
            let id = VirtualService.ID.endpoint(.tcp, .v4(IPv4Address(10, 0, 0, 1)), 80)
            let other = VirtualService.ID.endpoint(.tcp, .v4(IPv4Address(10, 0, 0, 2)), 80)
            let server = Destination.ID(address: .v4(IPv4Address(10, 0, 0, 3)), port: 80)
            let destination = Destination(id: server, forwarding: .directRouting)
            let multicast = Destination.ID(address: .v4(IPv4Address(224, 0, 0, 1)), port: 80)
            let cases: [(Command, ErrorNumber?)] = [
                (.addService(VirtualService(id: id)), nil),
                (.addService(VirtualService(id: id)), .exists),
                (.addService(VirtualService(id: other, scheduler: "nosuch")), .noSuchEntry),
                (.editService(VirtualService(id: other)), .noSuchProcess),
                (.deleteService(other), .noSuchProcess),
                (.editDestination(id, destination), .noSuchEntry),
                (.deleteDestination(id, server), .noSuchEntry),
                (.addDestination(other, destination), .noSuchProcess),
                (.addDestination(id, destination), nil),
                (.addDestination(id, destination), .exists),
                (.addDestination(id, Destination(id: multicast, forwarding: .directRouting)), .invalidArgument),
                (
                    .editDestination(
                        id, Destination(id: server, forwarding: .directRouting, upperThreshold: 1, lowerThreshold: 2)),
                    .outOfRange
                ),
                (.zero(other), .noSuchProcess),
                (.zero(id), nil),
                (.zero(nil), nil),
                (.stopDaemon(.master), .noSuchProcess),
                (.startDaemon(SyncDaemon(role: .master, interface: "nosuch0")), .noSuchDevice),
            ]
            let outcomes = try KernelNamespace().withClient { client in
                let failures = client.apply(cases.map(\.0))
                let numbers = Dictionary(uniqueKeysWithValues: failures.map { ($0.index, $0.error.errorNumber) })
                return cases.indices.map { numbers[$0] ?? nil }
            }
            #expect(outcomes == cases.map(\.1))
            let fake = FakeKernel()
            let client = try fake.ipvsClient()
            let numbers = Dictionary(
                uniqueKeysWithValues: client.apply(cases.map(\.0)).map { ($0.index, $0.error.errorNumber) })
            #expect(cases.indices.map { numbers[$0] ?? nil } == outcomes, "the fake kernel refuses the same")
        }

        @Test("a destination that is edited takes every new setting, its forwarding method too")
        func editing() throws {
            let id = VirtualService.ID.firewallMark(7, .ipv4)
            let server = Destination.ID(address: .v4(IPv4Address(10, 0, 0, 3)), port: 80)
            let forms: [Destination] = [
                Destination(id: server, forwarding: .directRouting),
                Destination(id: server, forwarding: .masquerading, weight: 0),
                Destination(id: server, forwarding: .tunneling(.gue(port: 7, checksum: .checksum)), upperThreshold: 9),
                Destination(id: server, forwarding: .tunneling(.ipip)),
                Destination(id: server, forwarding: .directRouting, weight: 5, upperThreshold: 4, lowerThreshold: 2),
            ]
            let seen = try KernelNamespace().withClient { client in
                try client.apply(.addService(VirtualService(id: id)))
                try client.apply(.addDestination(id, forms[0]))
                var seen: [Destination] = []
                for form in forms {
                    try client.apply(.editDestination(id, form))
                    seen += try client.destinations(of: id).map(\.destination)
                }
                return seen
            }
            #expect(seen == forms)
        }

        @Test("the kernel says which version it is, and keeps timeouts and daemons")
        func settings() throws {
            let kernel = try KernelNamespace()
            try kernel.namespace.shell(
                "ip link add mc0 type dummy; ip addr add 192.0.2.1/24 dev mc0; ip link set mc0 up")
            let (info, timeouts, started, stopped) = try kernel.withClient { client in
                try client.apply(.setTimeouts(Timeouts(tcp: 1000, udp: 30)))
                let master = SyncDaemon(role: .master, interface: "mc0", syncID: 3)
                let backup = SyncDaemon(
                    role: .backup, interface: "mc0", syncID: 255, maximumLength: 1400,
                    group: .v4(IPv4Address(224, 0, 1, 1)), port: 9999, ttl: 3)
                try client.apply(.startDaemon(master))
                try client.apply(.startDaemon(backup))
                let started = try client.daemons()
                try client.apply(.stopDaemon(.master))
                try client.apply(.stopDaemon(.backup))
                return (try client.info(), try client.timeouts(), started, try client.daemons())
            }
            #expect(info.version >= 0x010201)
            #expect(info.connectionTableSize >= 256)
            #expect(timeouts == Timeouts(tcp: 1000, tcpFin: 120, udp: 30))
            #expect(
                started == [
                    SyncDaemon(
                        role: .master, interface: "mc0", syncID: 3, maximumLength: 1472,
                        group: .v4(IPv4Address(224, 0, 0, 81)), port: 8848, ttl: 1),
                    SyncDaemon(
                        role: .backup, interface: "mc0", syncID: 255, maximumLength: 1400,
                        group: .v4(IPv4Address(224, 0, 1, 1)), port: 9999, ttl: 3),
                ])
            #expect(stopped == [])
        }

        @Test("a missing service is nil, and a listing of one has its destinations")
        func singleService() throws {
            let id = VirtualService.ID.endpoint(.udp, .v4(IPv4Address(10, 0, 0, 1)), 53)
            let server = Destination(
                id: .init(address: .v4(IPv4Address(10, 0, 0, 3)), port: 53), forwarding: .masquerading)
            let (before, after) = try KernelNamespace().withClient { client in
                let before = try client.pool(id)
                try client.apply(.addService(VirtualService(id: id)))
                try client.apply(.addDestination(id, server))
                return (before, try client.pool(id))
            }
            #expect(before == nil)
            #expect(after?.service.service == VirtualService(id: id))
            #expect(after?.destinations.map(\.destination) == [server])
        }

        @Test("whether a scheduler is there can be asked without leaving a trace")
        func schedulerSupport() throws {
            let (known, unknown, engine, pools) = try KernelNamespace().withClient { client in
                let known = client.support(forScheduler: "wrr")
                let unknown = client.support(forScheduler: "nosuch")
                let engine = client.support(forScheduler: "wrr", engine: "nosuch")
                return (known, unknown, engine, try client.pools())
            }
            #expect(known == .available)
            #expect(unknown == .missing)
            #expect(engine == .missing)
            #expect(pools.isEmpty)
        }
    }
}

extension Table {
    /// Pools with their destinations in one order, whichever the kernel keeps them in.
    var sortedForComparison: [Pool] {
        pools.values.sorted { $0.service.id < $1.service.id }
            .map { Pool(service: $0.service, destinations: $0.destinations.sorted { $0.id < $1.id }) }
    }
}
