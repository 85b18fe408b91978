import Addressing
import CLinux
import Netlink
import TestKit
import Testing

@Suite("Routes and rules in full")
struct RoutingCodecTests {
    @Test("a route with everything a line can say, byte by byte")
    func everything() throws {
        var route = Route(
            destination: try #require(Prefix("192.0.2.0/24")), gateway: .v4(IPv4Address(10, 1, 80, 1)),
            interfaceIndex: 3, preferredSource: .v4(IPv4Address(10, 1, 80, 90)), metric: 5, table: 100,
            scope: .universe, owner: Route.keepalivedOwner)
        route.typeOfService = 16
        route.isOnLink = true
        route.realms = 3 << 16 | 4
        route.metrics.values = [.mtu: 1400, .advertisedSegmentSize: 1300]
        route.metrics.locked = [.mtu]
        route.metrics.congestionControl = "bbr"
        #expect(
            RouteCommand.prependRoute(route).request.payload == [
                // struct rtmsg: AF_INET, /24, from anywhere, tos 0x10, table 100, keepalived, universe, unicast, onlink
                2, 24, 0, 16, 100, 18, 0, 1, 4, 0, 0, 0,
                // RTA_TABLE, RTA_DST, RTA_GATEWAY, RTA_OIF, RTA_PREFSRC, RTA_PRIORITY
                8, 0, 15, 0, 100, 0, 0, 0,
                8, 0, 1, 0, 192, 0, 2, 0,
                8, 0, 5, 0, 10, 1, 80, 1,
                8, 0, 4, 0, 3, 0, 0, 0,
                8, 0, 7, 0, 10, 1, 80, 90,
                8, 0, 6, 0, 5, 0, 0, 0,
                // RTA_METRICS, nested: RTAX_LOCK bit 2, RTAX_MTU, RTAX_ADVMSS, RTAX_CC_ALGO
                36, 0, 8, 0x80,
                8, 0, 1, 0, 4, 0, 0, 0,
                8, 0, 2, 0, 120, 5, 0, 0,
                8, 0, 8, 0, 20, 5, 0, 0,
                8, 0, 16, 0, 0x62, 0x62, 0x72, 0,
                // RTA_FLOW
                8, 0, 11, 0, 4, 0, 3, 0,
            ])
        #expect(RouteCommand.prependRoute(route).request.flags == .create)
        #expect(RouteCommand.appendRoute(route).request.flags == [.create, .append])
        // A deletion names what identifies the route, and no metric that the kernel may have learned.
        #expect(
            RouteCommand.deleteRoute(route).request.payload == [
                2, 24, 0, 16, 100, 18, 255, 1, 0, 0, 0, 0,
                8, 0, 15, 0, 100, 0, 0, 0,
                8, 0, 1, 0, 192, 0, 2, 0,
                8, 0, 5, 0, 10, 1, 80, 1,
                8, 0, 4, 0, 3, 0, 0, 0,
                8, 0, 7, 0, 10, 1, 80, 90,
                8, 0, 6, 0, 5, 0, 0, 0,
            ])
    }

    @Test("next hops with a weight, a next hop of the other family, a tunnel and labels")
    func nextHops() throws {
        var route = Route(destination: try #require(Prefix("192.0.2.0/24")), scope: .universe)
        var second = Route.NextHop(
            gateway: .v6(try #require(IPv6Address("fe80::1"))), interfaceIndex: 3, weight: 4, isOnLink: true)
        second.encapsulation = .mpls([100, 200])
        route.nextHops = [.init(gateway: .v4(IPv4Address(10, 0, 0, 1)), interfaceIndex: 2, weight: 1), second]
        let payload = RouteCommand.addRoute(route).request.payload
        #expect(
            Array(payload.dropFirst(12 + 16)) == [
                // RTA_MULTIPATH
                76, 0, 9, 0,
                // struct rtnexthop: 16 bytes, weight 1, interface 2; RTA_GATEWAY
                16, 0, 0, 0, 2, 0, 0, 0,
                8, 0, 5, 0, 10, 0, 0, 1,
                // struct rtnexthop: 56 bytes, onlink, weight 4, interface 3
                56, 0, 4, 3, 3, 0, 0, 0,
                // RTA_VIA: AF_INET6, fe80::1
                22, 0, 18, 0, 10, 0, 0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
                // RTA_ENCAP_TYPE MPLS
                6, 0, 21, 0, 1, 0, 0, 0,
                // RTA_ENCAP, nested: MPLS_IPTUNNEL_DST with labels 100 and 200, the last one the bottom
                16, 0, 22, 0x80,
                12, 0, 1, 0, 0, 6, 0x40, 0, 0, 0xC, 0x81, 0,
            ])
    }

    @Test("a rule with everything, byte by byte")
    func rule() throws {
        var rule = RoutingRule(family: .ipv4, priority: 100, action: .table(1000))
        rule.isInverted = true
        rule.source = Prefix("192.0.2.0/24")
        rule.destination = Prefix("10.0.0.0/8")
        rule.typeOfService = 16
        rule.mark = 5
        rule.markMask = 255
        rule.inputInterface = "eth0"
        rule.tunnelID = 77
        rule.users = 100...200
        rule.owner = 18
        rule.transport = 17
        rule.sourcePorts = 10...20
        rule.destinationPorts = 30...30
        rule.suppressedPrefixLength = 0
        let request = RouteCommand.addRule(rule).request
        #expect(request.type == UInt16(RTM_NEWRULE))
        #expect(request.flags == [.create, .exclusive])
        #expect(
            request.payload == [
                // struct fib_rule_hdr: AF_INET, to /8, from /24, tos 0x10, table in the attribute, to table, inverted
                2, 8, 24, 16, 0, 0, 0, 1, 2, 0, 0, 0,
                // FRA_PRIORITY, FRA_DST, FRA_SRC, FRA_IIFNAME, FRA_FWMARK, FRA_FWMASK
                8, 0, 6, 0, 100, 0, 0, 0,
                8, 0, 1, 0, 10, 0, 0, 0,
                8, 0, 2, 0, 192, 0, 2, 0,
                9, 0, 3, 0, 0x65, 0x74, 0x68, 0x30, 0, 0, 0, 0,
                8, 0, 10, 0, 5, 0, 0, 0,
                8, 0, 16, 0, 255, 0, 0, 0,
                // FRA_TUN_ID in network order, FRA_SUPPRESS_PREFIXLEN, FRA_UID_RANGE
                12, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 77,
                8, 0, 14, 0, 0, 0, 0, 0,
                12, 0, 20, 0, 100, 0, 0, 0, 200, 0, 0, 0,
                // FRA_PROTOCOL, FRA_IP_PROTO, FRA_SPORT_RANGE, FRA_DPORT_RANGE, FRA_TABLE
                5, 0, 21, 0, 18, 0, 0, 0,
                5, 0, 22, 0, 17, 0, 0, 0,
                8, 0, 23, 0, 10, 0, 20, 0,
                8, 0, 24, 0, 30, 0, 30, 0,
                8, 0, 15, 0, 232, 3, 0, 0,
            ])
        #expect(RouteCommand.deleteRule(rule).request.type == UInt16(RTM_DELRULE))
    }

    @Test("what is written is read back, whatever it is", arguments: [1, 2] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let route = try Self.route(using: &generator)
            var writer = MessageWriter()
            writer.message(type: UInt16(RTM_NEWROUTE), flags: [], sequence: 0) { writer in
                writer.append(bytes: RouteCommand.addRoute(route).request.payload)
            }
            #expect(try RouteEvent.decode(writer.bytes) == [.routeChanged(route)])
            let rule = Self.rule(using: &generator)
            writer = MessageWriter()
            writer.message(type: UInt16(RTM_DELRULE), flags: [], sequence: 0) { writer in
                writer.append(bytes: RouteCommand.addRule(rule).request.payload)
            }
            #expect(try RouteEvent.decode(writer.bytes) == [.ruleRemoved(rule)])
        }
    }

    @Test("damaged messages are errors or other values, never a crash", arguments: [3, 4] as [UInt64])
    func damage(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3000 {
            var payload =
                Bool.random(using: &generator)
                ? try RouteCommand.addRoute(Self.route(using: &generator)).request.payload
                : RouteCommand.addRule(Self.rule(using: &generator)).request.payload
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !payload.isEmpty {
                payload[Int.random(in: 0..<payload.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            payload.removeLast(Int.random(in: 0...min(8, payload.count), using: &generator))
            for type in [RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWRULE, RTM_DELRULE] {
                var writer = MessageWriter()
                writer.message(type: UInt16(type), flags: [], sequence: 0) { $0.append(bytes: payload) }
                _ = try? RouteEvent.decode(writer.bytes)
            }
        }
    }

    // MARK: Random values

    private static func prefix(_ family: AddressFamily, using generator: inout SeededGenerator) -> Prefix? {
        let bytes = (0..<family.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return IPAddress(bytes: bytes, family: family).flatMap {
            Prefix($0, length: UInt8.random(in: 1...UInt8(family.byteCount * 8), using: &generator))
        }
    }

    private static func route(using generator: inout SeededGenerator) throws -> Route {
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &generator) ? value : nil }
        func address(_ family: AddressFamily) -> IPAddress? { prefix(family, using: &generator)?.address }
        let family = Bool.random(using: &generator) ? AddressFamily.ipv4 : .ipv6
        let other = family == .ipv4 ? AddressFamily.ipv6 : .ipv4
        let destination = try #require(prefix(family, using: &generator))
        var route = Route(
            destination: destination, metric: .random(in: 0...9, using: &generator),
            table: .random(in: 1...1000, using: &generator),
            kind: .init(rawValue: .random(in: 1...9, using: &generator)),
            scope: .universe, owner: 18)
        route.source = family == .ipv6 ? maybe(()).flatMap { prefix(family, using: &generator) } : nil
        route.typeOfService = .random(in: 0...255, using: &generator)
        route.preferredSource = maybe(()).flatMap { address(family) }
        route.realms = .random(in: 0...9, using: &generator)
        route.preference = maybe(Route.Preference.high)
        route.propagatesTTL = [nil, true, false].randomElement(using: &generator) ?? nil
        if Bool.random(using: &generator) {
            route.metrics.values = [.mtu: 1400, .hopLimit: .random(in: 1...255, using: &generator)]
            route.metrics.locked = maybe([.mtu] as Set<RouteMetrics.Kind>) ?? []
            route.metrics.congestionControl = maybe("cubic")
        }
        var tunnel = RouteEncapsulation.Tunnel()
        tunnel.id = .random(in: 0 ... .max, using: &generator)
        tunnel.destination = address(family)
        tunnel.flags = maybe(77)
        tunnel.hopLimit = maybe(9)
        let encapsulations: [RouteEncapsulation?] = [
            nil, family == .ipv4 ? .ip(tunnel) : .ip6(tunnel), .mpls([1, 2, 1_048_575]), .ila(.max / 3),
        ]
        if Bool.random(using: &generator) {
            route.nextHops = (0..<3).map { index in
                var hop = Route.NextHop(
                    gateway: maybe(()).flatMap { address(Bool.random(using: &generator) ? family : other) },
                    interfaceIndex: maybe(UInt32(index + 1)), weight: .random(in: 1...256, using: &generator),
                    isOnLink: .random(using: &generator))
                hop.encapsulation = encapsulations.randomElement(using: &generator) ?? nil
                return hop
            }
        } else {
            route.gateway = maybe(()).flatMap { address(Bool.random(using: &generator) ? family : other) }
            route.interfaceIndex = maybe(7)
            route.isOnLink = .random(using: &generator)
            route.encapsulation = encapsulations.randomElement(using: &generator) ?? nil
        }
        return route
    }

    private static func rule(using generator: inout SeededGenerator) -> RoutingRule {
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &generator) ? value : nil }
        let family = Bool.random(using: &generator) ? AddressFamily.ipv4 : .ipv6
        let actions: [RoutingRule.Action] = [
            .table(7), .table(70_000), .routingDomain, .jump(9), .nothing, .blackhole, .unreachable, .prohibit,
        ]
        var rule = RoutingRule(
            family: family, priority: .random(in: 0 ... .max, using: &generator),
            action: actions.randomElement(using: &generator) ?? .nothing)
        rule.isInverted = .random(using: &generator)
        rule.source = prefix(family, using: &generator)
        rule.destination = maybe(()).flatMap { prefix(family, using: &generator) }
        rule.typeOfService = .random(in: 0...255, using: &generator)
        rule.mark = maybe(6)
        rule.markMask = rule.mark == nil ? nil : maybe(0xFF)
        rule.realms = .random(in: 0...9, using: &generator)
        rule.suppressedPrefixLength = maybe(0)
        rule.suppressedInterfaceGroup = maybe(3)
        rule.inputInterface = maybe("eth0")
        rule.outputInterface = maybe("eth1")
        rule.tunnelID = maybe(1 << 40)
        rule.users = maybe(0...1000)
        rule.owner = .random(in: 0...255, using: &generator)
        rule.transport = maybe(6)
        rule.sourcePorts = maybe(80...80)
        rule.destinationPorts = maybe(1...65_535)
        return rule
    }
}
