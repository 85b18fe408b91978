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
    .init("NUL in a line with a brace", "global_defs {\u{0}\n}", "error MR0002 1:14"),
    .init("NUL in a line", instance("advert_int 2", "priority 100\u{0}", "priority 100"), "warning MR0002 6:13"),
    .init(
        "NUL in two lines", instance("priority \u{0}100", "ad\u{0}vert\u{0}"), "warning MR0002 5:10",
        "warning MR0002 6:3"),
    .init("NUL in the last line", instance() + "\u{0}", "warning MR0002 7:1"),
    .init(
        "a hole in a file", instance() + String(repeating: "\u{0}", count: 16) + "\n" + instance(),
        "error MR0002 7:1"),
    .init("nothing but NUL", "\u{0}\u{0}\u{0}\u{0}", "error MR0002 1:1"),
    .init("nothing to do", "global_defs {\n}\n", "warning MR0004 0:0"),
    .init("an empty file", "", "warning MR0004 0:0"),
    .init("only comments", "# nothing\n! nothing\n", "warning MR0004 0:0"),
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
    .init("a brace twice", "vrrp_instance A {{\ninterface eth0\n}\n" + instance(), "error MR0014 1:18"),
    .init("both braces twice", "vrrp_instance A {{\ninterface eth0\n}}\n" + instance(), "error MR0014 1:18"),
    .init("a brace twice at the end", instance() + "vrrp_instance A {{\ninterface eth0\n}\n", "error MR0014 7:18"),
    .init("a brace twice within", instance("track_interface {{", "eth1", "}"), "error MR0014 5:18"),
    .init(
        "a quote over two lines", instance("notify \"/bin/true", "x\"", "priority 300"), "error MR0011 5:8",
        "warning MR0204 7:10"),
    .init("two quotes in two lines", instance("notify \"/bin/true", "notify_stop \"/bin/true\""), "error MR0011 5:8"),
    .init("a quote with a brace behind its value", instance("virtual_routes { \"10.1.0.0/24 }"), "error MR0011 5:18"),
    .init("blocks without end", String(repeating: "a {\n", count: 100), "error MR0015 65:3"),
    .init("an undefined name", instance("notify $SCRIPT"), "warning MR0021 5:8"),
    .init(
        "an undefined name for a value", instance("advert_int $T", "virtual_ipaddress_excluded { ${A} }"),
        "warning MR0021 5:12", "warning MR0021 6:30"),
    .init(
        "an undefined name for what must be there", instance("virtual_router_id $ID"), "warning MR0021 5:19",
        "error MR0203 5:19"),
    .init("a name that runs on into a value", "$T=1\n" + instance("advert_int $T.5"), "warning MR0026 6:12"),
    .init(
        "a definition with blanks", "$T = 1\n" + instance("advert_int $T", "preempt_delay ${T}"), "warning MR0021 1:1"),
    .init("an include whose quote is not closed", "include \"a.conf\n" + instance(), "error MR0011 1:9"),
    .init(
        "a brace without a keyword that is never closed", "{ \"vrrp_instance\" A {\n}\n}\n" + instance(),
        "error MR0014 1:1"),
    .init("definitions in a circle", "$A=${B}\n$B=${A}\n" + instance("priority ${A}"), "error MR0022 7:10"),
    .init(
        "definitions that explode",
        (0..<30).map { "$A\($0)=${A\($0 + 1)}${A\($0 + 1)}\n" }.joined() + "$A30=x\n" + instance("priority ${A0}"),
        "error MR0023 36:10"),
    .init("a condition without an identifier", "@ vrrp_instance A {\n" + instance(), "warning MR0024 1:1"),
    .init("a negated one", instance("@^ priority 99"), "warning MR0024 5:1"),
    .init(
        "a condition in front of half a block", instance() + "@ds2 vrrp_sync_group G {\ngroup {\nVI_1\n}\n}\n",
        "error MR0036 7:1"),
    .init(
        "a condition in front of half a block in a block",
        instance("@ds2 track_interface { # eth1", "# @ds2", "eth1", "}"), "error MR0036 5:1"),
    .init("a command's quote that is not closed", instance("notify '/bin/true # x'"), "error MR0017 5:8"),
    .init(
        "a check of includes that is none", "global_defs {\ninclude_check reed\n}\n" + instance(), "warning MR0018 2:15"
    ),
    .init(
        "a second check without a sign", "global_defs {\ninclude_check read match\n}\n" + instance(),
        "warning MR0019 2:20"),
    .init("a name that runs on", "$A=/bin\n" + instance("notify $A/true"), "warning MR0026 6:8"),
    .init("a random number between nothing", instance("priority ${_RANDOM 9 1}"), "error MR0027 5:10"),
    .init("a random number of letters", instance("priority ${_RANDOM a}"), "error MR0027 5:10"),
    .init("no variable", instance("priority ${_ENV}"), "error MR0201 5:1", "error MR0027 5:10"),
    .init("an unset variable", instance("notify \"/bin/true ${_ENV X}\""), "warning MR0028 5:19"),
    .init(
        "definitions within definitions",
        (0..<80).map { "$A\($0)=${A\($0 + 1)}\n" }.joined() + instance("priority ${A0}"), "error MR0030 85:10"),
    .init("a loop without end", instance("~SEQ(i, 3 priority 1"), "error MR0031 5:1"),
    .init("a loop of letters", instance("~SEQ(i, a) priority 1"), "error MR0031 5:1"),
    .init("a loop with a sign behind 0x", instance("~SEQ(i, 0x-5) priority 1"), "error MR0031 5:1"),
    .init("a loop with five arguments", instance("~SEQ(i, 1, 2, 3, 4) priority 1"), "error MR0031 5:1"),
    .init("a loop whose name is none", instance("~SEQ(1i, 1, 2) priority 1"), "error MR0031 5:1"),
    .init("a negative hexadecimal loop", instance("~SEQx(i, -1, 2) priority 1"), "error MR0031 5:1"),
    .init("a list without values", instance("~LST(i) priority 1"), "error MR0031 5:1"),
    .init("a list with a blank", instance("~LST(i, a b) priority 1"), "error MR0031 5:1"),
    .init("a step in the wrong direction", instance("~SEQ(i, 1, -1, 5) priority 1"), "error MR0032 5:1"),
    .init("a step of nothing", instance("~SEQ(i, 1, 0, 5) priority 1"), "error MR0032 5:1"),
    .init("a loop of millions", instance("~SEQ(i, 1, 9223372036854775807) priority 1"), "error MR0033 5:1"),
    .init(
        "loops of a thousand millions",
        instance("~SEQ(i, 1, 1000) ~SEQ(j, 1, 1000) ~SEQ(k, 1, 1000) priority ${i}"), "error MR0033 5:1"),
    .init(
        "loops that count to the variables of others",
        instance("~SEQ(i, 1, 1000) ~SEQ(j, $i) ~SEQ(k, ${j}) priority ${k}"), "error MR0033 5:1"),
    .init(
        "loops that count to definitions", "$N=2000\n" + instance("~SEQ(i, 1, 1000) ~SEQ(j, $N) priority ${j}"),
        "error MR0033 6:1"),
    .init(
        "loops of millions in a definition",
        "$INNER= \\\n~SEQ(j, 2000) x \\\n~LST(k, a, b) ~SEQ(l, 2000) y\n" + instance("~SEQ(i, 1, 1000) $INNER"),
        "error MR0033 8:1"),
    .init("too many values", instance("~LST({i,j}, {1,2,3}) priority 1"), "error MR0034 5:1"),
    .init(
        "loops in loops in loops", instance((0..<17).map { "~SEQ(i\($0), 1) " }.joined() + "priority 1"),
        "error MR0035 5:199"),
    .init(
        "a mistake in each turn of a loop", instance("~SEQ(i, 250, 260) priority ${i} # and so on"),
        "warning MR0109 5:19", "warning MR0204 5:28"),
]

private let keywords: [DiagnosticCase] = [
    .init("an unknown keyword", instance("prority 100"), "warning MR0101 5:1"),
    .init(
        "an interface misspelt", instance("Interface eth1").replacing("interface eth0", with: ""), "error MR0101 5:1"),
    .init(
        "a router id with a sign", instance("virtual_router_id=5").replacing("virtual_router_id 51", with: ""),
        "error MR0102 5:1"),
    .init("a switch with a value", instance("nopreempt off"), "warning MR0202 5:11"),
    .init("a list in square brackets", instance("track_interface [", "eth1", "]"), "error MR0106 5:1"),
    .init(
        "a line of a list with a block", instance("track_interface {", "eth1 {", "weight 5", "}", "}"),
        "error MR0107 6:1"),
    .init(
        "an option in front of its address", instance("virtual_ipaddress_excluded { dev eth1 10.1.80.91 }"),
        "warning MR0209 5:30"),
    .init(
        "a process without its value", "vrrp_track_process p {\nprocess\n}\n" + instance("track_process { p }"),
        "error MR0201 2:1"),
    .init(
        "a tracked file without its file", "track_file f {\n}\n" + instance("track_file { f }"), "warning MR0333 1:12"),
    .init(
        "a tracked session without its neighbour",
        "bfd_instance b {\nneighbor_ip 10.1.80.999\n}\n" + instance("track_bfd { b }"), "warning MR0209 2:13"),
    .init("a master whose priority is misspelt", instance("state MASTER", "proirity 100"), "warning MR0101 6:1"),
    .init("a master whose priority has no value", instance("state MASTER", "priority"), "error MR0201 6:1"),
    .init(
        "an authentication type misspelt", instance("authentication {", "auht_type PASS", "auth_pass x", "}"),
        "warning MR0101 6:1"),
    .init(
        "a password misspelt", instance("authentication {", "auth_type PASS", "auht_pass x", "}"),
        "warning MR0101 7:1"),
    .init(
        "tracked scripts misspelt",
        "vrrp_script c { script /bin/true }\n" + instance("trcak_script {", "c", "}"), "warning MR0101 6:1"),
    .init(
        "an instance misspelt",
        "vrrp_script c { script /bin/true }\n"
            + instance("track_script { c }").replacing("vrrp_instance", with: "vrpr_instance"),
        "warning MR0101 2:1"),
    .init(
        "a script misspelt", "vrrp_script c {\nscirpt /bin/true\n}\n" + instance("track_script { c }"),
        "warning MR0101 2:1"),
    .init(
        "a script without its value", "vrrp_script c {\nscript\n}\n" + instance("track_script { c }"),
        "warning MR0201 2:1"),
    .init(
        "a block of a script misspelt", "vrpr_script c {\nscript /x\n}\n" + instance("track_script { c }"),
        "warning MR0101 1:1"),
    .init("an interface misspelt beside another", instance("interfaced eth1"), "warning MR0101 5:1"),
    .init(
        "addresses misspelt", instance().replacing("virtual_ipaddress", with: "virtual_ip_address"),
        "warning MR0101 4:1"),
    .init("a scheduler misspelt", virtualServer("lb_alg rr").replacing("lb_algo wrr", with: ""), "warning MR0101 6:1"),
    .init(
        "a server misspelt", virtualServer().replacing("real_server", with: "real_sever") + instance(),
        "warning MR0101 7:1"),
    .init("a keyword of another block with a sign", instance("lb_algo: rr"), "warning MR0103 5:1"),
    .init(
        "a server whose address is none",
        virtualServer().replacing("10.1.80.99 80", with: "10.1.80.99:80") + instance(),
        "warning MR0209 7:13"),
    .init(
        "a host without its block", realServer("SMTP_CHECK {", "host 10.1.80.93", "}"), "error MR0106 8:1"),
    .init(
        "a page without its block", realServer("HTTP_GET {", "url /a", "status_code 200", "}"), "error MR0106 8:1"),
    .init("an unknown block", instance("wibble {", "priority 300", "} "), "warning MR0101 5:1"),
    .init("an equals sign", instance("priority=100"), "warning MR0102 5:1"),
    .init("a colon", instance("priority: 100"), "warning MR0102 5:1"),
    .init("a keyword of another block", instance("lb_algo rr"), "warning MR0103 5:1"),
    .init("an option on a line of its own", instance("weight 5"), "warning MR0103 5:1"),
    .init(
        "a keyword without effect", instance("kernel_rx_buf_size 4096", "kernel_rx_buf_size 8192"),
        "warning MR0104 5:1", "warning MR0109 6:1"),
    .init("a virtual MAC", instance("use_vmac vrrp.51")),
    .init(
        "signed adverts",
        instance("auth_hmac {", "key 1 0123456789abcdef0123456789abcdef", "active_key 1", "}")),
    .init(
        "a key that is too short", instance("auth_hmac {", "key 1 secret", "}"), "error MR0214 6:7"),
    .init(
        "IPv6 adverts",
        "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 2001:db8::1 }\n}\n"),
    .init("no block", "vrrp_instance A\n", "error MR0106 1:1"),
    .init("a list without a block", instance("track_interface eth0"), "error MR0106 5:1"),
    .init("a block too many", realServer("weight 3 {", "}"), "error MR0107 7:1"),
    .init(
        "a check behind another keyword", realServer("weight 3 TCP_CHECK {", "connect_timeout 3", "}"),
        "error MR0107 7:1"),
    .init("a block whose opening brace is missing", "vrrp_instance A\n" + instance().dropFirst(21), "error MR0106 1:1"),
    .init(
        "a list whose opening brace is missing", instance("track_interface", "eth1", "}"), "error MR0106 5:1"),
    .init("a setting made twice", instance("priority 100", "nopreempt", "priority 150"), "warning MR0109 7:1"),
    .init("a setting that was ignored before", instance("advert_int 0", "advert_int 3"), "warning MR0207 5:12"),
    .init("a setting that is ignored", instance("advert_int 3", "advert_int 0"), "warning MR0207 6:12"),
    .init(
        "a setting made twice around one that is ignored", instance("advert_int 0", "advert_int 3", "advert_int 4"),
        "warning MR0207 5:12", "warning MR0109 7:1"),
    .init("two router ids", instance("virtual_router_id 51", "virtual_router_id 52"), "warning MR0109 6:1"),
    .init("two interfaces", instance("interface eth0", "interface eth1"), "warning MR0109 6:1"),
    .init("accepting and not", instance("accept", "no_accept"), "warning MR0109 6:1"),
    .init("preempting and not", instance("preempt", "nopreempt"), "warning MR0109 6:1"),
    .init("a switch twice", instance("nopreempt", "nopreempt")),
    .init("two schedulers", virtualServer("lb_algo rr", "lvs_sched wrr"), "warning MR0109 7:1"),
    .init("two methods", virtualServer("lvs_method DR", "lb_kind NAT"), "warning MR0109 7:1"),
    .init(
        "two sorry servers", virtualServer("sorry_server 10.1.80.94 80", "sorry_server 10.1.80.95 80"),
        "warning MR0109 7:1"),
    .init(
        "two names of which the first counts", "global_defs {\nnftables a\nnftables b\n}\n" + instance(),
        "warning MR0329 3:1"),
    .init("an old name", "global_defs {\nlvs_flush_onstop\n}\n" + instance(), "warning MR0108 2:1"),
]

private let arguments: [DiagnosticCase] = [
    .init("no value", instance("priority"), "error MR0201 5:1"),
    .init("an empty value", instance("priority \"\""), "warning MR0201 5:10"),
    .init("an empty interface", instance("interface \"\""), "error MR0201 5:11"),
    .init("an empty router id", instance("virtual_router_id \"\""), "error MR0201 5:19"),
    .init("a word too many", instance("priority 100 200"), "warning MR0202 5:14"),
    .init("not a number", instance("down_timer_adverts three"), "warning MR0203 5:20"),
    .init("a number with a tail", instance("down_timer_adverts 3;"), "warning MR0203 5:20"),
    .init("a number out of range", instance("priority 300"), "warning MR0204 5:10"),
    .init("a number beyond all numbers", instance("priority 99999999999999999999999"), "warning MR0204 5:10"),
    .init("a negative number", instance("priority -1"), "warning MR0204 5:10"),
    .init("a tail that keepalived tolerates", instance("priority 100;"), "warning MR0205 5:10"),
    .init("not seconds", instance("advert_int 1s"), "warning MR0206 5:12"),
    .init("seconds without digits", instance("advert_int ."), "warning MR0206 5:12"),
    .init("too many seconds", instance("advert_int 300"), "warning MR0207 5:12"),
    .init("more digits than microseconds", instance("garp_master_delay 0.1234567"), "warning MR0208 5:19"),
    .init("not an address", instance("mcast_src_ip 10.1.80"), "warning MR0209 5:14"),
    .init("not a group", instance("mcast_dst_ip 10.1.80.1"), "warning MR0209 5:14"),
    .init("a virtual address that is none", instance("virtual_ipaddress { 10.1.80.300 }"), "warning MR0209 5:21"),
    .init("a virtual address that is a group", instance("virtual_ipaddress { 224.0.0.18 }"), "warning MR0209 5:21"),
    .init("a port beyond 65535", virtualServer("sorry_server 10.1.80.94 80000"), "warning MR0210 6:25"),
    .init("port 0 for a check", realServer("TCP_CHECK {", "connect_port 0", "}"), "warning MR0210 8:14"),
    .init("not a boolean", realServer("alpha maybe"), "warning MR0211 7:7"),
    .init("not a choice", instance("state MASTR"), "warning MR0212 5:7"),
    .init("not a scheduler", virtualServer("lb_algo wwrr"), "warning MR0212 6:9"),
    .init("an interface name too long", instance("interface abcdefghijklmnop"), "error MR0213 5:11"),
    .init(
        "a label too long", instance("virtual_ipaddress { 10.1.80.95 label eth0:0123456789ab }"), "warning MR0213 5:38"),
    .init("an interface name with a slash", instance("interface eth0/1"), "error MR0214 5:11"),
    .init("not a digest", realServer("HTTP_GET {", "url {", "path /", "digest xyz", "}", "}"), "warning MR0214 10:8"),
    .init(
        "not status codes", realServer("HTTP_GET {", "url {", "path /", "status_code 200-99 700 2xx", "}", "}"),
        "warning MR0214 10:13", "warning MR0214 10:20", "warning MR0214 10:24"),
    .init("a path with a blank", realServer("HTTP_GET {", "url {", "path \"/a b\"", "}", "}"), "warning MR0214 9:7"),
    .init("not a granularity", virtualServer("persistence_granularity 255.0.255.0"), "warning MR0214 6:25"),
    .init(
        "an IPv6 granularity", virtualServer("persistence_timeout 5", "persistence_granularity 64"),
        "warning MR0214 7:25"
    ),
    .init("an empty command", instance("notify \"\""), "warning MR0215 5:8"),
    .init("a sign in place of the value", instance("priority = 90"), "warning MR0102 5:10"),
    .init("a sign at the value", instance("priority =90"), "warning MR0102 5:10"),
    .init("a colon in place of the value", instance("virtual_router_id : 90"), "error MR0102 5:19"),
    .init("a sign in front of a word", "global_defs {\nrouter_id = LB1\n}\n" + instance(), "warning MR0102 2:11"),
    .init("a sign in front of a block", instance("track_interface = {", "eth1", "}"), "warning MR0102 5:17"),
    .init(
        "a password that starts with a sign",
        instance("authentication {", "auth_type PASS", "auth_pass =secret", "}")),
    .init("a value that is a sign", "global_defs {\nrouter_id =\n}\n" + instance()),
    .init("a command of blanks", instance("notify \"  \""), "warning MR0215 5:9"),
]

private let vrrp: [DiagnosticCase] = [
    .init(
        "no identifier", "vrrp_instance A {\ninterface eth0\nvirtual_ipaddress { 10.0.0.1 }\n}\n", "error MR0301 1:15"),
    .init(
        "no interface", "vrrp_instance A {\nvirtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }\n}\n",
        "error MR0301 1:15"),
    .init("two instances with one name", instance() + second("VI_1", id: 52), "warning MR0302 7:15"),
    .init("two services with one identity", virtualServer() + virtualServer(), "warning MR0302 9:16"),
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
        "warning MR0314 1:15", "warning MR0314 6:1", "warning MR0314 7:7", "warning MR0314 9:20", "warning MR0314 10:1",
        "warning MR0314 11:1",
        "warning MR0309 12:15",
        "warning MR0314 13:16", "warning MR0305 14:1"),
    .init("strict mode accepts all the same", instance("strict_mode on"), "warning MR0314 1:15"),
    .init("a member that does not exist", group("group { VI_1 VI_2 }"), "warning MR0315 8:14"),
    .init("members without their block", group("VI_1\nVI_2"), "warning MR0101 8:1"),
    .init(
        "a password with a comment", instance("authentication {", "auth_type PASS", "auth_pass ab#cd", "}"),
        "warning MR0340 7:13"),
    .init(
        "a password in front of a comment", instance("authentication {", "auth_type PASS", "auth_pass ab # cd", "}")),
    .init(
        "passwords with escaped and quoted marks",
        instance("authentication {", "auth_type PASS", "auth_pass ab\\#cd", "}")
            + second("VI_2", id: 52)
            .replacing("id 52", with: "id 52\nauthentication {\nauth_type PASS\nauth_pass \"ab#cd\"#\n}")),
    .init("a typographic quote", instance("notify \u{201C}/bin/true\u{201D}"), "warning MR0609 5:8"),
    .init(
        "a member of two groups",
        instance() + second("VI_2", id: 52)
            + "vrrp_sync_group G { group { VI_1 VI_2 } }\nvrrp_sync_group H {\ngroup { VI_1 VI_2 }\n}\n",
        "warning MR0316 14:9", "warning MR0316 14:14"),
    .init("a group of one", group("group { VI_1 }"), "warning MR0317 7:17"),
    .init("a group of none", group("group { }"), "warning MR0317 7:17"),
    .init(
        "two groups with one name", group("group { VI_1 }") + "vrrp_sync_group G {\n}\n", "warning MR0317 7:17",
        "warning MR0302 10:17"),
    .init(
        "a weight in a group",
        instance("track_interface { eth1 weight 5 }") + second("VI_2", id: 52)
            + "vrrp_sync_group G { group { VI_1 VI_2 } }\n",
        "warning MR0318 5:19"),
    .init("a script block without a command", "vrrp_script chk {\ninterval 2\n}\n" + instance(), "warning MR0320 1:13"),
    .init(
        "two script blocks with one name", "vrrp_script a { script /x }\nvrrp_script a { script /y }\n" + instance(),
        "warning MR0605 1:13", "warning MR0302 2:13"),
    .init("an IPv6 source for IPv4 adverts", instance("mcast_src_ip 2001:db8::1"), "warning MR0321 5:14"),
    .init(
        "an IPv6 peer among IPv4 ones", instance("unicast_peer {", "10.1.80.92", "2001:db8::2", "}"),
        "warning MR0321 7:1"
    ),
    .init(
        "a sync daemon of an instance that does not exist",
        "global_defs {\nlvs_sync_daemon eth0 VI_9\n}\n" + instance(), "warning MR0322 2:22"),
    .init("no addresses", "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\n}\n", "warning MR0323 1:15"),
    .init(
        "the loopback interface", "vrrp_instance A {\ninterface lo\nvirtual_router_id 5\nno_virtual_ipaddress\n}\n",
        "error MR0324 2:11"),
    .init("two addresses on a line", instance("virtual_ipaddress { 10.1.80.91 10.1.80.92 }"), "warning MR0325 5:32"),
    .init(
        "256 addresses",
        instance("virtual_ipaddress {", (0..<255).map { "10.2.0.\($0)" }.joined(separator: "\n"), "}"),
        "warning MR0319 1:15"),
]

private let corrections: [DiagnosticCase] = [
    .init("no announcement", instance("garp_master_repeat 0"), "warning MR0326 5:20"),
    .init(
        "a weight of 254", instance("track_interface {", "eth1 weight -254", "}"), "warning MR0603 1:15",
        "warning MR0326 6:13"),
    .init(
        "a script interval of 0", "vrrp_script a {\nscript /x\ninterval 0\n}\n" + instance("track_script { a }"),
        "warning MR0326 3:10"),
    .init(
        "a priority beyond the system's", "global_defs {\nvrrp_rt_priority 100\n}\n" + instance(),
        "warning MR0326 2:18"),
    .init(
        "a script used before its definition", instance("track_script { a }") + "vrrp_script a { script /x }\n",
        "warning MR0328 5:16"),
    .init(
        "a notification given twice", instance("notify_master /a", "notify_master /b"), "warning MR0329 6:1"),
    .init("BACKUP behind MASTER", instance("priority 9", "state MASTER", "state BACKUP"), "warning MR0329 7:7"),
    .init("a peer given twice", instance("unicast_peer {", "10.1.80.92", "10.1.80.92", "}"), "warning MR0329 7:1"),
    .init(
        "a script with a weight in a group",
        "vrrp_script a {\nscript /x\nweight 2\n}\n" + instance("track_script { a }") + second("VI_2", id: 52)
            + "vrrp_sync_group G { group { VI_1 VI_2 } }\n",
        "warning MR0330 9:16"),
    .init(
        "a rule that cannot be read", instance("virtual_rules {", "to 192.168.100./24 table 1", "}"),
        "warning MR0331 6:4"),
    .init(
        "a prefix length of a route that is none", instance("virtual_routes { 10.0.0.0/99 dev eth0 }"),
        "warning MR0332 5:26"),
    .init(
        "a prefix length of a rule that is none",
        instance("virtual_rules { from 2001:db8::/129 priority 5 table 5 }"), "warning MR0332 5:32"),
    .init(
        "a prefix length of an address that is none", instance("virtual_ipaddress_excluded { 10.1.80.91/99 }"),
        "warning MR0214 5:40"),
    .init(
        "an old word in a route", instance("virtual_routes {", "default gw 10.1.80.1", "}"), "warning MR0332 6:9"),
    .init(
        "an owner's keyword without one", instance("owner_ignore_adverts"), "warning MR0333 5:1"),
    .init("yielding without nopreempt", instance("timer_expired_backup"), "warning MR0333 5:1"),
    .init("its own interface", instance("track_interface {", "eth0 weight 5", "}"), "warning MR0333 6:1"),
    .init("a unicast source without peers", instance("unicast_src_ip 10.1.80.91"), "warning MR0334 5:16"),
    .init("a time to live without peers", instance("unicast_ttl 3"), "warning MR0333 5:13"),
    .init(
        "signatures without an active key",
        instance("auth_hmac {", "key 1 0123456789abcdef0123456789abcdef", "}"), "warning MR0335 5:1"),
    .init(
        "a label of an IPv6 address", instance("virtual_ipaddress_excluded { 2001:db8::1 label x }"),
        "warning MR0336 5:30"),
    .init("a broadcast of a host", instance("virtual_ipaddress { 10.1.80.91 brd + }"), "warning MR0336 5:32"),
    .init(
        "a rule without priority", instance("virtual_rules {", "to 192.168.100.0/24 table 1", "}"),
        "warning MR0337 6:1"),
    .init(
        "version 3 without addresses",
        "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nversion 3\n}\n", "error MR0338 1:15"),
    .init(
        "two firewalls", "global_defs {\nvrrp_iptables\nnftables\n}\n" + instance(), "warning MR0339 2:1"),
    .init(
        "unicast with a virtual MAC", instance("use_vmac", "unicast_peer { 10.1.80.92 }"), "warning MR0339 5:1"),
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
        "warning MR0402 4:10", "warning MR0402 5:1"),
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
    .init("a server of the other family", virtualServer("real_server 2001:db8::1 80 { }"), "warning MR0409 6:13"),
    .init("a sorry server of the other family", virtualServer("sorry_server 2001:db8::1 80"), "warning MR0409 6:14"),
    .init("HTTP_GET without url", realServer("HTTP_GET {", "}"), "warning MR0410 7:1"),
    .init("url without path", realServer("HTTP_GET {", "url {", "}", "}"), "warning MR0410 8:1"),
    .init("MISC_CHECK without misc_path", realServer("MISC_CHECK {", "}"), "warning MR0410 7:1"),
    .init(
        "a check without a port",
        "virtual_server fwmark 7 {\nlb_algo rr\nlb_kind DR\nreal_server 10.0.0.2 {\nTCP_CHECK { }\n}\n}\n",
        "error MR0411 5:1"),
    .init("GUE without a port", virtualServer("lvs_method TUN type gue"), "warning MR0412 6:1"),
    .init("a flag of another scheduler", virtualServer("sh-port"), "warning MR0413 6:1"),
    .init("bindto of the other family", realServer("TCP_CHECK {", "bindto 2001:db8::1", "}"), "warning MR0321 8:8"),
]

/// Wrong values of keywords for which nothing else could be taken.
private let refusedValues: [String] =
    ["0", "x", "-1", "256", "", "99999999999999999999"].map {
        "vrrp_instance A {\ninterface eth0\nvirtual_router_id \($0)\nvirtual_ipaddress { 10.0.0.1 }\n}\n"
    }
    + ["", "eth0/1", "a-name-of-16-bytes"].map {
        "vrrp_instance A {\ninterface \($0)\nvirtual_router_id 5\nvirtual_ipaddress { 10.0.0.1 }\n}\n"
    }
    + [
        "key 300 0123456789abcdef0123456789abcdef", "key x 0123456789abcdef0123456789abcdef", "key 2", "key",
        "key 2 hex:zz", "key 2 short", "key 2 file:", "active_key 1000", "active_key", "time_window 0", "time_window x",
        "anti_replay perhaps", "mode perhaps",
    ].map { instance("auth_hmac {", "key 1 0123456789abcdef0123456789abcdef", "active_key 1", $0, "}") }

@Suite("Diagnostics")
struct DiagnosticTests {
    @Test(
        "each has its code at its place and brings no others",
        arguments: structure + keywords + arguments + vrrp + corrections + servers + serverDiagnosticCases)
    func table(_ example: DiagnosticCase) {
        let result = ConfigurationLoader.load(text: example.text)
        #expect(places(result) == example.expected)
        #expect((result.configuration == nil) == example.expected.contains { $0.hasPrefix("error") })
    }

    @Test(
        "each error says the way out",
        arguments: (structure + keywords + arguments + vrrp + corrections + servers + serverDiagnosticCases + lintCases)
            .map(\.text) + refusedValues)
    func wayOut(_ text: String) {
        for diagnostic in ConfigurationLoader.load(text: text).diagnostics where diagnostic.severity == .error {
            #expect(diagnostic.hint?.isEmpty == false, "\(DiagnosticRenderer().render(diagnostic))")
        }
    }

    @Test("values that refuse the file are errors")
    func refused() {
        for text in refusedValues { #expect(ConfigurationLoader.load(text: text).configuration == nil, "\(text)") }
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
        let expected: [String] =
            (structure + keywords + arguments + vrrp + corrections + servers + serverDiagnosticCases + lintCases)
            .flatMap { $0.expected }
        let seen = Set(expected.map { String($0.split(separator: " ")[1]) })
        let elsewhere: Set = [
            "MR0001", "MR0003", "MR0005", "MR0006", "MR0007", "MR0008", "MR0009", "MR0010", "MR0016", "MR0020",
            "MR0029", "MR0501",
        ]
        #expect(Set(codes).subtracting(seen) == elsewhere.union(hostLintCodes))
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
            // What to do about a file that is not there nobody has to be told.
            #expect(entry.severity != .error || entry.hint != nil || entry.code == "MR0001", "\(entry)")
        }
    }

    @Test("a thousand wrong lines give fifty diagnostics of a kind, and the number of the others")
    func bounded() {
        let lines = (0..<1000).map { "wibble\($0)\nmcast_dst_ip {\n}" }.joined(separator: "\n")
        let result = ConfigurationLoader.load(text: instance(lines))
        #expect(result.diagnostics.count { $0.severity == .error } == 50)
        #expect(result.diagnostics.count { $0.severity == .warning } == 50)
        #expect(result.omittedErrors == 950)
        #expect(result.omittedWarnings == 950)
        let summary = DiagnosticRenderer().summary(result)
        #expect(summary.hasPrefix("1000 errors, 1000 warnings (1900 not shown): the file is not used"))
    }

    @Test("what is left out of a file is known beyond the warnings that are kept, wherever its line stands")
    func omissionsBeyondTheLimit() {
        let known = (0..<100).map { "10.0.0.\($0 + 300)" }
        let some = ConfigurationLoader.load(text: instance(addresses(known)))
        #expect(some.diagnostics.count { $0.severity == .warning } == 50)
        #expect(some.omissions.count == 100)
        let moved = ConfigurationLoader.load(text: instance("\n\n" + addresses(known.reversed())))
        #expect(moved.omissions == some.omissions)
        let more = ConfigurationLoader.load(text: instance(addresses(known + ["10.0.1.256"])))
        #expect(more.omissions.subtracting(some.omissions).map(\.line) == ["10.0.1.256"])
    }

    @Test("a block with a keyword that is none, or none there, is left out of the configuration")
    func unknownBlocks() {
        for line in ["vrpr_instance VI_2 {\n}\n", "real_server 10.1.80.93 80 {\n}\n"] {
            #expect(ConfigurationLoader.load(text: instance() + line).omissions.count == 1, "\(line)")
        }
        #expect(ConfigurationLoader.load(text: instance("prority 100")).omissions == [])
    }

    @Test("more omissions than are told from each other differ by their number")
    func manyOmissions() {
        let wrong = (0..<10_010).map { "10.0.\($0).300" }
        let result = ConfigurationLoader.load(text: instance(addresses(wrong)))
        let other = ConfigurationLoader.load(text: instance(addresses(wrong + ["10.0.1.256"])))
        #expect(result.omissions.count == DiagnosticSink.omissionLimit + 1)
        #expect(result.omissions != other.omissions)
    }

    private func addresses(_ list: [String]) -> String {
        "virtual_ipaddress {\n10.0.0.1\n\(list.joined(separator: "\n"))\n}"
    }

    @Test("too many missing braces end the reading")
    func manyMissingBraces() {
        let result = ConfigurationLoader.load(text: String(repeating: "global_defs {\n", count: 5000))
        #expect(result.configuration == nil)
        #expect(result.diagnostics.last?.code == "MR0009")
        #expect(result.diagnostics.count <= 12)
    }
}
