import Addressing
import Glibc
import LinuxSystem
import Netlink
import TestKit
import Testing
import VRRP

@testable import VRRPRuntime

private let first = RouterID("VI_1")
private let second = RouterID("VI_2")

@Suite("Tables that drop packets to virtual addresses")
struct AddressFilterTests {
    private func filtered(_ address: String, on interface: String = "vrrp.51", index: UInt32 = 7) throws
        -> FilteredAddress
    {
        FilteredAddress(address: try #require(IPAddress(address)), interface: interface, interfaceIndex: index)
    }

    @Test("a change names what comes and goes, in portions that fit a message")
    func change() throws {
        let filter = AddressFilter(AddressFilterConfiguration())
        let gone = filter.element(of: try filtered("10.0.0.2"))
        let new = filter.element(of: try filtered("10.0.0.3"))
        let other = filter.element(of: try filtered("2001:db8::3"))
        let table = NFTable(family: .ipv4, name: "keepalived")
        #expect(
            filter.change(.ipv4, adding: [new, other], removing: [gone]) == [
                .addElements(table, set: "vips", [[10, 0, 0, 3]]),
                .deleteElements(table, set: "vips", [[10, 0, 0, 2]]),
            ])
        #expect(filter.change(.ipv4, adding: [other]) == [])
        // The same address on two interfaces is one element.
        #expect(try new == filter.element(of: filtered("10.0.0.3", on: "eth1", index: 3)))
        let many = (0..<1_201).map { number in
            FilteredAddress(
                address: .v4(IPv4Address(rawValue: 0x0A02_0000 + UInt32(number))), interface: "eth0",
                interfaceIndex: 2)
        }
        let counts = filter.change(.ipv4, adding: Set(many.map(filter.element))).map { command in
            if case .addElements(_, _, let keys) = command { keys.count } else { 0 }
        }
        #expect(counts == [500, 500, 201])
    }

    @Test("a link-local address goes with its interface, by name or by index")
    func linkLocal() throws {
        var configuration = AddressFilterConfiguration()
        let address = try filtered("fe80::99", on: "vrrp.52", index: 0x0102)
        let bytes = address.address.bytes
        let name: [UInt8] = Array("vrrp.52".utf8) + [UInt8](repeating: 0, count: 9)
        #expect(
            AddressFilter(configuration).element(of: address)
                == AddressFilter.Element(family: .ipv6, set: "vips_link_local", key: bytes + name))
        configuration.matchesInterfaceIndex = true
        #expect(AddressFilter(configuration).element(of: address).key == bytes + [2, 1, 0, 0])
    }

    @Test(
        "an address that two routers hold, or one on two interfaces, stays until the last one gives it up",
        .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
    func shared() throws {
        let host = try NetworkNamespace()
        let one = try filtered("10.0.0.90")
        let twin = try filtered("10.0.0.90", on: "eth1", index: 3)
        let other = try filtered("10.0.0.91")
        let seen = try host.run {
            let tables = AddressFilterTables(AddressFilterConfiguration())
            let client = try NFTablesClient.open()
            var seen: [[[UInt8]]] = []
            func look() throws {
                let keys = try client.elements(of: "vips", in: NFTable(family: .ipv4, name: "keepalived"))
                seen.append(keys.sorted { $0[3] < $1[3] })
            }
            try tables.reconcile([first: [one, twin]], needed: [.ipv4])
            try tables.hold([one, other], of: second)
            try look()
            try tables.hold([one], of: first)
            try tables.hold([other], of: second)
            try look()
            try tables.hold([], of: first)
            try look()
            _ = try output("nft delete table ip keepalived")
            try tables.hold([twin], of: first)
            try look()
            try tables.reconcile([second: []], needed: [.ipv4])
            try look()
            tables.remove()
            return seen
        }
        let (both, last): ([[UInt8]], [[UInt8]]) = ([[10, 0, 0, 90], [10, 0, 0, 91]], [[10, 0, 0, 91]])
        #expect(seen == [both, both, last, both, []])
    }

    @Test(
        "the kernel takes the tables, changes them, and has nothing left of them; other tables stay",
        .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
    func kernel() throws {
        let host = try NetworkNamespace()
        try host.shell(
            """
            ip link add vrrp.52 type veth peer name other
            nft 'add table ip firewall; add chain ip firewall input { type filter hook input priority 0; }'
            nft 'add table ip keepalived; add chain ip keepalived left { type filter hook input priority 0; }'
            """)
        let before = try host.shell("nft list table ip firewall")
        let one = try filtered("10.0.0.90")
        let other = try filtered("10.0.0.91")
        let global = try filtered("2001:db8::90", on: "vrrp.52")
        let local = try filtered("fe80::99", on: "vrrp.52")
        let (installed, changed, restored, left) = try host.run {
            var configuration = AddressFilterConfiguration()
            configuration.hasCounters = true
            let tables = AddressFilterTables(configuration)
            try tables.reconcile([:], needed: [.ipv4, .ipv6])
            try tables.reconcile([first: [one, other], second: [global, local]], needed: [.ipv4, .ipv6])
            let installed = try output("nft list table ip keepalived; nft list table ip6 keepalived")
            try tables.reconcile([first: [other], second: [local]], needed: [.ipv4, .ipv6])
            let client = try NFTablesClient.open()
            let changed = [
                try client.elements(of: "vips", in: NFTable(family: .ipv4, name: "keepalived")),
                try client.elements(of: "vips", in: NFTable(family: .ipv6, name: "keepalived")),
            ]
            // A firewall that loads its rules anew takes ours with it.
            _ = try output("nft delete table ip keepalived")
            try tables.reconcile([first: [one], second: [local]], needed: [.ipv4, .ipv6])
            let restored = try client.elements(of: "vips", in: NFTable(family: .ipv4, name: "keepalived"))
            _ = try output("nft flush set ip keepalived vips; nft delete table ip6 keepalived")
            #expect(try tables.repair())
            #expect(try !tables.repair())
            #expect(
                try client.elements(of: "vips_link_local", in: NFTable(family: .ipv6, name: "keepalived")).count == 1)
            tables.remove()
            return (installed, changed, restored, [try client.tables(.ipv4), try client.tables(.ipv6)])
        }
        for line in [
            "elements = { 10.0.0.90, 10.0.0.91 }", "type filter hook input priority 100; policy accept;",
            "ip daddr @vips counter packets 0 bytes 0 drop", "ip saddr @vips counter packets 0 bytes 0 drop",
            "type ipv6_addr . ifname", "elements = { fe80::99 . \"vrrp.52\" }",
            "icmpv6 type nd-neighbor-solicit accept", "icmpv6 type nd-neighbor-advert accept",
            "ip6 daddr . iifname @vips_link_local counter packets 0 bytes 0 drop",
            "ip6 saddr . oifname @vips_link_local counter packets 0 bytes 0 drop",
        ] {
            #expect(installed.contains(line), "\(line) in\n\(installed)")
        }
        // What a predecessor left in the table is gone.
        #expect(!installed.contains("chain left"))
        #expect(changed == [[[10, 0, 0, 91]], []])
        #expect(restored == [[10, 0, 0, 90]])
        #expect(left == [["firewall"], []])
        #expect(try host.shell("nft list table ip firewall") == before)
    }
}

@Suite(
    "Tables that a crash has left", .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
struct AbandonedTableTests {
    @Test("those of a process that is gone go where nobody needs them, and no other; keepalived's are told of")
    func removal() throws {
        let host = try NetworkNamespace()
        let v4 = NFTable(family: .ipv4, name: "keepalived")
        let v6 = NFTable(family: .ipv6, name: "keepalived")
        try host.run {
            let client = try NFTablesClient.open()
            func make(_ table: NFTable, _ process: Int?) throws {
                let comment = process.map { TableMark(process: $0).comment }
                try client.commit([.addTable(table), .deleteTable(table), .addTable(table, comment: comment)])
            }
            let gone = Int(Int32.max)
            let vip = try #require(IPAddress("10.0.0.90"))
            func removal(_ needed: Set<AddressFamily> = []) -> (removed: [NFTable], inTheWay: [NFTable]) {
                AddressFilterTables(AddressFilterConfiguration()).removeAbandoned(needed: needed, accepted: [vip])
            }
            try make(v4, gone)
            try make(v6, gone)
            // The one that is needed is replaced in a moment, in one transaction.
            #expect(removal([.ipv6]).removed == [v4])
            #expect(try client.tables(.ipv4) == [])
            #expect(try client.tables(.ipv6) == ["keepalived"])
            // Under another name, by a file that had one.
            try make(NFTable(family: .ipv4, name: "former"), gone)
            try make(NFTable(family: .ipv4, name: "alive"), 1)
            try make(NFTable(family: .ipv4, name: "firewall"), nil)
            #expect(removal([.ipv6]).removed == [NFTable(family: .ipv4, name: "former")])
            #expect(try Set(client.tables(.ipv4)) == ["alive", "firewall"])
            // keepalived's.
            try make(v4, nil)
            #expect(removal([.ipv6]).inTheWay == [])
            try client.commit([
                .addSet(v4, NFTSet(name: "vips", key: [.address(.ipv4)])),
                .addElements(v4, set: "vips", [vip.bytes]),
            ])
            let found = removal()
            #expect(found.inTheWay == [v4])
            #expect(found.removed == [v6])
            #expect(removal([.ipv4]).inTheWay == [])
            #expect(try client.tables(.ipv4).contains("keepalived"))
        }
    }

    @Test("a comment that is not of this form is nobody's")
    func marks() {
        #expect(TableMark(comment: TableMark(process: 4711).comment) == TableMark(process: 4711))
        for comment in [nil, "", "martlet", "martlet pid=", "martlet pid=x", "my martlet pid=1"] {
            #expect(TableMark(comment: comment) == nil)
        }
    }
}

/// What a command prints, in the network namespace of this thread.
private func output(_ command: String) throws -> String {
    guard let pipe = popen(command, "r") else { return "" }
    var bytes: [UInt8] = []
    while true {
        let byte = getc(pipe)
        if byte == EOF { break }
        bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    pclose(pipe)
    return String(decoding: bytes, as: UTF8.self)
}
