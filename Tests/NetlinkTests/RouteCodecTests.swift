import Addressing
import CLinux
import Netlink
import TestKit
import Testing

@Suite("Route netlink")
struct RouteCodecTests {
    @Test("a virtual address is added with local and far address, broadcast, label, scope and flags")
    func addAddress() throws {
        let prefix = try #require(Prefix("10.1.80.90/24"))
        let command = RouteCommand.addAddress(
            InterfaceAddress(
                interfaceIndex: 2, prefix: prefix, broadcast: IPv4Address(10, 1, 80, 255), label: "eth0:1",
                scope: .link, flags: .noPrefixRoute))
        let expected: [UInt8] = [
            // struct ifaddrmsg: AF_INET, /24, no short flags, scope link, index 2
            2, 24, 0, 253, 2, 0, 0, 0,
            // IFA_LOCAL
            8, 0, 2, 0, 10, 1, 80, 90,
            // IFA_ADDRESS
            8, 0, 1, 0, 10, 1, 80, 90,
            // IFA_BROADCAST
            8, 0, 4, 0, 10, 1, 80, 255,
            // IFA_LABEL "eth0:1"
            11, 0, 3, 0, 0x65, 0x74, 0x68, 0x30, 0x3A, 0x31, 0, 0,
            // IFA_FLAGS: IFA_F_NOPREFIXROUTE
            8, 0, 8, 0, 0, 2, 0, 0,
        ]
        #expect(command.request.payload == expected)
        #expect(command.request.type == 20)
        #expect(command.request.flags == [.create, .exclusive])
    }

    @Test("an IPv6 address can skip duplicate address detection")
    func addIPv6Address() throws {
        let prefix = try #require(Prefix("2001:db8::90/64"))
        let request = RouteCommand.addAddress(
            InterfaceAddress(interfaceIndex: 1, prefix: prefix, flags: .noDuplicateDetection)
        ).request
        #expect(Array(request.payload.prefix(8)) == [10, 64, 2, 0, 1, 0, 0, 0])
    }

    @Test("deleting names the address and nothing that may have changed since")
    func deleteAddress() throws {
        let prefix = try #require(Prefix("10.1.80.90/32"))
        let request = RouteCommand.deleteAddress(
            InterfaceAddress(
                interfaceIndex: 2, prefix: prefix, broadcast: IPv4Address(10, 1, 80, 255), label: "eth0:1")
        ).request
        #expect(request.type == 21)
        #expect(
            request.payload == [
                2, 32, 0, 0, 2, 0, 0, 0, 8, 0, 2, 0, 10, 1, 80, 90, 8, 0, 1, 0, 10, 1, 80, 90,
            ])
    }

    @Test("a host route on an interface has link scope, one through a gateway has none")
    func routes() throws {
        let host = try #require(Prefix("10.1.80.90/32"))
        let direct = RouteCommand.addRoute(Route(destination: host, interfaceIndex: 3)).request
        #expect(
            direct.payload == [
                // struct rtmsg: AF_INET, /32, main table, static, scope link, unicast
                2, 32, 0, 0, 254, 4, 253, 1, 0, 0, 0, 0,
                // RTA_TABLE 254
                8, 0, 15, 0, 254, 0, 0, 0,
                // RTA_DST
                8, 0, 1, 0, 10, 1, 80, 90,
                // RTA_OIF
                8, 0, 4, 0, 3, 0, 0, 0,
            ])
        let routed = RouteCommand.replaceRoute(
            Route(destination: host, gateway: .v4(IPv4Address(10, 0, 0, 1)), metric: 7, table: 1_000)
        ).request
        #expect(routed.flags == [.create, .replace])
        #expect(Array(routed.payload.prefix(8)) == [2, 32, 0, 0, 0, 4, 0, 1])
    }

    @Test("a message about a bridge port does not make its link come and go")
    func bridgePorts() throws {
        var writer = MessageWriter()
        writer.message(type: UInt16(RTM_DELLINK), flags: [], sequence: 0) { writer in
            writer.append(bytes: [7, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            writer.attribute(UInt16(IFLA_IFNAME), string: "eth0")
        }
        #expect(try RouteEvent.decode(writer.bytes) == [])
    }

    @Test("events of links and addresses come in their order, other messages are left out")
    func events() throws {
        var writer = MessageWriter()
        writer.message(type: UInt16(RTM_NEWLINK), flags: [], sequence: 0) { writer in
            writer.append(bytes: [0, 0, 1, 0, 2, 0, 0, 0, 0x43, 0x10, 1, 0, 0, 0, 0, 0])
            writer.attribute(UInt16(IFLA_IFNAME), string: "eth0")
            writer.attribute(UInt16(IFLA_MTU), UInt32(1500))
            writer.attribute(UInt16(IFLA_ADDRESS), bytes: [2, 0, 0, 0, 0, 1])
            writer.nested(UInt16(IFLA_LINKINFO)) { $0.attribute(UInt16(IFLA_INFO_KIND), string: "veth") }
        }
        writer.message(type: 99, flags: [], sequence: 0) { _ in }
        writer.message(type: UInt16(RTM_DELADDR), flags: [], sequence: 0) { writer in
            writer.append(bytes: [2, 24, 0x80, 0, 2, 0, 0, 0])
            writer.attribute(UInt16(IFA_ADDRESS), bytes: [10, 0, 0, 2])
            writer.attribute(UInt16(IFA_LOCAL), bytes: [10, 0, 0, 1])
        }
        let events = try RouteEvent.decode(writer.bytes)
        let link = Link(
            index: 2, name: "eth0", flags: [.up, .broadcast, .running, .multicast, .lowerUp],
            hardwareAddress: MACAddress(bytes: [2, 0, 0, 0, 0, 1]), mtu: 1500, kind: "veth")
        let address = InterfaceAddress(
            interfaceIndex: 2, prefix: try #require(Prefix("10.0.0.1/24")), peer: .v4(IPv4Address(10, 0, 0, 2)),
            flags: .permanent)
        #expect(events == [.linkChanged(link), .addressRemoved(address)])
        #expect(link.isOperational)
    }

    @Test("the numbers of the multicast groups are the kernel's")
    func groups() {
        let numbers: [RouteGroup: rtnetlink_groups] = [
            .links: RTNLGRP_LINK, .ipv4Addresses: RTNLGRP_IPV4_IFADDR, .ipv4Routes: RTNLGRP_IPV4_ROUTE,
            .ipv6Addresses: RTNLGRP_IPV6_IFADDR, .ipv6Routes: RTNLGRP_IPV6_ROUTE,
            .ipv4Rules: RTNLGRP_IPV4_RULE, .ipv6Rules: RTNLGRP_IPV6_RULE,
        ]
        #expect(numbers.count == RouteGroup.allCases.count)
        for (group, number) in numbers { #expect(group.rawValue == number.rawValue) }
    }
}
