import Addressing
import IPVS
import Netlink
import TestKit
import Testing

@Suite("The IPVS client over a fake kernel")
struct IPVSClientTests {
    private let kernel = FakeKernel()
    private let http = VirtualService.ID.endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80)
    private let server = Destination.ID(address: .v4(IPv4Address(10, 1, 80, 93)), port: 80)

    @Test("random tables read back as they were written", arguments: 1...30 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        let desired = random.table(services: 20)
        let client = try kernel.ipvsClient()
        let failures = client.apply(Planner.plan(desired: desired, actual: Table(), owned: []))
        #expect(failures == [], "seed \(seed)")
        // The kernel dumps the newest destination first.
        let pools = try client.pools().map { Pool($0) }.sorted { $0.service.id < $1.service.id }
        let expected = desired.pools.values.sorted { $0.service.id < $1.service.id }
            .map { Pool(service: $0.service, destinations: $0.destinations.reversed()) }
        #expect(pools == expected, "seed \(seed)")
    }

    @Test("counters come in 64 bits where the kernel sends them, and in 32 where it does not")
    func statistics() throws {
        var statistics = Statistics()
        statistics.connections = 5_000_000_000
        statistics.incomingPackets = 1 << 40
        statistics.outgoingPackets = 2
        statistics.incomingBytes = .max
        statistics.outgoingBytes = 4
        statistics.connectionRate = 5
        statistics.incomingPacketRate = 6
        statistics.outgoingPacketRate = 7
        statistics.incomingByteRate = 1 << 33
        statistics.outgoingByteRate = 9
        let destination = Destination(id: server, forwarding: .directRouting)
        kernel.ipvs.table = Table([Pool(service: VirtualService(id: http), destinations: [destination])])
        kernel.ipvs.serviceStatistics[http] = statistics
        var counters = FakeIPVS.Counters()
        counters.active = 1
        counters.inactive = 2
        counters.persistent = 3
        counters.statistics = statistics
        kernel.ipvs.destinationCounters[.init(http, server)] = counters
        let client = try kernel.ipvsClient()
        let pool = try #require(try client.pool(http))
        #expect(pool.service.statistics == statistics)
        #expect(
            pool.destinations == [
                DestinationSnapshot(
                    destination: destination, activeConnections: 1, inactiveConnections: 2, persistentConnections: 3,
                    statistics: statistics)
            ])

        kernel.ipvs.sendsWideStatistics = false
        let narrow = try #require(try client.service(http)).statistics
        #expect(narrow.connections == 5_000_000_000 & 0xFFFF_FFFF)
        #expect(narrow.incomingBytes == .max)
        #expect(narrow.outgoingByteRate == 9)

        client.readsCounters = false
        let plain = try #require(try client.pool(http))
        #expect(plain.service.statistics == Statistics())
        #expect(
            plain.destinations == [
                DestinationSnapshot(
                    destination: destination, activeConnections: 1, inactiveConnections: 2, persistentConnections: 3,
                    statistics: Statistics())
            ])
    }

    @Test("a missing service is nil and has no destinations")
    func missing() throws {
        let client = try kernel.ipvsClient()
        #expect(try client.service(http) == nil)
        #expect(try client.pool(http) == nil)
        #expect(try client.destinations(of: http) == [])
    }

    @Test("version, timeouts and daemons are read and set")
    func settings() throws {
        let client = try kernel.ipvsClient()
        #expect(try client.info() == KernelInfo(version: 0x010201, connectionTableSize: 4096))
        try client.apply(.setTimeouts(Timeouts(tcp: 1_000)))
        #expect(try client.timeouts() == Timeouts(tcp: 1_000, tcpFin: 120, udp: 300))
        let group = IPAddress.v6(IPv6Address(high: 0xFF02 << 48, low: 0x51))
        let daemon = SyncDaemon(
            role: .backup, interface: "eth0", syncID: 9, maximumLength: 1_400, group: group, port: 9_999, ttl: 3)
        try client.apply(.startDaemon(daemon))
        #expect(try client.daemons() == [daemon])
        try client.apply(.stopDaemon(.backup))
        #expect(try client.daemons() == [])
    }

    @Test("each failure says which command failed and why, in IPVS's terms")
    func failures() throws {
        let client = try kernel.ipvsClient()
        let other = VirtualService.ID.endpoint(.udp, .v4(IPv4Address(10, 1, 80, 90)), 53)
        let failures = client.apply([
            .addService(VirtualService(id: http)),
            .addService(VirtualService(id: http)),
            .deleteDestination(http, server),
            .addService(VirtualService(id: other, scheduler: "nosuch")),
            .zero(other),
            .startDaemon(SyncDaemon(role: .master, interface: "nosuch0")),
        ])
        #expect(
            failures.map(\.description) == [
                "cannot add service [10.1.80.90]:tcp:80: the service exists already",
                "cannot delete destination [10.1.80.93]:80 of service [10.1.80.90]:tcp:80: no such destination",
                "cannot add service [10.1.80.90]:udp:53: the kernel has no scheduler nosuch",
                "cannot zero the counters of service [10.1.80.90]:udp:53: no such service",
                "cannot start the master synchronization daemon on nosuch0: there is no interface nosuch0",
            ])
        #expect(failures.map(\.index) == [1, 2, 3, 4, 5])
        kernel.isPrivileged = false
        #expect(client.apply([.flush]).map(\.reason) == ["the process lacks CAP_NET_ADMIN"])
    }

    @Test("a kernel without the module is told apart from one that refuses")
    func availability() throws {
        kernel.isPrivileged = false
        let client = try kernel.ipvsClient()
        let refused = #expect(throws: NetlinkError.self) { try client.info() }
        #expect(refused?.errorNumber == .operationNotPermitted)
        kernel.hasIPVS = false
        let missing = #expect(throws: NetlinkError.self) { _ = try kernel.ipvsClient() }
        #expect(missing?.code == .unknownFamily)
    }

    @Test("ten thousand destinations load in few sends")
    func batching() throws {
        let socket = kernel.socket(.generic)
        let client = try IPVSClient(session: NetlinkSession(transport: socket))
        let commands: [Command] = (0..<100).flatMap { number -> [Command] in
            let id = VirtualService.ID.firewallMark(UInt32(number + 1), .ipv4)
            return [.addService(VirtualService(id: id))]
                + (1...20).map {
                    .addDestination(
                        id,
                        Destination(
                            id: .init(address: .v4(IPv4Address(10, 0, 0, $0)), port: 80), forwarding: .directRouting))
                }
        }
        #expect(client.apply(commands) == [])
        #expect(socket.sent.count == 1 + (commands.count + 127) / 128)
        #expect(try client.pools().map(\.destinations.count) == Array(repeating: 20, count: 100))
    }

    @Test("whether a scheduler is there can be asked without leaving a trace")
    func schedulerSupport() throws {
        let kernel = FakeKernel()
        let client = try kernel.ipvsClient()
        #expect(client.support(forScheduler: "wrr") == .available)
        #expect(client.support(forScheduler: "sh", engine: "sip") == .available)
        #expect(client.support(forScheduler: "nosuch") == .missing)
        #expect(client.support(forScheduler: "wrr", engine: "nosuch") == .missing)
        #expect(kernel.ipvs.pools.isEmpty)
        kernel.refuse = { _ in .addressFamilyNotSupported }
        #expect(client.support(forScheduler: "wrr") == .noIPv6)
        kernel.refuse = { _ in .operationNotPermitted }
        #expect(client.support(forScheduler: "wrr") == .unknown)
    }
}
