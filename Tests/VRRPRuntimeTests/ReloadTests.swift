import Addressing
import LinuxSystem
import TestKit
import Testing
import VRRP

@testable import VRRPRuntime

@Suite("Reload of running routers", .serialized, .enabled(if: NetworkNamespace.isAvailable))
struct RuntimeReloadTests {
    let segment: Segment

    init() throws { segment = try Segment() }

    /// What happens to the addresses of the left host while something is done, as the kernel reports it.
    private func watching(_ change: () async throws -> Void) async throws -> [Substring] {
        let folder = try TemporaryFolder()
        let file = folder.file("changes")
        // It complains of namespaces that other tests have taken away.
        try segment.left.shell("ip -4 -o monitor address > \(file) 2> /dev/null & echo $! > \(file).pid")
        // The monitor is listening as soon as it reports a change that is made for it.
        while try segment.left.shell("cat \(file)").isEmpty {
            try segment.left.shell("ip address add 127.9.9.9/32 dev lo; ip address delete 127.9.9.9/32 dev lo")
        }
        try await change()
        try segment.left.shell("ip address add 127.8.8.8/32 dev lo")
        while try !segment.left.shell("cat \(file)").contains("127.8.8.8") {}
        let lines = try segment.left.shell("kill $(cat \(file).pid); cat \(file)")
        return lines.split(separator: "\n").filter { !$0.contains("127.") }
    }

    @Test("the same configuration changes nothing: no advert, no announcement, no socket, no address")
    func unchanged() async throws {
        let router = try Segment.router(priority: 101)
        let host = try await Host.masters(segment.left, [router])
        let lines = try await watching {
            for _ in 0..<100 {
                try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [router]))
            }
        }
        #expect(lines.isEmpty)
        #expect(await host.status()?.state == .master)
        await host.runtime.stop()
    }

    @Test("two masters that swap their ids keep both addresses on the interface")
    func swap() async throws {
        // On a busy machine the second burst might come now.
        var first = try Segment.router(priority: 101) { $0.announcements.secondBurstDelay = .zero }
        var second = try Segment.router(
            priority: 101, name: "VI_2", virtualRouterID: 52, addresses: ["10.1.80.94/32"]
        ) { $0.announcements.secondBurstDelay = .zero }
        let host = try await Host.masters(segment.left, [first, second])
        first.configuration.virtualRouterID = 52
        second.configuration.virtualRouterID = 51
        let configuration = VRRPRuntimeConfiguration(routers: [first, second])
        let start = host.log.all.count
        let preview = await host.runtime.preview(configuration)
        #expect(preview.added.isEmpty && preview.removed.isEmpty && preview.events.isEmpty)
        let lines = try await watching { try await host.runtime.replace(configuration) }
        #expect(lines.isEmpty)
        #expect(host.announced(since: start).isEmpty)
        #expect(await host.status("VI_1")?.state == .master)
        #expect(await host.status("VI_2")?.state == .master)
        #expect(try host.holds("10.1.80.90/32"))
        #expect(try host.holds("10.1.80.94/32"))
        await host.runtime.stop()
    }

    @Test("an address that moves from one master to another stays where it is; only what is new is announced")
    func moves() async throws {
        let first = try Segment.router(priority: 101, addresses: ["10.1.80.90/32", "10.1.80.95/32"])
        let second = try Segment.router(
            priority: 101, name: "VI_2", virtualRouterID: 52, addresses: ["10.1.80.94/32"])
        let host = try await Host.masters(segment.left, [first, second])
        let next = VRRPRuntimeConfiguration(routers: [
            try Segment.router(priority: 101),
            try Segment.router(
                priority: 101, name: "VI_2", virtualRouterID: 52,
                addresses: ["10.1.80.95/32", "10.1.80.94/32", "10.1.80.96/32"]),
        ])
        let preview = await host.runtime.preview(next)
        #expect(preview.added == [RouterID("VI_2"): [try #require(Prefix("10.1.80.96/32"))]])
        #expect(preview.removed.isEmpty)
        let start = host.log.all.count
        let lines = try await watching { try await host.runtime.replace(next) }
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.contains("10.1.80.96") && !$0.hasPrefix("Deleted") })
        #expect(host.announced(since: start) == ["10.1.80.96"])
        // What it holds now goes with the router that holds it.
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [next.routers[0]]))
        #expect(try host.holds("10.1.80.90/32"))
        #expect(try !host.holds("10.1.80.95/32"))
        await host.runtime.stop()
    }

    @Test("an excluded address that comes to a master is added and announced, the others are left alone")
    func excluded() async throws {
        var router = try Segment.router(priority: 101)
        let host = try await Host.masters(segment.left, [router])
        router.addresses.append(HeldAddress(prefix: try #require(Prefix("10.1.80.97/32"))))
        let start = host.log.all.count
        let lines = try await watching {
            try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [router]))
        }
        #expect(lines.count == 1)
        #expect(host.announced(since: start) == ["10.1.80.97"])
        #expect(await host.status()?.state == .master)
        await host.runtime.stop()
    }

    @Test("an IPv6 address for an interface without IPv6 is refused before anything is done")
    func switchedOff() async throws {
        try segment.left.shell("echo 1 > /proc/sys/net/ipv6/conf/enp0s3/disable_ipv6")
        var router = try Segment.router(priority: 101)
        let host = try await Host.masters(segment.left, [router])
        let new = HeldAddress(prefix: try #require(Prefix("2001:db8:80::90/64")))
        router.addresses.append(new)
        router.configuration.priority = 120
        let next = VRRPRuntimeConfiguration(routers: [router])
        let expected = VRRPRuntimeError.noIPv6(interface: "enp0s3", address: new.prefix, router: "VI_1")
        #expect(await host.runtime.preview(next).problem == expected)
        await #expect(throws: expected) { try await host.runtime.replace(next) }
        #expect(await host.status()?.basePriority == 101)
        try segment.left.shell("echo 0 > /proc/sys/net/ipv6/conf/enp0s3/disable_ipv6")
        try await host.runtime.replace(next)
        #expect(await host.status()?.basePriority == 120)
        #expect(try host.holds("2001:db8:80::90/64"))
        await host.runtime.stop()
    }

    @Test("the first address of a subnet goes, the others of it stay, and nobody resigns")
    func subnet() async throws {
        let router = try Segment.router(priority: 101, addresses: ["10.7.0.1/24", "10.7.0.2/24", "10.7.0.3/24"])
        let host = try await Host.masters(segment.left, [router])
        let next = try Segment.router(priority: 101, addresses: ["10.7.0.2/24", "10.7.0.3/24"])
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [next]))
        #expect(try !host.holds("10.7.0.1/24"))
        #expect(try host.holds("10.7.0.2/24"))
        #expect(try host.holds("10.7.0.3/24"))
        // Once more, so that the reports of the first change have been read.
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [router]))
        #expect(await host.status()?.state == .master)
        #expect(!host.log.all.contains { $0.contains("removed by somebody else") })
        await host.runtime.stop()
    }

    @Test("a label that changed is changed on the interface")
    func label() async throws {
        var router = try Segment.router(priority: 101)
        let host = try await Host.masters(segment.left, [router])
        router.addresses[0].label = "enp0s3:1"
        try await host.runtime.replace(VRRPRuntimeConfiguration(routers: [router]))
        #expect(try segment.left.shell("ip -o address show").contains("enp0s3:1"))
        #expect(await host.status()?.state == .master)
        await host.runtime.stop()
    }

    @Test("another virtual router id: the old router resigns on its own, the new one has to be elected")
    func anotherRouter() async throws {
        let host = try await Host.masters(segment.left, [try Segment.router(priority: 101)])
        let next = VRRPRuntimeConfiguration(routers: [try Segment.router(priority: 101, virtualRouterID: 61)])
        let preview = await host.runtime.preview(next)
        #expect(preview.removed.values.flatMap { $0 }.map(\.description) == ["10.1.80.90/32"])
        #expect(preview.after[RouterID("VI_1")]?.status.state == .backup)
        #expect(await host.status()?.state == .master)
        try await host.runtime.replace(next)
        #expect(await host.status()?.state == .backup)
        #expect(try !host.holds("10.1.80.90/32"))
        await host.reaches(.master)
        #expect(try host.holds("10.1.80.90/32"))
        await host.runtime.stop()
    }

    @Test("a track script that did not change goes on, with its result; one whose command changed starts anew")
    func scripts() async throws {
        func configuration(_ other: String, weight: Int = -20) throws -> VRRPRuntimeConfiguration {
            var configuration = VRRPRuntimeConfiguration(routers: [
                try Segment.router(priority: 101) { configuration in
                    configuration.trackers.append(.init(.script("failing"), weight: weight))
                    configuration.trackers.append(.init(.script("other"), weight: -1))
                }
            ])
            configuration.scripts = [
                TrackScriptConfiguration(
                    name: "failing", command: ChildCommand(words: ["/bin/false"]), interval: .seconds(1000)),
                TrackScriptConfiguration(
                    name: "other", command: ChildCommand(words: [other]), interval: .seconds(1000)),
            ]
            return configuration
        }
        let host = try Host(segment.left, try configuration("/bin/true"))
        try await host.runtime.start()
        await host.reaches(.master)
        while await host.status()?.effectivePriority != 81 { try await Task.sleep(for: .milliseconds(10)) }
        try await host.runtime.replace(try configuration("/bin/false"))
        #expect(await (host.status()?.effectivePriority ?? 0) <= 81)
        while await host.status()?.effectivePriority != 80 { try await Task.sleep(for: .milliseconds(10)) }
        // Another weight of the same script counts at once, without a run.
        try await host.runtime.replace(try configuration("/bin/false", weight: -40))
        #expect(await host.status()?.effectivePriority == 60)
        #expect(host.log.all.count { $0 == "Script `failing` now returning 1" } == 1)
        #expect(await host.status()?.state == .master)
        await host.runtime.stop()
    }

    @Test("a track script that is given another name keeps its result, without a priority in between")
    func renamedScript() async throws {
        func configuration(_ name: String) throws -> VRRPRuntimeConfiguration {
            var configuration = VRRPRuntimeConfiguration(routers: [
                try Segment.router(priority: 101) { $0.trackers.append(.init(.script(name), weight: 5)) }
            ])
            configuration.scripts = [
                TrackScriptConfiguration(
                    name: name, command: ChildCommand(words: ["/bin/sleep", "0.2"]), interval: .seconds(1000))
            ]
            return configuration
        }
        let host = try Host(segment.left, try configuration("before"))
        try await host.runtime.start()
        await host.reaches(.master)
        while await host.status()?.effectivePriority != 106 { try await Task.sleep(for: .milliseconds(10)) }
        let next = try configuration("after")
        #expect(await host.runtime.preview(next).events.isEmpty)
        try await host.runtime.replace(next)
        #expect(await host.status()?.effectivePriority == 106)
        #expect(host.log.all.contains("VRRP_Script(after) considered successful on reload"))
        let start = host.log.all.count
        try await Task.sleep(for: .milliseconds(400))
        #expect(!host.log.all.dropFirst(start).contains { $0.contains("effective priority") })
        await host.runtime.stop()
    }

    @Test("a prepared configuration that is dropped leaves no socket and no change behind")
    func abandoned() async throws {
        let router = try Segment.router(priority: 101)
        let host = try await Host.masters(segment.left, [router])
        try segment.left.shell("ip link add spare0 type veth peer name spare1; ip link set spare0 up")
        let sockets = "cat /proc/net/raw | wc -l"
        let before = try segment.left.shell(sockets)
        let other = try Segment.router(priority: 101, name: "VI_2", virtualRouterID: 52) { $0.interface = "spare0" }
        while true {
            // The interface is known as soon as the kernel's report has been read.
            do {
                try await host.runtime.prepare(VRRPRuntimeConfiguration(routers: [router, other]))
                break
            } catch VRRPRuntimeError.missingInterface {
                continue
            }
        }
        #expect(try segment.left.shell(sockets) != before)
        await host.runtime.abandon()
        while try segment.left.shell(sockets) != before {}
        #expect(await host.status("VI_2") == nil)
        #expect(await host.status()?.state == .master)
        await host.runtime.stop()
    }
}
