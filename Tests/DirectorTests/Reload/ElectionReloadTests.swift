import Addressing
import ControlPlane
import IPVS
import KeepalivedConfig
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import TestKit
import Testing
import VRRP
import VRRPRuntime

@testable import Director

/// Reloads of a director that is master, in a network namespace, with a table in memory.
@Suite(.serialized, .enabled(if: NetworkNamespace.isAvailable)) struct ElectionReloadTests {
    /// A director with interfaces of its own.
    final class Bench: Sendable {
        let namespace: NetworkNamespace
        let kernel = MemoryKernelTable()
        let director: Director
        let group: MultiThreadedEventLoopGroup

        init(_ text: String) async throws {
            namespace = try NetworkNamespace()
            try namespace.shell("ip link add eth0 type veth peer name peer0; ip link set eth0 up; ip link set peer0 up")
            try namespace.shell("ip link add eth1 type veth peer name peer1; ip link set eth1 up; ip link set peer1 up")
            try namespace.shell("ip address add 10.0.0.1/24 dev eth0; ip address add 10.0.1.1/24 dev eth1")
            // The threads of the elections are made by the director's thread and live where it lives.
            group = try namespace.run { MultiThreadedEventLoopGroup(numberOfThreads: 1) }
            let kernel = kernel
            director = try Director(
                try DirectorReloadTests.Bench.load(text), options: DirectorOptions(),
                loggers: Director.Loggers(LogWriter([]), level: .critical), eventLoop: group.next(),
                probeLoops: [group.next()], openKernel: { kernel })
            try await director.start()
            kernel.applied = []
        }

        func reload(_ text: String) async throws -> ReloadPlan {
            kernel.applied = []
            return try await director.reload(try DirectorReloadTests.Bench.load(text))
        }

        func plan(_ text: String) async throws -> ReloadPlan {
            await director.plan(try DirectorReloadTests.Bench.load(text))
        }

        func status(_ name: String = "VI_1") async -> RouterStatus? {
            await director.electionStatus().first { $0.id.name == name }
        }

        func addresses() throws -> Set<String> {
            let lines = try namespace.shell("ip -o -4 address show").split(separator: "\n")
            let all = lines.compactMap { $0.split(separator: " ").dropFirst(3).first.map(String.init) }
            return Set(all.filter { !$0.hasPrefix("127.") })
        }

        func sockets() throws -> Int { try namespace.shell("cat /proc/net/raw").split(separator: "\n").count }

        func stop() async throws {
            await director.stop()
            try await group.shutdownGracefully()
        }
    }

    /// An owner of its addresses, which is master at once.
    private static func instance(
        _ name: String = "VI_1", id: Int = 51, interface: String = "eth0", priority: Int = 255,
        addresses: String = "10.0.0.9/32", settings: String = ""
    ) -> String {
        """
        vrrp_instance \(name) {
            interface \(interface)
            virtual_router_id \(id)
            priority \(priority)
            version 3
            \(settings)
            virtual_ipaddress {
                \(addresses)
            }
        }

        """
    }

    private static func service(_ last: Int = 90, weight: Int = 1) -> String {
        """
        virtual_server 10.1.80.\(last) 80 {
            delay_loop 3600
            protocol TCP
            real_server 10.1.80.93 80 {
                weight \(weight)
            }
        }

        """
    }

    @Test("a plan names the elections and addresses, and what is done is what was planned")
    func plan() async throws {
        let bench = try await Bench(
            Self.instance() + Self.instance("VI_2", id: 52, addresses: "10.0.0.10/32") + Self.service())
        #expect(await bench.status()?.state == .master)
        let next =
            Self.instance(priority: 150, addresses: "10.0.0.9/32\n 10.0.0.11/32")
            + Self.instance("VI_3", id: 53, priority: 100, addresses: "10.0.0.12/32") + Self.service()
        let before = try bench.addresses()
        let plan = try await bench.plan(next)
        #expect(
            plan.elections.map(\.line) == [
                "VI_1: priority 255 -> 150: stays master unless a backup has a priority above 150: adds 10.0.0.11/32",
                "VI_3: new: starts as backup and has to be elected",
                "VI_2: removed, gives up mastership: 10.0.0.10/32 taken away",
            ])
        #expect(try bench.addresses() == before)
        #expect(await bench.status("VI_3") == nil)
        let done = try await bench.reload(next)
        #expect(done.lines == plan.lines)
        #expect(try bench.addresses() == ["10.0.0.1/24", "10.0.1.1/24", "10.0.0.9/32", "10.0.0.11/32"])
        #expect(await bench.status()?.state == .master)
        #expect(await bench.status("VI_3")?.state == .backup)
        try await bench.stop()
    }

    @Test("a refused command leaves elections, sockets and addresses as they were", arguments: 0..<4)
    func refused(number: Int) async throws {
        let bench = try await Bench(Self.instance() + Self.service() + Self.service(91))
        let before = (try bench.addresses(), bench.kernel.table.sorted, await bench.status())
        let sockets = try bench.sockets()
        bench.kernel.refuseOnce(at: number)
        let next =
            Self.instance(priority: 200) + Self.instance("VI_2", id: 52, interface: "eth1", addresses: "10.0.1.9/32")
            + Self.service(weight: 4) + Self.service(92)
        let failure = await #expect(throws: ReloadFailure.self) { _ = try await bench.reload(next) }
        #expect(failure?.rollback == .complete)
        #expect(try bench.addresses() == before.0)
        #expect(bench.kernel.table.sorted == before.1)
        #expect(await bench.status()?.state == .master)
        #expect(await bench.status()?.effectivePriority == before.2?.effectivePriority)
        #expect(await bench.status("VI_2") == nil)
        while try bench.sockets() != sockets {}
        _ = try await bench.reload(next)
        #expect(try bench.addresses().contains("10.0.1.9/32"))
        #expect(await bench.status()?.effectivePriority == 200)
        try await bench.stop()
    }

    @Test("an interface that is missing refuses the reload, and the table is not touched")
    func missingInterface() async throws {
        let bench = try await Bench(Self.instance() + Self.service())
        let next = Self.instance(interface: "eth7") + Self.service(weight: 3)
        let plan = try await bench.plan(next)
        #expect(plan.refusals.map { "\($0)" }.contains { $0.contains("eth7") })
        let failure = await #expect(throws: ReloadFailure.self) { _ = try await bench.reload(next) }
        #expect(failure?.rollback == .notNeeded)
        #expect(bench.kernel.applied.isEmpty)
        #expect(await bench.status()?.state == .master)
        try await bench.stop()
    }

    @Test("elections that a reload brings end again when the table refuses what is to be deleted")
    func firstElections() async throws {
        let bench = try await Bench(Self.service() + Self.service(91))
        bench.kernel.refuse { if case .deleteService = $0 { true } else { false } }
        let next = Self.instance() + Self.service()
        let failure = await #expect(throws: ReloadFailure.self) { _ = try await bench.reload(next) }
        #expect(failure?.rollback == .complete)
        #expect(await bench.status() == nil)
        #expect(try !bench.addresses().contains("10.0.0.9/32"))
        #expect(bench.kernel.table.pools.count == 2)
        bench.kernel.refuse { _ in false }
        _ = try await bench.reload(next)
        #expect(await bench.status()?.state == .master)
        #expect(bench.kernel.table.pools.count == 1)
        try await bench.stop()
    }

    @Test("a table that a reload brings is closed again when elections refuse")
    func firstTable() async throws {
        let bench = try await Bench(Self.instance())
        bench.kernel.refuse { if case .addDestination = $0 { true } else { false } }
        let failure = await #expect(throws: ReloadFailure.self) {
            _ = try await bench.reload(Self.instance(priority: 200) + Self.service())
        }
        #expect(failure?.rollback == .complete)
        #expect(bench.kernel.table.pools.isEmpty)
        #expect(await !bench.director.statusSnapshot().table.isOpen)
        #expect(await bench.status()?.effectivePriority == 255)
        bench.kernel.refuse { _ in false }
        _ = try await bench.reload(Self.instance(priority: 200) + Self.service())
        #expect(bench.kernel.table.pools.count == 1)
        try await bench.stop()
    }

    @Test("other notify scripts are neither run nor an election")
    func notifyScripts() async throws {
        let file = "/tmp/martlet-notify-\(UInt32.random(in: 0 ... .max))"
        let bench = try await Bench(Self.instance())
        let adverts = await bench.status()?.statistics.advertsSent
        let plan = try await bench.reload(
            Self.instance(settings: "notify \"/bin/sh -c 'touch \(file)'\"\n notify_master \"/bin/touch \(file)\""))
        #expect(plan.elections.isEmpty)
        #expect(plan.scripts.isEmpty)
        #expect(plan.difference.instances.count == 1)
        #expect(await bench.status()?.statistics.becameMaster == 1)
        #expect(await (bench.status()?.statistics.advertsSent ?? 0) - (adverts ?? 0) <= 1)
        #expect(try bench.namespace.shell("ls \(file) 2>/dev/null || true").isEmpty)
        try await bench.stop()
        // The stop runs it: it was taken up.
        #expect(try !bench.namespace.shell("ls \(file) 2>/dev/null || true; rm -f \(file)").isEmpty)
    }

    @Test("instances that swap their ids keep both addresses and run no script")
    func swap() async throws {
        let bench = try await Bench(
            Self.instance(id: 51) + Self.instance("VI_2", id: 52, addresses: "10.0.0.10/32"))
        let before = try bench.addresses()
        let plan = try await bench.reload(
            Self.instance(id: 52) + Self.instance("VI_2", id: 51, addresses: "10.0.0.10/32"))
        #expect(
            plan.elections.map(\.line) == [
                "VI_1: is the router that was VI_2, stays master", "VI_2: is the router that was VI_1, stays master",
            ])
        #expect(try bench.addresses() == before)
        #expect(await bench.status("VI_1")?.state == .master)
        #expect(await bench.status("VI_2")?.state == .master)
        try await bench.stop()
    }

    @Test("a plan has a form for programs")
    func encoded() async throws {
        let bench = try await Bench(Self.instance() + Self.service())
        let plan = try await bench.plan(Self.instance(priority: 200) + Self.service(weight: 2))
        let text = try ControlCodec.encodeIndented(plan)
        #expect(text.contains("\"newPriority\" : 200"))
        #expect(text.contains("\"edit destination [10.1.80.93]:80 of service [10.1.80.90]:tcp:80\""))
        #expect(text.contains("\"isEmpty\" : false"))
        try await bench.stop()
    }

    @Test("a key file that alone has changed is taken up by a reload, and a bad one refused")
    func keyFile() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/key"
        func write(_ key: String) throws { try SmallFile.replace(path, with: Array("\(key)\n".utf8)) }
        let good = String(repeating: "k", count: 32)
        try write(good)
        let text = Self.instance(settings: "auth_hmac {\nkey 1 file:\(path)\nactive_key 1\n}")
        let bench = try await Bench(text)
        func key() async -> [UInt8]? {
            await bench.director.runtimeConfiguration?.routers.first?.configuration.authentication?.keys[1]
        }
        let before = try await bench.reload(text)
        #expect(before.isEmpty)
        try write("short")
        await #expect(throws: ReloadFailure.self) { try await bench.reload(text) }
        #expect(await key() == Array(good.utf8))
        let other = String(repeating: "n", count: 32)
        try write(other)
        _ = try await bench.reload(text)
        #expect(await key() == Array(other.utf8))
        #expect(await bench.status()?.state == .master)
        try await bench.stop()
    }
}
