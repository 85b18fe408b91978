import Addressing
import KeepalivedConfig
import LinuxSystem
import Netlink
import TestKit
import Testing
import VRRP
import VRRPRuntime

@testable import Director

/// Lines of keepalived's syntax against what iproute2 makes of the same words.
@Suite("Lines of routes and rules")
struct RoutingMappingTests {
    private func configuration(routes: [String] = [], rules: [String] = []) throws -> Configuration {
        let text = """
            vrrp_instance VI_1 {
                interface left0
                virtual_router_id 51
                virtual_ipaddress { 10.1.80.90/24 }
                virtual_routes {
            \(routes.joined(separator: "\n"))
                }
                virtual_rules {
            \(rules.joined(separator: "\n"))
                }
            }
            """
        let result = ConfigurationLoader.load(text: text)
        return try #require(result.configuration)
    }

    private func held(_ configuration: Configuration, numbers: RoutingNumbers? = nil) throws -> HeldRouting {
        var mapping = RoutingMapping(numbers: numbers)
        let instance = try #require(configuration.instances.first)
        let routing = mapping.held(instance.routes, instance.rules, of: "(VI_1)")
        #expect(mapping.omissions.isEmpty)
        return routing
    }

    @Test(
        "a route line makes the route that `ip route` makes of it", .enabled(if: NetworkNamespace.isAvailable),
        arguments: [
            "192.0.2.0/24 via 10.1.80.1 dev left0",
            "192.0.2.0/24 dev left0 scope link",
            "192.0.2.0/24 via 10.1.80.1 dev left0 src 10.1.80.90 metric 5 table 100",
            "blackhole 192.0.2.0/24", "unreachable 192.0.2.0/24 metric 9", "prohibit default table 70000",
            "throw 192.0.2.0/24 table 100", "local 192.0.2.1 dev lo table 100", "default via 10.1.80.1",
            "192.0.2.0/24 nexthop via 10.1.80.1 dev left0 weight 2 nexthop via 10.9.9.9 dev left0 weight 256 onlink",
            "192.0.2.0/24 via 192.168.7.1 dev left0 onlink", "192.0.2.0/24 via 10.1.80.1 tos 0x10",
            "192.0.2.0/24 via 10.1.80.1 realms 3/4",
            """
            192.0.2.0/24 via 10.1.80.1 mtu lock 1400 advmss 1300 window 1000 rtt 300ms rttvar 300ms \
            initcwnd 10 initrwnd 20 quickack 1 hoplimit 60 cwnd 30 ssthresh 40 reordering 5 fastopen_no_cookie 1 \
            features ecn congctl cubic
            """,
            "192.0.2.0/24 encap ip id 5 dst 10.1.80.5 ttl 7 dev left0 scope global",
            "192.0.2.0/24 via 10.1.80.1 protocol bird",
            "2001:db8:1::/64 via 2001:db8:80::1 dev left0 metric 77", "2001:db8:1::/64 dev left0 pref high",
            "unreachable 2001:db8:1::/64", "2001:db8:1::/64 via fe80::1 dev left0 mtu 1300 hoplimit 10",
            "2001:db8:1::/64 nexthop via fe80::1 dev left0 nexthop via fe80::2 dev left0 weight 3",
            "2001:db8:1::/64 from 2001:db8:80::/64 via fe80::1 dev left0",
            "2001:db8:1::/64 encap ip6 id 6 dst 2001:db8:80::5 hoplimit 8 tc 3 dev left0",
        ])
    func routes(line: String) throws {
        let (host, peer) = try segment()
        defer { withExtendedLifetime(peer) {} }
        // A route that is not tracked keeps the protocol that the line names.
        let routing = try held(configuration(routes: [line + (line.contains("protocol") ? " no_track" : "")]))
        let entries = try host.run { () throws -> [RoutingEntry] in
            let client = try RouteClient.open()
            let links = try client.links()
            var route = try #require(routing.routes.first)
            func index(_ name: String?) -> UInt32? { links.first { $0.name == name }?.index }
            if route.route.nextHops.isEmpty { route.route.interfaceIndex = index(route.interface) }
            for position in route.nextHopInterfaces.indices {
                route.route.nextHops[position].interfaceIndex = index(route.nextHopInterfaces[position])
            }
            return [RoutingEntry(route: route.route)]
        }
        let family = line.contains(":") ? "-6" : "-4"
        let show = "ip \(family) route show table all | grep -v 'proto kernel' | sort"
        let bare = try host.shell(show)
        try apply(entries.map(\.addition), on: host)
        let ours = try host.shell(show)
        try apply(entries.map(\.removal), on: host)
        #expect(try host.shell(show) == bare)
        let owner = line.contains("protocol") ? "" : " protocol keepalived"
        try host.shell("ip \(family) route prepend \(Self.beforeNextHops(line, owner))")
        #expect(try host.shell(show) == ours)
        #expect(ours != bare)
    }

    /// What is said of the whole route stands before its next hops.
    private static func beforeNextHops(_ line: String, _ words: String) -> String {
        guard let first = line.firstRange(of: " nexthop") else { return line + words }
        return "\(line[..<first.lowerBound])\(words)\(line[first.lowerBound...])"
    }

    @Test(
        "a rule line makes the rule that `ip rule` makes of it", .enabled(if: NetworkNamespace.isAvailable),
        arguments: [
            "from 192.0.2.0/24 table 100 priority 100", "not from 192.0.2.0/24 to 10.0.0.0/8 table 100 priority 101",
            "iif left0 table 100 priority 103", "oif left0 table 70000 priority 104",
            "fwmark 5/0xff table 100 priority 105", "fwmark 6 table 100 priority 106",
            "tos 0x10 table main priority 107", "from 192.0.2.0/24 blackhole priority 108",
            "from 192.0.2.0/24 unreachable priority 109", "from 192.0.2.0/24 prohibit priority 110",
            "from 192.0.2.0/24 goto 200 priority 111", "from 192.0.2.0/24 nop priority 112", "l3mdev priority 113",
            "uidrange 100-200 table 100 priority 114", "ipproto tcp table 100 priority 115",
            "ipproto udp sport 10-20 dport 53 table 100 priority 116",
            "table main suppress_prefixlength 0 priority 117", "table main suppress_ifgroup 3 priority 118",
            "tunnel-id 77 table 100 priority 119", "from 192.0.2.0/24 table 100 realms 3/4 priority 120",
            "from 192.0.2.9 table 100 priority 121", "from 2001:db8::/32 to 2001:db8:1::1 table 100 priority 130",
            "from 2001:db8::/32 ipproto icmp table 100 priority 131",
        ])
    func rules(line: String) throws {
        let (host, peer) = try segment()
        defer { withExtendedLifetime(peer) {} }
        let family = line.contains("::") ? "-6" : "-4"
        let show = "ip \(family) rule show"
        let bare = try host.shell(show)
        let entries = try held(configuration(rules: [line])).rules.map { RoutingEntry(rule: $0.rule) }
        try apply(entries.map(\.addition), on: host)
        let ours = try host.shell(show)
        let listed = try host.run { try RouteClient.open().rules().filter { $0.owner == Route.keepalivedOwner } }
        #expect(listed.map { RoutingEntry(rule: $0) } == entries)
        try apply(entries.map(\.removal), on: host)
        #expect(try host.shell(show) == bare)
        let words = line.split(separator: " ").map { $0 == "tunnel-id" ? "tun_id" : $0 }
        try host.shell("ip \(family) rule add \(words.joined(separator: " ")) protocol keepalived")
        #expect(try host.shell(show) == ours)
        #expect(ours != bare)
    }

    @Test("names come from the host's files; a line with one that is in none is left out and says so")
    func names() throws {
        var numbers = RoutingNumbers()
        numbers.take("# comment\n7 blue\n0x10\tgreen # and more\nrubbish\n", as: .tables)
        numbers.take("tcp 6 TCP # transmission\nospf 89 OSPFIGP\n", as: .transports)
        let good = try configuration(
            routes: ["192.0.2.0/24 via 10.1.80.1 table blue"],
            rules: ["from 192.0.2.0/24 table green priority 5 ipproto OSPFIGP"])
        let routing = try held(good, numbers: numbers)
        #expect(routing.routes.first?.route.table == 7)
        #expect(routing.rules.first?.rule.action == .table(16))
        #expect(routing.rules.first?.rule.transport == 89)
        let bad = try configuration(
            routes: ["192.0.2.0/24 via 10.1.80.1 table red", "192.0.3.0/24 via 10.1.80.1"],
            rules: ["from 192.0.2.0/24 table red priority 5"])
        var mapping = RoutingMapping(numbers: numbers)
        let instance = try #require(bad.instances.first)
        let rest = mapping.held(instance.routes, instance.rules, of: "(VI_1)")
        #expect(rest.routes.map(\.route.destination) == [Prefix("192.0.3.0/24")])
        #expect(rest.rules.isEmpty)
        #expect(
            mapping.omissions == [
                "(VI_1): the route to 192.0.2.0/24 is left out: /etc/iproute2/rt_tables has no 'red'",
                "(VI_1): the rule 5 is left out: /etc/iproute2/rt_tables has no 'red'",
            ])
    }

    @Test(
        "interfaces of routes and rules are tracked unless they say no_track; static ones by the group that they name")
    func trackers() throws {
        let text = """
            track_group G { group { VI_1 } }
            static_ipaddress {
                10.7.0.1/24 dev eth5 track_group G
                10.7.0.2/24 dev eth6
            }
            static_routes { 10.8.0.0/16 via 10.7.0.9 dev eth7 track_group G }
            static_rules { iif eth8 table 100 priority 7 track_group G }
            garp_group {
                garp_interval 0.5
                interfaces { eth0 eth1 }
            }
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                promote_secondaries
                virtual_ipaddress { 10.0.0.1/24 }
                virtual_routes {
                    192.0.2.0/24 via 10.0.0.9 dev eth1
                    192.0.3.0/24 via 10.0.0.9 dev eth2 no_track
                    192.0.4.0/24 nexthop via 10.0.0.9 dev eth3 nexthop via 10.0.0.8 dev eth3
                }
                virtual_rules { iif eth4 table 100 priority 8 }
            }
            """
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let runtime = VRRPRuntimeConfiguration(configuration, resolver: ScriptResolver(configuration.global))
        let router = try #require(runtime.routers.first)
        #expect(
            router.configuration.trackers.map(\.subject) == [
                .interface("eth0"), .interface("eth1"), .interface("eth4"), .interface("eth5"), .interface("eth7"),
                .interface("eth8"),
            ])
        #expect(router.promotesSecondaries)
        #expect(router.routing.routes.map(\.isTracked) == [true, false, true])
        #expect(runtime.statics.addresses.map(\.interface) == ["eth5", "eth6"])
        #expect(runtime.statics.routing.routes.count == 1 && runtime.statics.routing.rules.count == 1)
        #expect(
            runtime.announcementIntervals.groups == [
                .init(interfaces: ["eth0", "eth1"], gratuitousARP: .milliseconds(500))
            ])
    }

    // MARK: A host

    private func segment() throws -> (NetworkNamespace, NetworkNamespace) {
        let host = try NetworkNamespace()
        let peer = try NetworkNamespace()
        try host.connect("left0", to: peer, "right0")
        try host.shell(
            """
            ip link set lo up
            ip address add 10.1.80.90/24 dev left0
            ip address add 2001:db8:80::90/64 dev left0 nodad
            """)
        return (host, peer)
    }

    private func apply(_ commands: [RouteCommand], on host: NetworkNamespace) throws {
        let failures = try host.run { try RouteClient.open().apply(commands) }
        #expect(failures == [])
    }
}

/// One route or rule with the commands for it, in the order that a master uses.
private struct RoutingEntry: Equatable {
    var addition: RouteCommand
    var removal: RouteCommand

    init(route: Route) {
        addition = .prependRoute(route)
        removal = .deleteRoute(route)
    }

    init(rule: RoutingRule) {
        addition = .addRule(rule)
        removal = .deleteRule(rule)
    }
}
