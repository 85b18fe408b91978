import Addressing
import IPVS
import TestKit
import Testing

extension IPVSKernelTests {
    @Suite("Beside ipvsadm", .serialized)
    struct IPVSAdminComparisonTests {
        @Test("what ipvsadm has added is read, and a plan over it is empty")
        func readsItsRules() throws {
            let kernel = try KernelNamespace()
            try kernel.namespace.shell(
                """
                ipvsadm -A -t 10.1.80.90:80 -s rr
                ipvsadm -a -t 10.1.80.90:80 -r 10.1.80.93 -g
                ipvsadm -a -t 10.1.80.90:80 -r 10.1.80.94 -g -w 2
                ipvsadm -A -u [2001:db8::90]:53 -s sh -b sh-port -p 360 -M 64 -o
                ipvsadm -a -u [2001:db8::90]:53 -r 10.1.80.93 -i --tun-type gue --tun-port 6080 --tun-csum -x 9 -y 3
                ipvsadm -A -f 5 -p 100 -M 255.255.255.0
                """)
            let table = try kernel.withClient { Table(snapshots: try $0.pools()) }
            let server = IPAddress.v4(IPv4Address(10, 1, 80, 93))
            let expected = Table([
                Pool(
                    service: VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80), scheduler: "rr"),
                    destinations: [
                        Destination(id: .init(address: server, port: 80), forwarding: .directRouting),
                        Destination(
                            id: .init(address: .v4(IPv4Address(10, 1, 80, 94)), port: 80), forwarding: .directRouting,
                            weight: 2),
                    ]),
                Pool(
                    service: VirtualService(
                        id: .endpoint(.udp, .v6(IPv6Address(high: 0x2001_0db8 << 32, low: 0x90)), 53), scheduler: "sh",
                        schedulerFlags: .flag2, persistence: .init(timeout: 360, granularity: 64),
                        onePacketScheduling: true),
                    destinations: [
                        Destination(
                            id: .init(address: server, port: 53),
                            forwarding: .tunneling(.gue(port: 6080, checksum: .checksum)), upperThreshold: 9,
                            lowerThreshold: 3)
                    ]),
                Pool(
                    service: VirtualService(
                        id: .firewallMark(5, .ipv4), persistence: .init(timeout: 100, granularity: 24))),
            ])
            #expect(table.sortedForComparison == expected.sortedForComparison)
            #expect(Planner.plan(desired: expected, actual: table, owned: []) == [])
        }

        @Test("ipvsadm saves what the client has written")
        func savesOurs() throws {
            let kernel = try KernelNamespace()
            let id = VirtualService.ID.endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80)
            let v6 = VirtualService.ID.endpoint(.tcp, .v6(IPv6Address(high: 0x2001_0db8 << 32, low: 0x90)), 443)
            try kernel.withClient { client in
                try client.apply(
                    .addService(
                        VirtualService(id: id, scheduler: "wrr", persistence: .init(timeout: 50, granularity: 24))))
                try client.apply(
                    .addDestination(
                        id,
                        Destination(
                            id: .init(address: .v4(IPv4Address(10, 1, 80, 93)), port: 80), forwarding: .directRouting,
                            weight: 3)))
                try client.apply(
                    .addService(VirtualService(id: v6, scheduler: "mh", schedulerFlags: [.flag1, .flag2])))
                try client.apply(
                    .addDestination(
                        v6,
                        Destination(
                            id: .init(address: .v4(IPv4Address(10, 1, 80, 94)), port: 443),
                            forwarding: .tunneling(.gre(checksum: .none)))))
            }
            let saved = try kernel.namespace.shell("ipvsadm -Sn")
            #expect(
                saved == """
                    -A -t 10.1.80.90:80 -s wrr -p 50 -M 255.255.255.0
                    -a -t 10.1.80.90:80 -r 10.1.80.93:80 -g -w 3
                    -A -t [2001:db8::90]:443 -s mh -b mh-fallback,mh-port
                    -a -t [2001:db8::90]:443 -r 10.1.80.94:443 -i -w 1 --tun-type gre --tun-nocsum

                    """)
        }
    }
}
