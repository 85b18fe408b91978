import Testing

@testable import KeepalivedConfig

/// A text with the severity, code, line and column of every diagnostic that it must give.
struct DiagnosticCase: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let expected: [String]

    init(_ name: String, _ text: String, _ expected: String...) {
        self.name = name
        self.text = text
        self.expected = expected
    }

    var testDescription: String { name }
}

private func group(_ lines: String) -> String {
    instance() + "vrrp_sync_group G {\n\(lines)\n}\n"
}

private func second(_ name: String, id: Int) -> String {
    "vrrp_instance \(name) {\ninterface eth0\nvirtual_router_id \(id)\nvirtual_ipaddress { 10.1.80.91 }\n}\n"
}

private let structure: [DiagnosticCase] = [
    .init("NUL", "global_defs {\u{0}\n}", "error MR0002 1:14"),
    .init("nothing to do", "global_defs {\n}\n", "error MR0004 0:0"),
    .init("an empty file", "", "error MR0004 0:0"),
    .init("only comments", "# nothing\n! nothing\n", "error MR0004 0:0"),
    .init("a quote that is not closed", instance("notify \"/bin/true"), "error MR0011 5:8"),
    .init("no closing brace at the end", "vrrp_instance VI_1 {\ninterface eth0\n", "error MR0012 1:1"),
    .init(
        "a missing brace that indentation shows",
        "vrrp_instance A {\n  virtual_router_id 5\n  interface eth0\n  virtual_ipaddress {\n    10.0.0.1\n}\nvrrp_instance B {\n}\n",
        "error MR0012 4:3"),
    .init(
        "a missing brace without indentation", "vrrp_instance A {\nauthentication {\nauth_type PASS\n}\n" + instance(),
        "error MR0012 1:1"),
    .init("a surplus brace", instance("}"), "error MR0013 6:1"),
    .init("a brace without a keyword", "{\n}\n" + instance(), "error MR0014 1:1"),
    .init("blocks without end", String(repeating: "a {\n", count: 100), "error MR0015 65:3"),
    .init("an undefined name", instance("notify $SCRIPT"), "warning MR0021 5:8"),
    .init("definitions in a circle", "$A=${B}\n$B=${A}\n" + instance("priority ${A}"), "error MR0022 7:1"),
    .init(
        "definitions that explode",
        (0..<30).map { "$A\($0)=${A\($0 + 1)}${A\($0 + 1)}\n" }.joined() + instance("priority ${A0}"),
        "error MR0023 35:1"),
    .init("a condition without an identifier", "@ vrrp_instance\n" + instance(), "error MR0024 1:1"),
    .init("a loop", "~SEQ(i, 3) foo $i\n" + instance(), "error MR0025 1:1"),
    .init("a random number", instance("priority ${_RANDOM 1 100}"), "error MR0025 5:10"),
]

private let keywords: [DiagnosticCase] = [
    .init("an unknown keyword", instance("prority 100"), "warning MR0101 5:1"),
    .init("an unknown block", instance("wibble {", "priority 300", "} "), "warning MR0101 5:1"),
    .init("an equals sign", instance("priority=100"), "warning MR0102 5:1"),
    .init("a keyword of another block", instance("lb_algo rr"), "warning MR0103 5:1"),
    .init("a keyword without effect", instance("smtp_alert", "smtp_alert on"), "warning MR0104 5:1"),
    .init("a virtual MAC", instance("use_vmac vrrp.51"), "error MR0105 5:1"),
    .init("virtual routes", instance("virtual_routes {", "default via 10.1.80.1", "}"), "error MR0105 5:1"),
    .init("signed adverts", instance("auth_hmac {", "key 1 secret", "}"), "error MR0105 5:1"),
    .init("AH", instance("authentication {", "auth_type AH", "auth_pass x", "}"), "error MR0105 6:11"),
    .init(
        "IPv6 adverts",
        "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 2001:db8::1 }\n}\n",
        "error MR0105 4:21"),
    .init("a check that is not built", realServer("SSL_GET {", "url { path / }", "}"), "error MR0105 7:1"),
    .init("a group of services", "virtual_server_group G {\n10.0.0.1 80\n}\n" + instance(), "error MR0105 1:1"),
    .init("a service on a group", instance() + "virtual_server group G {\n}\n", "error MR0105 7:16"),
    .init("no block", "vrrp_instance A\n", "error MR0106 1:1"),
    .init("a list without a block", instance("track_interface eth0"), "error MR0106 5:1"),
    .init("a block too many", realServer("weight 3 {", "}"), "error MR0107 7:1"),
    .init(
        "a check behind another keyword", realServer("weight 3 TCP_CHECK {", "connect_timeout 3", "}"),
        "error MR0107 7:1"),
    .init("an old name", "global_defs {\nlvs_flush_onstop\n}\n" + instance(), "warning MR0108 2:1"),
]

private let arguments: [DiagnosticCase] = [
    .init("no value", instance("priority"), "error MR0201 5:1"),
    .init("an empty value", instance("priority \"\""), "error MR0201 5:1"),
    .init("a word too many", instance("priority 100 200"), "warning MR0202 5:14"),
    .init("not a number", instance("down_timer_adverts three"), "error MR0203 5:20"),
    .init("a number with a tail", instance("down_timer_adverts 3;"), "error MR0203 5:20"),
    .init("a number out of range", instance("priority 300"), "error MR0204 5:10"),
    .init("a number beyond all numbers", instance("priority 99999999999999999999999"), "error MR0204 5:10"),
    .init("a negative number", instance("priority -1"), "error MR0204 5:10"),
    .init("a tail that keepalived tolerates", instance("priority 100;"), "warning MR0205 5:10"),
    .init("not seconds", instance("advert_int 1s"), "error MR0206 5:12"),
    .init("seconds without digits", instance("advert_int ."), "error MR0206 5:12"),
    .init("too many seconds", instance("advert_int 300"), "error MR0207 5:12"),
    .init("more digits than microseconds", instance("garp_master_delay 0.1234567"), "warning MR0208 5:19"),
    .init("not an address", instance("mcast_src_ip 10.1.80"), "error MR0209 5:14"),
    .init("not a group", instance("mcast_dst_ip 10.1.80.1"), "error MR0209 5:14"),
    .init("a virtual address that is none", instance("virtual_ipaddress { 10.1.80.300 }"), "error MR0209 5:21"),
    .init("a virtual address that is a group", instance("virtual_ipaddress { 224.0.0.18 }"), "error MR0209 5:21"),
    .init("a port beyond 65535", virtualServer("sorry_server 10.1.80.94 80000"), "error MR0210 6:25"),
    .init("port 0 for a check", realServer("TCP_CHECK {", "connect_port 0", "}"), "error MR0210 8:14"),
    .init("not a boolean", realServer("alpha maybe"), "error MR0211 7:7"),
    .init("not a choice", instance("state MASTR"), "error MR0212 5:7"),
    .init("not a scheduler", virtualServer("lb_algo wwrr"), "error MR0212 6:9"),
    .init("an interface name too long", instance("interface abcdefghijklmnop"), "error MR0213 5:11"),
    .init(
        "a label too long", instance("virtual_ipaddress { 10.1.80.95 label eth0:0123456789ab }"), "error MR0213 5:38"),
    .init("an interface name with a slash", instance("interface eth0/1"), "error MR0214 5:11"),
    .init("not a digest", realServer("HTTP_GET {", "url {", "path /", "digest xyz", "}", "}"), "error MR0214 10:8"),
    .init(
        "not status codes", realServer("HTTP_GET {", "url {", "path /", "status_code 200-99 700 2xx", "}", "}"),
        "error MR0214 10:13", "error MR0214 10:20", "error MR0214 10:24"),
    .init("a path with a blank", realServer("HTTP_GET {", "url {", "path \"/a b\"", "}", "}"), "error MR0214 9:7"),
    .init("not a granularity", virtualServer("persistence_granularity 255.0.255.0"), "error MR0214 6:25"),
    .init(
        "an IPv6 granularity", virtualServer("persistence_timeout 5", "persistence_granularity 64"), "error MR0214 7:25"
    ),
    .init("an empty command", instance("notify \"\""), "error MR0201 5:1"),
    .init("a command of blanks", instance("notify \"  \""), "error MR0215 5:9"),
]

private let vrrp: [DiagnosticCase] = [
    .init(
        "no identifier", "vrrp_instance A {\ninterface eth0\nvirtual_ipaddress { 10.0.0.1 }\n}\n", "error MR0301 1:15"),
    .init(
        "no interface", "vrrp_instance A {\nvirtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }\n}\n",
        "error MR0301 1:15"),
    .init("two instances with one name", instance() + second("VI_1", id: 52), "error MR0302 7:15"),
    .init("two services with one identity", virtualServer() + virtualServer(), "error MR0302 9:16"),
    .init("one identifier twice on an interface", instance() + second("VI_2", id: 51), "error MR0303 9:19"),
    .init(
        "a password of nine bytes", instance("authentication {", "auth_type PASS", "auth_pass 123456789", "}"),
        "warning MR0304 7:11"),
    .init(
        "a password in version 3", instance("version 3", "authentication {", "auth_type PASS", "auth_pass 1", "}"),
        "warning MR0305 6:1"),
    .init("a password without a type", instance("authentication {", "auth_pass 1", "}"), "warning MR0305 5:1"),
    .init("a type without a password", instance("authentication {", "auth_type PASS", "}"), "warning MR0306 5:1"),
    .init("0.3 s in version 2", instance("advert_int 0.3"), "warning MR0307 5:12"),
    .init("41 s in version 3", instance("version 3", "advert_int 41"), "warning MR0307 6:12"),
    .init("14 ms in version 3", instance("version 3", "advert_int 0.014"), "warning MR0307 6:12"),
    .init("nopreempt of a master", instance("state MASTER", "priority 100", "nopreempt"), "warning MR0308 7:1"),
    .init("nopreempt of an owner", instance("priority 255", "nopreempt"), "warning MR0308 6:1"),
    .init(
        "preempt_delay of a master", instance("state MASTER", "priority 9", "preempt_delay 5"), "warning MR0309 7:15"),
    .init("preempt_delay with nopreempt", instance("nopreempt", "preempt_delay 5"), "warning MR0309 6:15"),
    .init("a master without a priority", instance("state MASTER"), "warning MR0310 5:7"),
    .init("an owner that wants to be backup", instance("state BACKUP", "priority 255"), "warning MR0310 5:7"),
    .init("a script that does not exist", instance("track_script { chk }"), "warning MR0311 5:16"),
    .init("an IPv6 address among IPv4 ones", instance("virtual_ipaddress { 2001:db8::1 }"), "warning MR0312 5:21"),
    .init("an address twice", instance("virtual_ipaddress_excluded { 10.1.80.90 }"), "warning MR0313 5:30"),
    .init(
        "strict mode",
        instance(
            "strict_mode", "accept", "state MASTER", "priority 9", "down_timer_adverts 5", "lower_prio_no_advert off",
            "higher_prio_send_advert", "preempt_delay 4", "unicast_peer { 10.1.80.92 }",
            "authentication {", "auth_type PASS", "auth_pass 1", "}"),
        "warning MR0314 7:7", "warning MR0314 9:20", "warning MR0314 10:1", "warning MR0314 11:1",
        "warning MR0309 12:15",
        "warning MR0314 13:16", "warning MR0305 14:1"),
    .init("strict mode accepts all the same", instance("strict_mode on"), "warning MR0314 1:15"),
    .init("a member that does not exist", group("group { VI_1 VI_2 }"), "warning MR0317 7:17", "warning MR0315 8:14"),
    .init(
        "a member of two groups",
        instance() + second("VI_2", id: 52)
            + "vrrp_sync_group G { group { VI_1 VI_2 } }\nvrrp_sync_group H {\ngroup { VI_1 VI_2 }\n}\n",
        "error MR0316 14:9", "error MR0316 14:14"),
    .init("a group of one", group("group { VI_1 }"), "warning MR0317 7:17"),
    .init("a group of none", group("group { }"), "warning MR0317 7:17"),
    .init(
        "two groups with one name", group("group { VI_1 }") + "vrrp_sync_group G {\n}\n", "warning MR0317 7:17",
        "error MR0302 10:17"),
    .init(
        "a weight in a group",
        instance("track_interface { eth1 weight 5 }") + second("VI_2", id: 52)
            + "vrrp_sync_group G { group { VI_1 VI_2 } }\n",
        "warning MR0318 5:19"),
    .init("a script block without a command", "vrrp_script chk {\ninterval 2\n}\n" + instance(), "error MR0320 1:13"),
    .init(
        "two script blocks with one name", "vrrp_script a { script /x }\nvrrp_script a { script /y }\n" + instance(),
        "error MR0302 2:13"),
    .init("an IPv6 source for IPv4 adverts", instance("mcast_src_ip 2001:db8::1"), "error MR0321 5:14"),
    .init(
        "an IPv6 peer among IPv4 ones", instance("unicast_peer {", "10.1.80.92", "2001:db8::2", "}"), "error MR0321 7:1"
    ),
    .init(
        "a sync daemon of an instance that does not exist",
        "global_defs {\nlvs_sync_daemon eth0 VI_9\n}\n" + instance(), "error MR0322 2:22"),
    .init("no addresses", "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\n}\n", "warning MR0323 1:15"),
    .init(
        "the loopback interface", "vrrp_instance A {\ninterface lo\nvirtual_router_id 5\nno_virtual_ipaddress\n}\n",
        "error MR0324 2:11"),
    .init("two addresses on a line", instance("virtual_ipaddress { 10.1.80.91 10.1.80.92 }"), "error MR0325 5:32"),
    .init(
        "256 addresses",
        instance("virtual_ipaddress {", (0..<255).map { "10.2.0.\($0)" }.joined(separator: "\n"), "}"),
        "error MR0319 1:15"),
]

private let servers: [DiagnosticCase] = [
    .init(
        "nothing but an address", "virtual_server 10.0.0.1 80 {\nreal_server 10.0.0.2 80 { }\n}\n",
        "warning MR0401 1:16",
        "warning MR0401 1:16", "warning MR0401 1:16"),
    .init("one-packet scheduling of TCP", virtualServer("ops"), "warning MR0402 6:1"),
    .init(
        "a protocol for a mark",
        "virtual_server fwmark 7 {\nlb_algo rr\nlb_kind DR\nprotocol TCP\nha_suspend\nreal_server 10.0.0.2 { }\n}\n",
        "warning MR0402 4:10", "warning MR0104 5:1", "warning MR0402 5:1"),
    .init(
        "every port without persistence",
        "virtual_server 10.0.0.1 0 {\nlb_algo rr\nlb_kind DR\nprotocol TCP\nreal_server 10.0.0.2 { }\n}\n",
        "warning MR0403 1:16"),
    .init("a server twice", virtualServer("real_server 10.1.80.99 { }"), "warning MR0404 7:13"),
    .init("a quorum that cannot be reached", virtualServer("quorum 7"), "warning MR0405 6:8"),
    .init("a hysteresis as large as the quorum", virtualServer("hysteresis 1"), "warning MR0406 6:12"),
    .init(
        "another port with direct routing", virtualServer("real_server 10.1.80.98 8080 {", "lvs_method DR", "}"),
        "warning MR0407 6:24"),
    .init("no servers", instance() + "virtual_server 10.0.0.1 80 {\nprotocol TCP\n}\n", "warning MR0408 7:16"),
    .init("a server of the other family", virtualServer("real_server 2001:db8::1 80 { }"), "error MR0409 6:13"),
    .init("a sorry server of the other family", virtualServer("sorry_server 2001:db8::1 80"), "error MR0409 6:14"),
    .init("HTTP_GET without url", realServer("HTTP_GET {", "}"), "error MR0410 7:1"),
    .init("url without path", realServer("HTTP_GET {", "url {", "}", "}"), "error MR0410 8:1"),
    .init("MISC_CHECK without misc_path", realServer("MISC_CHECK {", "}"), "error MR0410 7:1"),
    .init(
        "a check without a port",
        "virtual_server fwmark 7 {\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.2 {\nTCP_CHECK { }\n}\n}\n",
        "error MR0411 5:1"),
    .init("GUE without a port", virtualServer("lvs_method TUN type gue"), "error MR0412 6:1"),
    .init("a flag of another scheduler", virtualServer("sh-port"), "warning MR0413 6:1"),
    .init("bindto of the other family", realServer("TCP_CHECK {", "bindto 2001:db8::1", "}"), "error MR0321 8:8"),
]

@Suite("Diagnostics")
struct DiagnosticTests {
    @Test(
        "each has its code at its place and brings no others",
        arguments: structure + keywords + arguments + vrrp + servers)
    func table(_ example: DiagnosticCase) {
        let result = ConfigurationLoader.load(text: example.text)
        #expect(places(result) == example.expected)
        #expect((result.configuration == nil) == example.expected.contains { $0.hasPrefix("error") })
    }

    @Test("a word that is not UTF-8 is an error at the word, and comments may hold any bytes")
    func encoding() {
        let latin = Array("# ".utf8) + [0xE9, 0xFF] + Array("\n".utf8)
        let good = latin + Array(instance().utf8)
        #expect(ConfigurationLoader.load(bytes: good).diagnostics.isEmpty)
        let bad = Array("global_defs {\nrouter_id caf".utf8) + [0xE9] + Array("\n}\n".utf8) + Array(instance().utf8)
        #expect(places(ConfigurationLoader.load(bytes: bad)) == ["error MR0003 2:11"])
    }

    @Test("the catalogue has every code once, in order, and the tests above see all but those that need files or size")
    func catalogue() {
        let codes = DiagnosticCatalogue.entries.map { $0.code }
        #expect(codes == codes.sorted())
        #expect(Set(codes).count == codes.count)
        let expected: [String] = (structure + keywords + arguments + vrrp + servers).flatMap { $0.expected }
        let seen = Set(expected.map { String($0.split(separator: " ")[1]) })
        let elsewhere: Set = [
            "MR0001", "MR0003", "MR0005", "MR0006", "MR0007", "MR0008", "MR0009", "MR0501",
        ]
        #expect(Set(codes).subtracting(seen) == elsewhere)
    }

    @Test("messages keep one voice: lower case first, no full stop, and a way out or a consequence where there is one")
    func voice() {
        for entry in DiagnosticCatalogue.entries {
            let first = entry.example.first { $0.isLetter }
            #expect(
                first?.isLowercase ?? false || entry.example.hasPrefix("'") || entry.example.hasPrefix("a "), "\(entry)"
            )
            #expect(!entry.example.hasSuffix("."), "\(entry)")
            #expect(!(entry.hint ?? "").hasSuffix("."), "\(entry)")
        }
    }

    @Test("a thousand wrong lines give fifty diagnostics of a kind, and the number of the others")
    func bounded() {
        let lines = (0..<1000).map { "wibble\($0)\npriority x\($0)" }.joined(separator: "\n")
        let result = ConfigurationLoader.load(text: instance(lines))
        #expect(result.diagnostics.count { $0.severity == .error } == 50)
        #expect(result.diagnostics.count { $0.severity == .warning } == 50)
        #expect(result.omittedErrors == 950)
        #expect(result.omittedWarnings == 950)
        #expect(DiagnosticRenderer().summary(result) == "1000 errors, 1000 warnings (1900 not shown)")
    }

    @Test("too many missing braces end the reading")
    func manyMissingBraces() {
        let result = ConfigurationLoader.load(text: String(repeating: "global_defs {\n", count: 5000))
        #expect(result.configuration == nil)
        #expect(result.diagnostics.last?.code == "MR0009")
        #expect(result.diagnostics.count <= 12)
    }
}
