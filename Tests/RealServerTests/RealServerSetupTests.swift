import Addressing
import Glibc
import LinuxSystem
import RealServer
import TestKit
import Testing

/// On a host of its own, with the kernel's own idea of what was done.
@Suite(.enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
struct RealServerSetupTests {
    let host: NetworkNamespace
    let folder: TemporaryFolder
    let vip: IPAddress = .v4(IPv4Address(10, 1, 80, 90))

    init() throws {
        host = try NetworkNamespace()
        folder = try TemporaryFolder()
    }

    func settings() throws -> [Int] {
        try host.run {
            try ["all", "lo"].flatMap { interface in
                try ["arp_ignore", "arp_announce"].map { try Sysctl.ipv4(interface: interface, $0).read() }
            }
        }
    }

    @Test("apply, status, apply again and remove, as the real kernel sees them")
    func lifecycle() throws {
        try host.shell("echo 1 > /proc/sys/net/ipv4/conf/all/arp_announce")
        let setup = RealServerSetup(stateFolder: folder.path)
        let vip = vip
        #expect(try host.run { try setup.status([vip]).isInOrder } == false)

        let applied = try host.run { try setup.apply([RealServerAddress(vip)]) }
        #expect(applied.isChanged)
        #expect(try settings() == [1, 2, 1, 2])
        let listing = try host.shell("ip -4 -o address show dev lo")
        #expect(listing.contains("inet 10.1.80.90/32 scope global lo"))
        #expect(try host.run { try setup.status().isInOrder })
        #expect(try host.run { try setup.apply([RealServerAddress(vip)]).isChanged } == false)

        let removed = try host.run { try setup.remove([vip]) }
        #expect(removed.isChanged)
        #expect(try settings() == [0, 1, 0, 0])
        #expect(try host.shell("ip -4 -o address show dev lo").contains("10.1.80.90") == false)
        #expect(try host.run { try setup.remove([vip]).isChanged } == false)
    }

    @Test("the address is reachable on the host and not answered for on the wire")
    func silence() throws {
        let client = try NetworkNamespace()
        try host.connect("rs0", to: client, "client0")
        try host.shell("ip address add 10.1.80.93/24 dev rs0")
        try client.shell("ip address add 10.1.80.1/24 dev client0")
        let vip = vip
        let setup = RealServerSetup(stateFolder: folder.path)
        _ = try host.run { try setup.apply([RealServerAddress(vip)]) }
        try host.shell("ping -c 1 -W 5 10.1.80.90")
        try client.shell("ping -c 1 -W 5 10.1.80.93")
        let probe = try client.shell("ping -c 1 -W 1 10.1.80.90 || true; ip neighbour show 10.1.80.90")
        #expect(!probe.contains("lladdr"), "the real server answered ARP for the virtual address: \(probe)")
    }

    @Test("when a step fails, those before it are taken back")
    func rollback() throws {
        let setup = RealServerSetup(stateFolder: folder.path)
        // The kernel takes a percent sign for a pattern that it does not know, after the first address was added.
        let vip = vip
        let second = try #require(IPAddress("2001:db8::90"))
        #expect(throws: RealServerError.self) {
            try host.run {
                try setup.apply([RealServerAddress(vip), RealServerAddress(second, interface: "x%s")])
            }
        }
        #expect(try settings() == [0, 0, 0, 0])
        #expect(try host.shell("ip -4 -o address show dev lo").contains("10.1.80.90") == false)
        #expect(try host.run { try setup.applied() } == [])
    }

    @Test("a damaged file of what was applied stops everything, with its name and line")
    func damaged() throws {
        let path = folder.file("realserver.state")
        try SmallFile.replace(path, with: Array("address 10.1.80.90\naddr".utf8))
        let setup = RealServerSetup(stateFolder: folder.path)
        let vip = vip
        #expect(throws: RealServerError.damagedState(path, line: 2)) { try host.run { try setup.status() } }
        #expect(throws: RealServerError.damagedState(path, line: 2)) { try host.run { try setup.remove([vip]) } }
        #expect(throws: RealServerError.damagedState(path, line: 2)) {
            try host.run { try setup.apply([RealServerAddress(vip)]) }
        }
    }

    @Test(
        "addresses that no client can reach a real server by are refused with the reason",
        arguments: [("fe80::5", "link-local"), ("::ffff:10.1.80.90", "give the IPv4 address")])
    func unreachable(text: String, reason: String) throws {
        let address = try #require(IPAddress(text))
        let setup = RealServerSetup(stateFolder: folder.path)
        do throws(RealServerError) {
            _ = try setup.apply([RealServerAddress(address)])
            Issue.record("\(address) was accepted")
        } catch {
            #expect(error.description.contains(reason))
        }
    }

    @Test(
        "addresses that cannot be virtual ones are refused by name",
        arguments: ["127.0.0.1", "0.0.0.0", "224.0.0.18", "255.255.255.255", "::1", "::", "ff02::12"])
    func unusable(text: String) throws {
        let address = try #require(IPAddress(text))
        let setup = RealServerSetup(stateFolder: folder.path)
        for isRemoval in [false, true] {
            do throws(RealServerError) {
                _ = isRemoval ? try setup.remove([address]) : try setup.apply([RealServerAddress(address)])
                Issue.record("\(address) was accepted")
            } catch {
                #expect(error.description.hasPrefix("\(address) cannot be a virtual address on lo: "))
            }
        }
    }
}
