import Addressing
import LinuxSystem
import TestKit
import Testing
import VRRP

@testable import VRRPRuntime

/// Virtual addresses in a subnet in which the interface has no address of its own, on a kernel that deletes the
/// secondary addresses of a subnet with the primary one.
@Suite(.serialized, .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"), .timeLimit(.minutes(2)))
struct SharedSubnetTests {
    let segment: Segment

    init() throws {
        segment = try Segment()
        for host in [segment.left, segment.right] {
            try host.shell(
                """
                for name in all enp0s3; do echo 0 > /proc/sys/net/ipv4/conf/$name/promote_secondaries; done
                """)
        }
    }

    /// The addresses of the subnet on the left host's interface.
    private func held(_ selection: String = "") throws -> Set<String> {
        let shown = try segment.left.shell("ip -o -4 address show dev enp0s3 \(selection)")
        let fields = shown.split { $0 == " " || $0 == "\n" }
        return Set(fields.filter { $0.hasPrefix("10.7.0.") && $0.contains("/") }.map(String.init))
    }

    /// Holds when a master goes on to say so, and never that it resigns. Between the first of its next three adverts
    /// and the last are two intervals, in which the kernel's reports are read.
    private func staysMaster(_ host: Host, virtualRouterID: UInt8, since adverts: PacketCapture) async throws {
        for _ in 0..<3 {
            let advert = try #require(adverts.next { $0.count > 36 && $0[23] == 112 && $0[35] == virtualRouterID })
            #expect(advert[36] != 0)
        }
        #expect(!host.log.all.contains { $0.contains("removed by somebody else") })
    }

    @Test("the kernel deletes the secondary addresses with the primary one, or these tests show nothing")
    func cascade() throws {
        try segment.left.shell(
            """
            ip address add 10.7.0.1/24 dev enp0s3
            ip address add 10.7.0.2/24 dev enp0s3
            ip address delete 10.7.0.1/24 dev enp0s3
            """)
        #expect(try held().isEmpty)
    }

    @Test(
        "a reload that replaces or removes addresses leaves the others and the new ones",
        arguments: [
            ([1], [2]), ([1, 2], [3, 4]), ([1, 2, 3], [2, 3, 4]), ([1, 2, 3], [3, 2]), ([2, 1], [3, 1]),
        ])
    func replaced(before: [Int], after: [Int]) async throws {
        let host = try await Host.masters(
            segment.left,
            [
                try Segment.router(priority: 101, addresses: before.map { "10.7.0.\($0)/24" })
            ])
        let adverts = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
        let wanted = after.map { "10.7.0.\($0)/24" }
        try await host.runtime.replace(
            VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 101, addresses: wanted)]))
        #expect(try held() == Set(wanted))
        try await staysMaster(host, virtualRouterID: 51, since: adverts)
        #expect(try held() == Set(wanted))
        #expect(await host.status()?.statistics.becameMaster == 1)
        await host.runtime.stop()
        #expect(try held().isEmpty)
    }

    @Test("an instance that a reload removes takes no address of another one along")
    func instanceRemoved() async throws {
        let first = try Segment.router(priority: 101, addresses: ["10.7.0.1/24"])
        let second = try Segment.router(
            priority: 101, name: "VI_2", virtualRouterID: 52, addresses: ["10.7.0.2/24", "10.7.0.3/24"])
        let host = try await Host.masters(segment.left, [first, second])
        // Whichever became master first holds the subnet's primary address.
        let (gone, stays) = try held("primary") == ["10.7.0.1/24"] ? (first, second) : (second, first)
        let adverts = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [stays]))
        let wanted = Set(stays.addresses.map(\.prefix.description))
        #expect(try held() == wanted)
        try await staysMaster(host, virtualRouterID: stays.configuration.virtualRouterID, since: adverts)
        #expect(try held() == wanted)
        #expect(await host.status(gone.configuration.id.name) == nil)
        #expect(await host.status(stays.configuration.id.name)?.statistics.becameMaster == 1)
        await host.runtime.stop()
        #expect(try held().isEmpty)
    }

    @Test("an instance that goes to BACKUP takes no address of a master along, and gets its own back")
    func backup() async throws {
        let first = try Segment.router(priority: 200, addresses: ["10.7.0.1/24"])
        let other = try Segment.router(
            priority: 101, name: "VI_2", virtualRouterID: 52, addresses: ["10.7.0.2/24", "10.7.0.3/24"])
        let host = try await Host.masters(segment.left, [first])
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [first, other]))
        await host.reaches(.master, router: "VI_2")
        #expect(try held("primary") == ["10.7.0.1/24"])
        let adverts = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
        let rival = try Host(
            segment.right,
            VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 250, addresses: ["10.7.0.1/24"])]))
        try await rival.runtime.start()
        await host.reaches(.backup)
        #expect(try held() == ["10.7.0.2/24", "10.7.0.3/24"])
        try await staysMaster(host, virtualRouterID: 52, since: adverts)
        await rival.runtime.stop()
        await host.reaches(.master)
        #expect(try held() == ["10.7.0.1/24", "10.7.0.2/24", "10.7.0.3/24"])
        #expect(await host.status("VI_2")?.statistics.becameMaster == 1)
        await host.runtime.stop()
    }

    @Test(
        "labels of several addresses change and nobody resigns, in whatever order they are listed",
        arguments: [false, true])
    func labels(reversed: Bool) async throws {
        var router = try Segment.router(
            priority: 101, addresses: ["10.7.0.1/24", "10.7.0.2/24", "10.7.0.3/24", "10.7.0.4/24"])
        let host = try await Host.masters(segment.left, [router])
        for index in 0..<3 { router.addresses[index].label = "enp0s3:\(index)" }
        if reversed { router.addresses.reverse() }
        let adverts = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [router]))
        let wanted: Set = ["10.7.0.1/24", "10.7.0.2/24", "10.7.0.3/24", "10.7.0.4/24"]
        #expect(try held() == wanted)
        try await staysMaster(host, virtualRouterID: 51, since: adverts)
        #expect(try held() == wanted)
        let shown = try segment.left.shell("ip -o -4 address show dev enp0s3")
        for index in 0..<3 { #expect(shown.contains("enp0s3:\(index)")) }
        #expect(await host.status()?.statistics.becameMaster == 1)
        // Nothing more is expected than was reported: what somebody else removes is still noticed.
        let last = try #require(try held("secondary").max())
        try segment.left.shell("ip address delete \(last) dev enp0s3")
        while !host.log.all.contains(where: { $0.hasSuffix("put back") }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try held() == wanted)
        await host.runtime.stop()
    }

    @Test("what a crash left of a backup takes nothing of an owner along")
    func crash() async throws {
        try segment.left.shell(
            "ip address add 10.7.0.1/24 dev enp0s3; ip address add 10.7.0.2/24 dev enp0s3")
        let backup = try Segment.router(priority: 100, addresses: ["10.7.0.1/24"]) { $0.advertInterval = .seconds(40) }
        let owner = try Segment.router(
            priority: 255, name: "VI_2", virtualRouterID: 52, addresses: ["10.7.0.2/24"])
        let adverts = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
        let host = try Host(segment.left, VRRPRuntimeConfiguration(routers: [backup, owner]))
        try await host.runtime.start()
        try await staysMaster(host, virtualRouterID: 52, since: adverts)
        #expect(try held() == ["10.7.0.2/24"])
        #expect(await host.status("VI_2")?.statistics.becameMaster == 1)
        await host.runtime.stop()
    }
}
