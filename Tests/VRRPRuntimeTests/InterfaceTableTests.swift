import Addressing
import Netlink
import Testing
import VRRP

@testable import VRRPRuntime

@Suite struct InterfaceTableTests {
    func link(_ index: UInt32, _ name: String, up: Bool = true) -> Link {
        Link(index: index, name: name, flags: up ? [.up, .running] : [])
    }

    func address(_ text: String, on index: UInt32, scope: RouteScope = .universe, flags: InterfaceAddress.Flags = [])
        throws -> InterfaceAddress
    {
        InterfaceAddress(interfaceIndex: index, prefix: try #require(Prefix(text)), scope: scope, flags: flags)
    }

    @Test("an interface is up when it is set up and running; a missing one is down")
    func state() {
        var table = InterfaceTable(links: [link(2, "eth0"), link(3, "eth1", up: false)], addresses: [])
        #expect(table.isUp("eth0"))
        #expect(!table.isUp("eth1"))
        #expect(!table.isUp("eth2"))
        table.apply(.linkRemoved(link(2, "eth0")))
        #expect(!table.isUp("eth0"))
    }

    @Test("a renamed interface is found by its new name only")
    func rename() {
        var table = InterfaceTable(links: [link(2, "eth0")], addresses: [])
        table.apply(.linkChanged(link(2, "wan")))
        #expect(table.link(named: "wan")?.index == 2)
        #expect(table.link(named: "eth0") == nil)
    }

    @Test("an interface that was made again has another index, and the removal of the old one does not hide it")
    func recreated() {
        var table = InterfaceTable(links: [link(2, "eth0")], addresses: [])
        table.apply(.linkChanged(link(7, "eth0")))
        table.apply(.linkRemoved(link(2, "eth0")))
        #expect(table.link(named: "eth0")?.index == 7)
    }

    @Test("adverts come from the first primary address of the widest scope that is not virtual")
    func primaryAddress() throws {
        let vip = try #require(Prefix("10.1.80.90"))
        var table = InterfaceTable(
            links: [link(2, "eth0")],
            addresses: [
                try address("169.254.1.1/16", on: 2, scope: .link), try address("10.1.80.90", on: 2),
                try address("10.1.80.92/24", on: 2, flags: .secondary), try address("10.1.80.91/24", on: 2),
                try address("10.1.81.1/24", on: 2), try address("fe80::1/64", on: 2),
            ])
        let router = RouterConfiguration(id: RouterID("VI_1"), virtualRouterID: 51)
        func source(_ name: String = "eth0") -> String? {
            table.sourceAddress(of: name, for: router, excluding: { $0 == vip })?.description
        }
        #expect(source() == "10.1.80.91")
        table.apply(.addressRemoved(try address("10.1.80.91/24", on: 2)))
        #expect(source() == "10.1.81.1")
        table.apply(.addressRemoved(try address("10.1.81.1/24", on: 2)))
        #expect(source() == "169.254.1.1")
        #expect(source("eth1") == nil)
    }

    @Test("over IPv6 they come from a link-local address, and from a wider one only to peers that are not on the link")
    func ipv6Source() throws {
        let vip = try #require(Prefix("fe80::90"))
        var table = InterfaceTable(
            links: [link(2, "eth0")],
            addresses: [
                try address("10.1.80.91/24", on: 2), try address("fe80::90/128", on: 2, scope: .link),
                try address("2001:db8::5/64", on: 2, flags: .deprecated),
                try address("2001:db8::91/64", on: 2, flags: .tentative),
                try address("fe80::92/64", on: 2, scope: .link, flags: [.tentative, .duplicateDetectionFailed]),
                try address("fe80::91/64", on: 2, scope: .link, flags: .tentative),
            ])
        func source(_ peer: String?) throws -> String? {
            let delivery = RouterConfiguration.Delivery.unicast(
                peers: try peer.map { [.init(address: try #require(IPAddress($0)))] } ?? [], ttl: 255,
                checksSource: false)
            let router = RouterConfiguration(
                id: RouterID("VI_6"), virtualRouterID: 51, version: .v3,
                delivery: peer == nil ? .multicast(group: try #require(IPAddress("ff02::12"))) : delivery)
            return table.sourceAddress(of: "eth0", for: router, excluding: { $0 == vip })?.description
        }
        #expect(try source(nil) == nil, "duplicate detection is not through")
        #expect(try source("2001:db8::92") == "2001:db8::5")
        table.apply(.addressChanged(try address("fe80::91/64", on: 2, scope: .link)))
        table.apply(.addressChanged(try address("2001:db8::91/64", on: 2)))
        #expect(try source(nil) == "fe80::91")
        #expect(try source("fe80::1") == "fe80::91")
        #expect(try source("2001:db8::92") == "2001:db8::91")
    }

    @Test("an address is known once, however often it is reported")
    func repeatedReport() throws {
        var table = InterfaceTable(links: [link(2, "eth0")], addresses: [])
        let prefix = try #require(Prefix("10.1.80.90"))
        for _ in 0..<3 { table.apply(.addressChanged(try address("10.1.80.90", on: 2))) }
        #expect(table.carries(prefix, on: 2))
        table.apply(.addressRemoved(try address("10.1.80.90", on: 2)))
        #expect(!table.carries(prefix, on: 2))
    }

    @Test("addresses keep the kernel's order while others come and go, and those of one prefix are told apart")
    func order() throws {
        var table = InterfaceTable(links: [link(2, "eth0")], addresses: [])
        let all = try (1...40).map { try address("10.0.0.\($0)/24", on: 2) }
        for address in all { table.apply(.addressChanged(address)) }
        for (number, address) in all.enumerated() where number % 4 != 0 { table.apply(.addressRemoved(address)) }
        #expect(table.addresses(on: "eth0") == all.enumerated().filter { $0.offset % 4 == 0 }.map(\.element))
        #expect(table.carries(all[4].prefix, on: 2) && !table.carries(all[5].prefix, on: 2))

        var changed = all[4]
        changed.flags = .secondary
        table.apply(.addressChanged(changed))
        #expect(table.address(changed.prefix, on: 2) == changed)
        #expect(table.addresses(on: "eth0").count == 10)

        var remote = all[4]
        remote.peer = .v4(IPv4Address(10, 9, 9, 9))
        table.apply(.addressChanged(remote))
        table.apply(.addressRemoved(changed))
        #expect(table.address(changed.prefix, on: 2) == remote)
        table.apply(.addressRemoved(remote))
        table.apply(.addressRemoved(remote))
        #expect(!table.carries(changed.prefix, on: 2))
    }
}
