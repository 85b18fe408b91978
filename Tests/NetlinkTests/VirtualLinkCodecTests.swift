import Addressing
import CLinux
import Netlink
import Testing

@Suite("Virtual links over netlink")
struct VirtualLinkCodecTests {
    /// RFC 9568 section 7.3: the virtual MAC address of virtual router 51 for IPv4.
    private let virtual = MACAddress(bytes: [0x00, 0x00, 0x5E, 0x00, 0x01, 0x33])

    @Test("a macvlan is made with name, base, address, group and mode in one message")
    func addMACVLAN() {
        let request = RouteCommand.addVirtualLink(
            VirtualLink(
                name: "vrrp.51", baseIndex: 4, kind: .macvlan(.isolated), hardwareAddress: virtual, group: 7,
                masterIndex: 9)
        ).request
        #expect(request.type == 16)
        #expect(request.flags == [.create, .exclusive])
        #expect(
            request.payload == [
                // struct ifinfomsg: nothing but zeros, the kernel chooses the index
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                // IFLA_IFNAME "vrrp.51"
                12, 0, 3, 0, 0x76, 0x72, 0x72, 0x70, 0x2E, 0x35, 0x31, 0,
                // IFLA_LINK
                8, 0, 5, 0, 4, 0, 0, 0,
                // IFLA_ADDRESS
                10, 0, 1, 0, 0, 0, 0x5E, 0, 1, 0x33, 0, 0,
                // IFLA_GROUP
                8, 0, 27, 0, 7, 0, 0, 0,
                // IFLA_MASTER
                8, 0, 10, 0, 9, 0, 0, 0,
                // IFLA_LINKINFO: IFLA_INFO_KIND "macvlan", IFLA_INFO_DATA: IFLA_MACVLAN_MODE private
                28, 0, 18, 0x80, 12, 0, 1, 0, 0x6D, 0x61, 0x63, 0x76, 0x6C, 0x61, 0x6E, 0,
                12, 0, 2, 0x80, 8, 0, 1, 0, 1, 0, 0, 0,
            ])
    }

    @Test("an ipvlan is made in layer 2 mode, and has no address of its own")
    func addIPVLAN() {
        let request = RouteCommand.addVirtualLink(
            VirtualLink(name: "ipv1", baseIndex: 4, kind: .ipvlan(.isolated))
        ).request
        #expect(
            Array(request.payload.dropFirst(16)) == [
                // IFLA_IFNAME "ipv1"
                9, 0, 3, 0, 0x69, 0x70, 0x76, 0x31, 0, 0, 0, 0,
                // IFLA_LINK
                8, 0, 5, 0, 4, 0, 0, 0,
                // IFLA_LINKINFO: IFLA_INFO_KIND "ipvlan", IFLA_INFO_DATA: IFLA_IPVLAN_MODE L2, IFLA_IPVLAN_FLAGS
                36, 0, 18, 0x80, 11, 0, 1, 0, 0x69, 0x70, 0x76, 0x6C, 0x61, 0x6E, 0, 0,
                20, 0, 2, 0x80, 6, 0, 1, 0, 0, 0, 0, 0, 6, 0, 2, 0, 1, 0, 0, 0,
            ])
    }

    @Test("a change names what changes and nothing else")
    func changes() {
        func payload(_ change: LinkChange) -> [UInt8] {
            let request = RouteCommand.changeLink(index: 5, change).request
            #expect(request.type == 16)
            #expect(request.flags == [])
            return request.payload
        }
        let untouched: [UInt8] = [0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let up: [UInt8] = [0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        let down: [UInt8] = [0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
        #expect(payload(LinkChange(isUp: true)) == up)
        #expect(payload(LinkChange(isUp: false)) == down)
        #expect(
            payload(LinkChange(hardwareAddress: virtual)) == untouched + [10, 0, 1, 0, 0, 0, 0x5E, 0, 1, 0x33, 0, 0])
        #expect(payload(LinkChange(name: "va")) == untouched + [7, 0, 3, 0, 0x76, 0x61, 0, 0])
        #expect(payload(LinkChange(masterIndex: 0)) == untouched + [8, 0, 10, 0, 0, 0, 0, 0])
        #expect(payload(LinkChange(group: 3)) == untouched + [8, 0, 27, 0, 3, 0, 0, 0])
        #expect(payload(LinkChange(alias: "vip")) == untouched + [7, 0, 20, 0, 0x76, 0x69, 0x70, 0])
        #expect(payload(LinkChange(namespaceDescriptor: 11)) == untouched + [8, 0, 28, 0, 11, 0, 0, 0])
        // IFLA_AF_SPEC: AF_INET6: IFLA_INET6_ADDR_GEN_MODE none
        #expect(
            payload(LinkChange(ipv6AddressGeneration: LinkChange.IPv6AddressGeneration.none))
                == untouched + [16, 0, 26, 0x80, 12, 0, 10, 0x80, 5, 0, 8, 0, 1, 0, 0, 0])
    }

    @Test("a link is deleted by its index")
    func delete() {
        let request = RouteCommand.deleteLink(index: 5).request
        #expect(request.type == 17)
        #expect(request.payload == [0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("a macvlan is read with group, alias and mode; data of another kind is not taken for a mode")
    func decode() throws {
        func event(kind: String) throws -> [RouteEvent] {
            var writer = MessageWriter()
            writer.message(type: UInt16(RTM_NEWLINK), flags: [], sequence: 0) { writer in
                writer.append(bytes: [0, 0, 1, 0, 6, 0, 0, 0, 0x43, 0x10, 1, 0, 0, 0, 0, 0])
                writer.attribute(UInt16(IFLA_IFNAME), string: "vrrp.51")
                writer.attribute(UInt16(IFLA_LINK), UInt32(4))
                writer.attribute(UInt16(IFLA_GROUP), UInt32(7))
                writer.attribute(UInt16(IFLA_IFALIAS), string: "an alias")
                writer.nested(UInt16(IFLA_LINKINFO)) { writer in
                    writer.attribute(UInt16(IFLA_INFO_KIND), string: kind)
                    writer.nested(UInt16(IFLA_INFO_DATA)) { $0.attribute(1, UInt32(1)) }
                }
            }
            return try RouteEvent.decode(writer.bytes)
        }
        let flags: Link.Flags = [.up, .broadcast, .running, .multicast, .lowerUp]
        let macvlan = Link(
            index: 6, name: "vrrp.51", flags: flags, mtu: 0, kind: "macvlan", lowerIndex: 4, group: 7,
            alias: "an alias", macvlanMode: VirtualLink.MACVLANMode.isolated.rawValue)
        #expect(try event(kind: "macvlan") == [.linkChanged(macvlan)])
        var vlan = macvlan
        vlan.kind = "vlan"
        vlan.macvlanMode = nil
        #expect(try event(kind: "vlan") == [.linkChanged(vlan)])
    }

    @Test(
        "what a tunnel's device opens is read of ip6tnl alone",
        arguments: [("ip6tnl", 41), ("ip6tnl", 0), ("sit", nil)])
    func tunnel(kind: String, number: UInt8?) throws {
        var writer = MessageWriter()
        writer.message(type: UInt16(RTM_NEWLINK), flags: [], sequence: 0) { writer in
            writer.append(bytes: [0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            writer.nested(UInt16(IFLA_LINKINFO)) { writer in
                writer.attribute(UInt16(IFLA_INFO_KIND), string: kind)
                // IFLA_IPTUN_PROTO
                writer.nested(UInt16(IFLA_INFO_DATA)) { $0.attribute(9, number ?? 41) }
            }
        }
        let events = try RouteEvent.decode(writer.bytes)
        guard case .linkChanged(let link)? = events.first else {
            Issue.record("no link was read from \(events)")
            return
        }
        #expect(link.tunnelProtocol == number)
    }

    @Test(
        "whether packets come with checksums is read of gre alone",
        arguments: [("gre", 0x80, true), ("ip6gre", 0, false), ("sit", 0x80, nil)] as [(String, UInt8, Bool?)])
    func checksums(kind: String, flags: UInt8, expected: Bool?) throws {
        var writer = MessageWriter()
        writer.message(type: UInt16(RTM_NEWLINK), flags: [], sequence: 0) { writer in
            writer.append(bytes: [0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            writer.nested(UInt16(IFLA_LINKINFO)) { writer in
                writer.attribute(UInt16(IFLA_INFO_KIND), string: kind)
                // IFLA_GRE_IFLAGS
                writer.nested(UInt16(IFLA_INFO_DATA)) { $0.attribute(2, bytes: [flags, 0]) }
            }
        }
        guard case .linkChanged(let link)? = try RouteEvent.decode(writer.bytes).first else {
            Issue.record("no link was read")
            return
        }
        #expect(link.expectsChecksums == expected)
    }

    @Test("the numbers of the modes are the kernel's")
    func modes() {
        #expect(VirtualLink.MACVLANMode.isolated.rawValue == MACVLAN_MODE_PRIVATE.rawValue)
        #expect(VirtualLink.MACVLANMode.vepa.rawValue == MACVLAN_MODE_VEPA.rawValue)
        #expect(VirtualLink.MACVLANMode.bridge.rawValue == MACVLAN_MODE_BRIDGE.rawValue)
        #expect(Int32(VirtualLink.IPVLANMode.isolated.rawValue) == IPVLAN_F_PRIVATE)
        #expect(Int32(VirtualLink.IPVLANMode.vepa.rawValue) == IPVLAN_F_VEPA)
        #expect(UInt32(LinkChange.IPv6AddressGeneration.none.rawValue) == IN6_ADDR_GEN_MODE_NONE.rawValue)
        #expect(UInt32(LinkChange.IPv6AddressGeneration.eui64.rawValue) == IN6_ADDR_GEN_MODE_EUI64.rawValue)
    }
}
