import Testing

@testable import KeepalivedConfig

/// Two instances on one interface: lines of the first one start in line 5, of the second one five lines behind those.
private func pair(_ first: [String], _ second: [String], before: String = "") -> String {
    func block(_ name: String, _ id: Int, _ lines: [String]) -> String {
        "vrrp_instance \(name) {\ninterface eth0\nvirtual_router_id \(id)\nvirtual_ipaddress { 10.1.80.\(id) }\n"
            + lines.joined(separator: "\n") + "\n}\n"
    }
    return block("VI_1", 51, first) + block("VI_2", 52, second) + before
}

private func script(_ lines: String = "weight 10", name: String = "chk") -> String {
    "vrrp_script \(name) {\nscript /bin/true\n\(lines)\n}\n"
}

private func pool(_ head: String, _ lines: String...) -> String {
    "virtual_server \(head) {\nlb_algo rr\nprotocol TCP\n\(lines.joined(separator: "\n"))\n}\n"
}

private let track = "track_script { chk }"

private let elections: [DiagnosticCase] = [
    .init(
        "a weight with nopreempt", script("weight -10") + instance("nopreempt", "track_script {", "chk", "}"),
        "warning MR0601 11:1"),
    .init(
        "a weight of an interface with nopreempt", instance("nopreempt", "track_interface {", "eth1 weight -10", "}"),
        "warning MR0601 7:1"),
    .init("nopreempt without a weight", script("interval 2") + instance("nopreempt", track)),
    .init("a weight without nopreempt", script("weight -10") + instance(track)),
    .init(
        "nopreempt that is taken back", script("weight -10") + instance("nopreempt", "preempt", track),
        "warning MR0109 10:1"),
    .init(
        "a weight of the owner", script("weight -10") + instance("priority 255", "track_script {", "chk", "}"),
        "warning MR0602 11:1"),
    .init("a fault of the owner", script("interval 2") + instance("priority 255", track)),
    .init(
        "a weight beyond 254", script("weight 20") + instance("priority 250", track), "warning MR0603 9:10"),
    .init("a weight up to 254", script("weight 4") + instance("priority 250", track)),
    .init("a weight below 1", script("weight -20") + instance("priority 20", track), "warning MR0603 9:10"),
    .init("a weight down to 1", script("weight -19") + instance("priority 20", track)),
    .init(
        "weights that are beyond only together",
        instance("track_interface {", "eth1 weight 100", "eth2 weight 100", "}"), "warning MR0603 1:15"),
    .init(
        "a reversed weight counts the other way round",
        script() + instance("priority 250", "track_script { chk weight 20 reverse", "}")),
    .init(
        "the weight of the line counts, not that of the block",
        script("weight 20") + instance("priority 250", "track_script { chk weight 4", "}")),
    .init(
        "a weight as large as the difference of the mirrored instances",
        script()
            + pair(
                ["state MASTER", "priority 100", "track_script {", "chk", "}"],
                ["state BACKUP", "priority 90", track]),
        "warning MR0604 12:1"),
    .init(
        "a weight larger than the difference",
        script("weight 11") + pair(["state MASTER", "priority 100", track], ["state BACKUP", "priority 90", track])),
    .init(
        "a negative weight smaller than the difference",
        script("weight -20")
            + pair(
                ["state MASTER", "priority 150", "track_script {", "chk", "}"],
                ["state BACKUP", "priority 100", track]),
        "warning MR0604 12:1"),
    .init(
        "instances that track different things show no other router",
        script("weight -20") + pair(["state MASTER", "priority 150", track], ["state BACKUP", "priority 100"])),
    .init(
        "two masters show no other router",
        script("weight -20") + pair(["state MASTER", "priority 150", track], ["state MASTER", "priority 100", track])),
    .init(
        "a fault needs no weight",
        script("rise 2") + pair(["state MASTER", "priority 150", track], ["state BACKUP", "priority 100", track])),
]

private let addresses: [DiagnosticCase] = [
    .init(
        "an address of two instances",
        pair([], ["virtual_ipaddress_excluded {", "10.1.80.51", "}"]), "warning MR0606 12:1"),
    .init(
        "the same router id on another interface",
        instance() + """
            vrrp_instance VI_2 {
            interface eth1
            virtual_router_id 51
            virtual_ipaddress { 10.1.81.90 }
            }

            """),
    .init(
        "intervals that differ in a group",
        pair(["advert_int 1"], ["advert_int 2"]) + "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n}\n"),
    .init(
        "a peer that is the source",
        instance("unicast_src_ip 10.1.80.91", "unicast_peer {", "10.1.80.92", "10.1.80.91", "}"),
        "warning MR0607 8:1"),
    .init("other peers", instance("unicast_src_ip 10.1.80.91", "unicast_peer {", "10.1.80.92", "}")),
]

private let firewalls: [DiagnosticCase] = [
    .init(
        "chains of iptables for no_accept", "global_defs {\nvrrp_iptables IN OUT\n}\n" + instance("no_accept"),
        "warning MR0615 2:15"),
    .init(
        "iptables' own chains in the second of two blocks",
        "global_defs {\n}\nglobal_defs {\nvrrp_iptables\n}\n" + instance("no_accept"), "warning MR0615 4:1"),
    .init("chains without no_accept", "global_defs {\nvrrp_iptables IN OUT\n}\n" + instance()),
    .init(
        "chains for an owner", "global_defs {\nvrrp_iptables IN\n}\n" + instance("no_accept", "priority 255")),
    .init("nftables for no_accept", "global_defs {\nnftables vips\n}\n" + instance("no_accept")),
]

private let scripts: [DiagnosticCase] = [
    .init("a script that nobody tracks", instance() + script(), "warning MR0605 7:13"),
    .init(
        "a script whose use is misspelt", instance("track_script { chek }") + script(), "warning MR0311 5:16"),
    .init(
        "a script that a group tracks",
        pair([], []) + script("rise 2") + "vrrp_sync_group G {\ngroup {\nVI_1\nVI_2\n}\n\(track)\n}\n"),
    .init("a command list", instance("notify \"/bin/a && /bin/b\""), "warning MR0608 5:9"),
    .init("a pipe", instance("notify_master \"/bin/a | logger\""), "warning MR0608 5:16"),
    .init("a redirection", instance("notify_fault \"/bin/a > /tmp/x\""), "warning MR0608 5:15"),
    .init("a redirection without a blank", instance("notify_fault \"/bin/a 2>/dev/null\""), "warning MR0608 5:15"),
    .init("a bash socket", instance("notify_fault \"</dev/tcp/127.0.0.1/80\""), "warning MR0608 5:15"),
    .init("a substitution", instance("notify_stop \"/bin/a `date`\""), "warning MR0608 5:14"),
    .init("a home folder", instance("notify_stop \"~/a\""), "warning MR0608 5:14"),
    .init("two commands", instance("notify_stop \"/bin/a; /bin/b\""), "warning MR0608 5:14"),
    .init(
        "a command of a check", realServer("MISC_CHECK {", "misc_path \"/bin/a || /bin/b\"", "}"),
        "warning MR0608 8:12"),
    .init("a shell", instance("notify \"sh -c '/bin/a && /bin/b > /tmp/x'\"")),
    .init("a shell by its path", instance("notify \"/bin/bash -c '/bin/a | /bin/b'\"")),
    .init("arguments with signs", instance("notify \"/bin/a x=1&y=2 a|b price>5 50% #1\"")),
    .init(
        "one command named twice is told once",
        instance("notify_master \"/bin/a | b\"", "notify_backup \"/bin/a | b\""),
        "warning MR0608 5:16"),
]

private let services: [DiagnosticCase] = [
    .init(
        "a group that no service uses",
        "virtual_server_group G {\n10.1.80.80 80\n}\n" + instance(), "warning MR0605 1:22"),
    .init(
        "a group that a service uses",
        "virtual_server_group G {\n10.1.80.80 80\n}\n"
            + pool("group G", "lb_kind NAT", "real_server 10.1.80.93 80 {", "}")),
    .init(
        "NAT from every port to one",
        pool("10.1.80.90 0", "persistence_timeout 50", "lb_kind NAT", "real_server 10.1.80.93 8080 {", "}"),
        "warning MR0611 6:24"),
    .init(
        "NAT from every port to the same",
        pool("10.1.80.90 0", "persistence_timeout 50", "lb_kind NAT", "real_server 10.1.80.93 {", "}")),
    .init(
        "a server with the virtual address", pool("10.1.80.90 80", "lb_kind DR", "real_server 10.1.80.90 80 {", "}"),
        "warning MR0612 5:13"),
    .init(
        "a server with a virtual address of an instance",
        pool("10.1.80.80 80", "lb_kind NAT", "real_server 10.1.80.93 80 {", "}", "real_server 10.1.80.90 80 {", "}")
            + instance(),
        "warning MR0612 7:13"),
    .init(
        "a check of another port",
        pool(
            "10.1.80.80 80", "lb_kind NAT", "real_server 10.1.80.93 80 {",
            "TCP_CHECK {", "connect_port 8080", "}", "}")),
    .init(
        "a sorry server that is real",
        pool("10.1.80.90 80", "lb_kind NAT", "sorry_server 10.1.80.93 80", "real_server 10.1.80.93 80 {", "}"),
        "warning MR0613 5:14"),
    .init(
        "a sorry server on another port",
        pool("10.1.80.90 80", "lb_kind NAT", "sorry_server 10.1.80.93 81", "real_server 10.1.80.93 80 {", "}")),
    .init(
        "a pool without weight",
        pool("10.1.80.90 80", "lb_kind NAT", "real_server 10.1.80.93 80 {", "weight 0", "}"), "warning MR0614 1:16"),
    .init(
        "a group of which every service has the same servers",
        "virtual_server_group G {\n10.1.80.90-92 80\n}\n"
            + pool("group G", "lb_kind NAT", "real_server 10.1.80.93 80 {", "weight 0", "}"), "warning MR0614 4:16"),
    .init(
        "a pool of which one server is drained",
        pool(
            "10.1.80.90 80", "lb_kind NAT", "real_server 10.1.80.93 80 {", "weight 0", "}",
            "real_server 10.1.80.94 80 {", "}")),
    .init(
        "a pool whose weights a script sets",
        pool(
            "10.1.80.90 80", "lb_kind NAT", "real_server 10.1.80.93 80 {", "weight 0", "MISC_CHECK {",
            "misc_path /bin/load", "misc_dynamic", "}", "}")),
]

/// Every text that the lint rules fire on, and the near misses.
let lintCases = elections + addresses + firewalls + scripts + services

@Suite("Lint")
struct LintTests {
    @Test("each rule fires at the word to change, and not on what is nearly the same", arguments: lintCases)
    func table(_ example: DiagnosticCase) {
        let result = ConfigurationLoader.load(text: example.text)
        #expect(places(result) == example.expected, "\(result.diagnostics.map { DiagnosticRenderer().render($0) })")
        #expect(result.configuration != nil)
    }

    @Test("the places that a rule compares are notes of its diagnostic")
    func notes() {
        let result = ConfigurationLoader.load(text: pair([], ["virtual_ipaddress_excluded {", "10.1.80.51", "}"]))
        #expect(
            result.diagnostics.first?.notes.map { "\($0.message) \($0.place.line):\($0.place.column)" } == [
                "also here 4:21"
            ])
    }

    @Test(
        "a protocol that is left out is said with what the checks speak",
        arguments: [("TCP_CHECK {", true), ("UDP_CHECK {", false), ("PING_CHECK {", false)])
    func protocolOfChecks(check: String, isTCP: Bool) {
        let text =
            "virtual_server 10.1.80.90 80 {\nlb_algo rr\nlb_kind NAT\nreal_server 10.1.80.93 80 {\n\(check)\n}\n}\n}\n"
        let messages = ConfigurationLoader.load(text: text).diagnostics.filter { $0.code == "MR0401" }
        #expect(messages.map { $0.message.contains("checked by TCP") } == [isTCP])
    }

    @Test("a link-local address belongs to its interface: the same one on two interfaces is two")
    func linkLocal() {
        #expect(lint("fe80::1 dev eth0", "fe80::1 dev eth1") == [])
        #expect(lint("fe80::1 dev eth0", "fe80::1 dev eth0") == ["MR0606"])
        #expect(lint("2001:db8::1 dev eth0", "2001:db8::1 dev eth1") == ["MR0606"])
    }

    private func lint(_ first: String, _ second: String) -> [String] {
        let text = pair(
            ["virtual_ipaddress_excluded {\n\(first)\n}"], ["virtual_ipaddress_excluded {\n\(second)\n}"])
        return ConfigurationLoader.load(text: text).diagnostics.map { $0.code }
    }

    @Test("places are found through includes and where a definition made the text")
    func indirectPlaces() {
        var files = InMemoryFiles(["/etc/vips.conf": "virtual_ipaddress_excluded {\n$VIP\n}\n"])
        files.files["/etc/k.conf"] = Array(("$VIP=10.1.80.51\n" + pair([], ["include /etc/vips.conf"])).utf8)
        let result = ConfigurationLoader(files: files).load(path: "/etc/k.conf")
        #expect(result.diagnostics.map { $0.code } == ["MR0606"])
        #expect(result.diagnostics.first?.file == "/etc/vips.conf")
        #expect(result.diagnostics.first?.line == 2)
    }
}
