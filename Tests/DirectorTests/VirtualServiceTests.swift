import Addressing
import HealthChecks
import IPVS
import KeepalivedConfig
import NIOCore
import Testing

@testable import Director

/// Services from their words to the kernel's table, and what becomes of the table at a stop.
@Suite(.serialized) struct VirtualServiceTests {
    private typealias Bench = DirectorReloadTests.Bench

    private static let address = IPAddress.v4(IPv4Address(10, 1, 80, 90))

    /// Lines of a `virtual_server`, and the service that the kernel gets.
    struct ServiceCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var transport: TransportProtocol = .tcp
        var service: VirtualService

        init(
            _ lines: String, _ transport: TransportProtocol = .tcp, scheduler: String = "rr",
            flags: SchedulerFlags = [], persistence: VirtualService.Persistence? = nil, ops: Bool = false
        ) {
            testDescription = lines
            self.transport = transport
            service = VirtualService(
                id: .endpoint(transport, VirtualServiceTests.address, 80), scheduler: scheduler,
                schedulerFlags: flags, persistence: persistence, onePacketScheduling: ops)
        }
    }

    static let schedulers: [ServiceCase] = [
        "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq", "twos",
    ].map { ServiceCase("lb_algo \($0)", scheduler: $0) }

    static let settings: [ServiceCase] = [
        ServiceCase("lb_algo sh\nsh-port", scheduler: "sh", flags: .flag2),
        ServiceCase("lb_algo sh\nsh-fallback", scheduler: "sh", flags: .flag1),
        ServiceCase("lb_algo mh\nmh-port\nmh-fallback", scheduler: "mh", flags: [.flag1, .flag2]),
        ServiceCase("lb_algo rr\nflag-1\nflag-2\nflag-3", flags: [.flag1, .flag2, .flag3]),
        ServiceCase("lb_algo rr\npersistence_timeout 50", persistence: .init(timeout: 50, granularity: 32)),
        ServiceCase("lb_algo rr\npersistence_timeout", persistence: .init(timeout: 360, granularity: 32)),
        ServiceCase(
            "lb_algo rr\npersistence_timeout 9\npersistence_granularity 255.255.0.0",
            persistence: .init(timeout: 9, granularity: 16)),
        ServiceCase(
            "lb_algo rr\npersistence_timeout 9\npersistence_engine sip", .udp,
            persistence: .init(timeout: 9, granularity: 32, engine: "sip")),
        ServiceCase("lb_algo rr\npersistence_engine sip", .udp),
        ServiceCase("lb_algo rr\nops", .udp, ops: true), ServiceCase("lb_algo rr\nops"),
        ServiceCase("lb_algo rr", .sctp),
    ]

    @Test("the kernel gets each service as its lines say", arguments: schedulers + settings)
    func service(_ example: ServiceCase) async throws {
        let bench = try await Bench(
            """
            virtual_server 10.1.80.90 80 {
                lb_kind NAT
                protocol \(example.transport.name.uppercased())
                \(example.testDescription)
                real_server 10.1.80.93 80 { }
            }

            """)
        #expect(bench.kernel.table.pools.values.map(\.service) == [example.service])
        try await bench.stop()
    }

    /// Lines of a `real_server`, and the destination that the kernel gets.
    struct ServerCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var destination: Destination

        init(
            _ lines: String, _ forwarding: ForwardingMethod = .masquerading, weight: Int32 = 1, upper: UInt32 = 0,
            lower: UInt32 = 0
        ) {
            testDescription = lines
            destination = Destination(
                id: .init(address: .v4(IPv4Address(10, 1, 80, 93)), port: 80), forwarding: forwarding, weight: weight,
                upperThreshold: upper, lowerThreshold: lower)
        }
    }

    static let servers: [ServerCase] = [
        ServerCase("lvs_method NAT"), ServerCase("lvs_method DR", .directRouting),
        ServerCase("lvs_method TUN", .tunneling(.ipip)),
        ServerCase("lvs_method TUN type gue port 6080", .tunneling(.gue(port: 6080, checksum: .none))),
        ServerCase("lvs_method TUN type gue port 1 csum", .tunneling(.gue(port: 1, checksum: .checksum))),
        ServerCase("lvs_method TUN type gue port 1 remcsum", .tunneling(.gue(port: 1, checksum: .remote))),
        ServerCase("lvs_method TUN type gre", .tunneling(.gre(checksum: .none))),
        ServerCase("lvs_method TUN type gre csum", .tunneling(.gre(checksum: .checksum))),
        ServerCase("weight 0", weight: 0), ServerCase("weight 2147483647", weight: .max),
        ServerCase("uthreshold 100\nlthreshold 20", upper: 100, lower: 20),
        ServerCase("uthreshold 100", upper: 100),
        // The kernel would refuse these servers.
        ServerCase("uthreshold 20\nlthreshold 100", upper: 20), ServerCase("lthreshold 100"),
    ]

    @Test("the kernel gets each server as its lines say", arguments: servers)
    func server(_ example: ServerCase) async throws {
        let bench = try await Bench(
            """
            virtual_server 10.1.80.90 80 {
                lb_algo rr
                lb_kind NAT
                protocol TCP
                real_server 10.1.80.93 80 {
                    \(example.testDescription)
                }
            }

            """)
        #expect(bench.kernel.table.pools.values.flatMap(\.destinations) == [example.destination])
        try await bench.stop()
    }

    /// The head of a service, its servers, and the services that the kernel gets.
    struct IdentityCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method: String
        var servers: [String]
        var services: [String]

        init(_ head: String, _ method: String, _ servers: [String], _ services: [String]) {
            testDescription = head
            self.method = method
            self.servers = servers
            self.services = services
        }
    }

    static let identities: [IdentityCase] = [
        IdentityCase("10.1.80.90 80", "TUN", ["2001:db8::93", "10.1.80.93"], ["[10.1.80.90]:tcp:80"]),
        IdentityCase("2001:db8::90 80", "TUN", ["2001:db8::93", "10.1.80.93"], ["[2001:db8::90]:tcp:80"]),
        IdentityCase("2001:db8::90 80", "DR", ["2001:db8::93"], ["[2001:db8::90]:tcp:80"]),
        IdentityCase("fwmark 7", "DR", ["10.1.80.93"], ["FWM 7"]),
        IdentityCase("fwmark 7", "DR", ["2001:db8::93"], ["FWM 7 IPv6"]),
        IdentityCase(
            "group G", "DR", ["10.1.80.93"],
            ["[10.1.80.90]:tcp:80", "[10.1.80.91]:tcp:80", "[10.1.80.99]:tcp:443", "FWM 9"]),
    ]

    @Test("families, marks and groups become the services that the kernel tells apart", arguments: identities)
    func identity(_ example: IdentityCase) async throws {
        let head = example.testDescription
        let text = """
            virtual_server_group G {
                10.1.80.90-91 80
                10.1.80.99 443
                fwmark 9
            }
            virtual_server \(head) {
                lb_algo rr
                lb_kind \(example.method)
                \(head.hasPrefix("fwmark") ? "" : "protocol TCP")
                \(example.servers.map { "real_server \($0) { }" }.joined(separator: "\n"))
            }

            """
        let bench = try await Bench(text)
        #expect(bench.kernel.table.pools.keys.sorted().map { "\($0)" } == example.services)
        for pool in bench.kernel.table.pools.values {
            #expect(Set(pool.destinations.map { "\($0.id.address)" }) == Set(example.servers))
            let port: Port = if case .endpoint(_, _, let port) = pool.service.id { port } else { .any }
            #expect(pool.destinations.allSatisfy { $0.id.port == port })
        }
        try await bench.stop()
    }

    private static let foreign = Pool(service: VirtualService(id: .firewallMark(99, .ipv4), scheduler: "rr"))

    /// Lines of `global_defs`, and whether what another tool has put into the table is there after start and stop.
    struct FlushCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var keepsAtStart = true
        var keepsAtStop = true
    }

    @Test(
        "what is left at the start and after the stop",
        arguments: [
            FlushCase(testDescription: ""),
            FlushCase(testDescription: "lvs_flush", keepsAtStart: false, keepsAtStop: false),
            FlushCase(testDescription: "lvs_flush_on_stop", keepsAtStop: false),
            FlushCase(testDescription: "lvs_flush_on_stop VS"),
        ])
    func flush(_ example: FlushCase) async throws {
        let kernel = MemoryKernelTable(Table([Self.foreign]))
        let text = """
            global_defs {
                \(example.testDescription)
                lvs_timeouts tcp 77 udp 9
            }
            virtual_server 10.1.80.90 80 {
                lb_algo rr
                lb_kind NAT
                protocol TCP
                real_server 10.1.80.93 80 { }
                real_server 10.1.80.94 80 { }
            }

            """
        let original = kernel.timeoutsInForce
        let bench = try await Bench(text, kernel: kernel)
        #expect((kernel.table.pools[Self.foreign.service.id] != nil) == example.keepsAtStart)
        #expect(kernel.table.pools.count == (example.keepsAtStart ? 2 : 1))
        #expect(kernel.timeoutsInForce == Timeouts(tcp: 77, tcpFin: original.tcpFin, udp: 9))
        try await bench.stop()
        #expect(kernel.table == (example.keepsAtStop ? Table([Self.foreign]) : Table()))
        // The kernel drops a service with its servers: none of them is taken out one by one.
        #expect(!kernel.applied.contains { if case .deleteDestination = $0 { true } else { false } })
        #expect(kernel.timeoutsInForce == original)
    }
}
