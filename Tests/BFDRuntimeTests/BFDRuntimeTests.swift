import Addressing
import BFD
import TestKit
import Testing

@testable import BFDRuntime

@Suite(
    "BFD on a segment", .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"),
    .timeLimit(.minutes(1)))
struct BFDRuntimeTests {
    let segment: Segment

    init() throws { segment = try Segment() }

    @Test("two sessions come up, over IPv4, over IPv6 and on the port for several hops")
    func comesUp() async throws {
        func sessions(_ number: Int) throws -> [SessionConfiguration] {
            [
                try Segment.session(number, .ipv4, name: "four"), try Segment.session(number, .ipv6, name: "six"),
                try Segment.session(number, .ipv4, name: "far") { $0.identity.isMultihop = true },
            ]
        }
        let left = try Speaker(in: segment.left, try sessions(91))
        let right = try Speaker(in: segment.right, try sessions(92))
        for name in ["four", "six", "far"] {
            #expect(await left.verdict(name) == BFDVerdict(session: name, isUp: true))
            #expect(await right.verdict(name) == BFDVerdict(session: name, isUp: true))
            try await left.reaches(name) { $0.status.detectionTime == .milliseconds(500) && $0.problem == nil }
        }
        await left.runtime.stop()
        for name in ["four", "six", "far"] {
            let verdict = await right.verdict(name)
            #expect(verdict?.isUp == false)
            #expect(verdict?.isWithdrawn == true)
        }
        let status = await right.session("six")?.status
        #expect(status?.remoteDiagnostic == .administrativelyDown || status?.diagnostic == .neighborSignaledDown)
        await right.runtime.stop()
        #expect(await right.runtime.status().sessions.isEmpty)
    }

    @Test("packets are sent with a TTL of 255, as network control, from a high port that stays")
    func header() async throws {
        let capture = try PacketCapture(in: segment.right, etherType: PacketCapture.ipv4)
        let left = try Speaker(in: segment.left, [try Segment.session()])
        var ports: Set<UInt16> = []
        for _ in 0..<2 {
            let frame = try #require(
                capture.next { $0.count > 37 && $0[23] == 17 && UInt16($0[36]) << 8 | UInt16($0[37]) == 3784 })
            #expect(frame[15] == 0xC0)
            #expect(frame[22] == 255)
            ports.insert(UInt16(frame[34]) << 8 | UInt16(frame[35]))
            #expect(try ControlPacket(decoding: Array(frame[42...])).state == .down)
        }
        #expect(ports.count == 1)
        #expect(ports.allSatisfy { $0 >= 49152 })
        await left.runtime.stop()
    }

    @Test("packets with a lower TTL do not count", arguments: [AddressFamily.ipv4, .ipv6])
    func timeToLive(family: AddressFamily) async throws {
        let left = try Speaker(in: segment.left, [try Segment.session(91, family)])
        let right = try Speaker(in: segment.right, [try Segment.session(92, family) { $0.ttl = 254 }])
        #expect(await left.verdict()?.isUp == false)
        try await left.reaches { $0.status.lastRefusal == .timeToLive(254, minimum: 255) }
        #expect(await left.session()?.status.state == .down)
        // The neighbour may as well be allowed to be one hop away.
        left.runtime.replace(
            BFDRuntimeConfiguration(sessions: [try Segment.session(91, family) { $0.minimumTTL = 254 }]))
        #expect(await left.verdict()?.isUp == true)
        await left.runtime.stop()
        await right.runtime.stop()
    }

    @Test("a source address that comes late and a port that is taken are named, and healed without a restart")
    func lateResources() async throws {
        try segment.left.shell("ip address del 10.1.80.91/24 dev enp0s3")
        let right = try Speaker(in: segment.right, [try Segment.session(92)])
        let left = try Speaker(in: segment.left, [try Segment.session()])
        #expect(await left.verdict()?.reason?.contains("10.1.80.91") == true)
        // The first one has the port.
        let second = try Speaker(in: segment.left, [try Segment.session()])
        try await second.reaches { $0.problem?.contains("3784") == true }
        try segment.left.shell("ip address add 10.1.80.91/24 dev enp0s3")
        #expect(await left.verdict()?.isUp == true)
        #expect(await left.session()?.problem == nil)
        await left.runtime.stop()
        try await second.reaches { $0.status.state == .up }
        await second.runtime.stop()
        await right.runtime.stop()
    }

    @Test("a reload keeps what stays, renames it for those who depend on it, and ends what goes")
    func reload() async throws {
        let left = try Speaker(in: segment.left, [try Segment.session(), try Segment.session(91, .ipv6, name: "six")])
        let right = try Speaker(
            in: segment.right, [try Segment.session(92), try Segment.session(92, .ipv6, name: "six")])
        #expect(await left.verdict("B")?.isUp == true)
        #expect(await right.verdict("six")?.isUp == true)
        left.runtime.replace(
            BFDRuntimeConfiguration(sessions: [try Segment.session(name: "C") { $0.transmitInterval = 100_000 }]))
        #expect(await left.verdict("C")?.isUp == true)
        #expect(await right.verdict("six")?.isUp == false)
        try await left.reaches("C") { $0.status.transmitInterval == .milliseconds(100) }
        try await right.reaches { $0.status.detectionTime == .milliseconds(1000) }
        #expect(await left.session("C")?.status.statistics.lost == 0)
        #expect(await right.session()?.status.statistics.lost == 0)
        await left.runtime.stop()
        await right.runtime.stop()
    }
}
