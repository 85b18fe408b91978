import Addressing
import BFD
import BFDRuntime
import ControlPlane
import IPVS
import KeepalivedConfig
import Logging
import NIOCore
import NIOPosix
import TestKit
import Testing
import VRRP

@testable import Director

/// A director that has a BFD session with the other end of a cable, with a table in memory in the kernel's place.
@Suite(
    "BFD sessions of a director", .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"),
    .timeLimit(.minutes(1)))
struct SessionTests {
    private static func text(_ session: String, isTracked: Bool = true) -> String {
        """
        bfd_instance B {
            neighbor_ip 10.1.80.92
            source_ip 10.1.80.91
            multiplier 3
            idle_tx 4000
            \(session)
        }
        vrrp_instance VI_1 {
            interface enp0s3
            virtual_router_id 51
            priority 100
            version 3
            advert_int 0.1
            virtual_ipaddress {
                10.1.80.90
            }
            \(isTracked ? "track_bfd {\n B\n }" : "")
        }
        virtual_server 10.1.80.90 80 {
            protocol TCP
            lb_kind DR
            real_server 10.1.80.93 80 {
                BFD_CHECK {
                    name B
                }
            }
            real_server 10.1.80.94 80 {
                BFD_CHECK {
                    name B
                    alpha
                }
            }
        }
        """
    }

    private static func load(_ text: String) throws -> Configuration {
        let result = ConfigurationLoader.load(text: text)
        return try #require(result.configuration, "\(result.diagnostics)")
    }

    let left: NetworkNamespace
    let right: NetworkNamespace
    let kernel = MemoryKernelTable()
    let group: MultiThreadedEventLoopGroup
    let director: Director

    init() throws {
        left = try NetworkNamespace()
        right = try NetworkNamespace()
        try left.connect("enp0s3", to: right, "enp0s3")
        try left.shell("ip address add 10.1.80.91/24 dev enp0s3")
        try right.shell("ip address add 10.1.80.92/24 dev enp0s3")
        let kernel = kernel
        // Threads stay in the namespace that they are made in.
        (group, director) = try left.run {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let director = try Director(
                try Self.load(Self.text("min_rx 50\nmin_tx 50")), options: DirectorOptions(),
                loggers: Director.Loggers(LogWriter([]), level: .critical), eventLoop: group.next(),
                probeLoops: [group.next()], openKernel: { kernel })
            return (group, director)
        }
    }

    private func neighbor() throws -> BFDRuntime {
        var session = SessionConfiguration(
            name: "N",
            identity: .init(
                neighbor: .v4(IPv4Address(10, 1, 80, 91)), source: .v4(IPv4Address(10, 1, 80, 92))))
        session.transmitInterval = 50_000
        session.receiveInterval = 50_000
        session.multiplier = 3
        let configuration = BFDRuntimeConfiguration(sessions: [session])
        return try right.run {
            var logger = Logger(label: "bfd") { _ in SwiftLogNoOpLogHandler() }
            logger.logLevel = .critical
            return try BFDRuntime(configuration, logger: logger) { _ in }
        }
    }

    /// The last bytes of the servers in the table.
    private var servers: [UInt8] {
        let id = VirtualService.ID.endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80)
        return (kernel.table.pools[id]?.destinations ?? []).compactMap { $0.id.address.bytes.last }.sorted()
    }

    private func becomes(_ state: RouterState, servers: [UInt8]) async throws {
        while true {
            if await director.electionStatus().first?.state == state, self.servers == servers { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("its state takes servers in and out and decides whether an instance takes part, through a reload too")
    func verdicts() async throws {
        try await director.start()
        // Nobody knows before three idle_tx: in use are the servers that are not in alpha mode, and the instance waits.
        #expect(servers == [93])
        #expect(await director.electionStatus().first?.pendingSessions == ["B"])
        let first = try neighbor()
        try await becomes(.master, servers: [93, 94])

        try await director.reload(try Self.load(Self.text("min_rx 100\nmin_tx 100")))
        while await director.statusSnapshot().sessions?.sessions.first?.status.transmitInterval != .milliseconds(100) {
            try await Task.sleep(for: .milliseconds(20))
        }
        let report = try #require(await director.statusSnapshot().sessionReports.first)
        #expect(report.name == "B" && report.state == "Up" && report.timesLost == 0 && report.problem == nil)
        #expect(report.transmitInterval == 0.1)
        #expect(servers == [93, 94])

        // Its orderly end is the end of the check, and no fault.
        await first.stop()
        try await becomes(.master, servers: [])
        let second = try neighbor()
        try await becomes(.master, servers: [93, 94])
        try right.shell("ip route add blackhole 10.1.80.91/32")
        try await becomes(.fault, servers: [])
        #expect(await director.electionStatus().first?.faults == [.session("B")])
        try right.shell("ip route delete blackhole 10.1.80.91/32")
        try await becomes(.master, servers: [93, 94])

        // What does not track it any more does not follow it any more.
        try await director.reload(try Self.load(Self.text("min_rx 100\nmin_tx 100", isTracked: false)))
        await second.stop()
        try await becomes(.master, servers: [])
        await director.stop()
        try await group.shutdownGracefully()
    }

    @Test("a neighbour that never speaks takes servers out and the instance into FAULT after three idle intervals")
    func silence() async throws {
        try await director.start()
        try await becomes(.fault, servers: [])
        let report = try #require(await director.statusSnapshot().sessionReports.first)
        #expect(report.state == "Down" && report.packetsSent >= 3)
        await director.stop()
        try await group.shutdownGracefully()
    }
}
