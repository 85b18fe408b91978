import KeepalivedConfig
import Testing

@testable import martlet

/// A file, and how `-t` exits for it here and under keepalived.
struct ExitCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let martlet: Int32
    let keepalived: Int32

    init(_ name: String, _ text: String, _ status: Int32, keepalived: Int32? = nil) {
        testDescription = name
        self.text = text
        martlet = status
        self.keepalived = keepalived ?? status
    }
}

private func instance(_ lines: String = "", name: String = "VI_1", id: Int = 51) -> String {
    """
    vrrp_instance \(name) {
        interface eth0
        virtual_router_id \(id)
        \(lines)
        virtual_ipaddress {
            10.1.80.90/24
        }
    }

    """
}

private func service(_ lines: String = "", server: String = "10.1.80.93 80", checker: String = "TCP_CHECK {\n}")
    -> String
{
    """
    virtual_server 10.1.80.90 80 {
        lb_algo rr
        lb_kind NAT
        protocol TCP
        \(lines)
        real_server \(server) {
            \(checker)
        }
    }

    """
}

/// What keepalived 2.2.7 exits with was taken down by running it.
private let cases: [ExitCase] = [
    .init("an instance", instance(), 0),
    .init("a service", service(), 0),
    .init("an included file that is not there", instance() + "include nothing.conf\n", 0),
    .init("an include that matches nothing", instance() + "include nothing.d/*.conf\n", 0),
    .init("'state MASTER' without a priority", instance("state MASTER"), 0),
    .init("a word too many", instance("priority 100 200"), 0),
    .init("a server without a check", service(checker: ""), 0),
    .init("an unknown keyword", instance("prority 100"), 5),
    .init("an equals sign", instance("priority=100"), 5),
    .init("a keyword of another block", instance("lb_algo rr"), 5),
    .init("a long password", instance("authentication {\nauth_type PASS\nauth_pass 123456789\n}"), 5),
    .init("nopreempt of a master", instance("state MASTER\npriority 100\nnopreempt"), 5),
    .init("a script that is not defined", instance("track_script {\nchk\n}"), 5),
    .init("an interval that is rounded", instance("advert_int 0.3"), 5),
    .init("a group of one", instance() + "vrrp_sync_group G {\ngroup {\nVI_1\n}\n}\n", 5),
    .init("a quorum that cannot be reached", service("quorum 7"), 5),
    .init("no protocol", service().replacing("protocol TCP", with: ""), 5),
    .init("a server twice", service("real_server 10.1.80.93 80 {\n}"), 5),
    .init("a keyword without its value", instance("priority"), 2),
    .init("a number out of range", instance("priority 300"), 5),
    .init("a virtual router id out of range", instance(id: 256), 5),
    .init("no router identifier", instance().replacing("virtual_router_id 51", with: ""), 5),
    .init("adverts on the loopback interface", instance().replacing("eth0", with: "lo"), 5),
    .init("a missing brace", String(instance().dropLast(3)), 5),
    .init("a surplus brace", instance() + "}\n", 5),
    .init("a quote that is not closed", instance("notify \"/usr/bin/true"), 5),
    .init("one identifier twice", instance() + instance(name: "VI_2"), 5),
    .init("one name twice", instance() + instance(id: 52), 5),
    .init("a wrong address", instance("mcast_src_ip 10.1.80"), 5),
    .init("a wrong virtual address", instance().replacing("80.90/24", with: "80.300"), 5),
    .init("a wrong state", instance("state MASTR"), 5),
    .init("a scheduler that does not exist", service().replacing("lb_algo rr", with: "lb_algo nosuch"), 5),
    .init("a port out of range", service().replacing("80.90 80", with: "80.90 80000"), 5),
    .init("a server of the other family", service(server: "2001:db8::93 80"), 5),
    .init("a page check without a page", service(checker: "HTTP_GET {\n}"), 5),
    .init("nothing to do", "global_defs {\nrouter_id x\n}\n", 0),
    .init("an empty file", "", 0),
    .init("a service twice", service() + service("weight 2"), 0),
    .init("a group that does not exist", service().replacing("10.1.80.90 80", with: "group NONE"), 0),
    .init(
        "an instance of the synchronization that does not exist",
        "global_defs {\nlvs_sync_daemon eth0 X\n}\n" + instance(), 0),
    .init("an empty command", instance("notify_master \"\""), 0),
    .init("a NUL byte", instance() + "\u{0}\n", 5, keepalived: 0),
    .init("NUL bytes", instance() + String(repeating: "\u{0}", count: 99) + "\n", 4, keepalived: 0),
    .init("a name without its value", "global_defs {\nrouter_id\n}\n" + instance(), 5),
    .init("an option without its value", instance("virtual_ipaddress { 10.1.80.91 dev }"), 5),
    .init("a weight without its value", instance("track_interface { eth1 weight }"), 5),
    .init("a gateway without its value", instance("virtual_routes { 10.2.0.0/16 via }"), 2),
    .init("an include without a path", instance() + "include\n", 5),
    .init("a pool without weight", service(checker: "weight 0"), 5),
    .init("a family of another address", service("ip_family inet6"), 5),
    .init("a prefix length that is none", instance("virtual_routes { 10.2.0.0/99 dev eth0 }"), 5),
    .init("the virtual address as sorry server", service("sorry_server 10.1.80.90 80"), 0),
]

@Suite("How -t exits")
struct ConfigurationTestTests {
    @Test("as keepalived does, but for what cannot be read", arguments: cases)
    func table(_ example: ExitCase) {
        let result = ConfigurationLoader.load(text: example.text)
        #expect(ConfigurationTest.status(of: result, exposed: []).rawValue == example.martlet)
    }

    @Test("scripts that root would run unprotected outrank warnings, and not errors with which nothing would run")
    func exposedScripts() {
        for (text, status) in [
            (instance(), 6), (instance("prority 1"), 6), (instance("priority 300"), 6),
            (instance(id: 256), 5),
        ]
            as [(String, Int32)]
        {
            let result = ConfigurationLoader.load(text: text)
            #expect(ConfigurationTest.status(of: result, exposed: ["/usr/bin/true"]).rawValue == status)
        }
    }

    @Test(
        "a script that will not run counts where it is tracked, and one without its user anywhere",
        arguments: [
            ("MR0661", "    script \"/none\"", 13, false), ("MR0663", "vrrp_script a { script /none", 24, false),
            ("MR0661", "    notify \"/none\"", 13, true), ("MR0663", "misc_path /none", 11, true),
            ("MR0665", "    notify /none", 12, false), ("MR0662", "    script /none", 12, true),
            ("MR0661", "", 1, true),
        ])
    func scripts(code: String, line: String, column: Int, isSilent: Bool) {
        let diagnostic = Diagnostic(
            severity: .warning, code: code, file: "ka.conf", line: 2, column: column, message: "", sourceLine: line)
        #expect(ConfigurationTest.isSilent(diagnostic) == isSilent)
    }

    @Test("a file that is not there is 4")
    func missingFile() {
        let result = ConfigurationLoader(files: InMemoryFiles([:])).load(path: "/none")
        #expect(ConfigurationTest.status(of: result, exposed: []) == .unusable)
    }

    @Test("every code that does not count exists")
    func silentCodes() {
        let codes = Set(DiagnosticCatalogue.entries.map { $0.code })
        #expect(ConfigurationTest.silent.union(ConfigurationTest.fatal).subtracting(codes) == [])
    }
}
