import Addressing
import Glibc
import LinuxSystem
import Netlink
import TestKit
import Testing

/// Links, addresses and routes of the running kernel, in a namespace of its own.
@Suite("Route sockets", .enabled(if: NetworkNamespace.isAvailable, "network namespaces need root"))
struct RouteSocketTests {
    let host: NetworkNamespace
    let peer: NetworkNamespace

    init() throws {
        host = try NetworkNamespace()
        peer = try NetworkNamespace()
        try host.connect("left0", to: peer, "right0")
    }

    private func interface(_ name: String) throws -> Link {
        let links = try host.run { try RouteClient.open().links() }
        return try #require(links.first { $0.name == name })
    }

    @Test("links come with their flags, kind and address")
    func links() throws {
        let links = try host.run { try RouteClient.open().links() }
        let loopback = try #require(links.first { $0.name == "lo" })
        #expect(loopback.flags.isSuperset(of: [.up, .loopback]))
        #expect(loopback.mtu == 65_536)
        let left = try #require(links.first { $0.name == "left0" })
        #expect(left.kind == "veth")
        #expect(left.mtu == 1500)
        #expect(left.isOperational)
        let text = try host.shell("cat /sys/class/net/left0/address 2>/dev/null || ip -o link show left0")
        #expect(text.contains(try #require(left.hardwareAddress).description))
    }

    @Test("addresses of both families are added with all their settings, listed and deleted")
    func addresses() throws {
        let index = try interface("left0").index
        let wanted = [
            InterfaceAddress(
                interfaceIndex: index, prefix: try #require(Prefix("10.1.80.90/24")),
                broadcast: IPv4Address(10, 1, 80, 255), label: "left0:1", scope: .link, flags: .noPrefixRoute),
            InterfaceAddress(
                interfaceIndex: index, prefix: try #require(Prefix("10.1.80.91/32")), label: "left0"),
            InterfaceAddress(
                interfaceIndex: index, prefix: try #require(Prefix("192.0.2.1/32")),
                peer: .v4(IPv4Address(192, 0, 2, 2)), label: "left0"),
            InterfaceAddress(
                interfaceIndex: index, prefix: try #require(Prefix("2001:db8::90/128")),
                flags: [.noDuplicateDetection]),
        ]
        let (failures, listed, shown) = try host.run {
            let client = try RouteClient.open()
            let failures = client.apply(wanted.map { .addAddress($0) })
            let listed = try client.addresses().filter { $0.interfaceIndex == index && $0.scope != .host }
            return (
                failures, listed, try client.addresses(family: .ipv6).allSatisfy { $0.prefix.address.family == .ipv6 }
            )
        }
        #expect(failures == [])
        #expect(shown)
        for address in wanted {
            let found = try #require(listed.first { $0.prefix == address.prefix })
            var expected = address
            // The kernel adds that it has no lifetime.
            expected.flags.insert(.permanent)
            #expect(found == expected)
        }
        let text = try host.shell("ip address show dev left0")
        #expect(text.contains("inet 10.1.80.90/24 brd 10.1.80.255 scope link noprefixroute left0:1"))
        #expect(text.contains("inet6 2001:db8::90/128 scope global nodad"))

        let (again, deletions, missing, rest) = try host.run {
            let client = try RouteClient.open()
            let again = client.apply([.addAddress(wanted[0]), .replaceAddress(wanted[0])])
            let deletions = client.apply(wanted.map { .deleteAddress($0) })
            let missing = client.apply([.deleteAddress(wanted[0])])
            return (again, deletions, missing, try client.addresses().filter { $0.interfaceIndex == index })
        }
        #expect(again.map(\.index) == [0])
        #expect(again.map(\.error.errorNumber) == [.exists])
        #expect(deletions == [])
        #expect(missing.map(\.error.errorNumber) == [.addressNotAvailable])
        #expect(rest.allSatisfy { $0.prefix.address.ipv6?.isLinkLocal == true })
    }

    @Test("two thousand addresses go in and out in one batch each")
    func manyAddresses() throws {
        let index = try interface("left0").index
        let commands = (0..<2_000).map { number in
            InterfaceAddress(
                interfaceIndex: index, prefix: Prefix(host: .v4(IPv4Address(rawValue: 0x0A02_0001 + UInt32(number)))))
        }
        let (added, count, deleted, rest) = try host.run {
            let client = try RouteClient.open()
            let added = client.apply(commands.map { .addAddress($0) })
            let count = try client.addresses(family: .ipv4).filter { $0.interfaceIndex == index }.count
            let deleted = client.apply(commands.map { .deleteAddress($0) })
            return (added, count, deleted, try client.addresses(family: .ipv4).filter { $0.interfaceIndex == index })
        }
        #expect(added == [])
        #expect(count == 2_000)
        #expect(deleted == [])
        #expect(rest == [])
    }

    @Test("routes are added, replaced, listed and deleted")
    func routes() throws {
        let index = try interface("left0").index
        let destination = try #require(Prefix("198.51.100.7/32"))
        let direct = Route(destination: destination, interfaceIndex: index)
        var routed = direct
        routed.gateway = .v4(IPv4Address(10, 3, 0, 2))
        routed.metric = 7
        routed.table = 1_000
        routed.scope = .universe
        let far = routed
        try host.shell("ip address add 10.3.0.1/24 dev left0")
        let (failures, listed, again, deleted, rest) = try host.run {
            let client = try RouteClient.open()
            let failures = client.apply([.addRoute(direct), .addRoute(far), .replaceRoute(direct)])
            let listed = try client.routes(family: .ipv4).filter { $0.destination == destination }
            let again = client.apply([.addRoute(direct)])
            let deleted = client.apply([.deleteRoute(direct), .deleteRoute(far), .deleteRoute(far)])
            return (failures, listed, again, deleted, try client.routes().filter { $0.destination == destination })
        }
        #expect(failures == [])
        var expected = direct
        expected.scope = .link
        #expect(Set(listed) == [expected, far])
        #expect(again.map(\.error.errorNumber) == [.exists])
        #expect(deleted.map(\.index) == [2])
        #expect(deleted.map(\.error.errorNumber) == [.noSuchProcess])
        #expect(rest == [])
    }

    @Test("a refusal carries the kernel's own words")
    func explanation() throws {
        let index = try interface("left0").index
        let route = Route(
            destination: try #require(Prefix("198.51.100.7/32")), gateway: .v4(IPv4Address(203, 0, 113, 1)),
            interfaceIndex: index)
        let failures = try host.run { try RouteClient.open().apply([.addRoute(route)]) }
        #expect(failures.map(\.error.errorNumber) == [.networkUnreachable])
        #expect(failures.first?.error.message?.isEmpty == false)
    }

    @Test("a monitor hears of links and addresses that come and go")
    func monitor() throws {
        let left = try interface("left0")
        let prefix = try #require(Prefix("10.4.0.1/32"))
        let events = try host.run {
            let monitor = try RouteMonitor.open([.links, .ipv4Addresses, .ipv6Addresses])
            let address = InterfaceAddress(interfaceIndex: left.index, prefix: prefix)
            let client = try RouteClient.open()
            _ = client.apply([
                .addAddress(address), .deleteAddress(address), .setLink(index: left.index, up: false),
                .setLink(index: left.index, up: true),
            ])
            return try readAll(monitor)
        }
        var added = false
        var removed = false
        var states: [Bool] = []
        for event in events {
            switch event {
            case .addressChanged(let address) where address.prefix == prefix: added = true
            case .addressRemoved(let address) where address.prefix == prefix: removed = added
            case .linkChanged(let link) where link.index == left.index: states.append(link.flags.contains(.up))
            default: break
            }
        }
        #expect(removed)
        #expect(states.contains(false))
        #expect(states.last == true)
    }

    @Test("a kernel that does not answer is a timeout, not a hang")
    func timeout() throws {
        let transport = try LibnlTransport(.route)
        let error = #expect(throws: NetlinkError.self) { try transport.receive(timeout: .milliseconds(1)) }
        #expect(error?.code == .timedOut)
    }

    @Test("what another process sends is not taken for the kernel's word")
    func forgery() throws {
        let transport = try LibnlTransport(.route)
        // The receiver's port is the kernel's word in an answer's header.
        var port: UInt32 = 0
        let session = NetlinkSession(transport: transport)
        try session.exchange(
            NetlinkRequest(type: 18) { writer in
                writer.append(UInt32(0))
                writer.append(UInt32(1))
                writer.append(UInt64(0))
            }
        ) { header, _ in port = header.port }
        let forger = FileDescriptor(owning: socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0))
        var address: [UInt8] = [16, 0, 0, 0]
        address += (0..<4).map { UInt8(truncatingIfNeeded: port >> ($0 * 8)) } + [0, 0, 0, 0]
        let sent = address.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) {
                sendto(forger.rawValue, "forged message, 20B.", 20, 0, $0.baseAddress, 12)
            }
        }
        #expect(sent == 20)
        let error = #expect(throws: NetlinkError.self) { try transport.receive(timeout: .milliseconds(50)) }
        #expect(error?.code == .timedOut)
    }

    @Test("a generic netlink family is resolved, and one that is not there is told")
    func families() throws {
        let session = NetlinkSession(transport: try LibnlTransport(.generic))
        #expect(try GenericFamily.resolve("nlctrl", version: 2, over: session).id == GenericFamily.controllerID)
        let error = #expect(throws: NetlinkError.self) {
            try GenericFamily.resolve("no such family", version: 1, over: session)
        }
        #expect(error?.code == .unknownFamily)
    }

    @Test("a dump that fills its parts is read whole, in parts that grow")
    func longDump() throws {
        let transport = try LibnlTransport(.generic)
        let session = NetlinkSession(transport: transport)
        let request = NetlinkRequest(type: GenericFamily.controllerID, payload: [3, 1, 0, 0])
        for _ in 0..<3 {
            let names = try session.dump(request) { _, payload throws(NetlinkError) in
                var name: String?
                try payload.forEachAttribute(from: 4) { type, value throws(NetlinkError) in
                    if type == 2 { name = value.text }
                }
                return name
            }
            #expect(names.contains("nlctrl"))
            #expect(Set(names).count == names.count)
        }
    }
}

/// Reads events until the socket has none left.
func readAll(_ monitor: borrowing FileDescriptor) throws -> [RouteEvent] {
    var events: [RouteEvent] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(monitor.rawValue, &buffer, buffer.count)
        guard count > 0 else { return events }
        events += try RouteEvent.decode(Array(buffer.prefix(count)))
    }
}
