import Addressing
import LinuxSystem
import TestKit
import Testing
import Timing
import VRRP

@testable import VRRPRuntime

/// Directors in namespaces, with the real kernel between them.
@Suite(.enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"), .timeLimit(.minutes(1)))
struct VRRPRuntimeTests {
    let segment: Segment

    init() throws { segment = try Segment() }

    func host(_ namespace: NetworkNamespace, _ routers: VRRPRuntimeConfiguration.Router...) throws -> Host {
        try Host(namespace, VRRPRuntimeConfiguration(routers: routers))
    }

    @Test("the higher priority holds the address; when it stops, the other takes over, and gives it back")
    func pair() async throws {
        let left = try host(segment.left, try Segment.router(priority: 101))
        let right = try host(segment.right, try Segment.router(priority: 100))
        try await left.runtime.start()
        await left.reaches(.master)
        #expect(try left.holds("10.1.80.90/32"))
        try await right.runtime.start()
        await right.reaches(.backup)
        #expect(try !right.holds("10.1.80.90/32"))

        await left.runtime.stop()
        #expect(try !left.holds("10.1.80.90/32"))
        await right.reaches(.master)
        #expect(try right.holds("10.1.80.90/32"))

        let returned = try host(segment.left, try Segment.router(priority: 101))
        try await returned.runtime.start()
        await returned.reaches(.master)
        await right.reaches(.backup)
        #expect(try returned.holds("10.1.80.90/32"))
        #expect(try !right.holds("10.1.80.90/32"))
        let status = await right.status()
        #expect(status?.masterAddress == .v4(IPv4Address(10, 1, 80, 91)) || status?.masterAddress == nil)
        await returned.runtime.stop()
        await right.runtime.stop()
    }

    @Test(
        "an advert has the header of internetwork control; a new master announces its address; a stop says priority 0")
    func wire() async throws {
        let adverts = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
        let arp = try PacketCapture(in: segment.right, etherType: PacketCapture.arp)
        let router = try Segment.router(priority: 101) { configuration in
            configuration.version = .v2
            configuration.password = Array("1111".utf8)
            configuration.priority = 255
        }
        let left = try host(segment.left, router)
        try await left.runtime.start()
        await left.reaches(.master)

        let frame = try #require(adverts.next { $0.count > 34 && $0[14 + 9] == 112 })
        #expect(Array(frame.prefix(6)) == [0x01, 0x00, 0x5E, 0, 0, 18])
        let header = Array(frame[14..<34])
        #expect(header[1] == 0xC0)
        #expect(header[8] == 255)
        #expect(Array(header[12..<20]) == [10, 1, 80, 91, 224, 0, 0, 18])
        #expect(Array(frame[34..<37]) == [0x21, 51, 255])
        let first = UInt16(header[4]) << 8 | UInt16(header[5])

        let announcement = try #require(arp.next { $0.count >= 42 && Array($0[38..<42]) == [10, 1, 80, 90] })
        #expect(Array(announcement[28..<32]) == [10, 1, 80, 90])
        #expect(Array(announcement.prefix(6)) == [UInt8](repeating: 0xFF, count: 6))

        await left.runtime.stop()
        let last = try #require(adverts.next { $0.count > 36 && $0[14 + 9] == 112 && $0[36] == 0 })
        #expect(UInt16(last[18]) << 8 | UInt16(last[19]) > first)
        #expect(left.log.all.contains("(VI_1) Entering MASTER STATE"))
        #expect(left.log.all.contains("(VI_1) Sending/queueing gratuitous ARPs on enp0s3 for 10.1.80.90"))
    }

    @Test("a pair that talks to single hosts elects one master")
    func unicast() async throws {
        func router(_ priority: UInt8, peer: IPv4Address) throws -> VRRPRuntimeConfiguration.Router {
            try Segment.router(priority: priority) { configuration in
                configuration.delivery = .unicast(
                    peers: [.init(address: .v4(IPv4Address(10, 1, 80, 99))), .init(address: .v4(peer))], ttl: 64,
                    checksSource: true)
            }
        }
        let left = try host(segment.left, try router(101, peer: IPv4Address(10, 1, 80, 92)))
        let right = try host(segment.right, try router(100, peer: IPv4Address(10, 1, 80, 91)))
        try await right.runtime.start()
        await right.reaches(.master)
        try await left.runtime.start()
        await left.reaches(.master)
        await right.reaches(.backup)
        #expect(try left.holds("10.1.80.90/32"))
        #expect(try !right.holds("10.1.80.90/32"))
        await left.runtime.stop()
        await right.runtime.stop()
    }

    @Test("an interface that goes down faults its router, and the router comes back with it")
    func interfaceDown() async throws {
        let left = try host(segment.left, try Segment.router(priority: 101))
        try await left.runtime.start()
        await left.reaches(.master)
        try segment.left.shell("ip link set enp0s3 down")
        await left.reaches(.fault)
        #expect(try !left.holds("10.1.80.90/32"))
        try segment.left.shell("ip link set enp0s3 up")
        await left.reaches(.master)
        #expect(try left.holds("10.1.80.90/32"))
        #expect(left.log.all.contains("Netlink reports enp0s3 down"))
        await left.runtime.stop()
    }

    @Test("the source address follows the interface: without one the router is in FAULT")
    func sourceAddress() async throws {
        let left = try host(segment.left, try Segment.router(priority: 101))
        try await left.runtime.start()
        await left.reaches(.master)
        try segment.left.shell("ip address del 10.1.80.91/24 dev enp0s3")
        await left.reaches(.fault)
        try segment.left.shell("ip address add 10.1.80.93/24 dev enp0s3")
        await left.reaches(.master)
        #expect(await left.status()?.sourceAddress == .v4(IPv4Address(10, 1, 80, 93)))
        await left.runtime.stop()
    }

    @Test("what a crash left behind is removed by a backup and kept by an owner")
    func crash() async throws {
        try segment.left.shell("ip address add 10.1.80.90/32 dev enp0s3")
        try segment.right.shell("ip address add 10.1.80.95/32 dev enp0s3")
        // Long enough that it does not become master while the test looks.
        let left = try host(segment.left, try Segment.router(priority: 100) { $0.advertInterval = .seconds(40) })
        try await left.runtime.start()
        await left.reaches(.backup)
        #expect(try !left.holds("10.1.80.90/32"))

        let right = try host(
            segment.right, try Segment.router(priority: 255, virtualRouterID: 52, addresses: ["10.1.80.95/32"]))
        try await right.runtime.start()
        await right.reaches(.master)
        #expect(try right.holds("10.1.80.95/32"))
        await right.runtime.stop(keepAddresses: true)
        #expect(try right.holds("10.1.80.95/32"))
        await left.runtime.stop()
    }

    @Test("a missing interface is named and nothing is left behind")
    func missingInterface() async throws {
        let left = try host(segment.left, try Segment.router(priority: 101) { $0.interface = "enp0s9" })
        await #expect(throws: VRRPRuntimeError.missingInterface(name: "enp0s9", router: "VI_1")) {
            try await left.runtime.start()
        }
        await left.runtime.stop()
    }

    @Test("with dynamic interfaces a router waits in FAULT until its interface appears, also a second time")
    func dynamicInterface() async throws {
        try segment.left.shell("ip link del enp0s3")
        var configuration = VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 101)])
        configuration.allowsMissingInterfaces = true
        let left = try Host(segment.left, configuration)
        try await left.runtime.start()
        await left.reaches(.fault)
        for _ in 0..<2 {
            try segment.left.connect("enp0s3", to: segment.right, "enp0s3")
            try segment.left.shell("ip address add 10.1.80.91/24 dev enp0s3")
            await left.reaches(.master)
            #expect(try left.holds("10.1.80.90/32"))
            let adverts = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
            #expect(adverts.next { $0.count > 36 && $0[23] == 112 && $0[36] == 101 } != nil)
            try segment.left.shell("ip link del enp0s3")
            await left.reaches(.fault)
        }
        await left.runtime.stop()
    }

    @Test("a script that fails takes its weight from the priority, or faults the router; the first run decides")
    func scripts() async throws {
        let flag = "/run/martlet-test-\(UInt32.random(in: 0 ... .max))"
        defer { _ = try? segment.left.shell("rm -f \(flag)") }
        var configuration = VRRPRuntimeConfiguration(routers: [
            try Segment.router(priority: 101) { configuration in
                configuration.trackers.append(.init(.script("chk")))
                configuration.trackers.append(.init(.script("weighted"), weight: -20))
            }
        ])
        configuration.scripts = [
            TrackScriptConfiguration(
                name: "chk", command: ChildCommand(words: ["/usr/bin/test", "!", "-e", flag]),
                interval: .milliseconds(50), timeout: .seconds(10)),
            TrackScriptConfiguration(
                name: "weighted", command: ChildCommand(words: ["/no/such/program"]), interval: .milliseconds(50)),
            TrackScriptConfiguration(name: "unused", command: ChildCommand(words: ["/bin/false"])),
        ]
        let left = try Host(segment.left, configuration)
        try await left.runtime.start()
        await left.reaches(.master)
        #expect(left.log.all.contains("VRRP_Script(chk) succeeded"))
        try segment.left.shell("touch \(flag)")
        await left.reaches(.fault)
        #expect(left.log.all.contains("Script `chk` now returning 1"))
        #expect(left.log.all.contains("VRRP_Script(chk) failed (exited with status 1)"))
        #expect(await left.status()?.effectivePriority == 81)
        #expect(!left.log.all.contains { $0.contains("unused") })
        try segment.left.shell("rm \(flag)")
        await left.reaches(.master)
        await left.runtime.stop()
    }

    @Test("a reload keeps the master, adds and removes addresses, and ends routers that are gone")
    func replace() async throws {
        let first = try Segment.router(priority: 101)
        let second = try Segment.router(
            priority: 101, name: "VI_2", virtualRouterID: 52, addresses: ["10.1.80.94/32"])
        let left = try host(segment.left, first, second)
        try await left.runtime.start()
        await left.reaches(.master)
        await left.reaches { _ in left.log.all.contains("(VI_2) Entering MASTER STATE") }
        let became = await left.status()?.statistics.becameMaster

        try await left.runtime.replace(VRRPRuntimeConfiguration(routers: [first, second]))
        #expect(await left.status()?.state == .master)
        #expect(try left.holds("10.1.80.90/32"))

        let changed = try Segment.router(priority: 101, name: "renamed", addresses: ["10.1.80.90/32", "10.1.80.96/32"])
        try await left.runtime.replace(VRRPRuntimeConfiguration(routers: [changed]))
        #expect(await left.status("renamed")?.state == .master)
        #expect(await left.status("renamed")?.statistics.becameMaster == became)
        #expect(try left.holds("10.1.80.90/32"))
        #expect(try left.holds("10.1.80.96/32"))
        #expect(try !left.holds("10.1.80.94/32"))

        let shrunk = try Segment.router(priority: 101, name: "renamed", addresses: ["10.1.80.96/32"])
        try await left.runtime.replace(VRRPRuntimeConfiguration(routers: [shrunk]))
        #expect(try !left.holds("10.1.80.90/32"))
        #expect(try left.holds("10.1.80.96/32"))

        let impossible = try Segment.router(priority: 101) { $0.interface = "enp0s9" }
        await #expect(throws: VRRPRuntimeError.self) {
            try await left.runtime.replace(VRRPRuntimeConfiguration(routers: [impossible]))
        }
        #expect(await left.status("renamed")?.state == .master)
        await left.runtime.stop()
        #expect(try !left.holds("10.1.80.96/32"))
    }

    @Test("what a crash left behind does not wait for the end of a delayed start")
    func crashBeforeDelayedStart() async throws {
        try segment.left.shell("ip address add 10.1.80.90/32 dev enp0s3")
        var configuration = VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 101)])
        configuration.startupDelay = .seconds(1000)
        let left = try Host(segment.left, configuration)
        try await left.runtime.start()
        #expect(try !left.holds("10.1.80.90/32"))
        #expect(await left.status()?.state == .initialize)
        await left.runtime.stop()
    }

    @Test("after the startup delay elections begin, and not before the delay after the boot", arguments: [false, true])
    func startupDelay(isAfterBoot: Bool) async throws {
        var configuration = VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 101)])
        if isAfterBoot {
            configuration.delayAfterBoot = Instant.now - Instant(nanoseconds: 0) + .milliseconds(300)
        } else {
            configuration.startupDelay = .milliseconds(100)
            configuration.delayAfterBoot = .nanoseconds(1)
        }
        let left = try Host(segment.left, configuration)
        try await left.runtime.start()
        await left.reaches(.master)
        #expect(left.log.all.contains("Delayed start completed"))
        #expect(isAfterBoot || left.log.all.contains("Delaying startup for 0.1 seconds"))
        await left.runtime.stop()
    }
}
