import Addressing
import Testing

@testable import KeepalivedConfig

private func globalDefinitions(_ line: String) -> String { "global_defs {\n\(line)\n}\n" + instance() }
private func address(_ option: String) -> String { instance("virtual_ipaddress_excluded { 10.1.80.91 \(option) }") }
private func route(_ option: String) -> String { instance("virtual_routes { 10.9.0.0/16 dev eth0 \(option) }") }
private func tracked(_ option: String) -> String { instance("track_interface { eth1 \(option) }") }

/// Each was tried with `keepalived -t`: an error is what ends it with status 2.
private let cases: [DiagnosticCase] = [
    .init("router_id", globalDefinitions("router_id"), "warning MR0201 2:1"),
    .init("lvs_timeouts", globalDefinitions("lvs_timeouts"), "warning MR0201 2:1"),
    .init("lvs_timeouts tcp", globalDefinitions("lvs_timeouts tcp"), "warning MR0201 2:14"),
    .init("lvs_timeouts tcp 5 udp", globalDefinitions("lvs_timeouts tcp 5 udp"), "warning MR0201 2:20"),
    .init("lvs_sync_daemon eth0 id", globalDefinitions("lvs_sync_daemon eth0 id"), "warning MR0201 2:22"),
    .init("lvs_sync_daemon eth0 inst", globalDefinitions("lvs_sync_daemon eth0 inst"), "error MR0201 2:22"),
    .init("vrrp_garp_extra_if all", globalDefinitions("vrrp_garp_extra_if all"), "warning MR0201 2:1"),
    .init("vrrp_version", globalDefinitions("vrrp_version"), "error MR0201 2:1"),
    .init("umask, which has no effect", globalDefinitions("umask"), "error MR0201 2:1"),
    .init("net_namespace, which has no effect", "net_namespace\n" + instance(), "warning MR0201 1:1"),
    .init("vrrp_instance", "vrrp_instance {\n}\n" + instance(), "warning MR0201 1:1"),
    .init("vrrp_script", "vrrp_script {\n}\n" + instance(), "error MR0201 1:1"),
    .init("virtual_server", "virtual_server {\n}\n" + instance(), "error MR0201 1:1"),
    .init("virtual_server fwmark", "virtual_server fwmark {\n}\n" + instance(), "error MR0201 1:16"),
    .init("virtual_server group", "virtual_server group {\n}\n" + instance(), "error MR0201 1:16"),
    .init("priority", instance("priority"), "error MR0201 5:1"),
    .init("virtual_router_id", instance("virtual_router_id"), "error MR0201 5:1"),
    .init("auth_pass", instance("authentication {", "auth_type PASS", "auth_pass", "}"), "error MR0201 7:1"),
    .init("lb_kind", virtualServer("lb_kind"), "error MR0201 6:1"),
    .init("virtualhost", virtualServer("virtualhost"), "warning MR0201 6:1"),
    .init("virtualhost of a server", realServer("virtualhost"), "warning MR0201 7:1"),
    .init("TUN type", virtualServer("lb_kind TUN type"), "warning MR0201 6:13"),
    .init("GUE port", virtualServer("lb_kind TUN type gue port"), "warning MR0201 6:22"),
    .init("weight of a tracked interface", tracked("weight"), "warning MR0201 5:24"),
    .init("dev of an address", address("dev"), "warning MR0201 5:41"),
    .init("label of an address", address("label"), "warning MR0201 5:41"),
    .init("peer of an address", address("peer"), "warning MR0201 5:41"),
    .init("min_ttl of a peer", instance("unicast_peer { 10.1.80.92 min_ttl }"), "warning MR0201 5:27"),
    .init("group of a VMAC", instance("use_vmac group"), "error MR0201 5:10"),
    .init("name of a VMAC", instance("use_vmac name"), "error MR0201 5:10"),
    .init("via of a route", route("via"), "error MR0201 5:39"),
    .init("metric of a route", route("metric"), "error MR0201 5:39"),
    .init("weight of a next hop", route("nexthop via 10.1.80.1 weight"), "error MR0201 5:61"),
    .init("dst of an encapsulation", route("encap ip dst"), "warning MR0331 5:48"),
    .init("table of a rule", instance("virtual_rules { priority 5 from 10.0.0.0/8 table }"), "error MR0201 5:44"),
    .init("a down time", "interface_up_down_delays {\neth0\n}\n" + instance(), "warning MR0201 2:1"),
    .init("include", "include\n" + instance(), "warning MR0201 1:1"),
    .init("includea", "includea\n" + instance(), "warning MR0201 1:1"),
]

@Suite("Missing values")
struct MissingValueTests {
    @Test(
        "they are errors where keepalived ends, and else warnings, at the word that lacks its value", arguments: cases)
    func places(_ example: DiagnosticCase) {
        let result = ConfigurationLoader.load(text: example.text)
        #expect(KeepalivedConfigTests.places(result) == example.expected)
    }

    @Test("each keyword that may lack its value is one of its block")
    func table() {
        let blocks = Dictionary(
            KeywordReference.blocks.map { ($0.name, Set($0.keywords.map(\.name))) }, uniquingKeysWith: { $1 })
        for (block, names) in MissingValues.ignored {
            #expect(names.subtracting(blocks[block] ?? []) == [], "\(block)")
        }
    }

    @Test(
        "what is expected and what happens is said",
        arguments: [
            (
                globalDefinitions("router_id"), "'router_id' has no value: it expects a word",
                "write it behind the keyword, on the same line; the line is ignored, and the default holds: the host name"
            ),
            (
                tracked("weight"), "'weight' has no value: it expects a whole number from -253 to 253",
                "write it behind the keyword, on the same line; it is ignored"
            ),
            (
                address("dev"), "'dev' has no value: it expects an interface name",
                "write it behind the keyword, on the same line; the line is left out"
            ),
            (
                instance("priority \"\""), "the value of 'priority' is empty: it expects a whole number from 1 to 255",
                "write it between the quotes; the line is ignored, and the default holds: 100; 255 with 'state MASTER'"
            ),
        ])
    func words(text: String, message: String, hint: String) {
        let said = ConfigurationLoader.load(text: text).diagnostics
        #expect(said.map(\.message) == [message])
        #expect(said.map(\.hint) == [hint])
    }

    @Test("an address whose option has no value is left out, and the rest stays")
    func leftOut() throws {
        let text = instance("virtual_ipaddress { 10.1.80.91 dev }", "track_interface { eth1 weight }")
        let result = ConfigurationLoader.load(text: text)
        let only = try #require(result.configuration?.instances.first)
        #expect(only.virtualAddresses.map { $0.prefix.description } == ["10.1.80.90/32"])
        #expect(result.omissions.count == 1)
    }
}
