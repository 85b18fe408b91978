import Addressing
import Testing

@testable import KeepalivedConfig

private let routes: [KeywordCase<RouteDefinition>] = [
    .init(
        "default via 10.0.0.1", { $0.destination == nil && $0.gateway == IPAddress("10.0.0.1") && $0.family == .ipv4 }),
    .init("0.0.0.0/0 via 10.0.0.1 table 100", { $0.destination?.length == 0 && $0.table == .number(100) }),
    .init(
        "10.1.0.0/16 via 10.0.0.1 dev eth1 src 10.0.0.9",
        { $0.device == "eth1" && $0.preferredSource == IPAddress("10.0.0.9") }),
    .init(
        "src 10.0.0.9 10.1.0.0/16 via 10.0.0.1",
        { $0.preferredSource != nil && $0.destination?.description == "10.1.0.0/16" }),
    .init("to 10.1.0.0/16 dev eth1", { $0.destination != nil && $0.kind == .unicast }),
    .init("blackhole 10.1.0.0/16", { $0.kind == .blackhole }), .init("to throw default", { $0.kind == .throw }),
    .init("unreachable 10.1.0.0/16", { $0.kind == .unreachable }),
    .init("prohibit 10.1.0.0/16", { $0.kind == .prohibit }),
    .init("local 10.1.0.1", { $0.kind == .local }), .init("brd 10.1.0.255", { $0.kind == .broadcast }),
    .init("nat 10.1.0.1", { $0.kind == .nat }), .init("anycast 10.1.0.1", { $0.kind == .anycast }),
    .init("inet6 default via fe80::1 dev eth0", { $0.family == .ipv6 && $0.destination == nil }),
    .init("inet default dev eth0", { $0.family == .ipv4 }),
    .init("default6 via fe80::1 dev eth0", { $0.family == .ipv6 }),
    .init("2001:db8::/32 via inet6 fe80::1 dev eth0 from 2001:db8:1::/48", { $0.source?.length == 48 }),
    .init("10.0.0.0/8 via inet 10.9.9.9", { $0.gateway != nil }),
    .init("10.0.0.0/8 dev eth0 table main", { $0.table == .number(254) }),
    .init("10.0.0.0/8 dev eth0 table blue", { $0.table == .name("blue") }),
    .init("10.0.0.0/8 oif eth0 metric 5", { $0.device == "eth0" && $0.metric == 5 }),
    .init("10.0.0.0/8 dev eth0 priority 6", { $0.metric == 6 }),
    .init("10.0.0.0/8 dev eth0 preference 0x10", { $0.metric == 16 }),
    .init("10.0.0.0/8 dev eth0 scope link", { $0.scope == .number(253) }),
    .init("10.0.0.0/8 dev eth0 scope 200", { $0.scope == .number(200) }),
    .init("10.0.0.0/8 dev eth0 tos 0x10", { $0.typeOfService == .number(16) }),
    .init("10.0.0.0/8 dev eth0 dsfield AF11", { $0.typeOfService == .name("AF11") }),
    .init("10.0.0.0/8 dev eth0 protocol static no_track", { $0.origin == .number(4) && $0.isUntracked }),
    .init("10.0.0.0/8 dev eth0", { $0.origin == .number(18) }),
    .init("10.0.0.0/8 dev eth0 protocol static", { $0.origin == .number(18) }),
    .init("10.0.0.0/8 via 10.9.9.9 dev eth0 onlink", { $0.isOnLink }),
    .init(
        "10.0.0.0/8 dev eth0 mtu lock 1400 advmss 1360",
        {
            $0.metrics[.mtu] == RouteMetricValue(.number(1400), isLocked: true)
                && $0.metrics[.advertisedSegmentSize] == RouteMetricValue(.number(1360))
        }),
    .init(
        "10.0.0.0/8 dev eth0 rtt 10ms rttvar 0.5s rto_min lock 200",
        {
            $0.metrics[.roundTripTime]?.amount == .time(Interval(microseconds: 10_000))
                && $0.metrics[.roundTripVariance]?.amount == .time(Interval(microseconds: 500_000))
                && $0.metrics[.minimumRetransmissionTime] == RouteMetricValue(.number(200), isLocked: true)
        }),
    .init("10.0.0.0/8 dev eth0 hoplimit 64 window 1000 cwnd 10 ssthresh 20 reordering 3", { $0.metrics.count == 5 }),
    .init(
        "10.0.0.0/8 dev eth0 initcwnd 10 initrwnd 20 quickack 1 fastopen_no_cookie 1",
        { $0.metrics[.quickAcknowledgement]?.amount == .number(1) && $0.metrics.count == 4 }),
    .init(
        "10.0.0.0/8 dev eth0 features ecn congctl lock bbr",
        { $0.usesECN && $0.congestionControl == "bbr" && $0.locksCongestionControl }),
    .init(
        "10.0.0.0/8 dev eth0 realms 1/blue",
        { $0.realms == RouteRealms(source: .number(1), destination: .name("blue")) }),
    .init("2001:db8::/32 dev eth0 pref high expires 60", { $0.preference == .high && $0.expires == 60 }),
    .init("2001:db8::/32 dev eth0 pref 3", { $0.preference == .number(3) }),
    .init("10.0.0.0/8 dev eth0 ttl-propagate disabled", { $0.propagatesTTL == false }),
    .init("10.0.0.0/8 dev eth0 append", { $0.placement == .append }),
    .init("10.0.0.0/8 dev eth0 add", { $0.placement == .add }),
    .init("10.0.0.0/8 dev eth0 vrf red", { $0.vrf == "red" && $0.interfaces == ["eth0", "red"] }),
    .init(
        "10.0.0.0/8 encap ip id 7 dst 10.9.0.1 src 10.9.0.2 tos 1 ttl 64 flags 3 dev tun0",
        {
            if case .ip(let tunnel)? = $0.encapsulation {
                tunnel.id == 7 && tunnel.hopLimit == 64 && $0.device == "tun0"
            } else {
                false
            }
        }),
    .init(
        "10.0.0.0/8 encap ip6 dst 2001:db8::1 tc 2 hoplimit 9 dev tun0",
        { if case .ip6(let tunnel)? = $0.encapsulation { tunnel.trafficClass == .number(2) } else { false } }),
    .init("10.0.0.0/8 encap mpls 100/200 via 10.1.1.1", { $0.encapsulation == .mpls([100, 200]) }),
    .init("2001:db8::/64 encap ila 1:2:3:4 via fe80::1 dev eth0", { $0.encapsulation == .ila(0x0001_0002_0003_0004) }),
    .init(
        "10.0.0.0/8 via 10.1.1.1 or 10.1.1.2",
        { $0.gateway == nil && $0.nextHops.map { $0.gateway } == [IPAddress("10.1.1.1"), IPAddress("10.1.1.2")] }),
    .init(
        "10.0.0.0/8 nexthop via 10.1.1.1 dev eth1 weight 256 onlink nexthop dev eth2 realms 4",
        {
            $0.nextHops.count == 2 && $0.nextHops[0].weight == 256 && $0.nextHops[1].realms?.destination == .number(4)
                && $0.interfaces == ["eth1", "eth2"]
        }),
]

private let rules: [KeywordCase<RuleDefinition>] = [
    .init(
        "from 10.0.0.0/8 table 5 priority 9",
        { $0.source?.length == 8 && $0.action == .table(.number(5)) && $0.priority == 9 }),
    .init(
        "to 10.0.0.1 lookup blue preference 9", { $0.destination?.length == 32 && $0.action == .table(.name("blue")) }),
    .init(
        "not from all to any order 9 table main",
        { $0.isInverted && $0.source == nil && $0.action == .table(.number(254)) }),
    .init("inet6 table 5 priority 1", { $0.family == .ipv6 }), .init("inet table 5 priority 1", { $0.family == .ipv4 }),
    .init("from 2001:db8::/32 table 5 priority 1", { $0.family == .ipv6 }),
    .init("fwmark 0x10/0xff table 5 priority 1", { $0.mark == .init(16, mask: 255) }),
    .init("fwmark 7 table 5 priority 1", { $0.mark == .init(7) }),
    .init("realms 1/2 table 5 priority 1", { $0.realms?.source == .number(1) }),
    .init("suppress_prefixlength 0 table main priority 1", { $0.suppressedPrefixLength == 0 }),
    .init("sup_group 3 table main priority 1", { $0.suppressedInterfaceGroup == .number(3) }),
    .init("iif eth0 oif eth1 table 5 priority 1", { $0.interfaces == ["eth0", "eth1"] }),
    .init("dev eth0 table 5 priority 1", { $0.inputInterface == "eth0" }),
    .init("tunnel-id 18446744073709551615 table 5 priority 1", { $0.tunnelID == .max }),
    .init("uidrange 5-9 table 5 priority 1", { $0.users == 5...9 }),
    .init("l3mdev priority 1", { $0.action == .routingDomain }),
    .init(
        "ipproto tcp dport 80 table 5 priority 1", { $0.transport == .name("tcp") && $0.destinationPorts == 80...80 }),
    .init(
        "ipproto 6 sport 1000-2000 dport 80-90 table 5 priority 1",
        { $0.sourcePorts == 1000...2000 && $0.destinationPorts == 80...90 }),
    .init("goto 100 priority 9", { $0.action == .jump(100) }), .init("nop priority 1", { $0.action == .nothing }),
    .init("type blackhole priority 1", { $0.action == .blackhole }),
    .init("unreachable priority 1", { $0.action == .unreachable }),
    .init("prohibit priority 1", { $0.action == .prohibit }),
    .init("tos 0x10 table 5 priority 1", { $0.typeOfService == .number(16) }),
    .init("protocol 4 no_track table 5 priority 1", { $0.origin == 4 && $0.isUntracked }),
    .init("protocol 4 table 5 priority 1", { $0.origin == 18 }),
]

private let badRoutes = [
    "via 10.0.0.1", "10.0.0.0/8 via 2001:db8::1", "10.0.0./24 dev eth0", "default via x", "10.0.0.0/8 from 10.0.0.0/8",
    "10.0.0.0/8 metric -1", "10.0.0.0/8 metric 4294967296", "10.0.0.0/8 dev sixteen_bytes_xx", "10.0.0.0/8 quickack 2",
    "10.0.0.0/8 hoplimit 256",
    "10.0.0.0/8 rtt 1e3", "10.0.0.0/8 rtt 5h", "10.0.0.0/8 encap", "10.0.0.0/8 encap gre", "10.0.0.0/8 encap ip ttl 3",
    "10.0.0.0/8 encap mpls 1048576",
    "10.0.0.0/8 encap ila 1:2", "10.0.0.0/8 nexthop weight 0", "10.0.0.0/8 nexthop weight 257",
    "10.0.0.0/8 nexthop dev eth0 mtu 3", "10.0.0.0/8 pref low",
    "2001:db8::/32 realms 3", "10.0.0.0/8 expires 3", "10.0.0.0/8 ttl-propagate on", "wibble",
    "10.0.0.0/8 via 10.1.1.1 or 10.1.1.2 nexthop dev eth0", "10.0.0.0/8 tos 256",
]

private let badRules = [
    "from 10.0.0.0/8", "from 192.168.100./24 table 1", "from 10.0.0.0/8 to 2001:db8::1 table 1", "table 0",
    "table 1 table 2", "table 1 blackhole", "goto 5",
    "goto 5 priority 5", "realms 1 blackhole", "inet6 realms 3 table 5", "sport 90-80 table 1", "dport 65536 table 1",
    "dport x table 1", "uidrange 5 table 1",
    "fwmark -1 table 1", "fwmark 1/ table 1", "tunnel-id x table 1", "protocol 256 table 1", "unicast", "wibble 3",
    "table -",
]

@Suite("Route and rule lines")
struct RoutingLineTests {
    private func words(_ line: String) -> LineWords {
        let span = Span(start: 0, length: 1)
        return LineWords(
            line.split(separator: " ").map { (String($0), span) }, start: span, allowsTrackGroup: false)
    }

    @Test("a route line carries its options", arguments: routes)
    func route(_ example: KeywordCase<RouteDefinition>) throws {
        var reader = RouteLine(words(example.lines))
        let route = try reader.read()
        #expect(example.holds(route), "\(route)")
    }

    @Test("a rule line carries its options", arguments: rules)
    func rule(_ example: KeywordCase<RuleDefinition>) throws {
        var reader = RuleLine(words(example.lines))
        let rule = try reader.read()
        #expect(example.holds(rule), "\(rule)")
    }

    @Test("a route line that cannot be meant is left out with one warning", arguments: badRoutes)
    func badRoute(line: String) throws {
        let result = ConfigurationLoader.load(text: instance("virtual_routes {", line, "10.9.0.0/16 dev eth0", "}"))
        #expect(
            withoutLint(result).map { "\($0.severity) \($0.code)" }.filter { !$0.hasSuffix("MR0332") } == [
                "warning MR0331"
            ])
        #expect(result.configuration?.instances.first?.routes.count == 1)
    }

    @Test("a rule line that cannot be meant is left out with one warning", arguments: badRules)
    func badRule(line: String) throws {
        let result = ConfigurationLoader.load(text: instance("virtual_rules {", line, "priority 1 table 1", "}"))
        #expect(withoutLint(result).map { "\($0.severity) \($0.code)" } == ["warning MR0331"])
        #expect(result.configuration?.instances.first?.rules.count == 1)
    }

    @Test("rules without priority count down from 16384 for each family, in the order of the file")
    func priorities() throws {
        let text =
            "static_rules {\nfrom 10.0.0.0/8 table 1\n}\n"
            + instance("virtual_rules {", "table 2", "inet6 table 3", "priority 7 table 4", "}")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        #expect(configuration.staticRules.map { $0.priority } == [16384])
        #expect(configuration.instances[0].rules.map { $0.priority } == [16383, 16384, 7])
    }
}
