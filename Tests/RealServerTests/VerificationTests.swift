import Addressing
import LinuxSystem
import Netlink
import Testing

@testable import RealServer

@Suite struct VerificationTests {
    let vip = RealServerAddress(PlannedHost.vip, ports: [ServicePort(80)])

    /// A host on which everything is in order.
    func healthy() throws -> HostState {
        PlannedHost.host([try #require(PlannedHost.held("10.1.80.90"))], settings: [1, 2, 1, 2])
    }

    func findings(_ host: HostState, of wanted: RealServerAddress? = nil) -> [Finding.Kind] {
        Verification.findings(of: [wanted ?? vip], on: host, listeners: nil).map(\.kind)
    }

    @Test("nothing is found on a host that is in order")
    func inOrder() throws { #expect(findings(try healthy()).isEmpty) }

    @Test("each mistake with an address is named")
    func addresses() throws {
        var host = try healthy()
        host.interfaces[0].addresses = []
        #expect(findings(host) == [.addressMissing])
        host.interfaces[1].addresses.append(try #require(PlannedHost.held("10.1.80.90", length: 24)))
        #expect(findings(host) == [.wrongInterface])
        host = try healthy()
        host.interfaces[1].addresses.append(try #require(PlannedHost.held("10.1.80.90")))
        #expect(findings(host) == [.wrongInterface], "on lo as well does not make it better")
        host.interfaces[1].addresses.removeLast()
        host.interfaces[0].addresses = [try #require(PlannedHost.held("10.1.80.90", length: 24))]
        #expect(findings(host) == [.prefixLength])
        host = try healthy()
        host.interfaces[0].isUp = false
        #expect(findings(host) == [.interfaceDown])
    }

    @Test(
        "what counts is the larger value of all and the interface that the request comes in on",
        arguments: [
            (1, 0, nil), (0, 1, nil), (0, 2, nil), (2, 1, nil), (0, 0, .arpIgnore), (1, 3, .arpIgnore),
            (3, 1, .arpIgnore), (1, 5, .arpIgnore), (0, 8, .arpMute), (8, 0, .arpMute),
        ] as [(Int, Int, Finding.Kind?)])
    func ignoring(all: Int, own: Int, kind: Finding.Kind?) throws {
        var host = try healthy()
        host.sysctls[.ipv4(interface: "all", "arp_ignore")] = all
        host.sysctls[.ipv4(interface: "enp0s3", "arp_ignore")] = own
        #expect(findings(host) == [kind].compactMap { $0 })
    }

    @Test(
        "announcing the virtual address is avoided by 2 alone",
        arguments: [(2, 0, true), (0, 2, true), (1, 0, false), (0, 0, false), (2, 3, false)])
    func announcing(all: Int, own: Int, isGood: Bool) throws {
        var host = try healthy()
        host.sysctls[.ipv4(interface: "all", "arp_announce")] = all
        host.sysctls[.ipv4(interface: "enp0s3", "arp_announce")] = own
        #expect(findings(host) == (isGood ? [] : [.arpAnnounce]))
    }

    @Test("settings of lo alone do nothing, and the finding says so")
    func loopbackAlone() throws {
        var host = try healthy()
        host.sysctls[.ipv4(interface: "all", "arp_ignore")] = 0
        let finding = try #require(Verification.findings(of: [vip], on: host, listeners: nil).first)
        #expect(finding.actual.contains("of lo counts for no other interface"))
        #expect(finding.consequence.contains("answers ARP for 10.1.80.90 on enp0s3"))
    }

    @Test("each mistake with a tunnel is named")
    func tunnels() throws {
        let wanted = RealServerAddress(PlannedHost.vip, tunnel: Tunnel(.ipip, outer: .ipv4))
        var host = try healthy()
        #expect(findings(host, of: wanted) == [.tunnelMissing, .tunnelMTU])
        host.interfaces.append(.init(name: "tunl0", isUp: false, isSilent: true, kind: "ipip"))
        host.interfaces[1].mtu = 1520
        #expect(findings(host, of: wanted) == [.tunnelDown])
        host.interfaces[2].isUp = true
        host.sysctls[.ipv4(interface: "all", "rp_filter")] = 1
        #expect(findings(host, of: wanted) == [.reversePathFilter])
        host.sysctls[.ipv4(interface: "tunl0", "rp_filter")] = 2
        #expect(findings(host, of: wanted) == [.reversePathFilter], "2 is strict too on a device without an address")
        host.interfaces[2].addresses = host.interfaces[0].addresses
        #expect(findings(host, of: wanted).isEmpty)
    }

    @Test("IPv6: duplicate address detection and IPv6 turned off are named, ARP is none of it")
    func ipv6() throws {
        let wanted = RealServerAddress(try #require(IPAddress("2001:db8::90")))
        var host = PlannedHost.host(
            [try #require(PlannedHost.held("2001:db8::90", length: 128, flags: .duplicateDetectionFailed))])
        #expect(findings(host, of: wanted) == [.duplicateDetection])
        host.interfaces[0].addresses[0].flags = [.permanent, .noDuplicateDetection]
        #expect(findings(host, of: wanted).isEmpty)
        host.interfaces[0].addresses = []
        host.sysctls[.ipv6(interface: "lo", "disable_ipv6")] = 1
        #expect(findings(host, of: wanted) == [.addressMissing, .ipv6Disabled])
    }

    @Test("who listens is read from the kernel's lists, and a service elsewhere is named")
    func listeners() throws {
        var listeners = Listeners()
        listeners.add(
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
               0: 5D50010A:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
               1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
               2: 5A50010A:01BB 3E50010A:C350 01 00000000:00000000 00:00000000 00000000     0
            broken
               3: zz:0050 00000000:0000 0A
            """, .tcp)
        listeners.add(
            """
              sl  local_address                         remote_address                        st
               0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A
               1: 0000000000000000FFFF00005A50010A:0051 00000000000000000000000000000000:0000 0A
            """, .tcp)
        let address = PlannedHost.vip
        #expect(listeners.serve(address, ServicePort(22)))
        #expect(listeners.serve(address, ServicePort(8080)), "a socket for every IPv6 address")
        #expect(listeners.serve(address, ServicePort(81)), "a mapped address")
        #expect(!listeners.serve(address, ServicePort(443)), "a connection is no listener")
        #expect(!listeners.serve(address, ServicePort(22, .udp)))
        let finding = try #require(
            Verification.findings(of: [vip], on: try healthy(), listeners: listeners).first)
        #expect(finding.kind == .noListener)
        #expect(finding.actual == "only 10.1.80.93 is listened on")
    }

    @Test("one host answers for the address: more or none is told", arguments: [0, 1, 2])
    func answers(count: Int) {
        let owners = (0..<count).map { MACAddress(bytes: [2, 0, 0, 0, 0, UInt8($0)]) }.compactMap { $0 }
        let findings = ARPProbe.judge(
            .init(address: IPv4Address(10, 1, 80, 90), interface: "enp0s3", owners: owners))
        #expect(findings.map(\.kind) == [[.noAnswer], [], [.severalAnswers]][count])
    }
}
