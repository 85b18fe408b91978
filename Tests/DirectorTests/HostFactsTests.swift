import Addressing
import Glibc
import KeepalivedConfig
import TestKit
import Testing

@testable import Director

@Suite("What the host has of a configuration", .enabled(if: NetworkNamespace.isAvailable))
struct HostFactsTests {
    private func configuration(_ lines: String, global: String = "script_user root") -> String {
        """
        global_defs {
        \(global)
        }
        vrrp_instance VI_1 {
        interface left0
        virtual_router_id 51
        virtual_ipaddress { 10.9.0.100
        }
        \(lines)
        }

        """
    }

    @Test("interfaces come with state, addresses, and what they are stacked on")
    func interfaces() throws {
        let namespace = try NetworkNamespace()
        try namespace.connect("left0", to: namespace, "right0")
        try namespace.shell(
            """
            ip link set lo up
            ip address add 10.9.0.1/24 dev left0
            ip address add 10.9.0.100/32 dev left0
            ip link add link left0 name vip0 type macvlan
            ip link add br0 type bridge
            ip link set right0 master br0
            """)
        let text = configuration("")
        let facts = try namespace.run {
            let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
            return HostFacts.collect(for: configuration)
        }
        let interfaces = try #require(facts.interfaces)
        #expect(interfaces["lo"]?.isLoopback == true)
        let left = try #require(interfaces["left0"])
        #expect(left.addresses.map { $0.description }.prefix(2) == ["10.9.0.1/24", "10.9.0.100/32"])
        #expect(left.isOperational)
        #expect(left.lower == nil)
        #expect(interfaces["vip0"]?.kind == "macvlan")
        #expect(interfaces["vip0"]?.lower == "left0")
        #expect(interfaces["vip0"]?.isOperational == false)
        #expect(interfaces["right0"]?.master == "br0")
        #expect(interfaces["br0"]?.kind == "bridge")
    }

    @Test("interfaces are those of 'net_namespace', and of the command line's namespace instead of it")
    func otherNamespace() throws {
        let blue = try NamedNamespace()
        let red = try NamedNamespace()
        try blue.shell("ip link add blue0 type bridge")
        try red.shell("ip link add red0 type bridge")
        let text = "net_namespace \(blue.name)\n" + configuration("")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let facts = HostFacts.collect(for: configuration)
        #expect(facts.interfaces?.keys.contains("blue0") == true)
        #expect(facts.interfaces?.keys.contains("red0") == false)
        let given = HostFacts.collect(for: configuration, in: red.name)
        #expect(given.interfaces?.keys.contains("red0") == true)
    }

    @Test("a network namespace that is not there is told, and nothing is said of interfaces then")
    func missingNamespace() throws {
        let text = "net_namespace martlet-none\nnet_namespace_ipvs martlet-nought\n" + configuration("")
        let facts = HostFacts.collect(for: try #require(ConfigurationLoader.load(text: text).configuration))
        #expect(facts.namespaces.keys.sorted() == ["martlet-none", "martlet-nought"])
        #expect(facts.interfaces == nil)
    }

    @Test("the files of the SSL block are read where a check is to show them")
    func clientCertificate() throws {
        let folder = try TemporaryFolder()
        let certificate = try folder.write("cert.pem", TestCertificate.certificate)
        let key = try folder.write("key.pem", TestCertificate.key)
        func finding(_ certificate: String, check: String = "SSL_GET") throws -> HostFacts.ClientCertificateFinding? {
            let text = """
                SSL {
                certificate \(certificate)
                key \(key)
                }
                virtual_server 10.1.80.90 443 {
                lb_algo rr
                lb_kind NAT
                protocol TCP
                real_server 10.1.80.93 443 {
                \(check) {
                url { path /
                }
                }
                }
                }

                """
            let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
            return HostFacts.collect(for: configuration).clientCertificate
        }
        #expect(try finding(certificate) == nil)
        let missing = try #require(try finding(folder.file("none.pem")))
        #expect(missing.path == folder.file("none.pem"))
        #expect(missing.reason == "No such file or directory")
        #expect(try finding(key)?.path == key)
        #expect(try finding(folder.file("none.pem"), check: "HTTP_GET") == nil)
    }

    @Test("a script is judged as it will be when it is to run, and its user with it")
    func scripts() throws {
        let folder = try TemporaryFolder()
        let script = try folder.script("script", "#!/bin/sh\n")
        let plain = try folder.write("plain", "", mode: 0o644)
        let orphan = try folder.script("orphan", "#! /usr/bin/no-such-shell -x\n")
        let text = configuration(
            """
            notify_master "\(script) a"
            notify_backup \(plain)
            notify_fault \(orphan)
            notify_stop \(folder.path)/missing
            notify "\(script)" no-such-user
            """)
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let facts = HostFacts.collect(for: configuration)
        #expect(
            facts.scripts == [
                Script(words: [plain]): .notExecutable(path: plain, mode: 0o644),
                Script(words: [orphan]): .withoutInterpreter(path: orphan, interpreter: "/usr/bin/no-such-shell"),
                Script(words: ["\(folder.path)/missing"]): .missing(
                    path: "\(folder.path)/missing", reason: "No such file or directory"),
                Script(words: [script], user: ScriptUser(user: "no-such-user")): .withoutIdentity(
                    reason: "user 'no-such-user' does not exist on this host"),
            ])
        chmod(folder.path, 0o777)
        let open = HostFacts.PathComponent(path: folder.path, owner: 0, group: 0, mode: 0o777)
        #expect(HostFacts.collect(for: configuration).scripts[Script(words: [script, "a"])] == .replaceable(open))
    }

    @Test("a script that others can replace is no finding where another user than root runs it")
    func otherUser() throws {
        let folder = try TemporaryFolder()
        let script = try folder.script("script", "#!/bin/sh\n")
        chmod(folder.path, 0o777)
        let text = configuration("notify \(script)", global: "script_user nobody")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        #expect(HostFacts.collect(for: configuration).scripts.isEmpty)
    }

    @Test("the reader adds what the host says, and leaves it out where the file is for another one")
    func reader() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("keepalived.conf", configuration("notify /no/such/script"), mode: 0o644)
        let namespace = try NetworkNamespace()
        try namespace.connect("left0", to: namespace, "right0")
        try namespace.shell("ip address add 10.9.1.1/24 dev left0")
        let here = try namespace.run { ConfigurationReader(path: path).read() }
        #expect(here.diagnostics.map { "\($0.code) \($0.line):\($0.column)" } == ["MR0652 7:21", "MR0661 9:8"])
        #expect(here.configuration != nil)
        let elsewhere = ConfigurationReader(path: path).read(checksHost: false)
        #expect(elsewhere.diagnostics.isEmpty)
        #expect(elsewhere.configuration != nil)
        let missing = ConfigurationReader(path: path).read()
        #expect(missing.diagnostics.contains { $0.code == "MR0501" && $0.severity == .error })
        #expect(missing.configuration == nil)
    }
}
