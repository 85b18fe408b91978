import Addressing
import HealthChecks
import IPVS
import KeepalivedConfig
import Logging
import NIOCore
import NIOPosix
import Netlink
import Probes
import TestKit
import Testing
import Timing

@testable import Director

/// Reloads of a director that checks and balances, with a table in memory in the kernel's place.
@Suite(.serialized) struct DirectorReloadTests {
    /// A director that has started.
    final class Bench: Sendable {
        let kernel: MemoryKernelTable
        let director: Director
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

        init(
            _ text: String, kernel: MemoryKernelTable = MemoryKernelTable(), repairInterval: Duration = .seconds(3600),
            log: LogWriter = LogWriter([])
        ) async throws {
            self.kernel = kernel
            var options = DirectorOptions()
            options.runsVRRP = false
            // What these tests count is what a reload reads.
            options.repairInterval = repairInterval
            director = try Director(
                try Self.load(text), options: options, loggers: Director.Loggers(log, level: .critical),
                eventLoop: group.next(), probeLoops: [group.next()], openKernel: { kernel })
            try await director.start()
            kernel.applied = []
        }

        static func load(_ text: String) throws -> Configuration {
            let result = ConfigurationLoader.load(text: text)
            return try #require(result.configuration, "\(result.diagnostics)")
        }

        /// Reloads and returns the commands that the kernel got.
        @discardableResult
        func reload(_ text: String) async throws -> [Command] {
            kernel.applied = []
            try await director.reload(try Self.load(text))
            return kernel.applied
        }

        /// Takes the server down by its check, as a probe would.
        func report(_ event: CheckEvent, where isMeant: (Check) -> Bool = { _ in true }) async {
            for check in await director.board.checks where isMeant(check) {
                await director.checksChanged([CheckReport(check: check, event: event, elapsed: .zero)])
            }
        }

        func destinations(_ last: UInt8 = 90, port: Port = 80) -> [Destination.ID: Int32] {
            let id = VirtualService.ID.endpoint(.tcp, .v4(IPv4Address(10, 1, 80, last)), port)
            let pool = kernel.table.pools[id]
            return Dictionary(
                (pool?.destinations ?? []).map { ($0.id, $0.weight) }, uniquingKeysWith: { first, _ in first })
        }

        func stop() async throws {
            await director.stop()
            try await group.shutdownGracefully()
        }
    }

    private static let down = CheckEvent.down(.connectionFailed("Connection refused"), retries: 1, isFirst: false)

    private static func server(_ last: Int, _ settings: String = "", check: String = "TCP_CHECK { }") -> String {
        "real_server 10.1.80.\(last) 80 {\n \(settings)\n \(check)\n }\n"
    }

    private static func service(_ last: Int = 90, _ settings: String = "", _ servers: String...) -> String {
        """
        virtual_server 10.1.80.\(last) 80 {
            delay_loop 3600
            lb_algo wrr
            lb_kind DR
            protocol TCP
            \(settings)
            \(servers.joined())
        }

        """
    }

    private func id(_ last: UInt8) -> Destination.ID { .init(address: .v4(IPv4Address(10, 1, 80, last)), port: 80) }

    @Test("a hundred reloads with nothing changed: no read, no write, no plan")
    func unchanged() async throws {
        let text = Self.service(90, "", Self.server(93), Self.server(94))
        let bench = try await Bench(text)
        let reads = bench.kernel.reads
        for number in 0..<100 {
            let plan = try await bench.director.reload(try Bench.load("# version \(number)\n\n" + text))
            #expect(plan.isEmpty)
            #expect(plan.lines == ["nothing changes"])
        }
        #expect(bench.kernel.applied.isEmpty)
        #expect(bench.kernel.reads == reads)
        try await bench.stop()
    }

    /// An edit and the commands that it costs.
    struct Edit: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var service = ""
        var server = ""
        var commands: [String]
    }

    @Test(
        "what can be edited in place is edited and nothing else",
        arguments: [
            Edit(
                testDescription: "weight", server: "weight 5",
                commands: ["edit destination [10.1.80.93]:80 of service [10.1.80.90]:tcp:80"]),
            Edit(
                testDescription: "thresholds", server: "uthreshold 100\n lthreshold 50",
                commands: ["edit destination [10.1.80.93]:80 of service [10.1.80.90]:tcp:80"]),
            Edit(
                testDescription: "forwarding", server: "lvs_method TUN",
                commands: ["edit destination [10.1.80.93]:80 of service [10.1.80.90]:tcp:80"]),
            Edit(testDescription: "scheduler", service: "lb_algo rr", commands: ["edit service [10.1.80.90]:tcp:80"]),
            Edit(
                testDescription: "persistence", service: "persistence_timeout 50",
                commands: ["edit service [10.1.80.90]:tcp:80"]),
            Edit(
                testDescription: "granularity",
                service: "persistence_timeout 50\n persistence_granularity 255.255.255.0",
                commands: ["edit service [10.1.80.90]:tcp:80"]),
            Edit(
                testDescription: "a sorry server", service: "sorry_server 10.1.80.99 80", commands: []),
            Edit(testDescription: "notify scripts", server: "notify_down /bin/true", commands: []),
            Edit(testDescription: "quorum scripts", service: "quorum_up /bin/true", commands: []),
        ])
    func edits(_ edit: Edit) async throws {
        let bench = try await Bench(Self.service(90, "", Self.server(93), Self.server(94)))
        let commands = try await bench.reload(
            Self.service(90, edit.service, Self.server(93, edit.server), Self.server(94)))
        #expect(commands.map { "\($0)" } == edit.commands)
        try await bench.stop()
    }

    @Test("a server that was down stays down, whatever else of the file changes")
    func staysDown() async throws {
        let bench = try await Bench(Self.service(90, "", Self.server(93), Self.server(94)))
        await bench.report(Self.down) { check in
            if case .tcp(let target) = check.target { target.address == id(93).address } else { false }
        }
        #expect(bench.destinations() == [id(94): 1])
        for text in [
            Self.service(90, "", Self.server(93), Self.server(94, "weight 2")),
            Self.service(90, "", Self.server(93), Self.server(94), Self.server(95)),
            Self.service(90, "", Self.server(93, "weight 9"), Self.server(94)),
            Self.service(90, "", Self.server(93), Self.server(94, check: "MISC_CHECK { misc_path /bin/true }")),
            Self.service(90, "", Self.server(93), Self.server(94)) + Self.service(91, "", Self.server(93)),
            // Asked more patiently: still the same question.
            Self.service(90, "", Self.server(93, check: "TCP_CHECK { retry 5 }"), Self.server(94)),
        ] {
            try await bench.reload(text)
            #expect(bench.destinations()[id(93)] == nil, "\(text)")
            #expect(bench.destinations()[id(94)] != nil, "\(text)")
        }
        try await bench.stop()
    }

    @Test("a server whose failing check is taken away or replaced comes back")
    func recovers() async throws {
        for check in ["", "MISC_CHECK { misc_path /bin/true\n misc_timeout 5 }"] {
            let bench = try await Bench(Self.service(90, "", Self.server(93), Self.server(94)))
            await bench.report(Self.down) { check in
                if case .tcp(let target) = check.target { target.address == id(93).address } else { false }
            }
            #expect(bench.destinations() == [id(94): 1])
            try await bench.reload(Self.service(90, "", Self.server(93, check: check), Self.server(94)))
            #expect(bench.destinations() == [id(93): 1, id(94): 1])
            try await bench.stop()
        }
    }

    @Test("the sorry server goes on while the quorum is lost")
    func sorryServer() async throws {
        let sorry = "sorry_server 10.1.80.99 80"
        let bench = try await Bench(Self.service(90, sorry, Self.server(93)))
        await bench.report(Self.down)
        #expect(Array(bench.destinations().keys) == [id(99)])
        let commands = try await bench.reload(Self.service(90, sorry, Self.server(93, "weight 4")))
        #expect(commands.isEmpty)
        try await bench.reload(Self.service(90, "sorry_server 10.1.80.98 80", Self.server(93)))
        #expect(Array(bench.destinations().keys) == [id(98)])
        try await bench.stop()
    }

    @Test("a reload that takes the last live server away brings the sorry server, one that lowers the quorum ends it")
    func quorumByReload() async throws {
        let sorry = "sorry_server 10.1.80.99 80"
        let bench = try await Bench(Self.service(90, sorry, Self.server(93), Self.server(94)))
        await bench.report(Self.down) { $0.target.address == id(94).address }
        #expect(bench.destinations() == [id(93): 1])
        try await bench.reload(Self.service(90, sorry, Self.server(94)))
        #expect(bench.destinations() == [id(99): 1])
        try await bench.reload(Self.service(90, sorry, Self.server(93), Self.server(94)))
        #expect(bench.destinations() == [id(93): 1])
        try await bench.reload(Self.service(90, sorry + "\nquorum 2", Self.server(93), Self.server(94)))
        #expect(bench.destinations() == [id(99): 1])
        try await bench.reload(Self.service(90, sorry, Self.server(93), Self.server(94)))
        #expect(bench.destinations() == [id(93): 1])
        try await bench.reload(Self.service(90, sorry, Self.server(93, "weight 0"), Self.server(94)))
        #expect(bench.destinations() == [id(99): 1])
        try await bench.stop()
    }

    @Test("a plan says what a reload does, and changes nothing")
    func plan() async throws {
        let bench = try await Bench(Self.service(90, "", Self.server(93), Self.server(94)))
        bench.kernel.setConnections(of: id(93), active: 12, inactive: 3, persistent: 0)
        let next = try Bench.load(
            Self.service(90, "", Self.server(94, "weight 2"), Self.server(95)) + Self.service(91, "", Self.server(93)))
        let plan = await bench.director.plan(next)
        #expect(bench.kernel.applied.isEmpty)
        #expect(
            plan.lines == [
                "virtual_server [10.1.80.90]:tcp:80",
                "  real_server [10.1.80.94]:80: weight 1 -> 2",
                "  real_server [10.1.80.95]:80 added",
                "  real_server [10.1.80.93]:80 removed",
                "virtual_server [10.1.80.91]:tcp:80 added",
                "kernel: 5 commands (3 add, 1 edit, 1 delete)",
                "  add destination [10.1.80.95]:80 to service [10.1.80.90]:tcp:80",
                "  edit destination [10.1.80.94]:80 of service [10.1.80.90]:tcp:80",
                "  add service [10.1.80.91]:tcp:80",
                "  add destination [10.1.80.93]:80 to service [10.1.80.91]:tcp:80",
                "  delete destination [10.1.80.93]:80 of service [10.1.80.90]:tcp:80",
                "cuts 12 active and 3 inactive connections of [10.1.80.93]:80 in [10.1.80.90]:tcp:80",
                "checks: 1 start anew, 0 end",
            ])
        let done = try await bench.director.reload(next)
        #expect(done.lines == plan.lines)
        #expect(bench.kernel.applied == plan.commands)
        try await bench.stop()
    }

    @Test("a scheduler that the kernel does not have refuses the reload before anything is changed")
    func unknownScheduler() async throws {
        let bench = try await Bench(Self.service(90, "", Self.server(93)))
        bench.kernel.missingSchedulers = ["twos"]
        let next = try Bench.load(
            Self.service(91, "", Self.server(93)) + Self.service(90, "lb_algo twos", Self.server(93)))
        let plan = await bench.director.plan(next)
        #expect(plan.refusals.count == 1)
        let failure = await #expect(throws: ReloadFailure.self) { try await bench.director.reload(next) }
        #expect(failure?.description.contains("service [10.1.80.90]:tcp:80") == true)
        #expect(failure?.description.contains("twos") == true)
        #expect(failure?.isAsBefore == true)
        #expect(bench.kernel.applied.isEmpty)
        try await bench.stop()
    }

    @Test("a command that the kernel refuses undoes the reload; the next one can succeed", arguments: 0..<8)
    func refused(number: Int) async throws {
        let global = "global_defs {\n lvs_timeouts tcp 100\n lvs_sync_daemon eth0\n }\n"
        let old = Self.service(90, "", Self.server(93), Self.server(94)) + Self.service(92, "", Self.server(93))
        let new =
            global + Self.service(90, "lb_algo rr", Self.server(94, "weight 2"), Self.server(95))
            + Self.service(91, "", Self.server(93))
        let bench = try await Bench(old)
        let before = bench.kernel.table.sorted
        bench.kernel.refuseOnce(at: number)
        let failure = await #expect(throws: ReloadFailure.self) { try await bench.director.reload(try Bench.load(new)) }
        #expect(failure?.rollback == .complete, "\(String(describing: failure))")
        #expect(bench.kernel.table.sorted == before)
        #expect(bench.kernel.timeoutsInForce == Timeouts(tcp: 900, tcpFin: 120, udp: 300))
        #expect(bench.kernel.runningDaemons.isEmpty)
        // Checks and state are those of the old configuration.
        await bench.report(Self.down) { check in
            if case .tcp(let target) = check.target { target.address == id(93).address } else { false }
        }
        #expect(bench.destinations() == [id(94): 1])
        #expect(bench.destinations(92) == [:])
        try await bench.reload(new)
        #expect(bench.destinations() == [id(94): 2, id(95): 1])
        #expect(bench.kernel.timeoutsInForce.tcp == 100)
        #expect(bench.kernel.runningDaemons.count == 2)
        try await bench.reload(old)
        #expect(bench.kernel.timeoutsInForce.tcp == 900)
        #expect(bench.kernel.runningDaemons.isEmpty)
        try await bench.stop()
    }

    @Test("what cannot be undone is named, and the old configuration is in force")
    func incomplete() async throws {
        let bench = try await Bench(Self.service(90, "", Self.server(93)))
        bench.kernel.refuse { command in
            switch command {
            case .deleteService, .addDestination: true
            default: false
            }
        }
        let failure = await #expect(throws: ReloadFailure.self) {
            try await bench.director.reload(
                try Bench.load(Self.service(90, "", Self.server(93)) + Self.service(91, "", Self.server(94))))
        }
        guard case .incomplete(let rest)? = failure?.rollback else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(rest.count == 1)
        #expect(failure?.isAsBefore == false)
        #expect(await bench.director.configuration.virtualServers.count == 1)
        bench.kernel.refuse { _ in false }
        try await bench.reload(Self.service(90, "", Self.server(93, "weight 2")))
        try await bench.stop()
    }

    @Test("reloads, plans and a stop that come together take turns")
    func turns() async throws {
        let bench = try await Bench(Self.service(90, "", Self.server(93)))
        let other = try Bench.load(Self.service(90, "", Self.server(94)))
        let same = try Bench.load(Self.service(90, "", Self.server(93)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { try await bench.director.reload(number.isMultiple(of: 2) ? other : same) }
                group.addTask { _ = await bench.director.plan(other) }
            }
            try await group.waitForAll()
        }
        try await bench.reload(Self.service(90, "", Self.server(94)))
        #expect(bench.destinations() == [id(94): 1])
        async let stop: Void = bench.director.stop()
        _ = try? await bench.director.reload(same)
        await stop
        await #expect(throws: ReloadFailure.self) { try await bench.director.reload(same) }
        try await bench.group.shutdownGracefully()
    }

    @Test("a script whose user does not exist refuses a reload that brings it")
    func unknownUser() async throws {
        let bench = try await Bench(Self.service(90, "", Self.server(93)))
        let next = try Bench.load(Self.service(90, "quorum_up \"/bin/true\" nosuchuser9", Self.server(93)))
        let failure = await #expect(throws: ReloadFailure.self) { try await bench.director.reload(next) }
        #expect(failure?.description.contains("nosuchuser9") == true)
        #expect(bench.kernel.applied.isEmpty)
        try await bench.stop()
    }
}
