import Addressing
import Testing

@testable import KeepalivedConfig

/// A text on a host with what is said about it.
struct HostCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let interfaces: [String: HostFacts.Interface]
    let expected: [String]

    init(_ name: String, _ text: String, _ interfaces: [String: HostFacts.Interface], _ expected: String...) {
        testDescription = name
        self.text = text
        self.interfaces = interfaces
        self.expected = expected
    }
}

private typealias Interface = HostFacts.Interface

private func interface(_ addresses: String...) -> Interface {
    Interface(addresses: addresses.compactMap { Prefix($0) })
}

/// An instance whose only line besides name and identifier is its address, in line 4 of its block.
private func instance(
    _ name: String = "VI_1", on interface: String = "eth0", id: Int = 51, address: String = "10.1.80.90",
    _ lines: String = ""
) -> String {
    "vrrp_instance \(name) {\ninterface \(interface)\nvirtual_router_id \(id)\nvirtual_ipaddress { \(address)\n}\n\(lines)\n}\n"
}

private let usual = interface("10.1.80.11/24", "fe80::1/64")
private let two = instance() + instance("VI_2", on: "vip0", address: "10.1.80.91")

private let segments: [HostCase] = [
    .init(
        "a macvlan on the interface of the other instance", two,
        ["eth0": usual, "vip0": Interface(addresses: usual.addresses, kind: "macvlan", lower: "eth0")],
        "warning MR0651 10:19"),
    .init(
        "two ports of one bridge", two,
        [
            "br0": Interface(kind: "bridge"), "eth0": Interface(addresses: usual.addresses, master: "br0"),
            "vip0": Interface(addresses: usual.addresses, master: "br0"),
        ], "warning MR0651 10:19"),
    .init(
        "a VLAN is another segment", two,
        ["eth0": usual, "vip0": Interface(addresses: usual.addresses, kind: "vlan", lower: "eth0")]),
    .init(
        "two interfaces of one VRF are two segments", two,
        [
            "red": Interface(kind: "vrf"), "eth0": Interface(addresses: usual.addresses, master: "red"),
            "vip0": Interface(addresses: usual.addresses, master: "red"),
        ]),
    .init(
        "versions do not hear each other",
        instance() + instance("VI_2", on: "vip0", address: "10.1.80.91", "version 3"),
        ["eth0": usual, "vip0": Interface(addresses: usual.addresses, kind: "macvlan", lower: "eth0")]),
    .init("the same identifier on another wire", two, ["eth0": usual, "vip0": usual]),
    .init(
        "interfaces that are stacked in a circle", two,
        [
            "eth0": Interface(addresses: usual.addresses, kind: "macvlan", lower: "vip0"),
            "vip0": Interface(addresses: usual.addresses, kind: "macvlan", lower: "eth0"),
        ]),
]

private let addresses: [HostCase] = [
    .init("an address in the subnet", instance(), ["eth0": usual]),
    .init("an address outside", instance(address: "10.1.81.90"), ["eth0": usual], "warning MR0652 4:21"),
    .init("an address outside that brings its subnet", instance(address: "10.1.81.90/24"), ["eth0": usual]),
    .init(
        "an address in the subnet of another interface", instance(address: "10.1.81.90 dev eth1"),
        ["eth0": usual, "eth1": interface("10.1.81.11/24")]),
    .init(
        "an address on an interface of another subnet", instance(address: "10.1.80.90 dev eth1"),
        ["eth0": usual, "eth1": interface("10.1.81.11/24")], "warning MR0652 4:21"),
    .init(
        "an address on loopback", instance(address: "10.1.81.90 dev lo"),
        ["eth0": usual, "lo": Interface(addresses: [Prefix("127.0.0.1/8")].compactMap { $0 }, isLoopback: true)]),
    .init(
        "an IPv6 address beside link-local ones", instance("V", "virtual_ipaddress_excluded {\n2001:db8::90\n}"),
        ["eth0": usual]),
    .init("the own address", instance(address: "10.1.80.11"), ["eth0": usual], "warning MR0653 4:21"),
    .init(
        "the own address with its length, and no other one", instance(address: "10.1.80.11/24"), ["eth0": usual],
        "warning MR0654 2:11", "warning MR0653 4:21"),
    .init("the own address of the owner", instance(address: "10.1.80.11", "priority 255"), ["eth0": usual]),
    .init(
        "a virtual address that a running director has set", instance(),
        ["eth0": interface("10.1.80.11/24", "10.1.80.90/32")]),
    .init(
        "a virtual address with the length of the subnet that a running director has set",
        instance(address: "10.1.80.90/24"), ["eth0": interface("10.1.80.11/24", "10.1.80.90/24")]),
    .init(
        "an interface without an address", instance(address: "10.1.80.90/24"), ["eth0": interface("fe80::1/64")],
        "warning MR0654 2:11"),
    .init(
        "an interface with the virtual address alone", instance(), ["eth0": interface("10.1.80.90/32")],
        "warning MR0654 2:11"),
    .init(
        "an interface that is down", instance(),
        ["eth0": Interface(addresses: usual.addresses, isOperational: false)], "warning MR0655 2:11"),
    .init(
        "an interface that is down and not tracked", instance("V", "dont_track_primary"),
        ["eth0": Interface(addresses: usual.addresses, isOperational: false)]),
]

private let peers: [HostCase] = [
    .init("a source that is there", instance("V", "mcast_src_ip 10.1.80.11"), ["eth0": usual]),
    .init("a source that is not", instance("V", "mcast_src_ip 10.1.80.12"), ["eth0": usual], "warning MR0656 6:14"),
    .init(
        "a source on another interface", instance("V", "unicast_src_ip 10.1.81.11\nunicast_peer {\n10.1.81.12\n}"),
        ["eth0": usual, "eth1": interface("10.1.81.11/24")], "warning MR0656 6:16"),
    .init(
        "a peer that is this host", instance("V", "unicast_peer {\n10.1.80.12\n10.1.80.11\n}"), ["eth0": usual],
        "warning MR0657 8:1"),
    .init("other peers", instance("V", "unicast_peer {\n10.1.80.12\n10.1.80.13\n}"), ["eth0": usual]),
    .init(
        "this host as a server by direct routing", server("10.1.80.11", "DR"), ["eth0": usual], "warning MR0658 12:13"),
    .init("this host as a server by NAT", server("10.1.80.11", "NAT"), ["eth0": usual]),
    .init("another host as a server", server("10.1.80.13", "DR"), ["eth0": usual]),
    .init(
        "this host as a server of an address that stays", server("10.1.80.11", "DR", vip: "10.1.80.80"), ["eth0": usual]
    ),
]

private func instance(_ name: String, _ lines: String) -> String { instance(name, on: "eth0", lines) }

private func server(_ address: String, _ method: String, vip: String = "10.1.80.90") -> String {
    instance()
        + "virtual_server \(vip) 80 {\nlb_algo rr\nlb_kind \(method)\nprotocol TCP\nreal_server \(address) 80 {\n}\n}\n"
}

private func scripted(_ lines: String = "", security: Bool = false) -> String {
    (security ? "global_defs {\nenable_script_security\n}\n" : "") + instance("V", "notify \"/opt/a b\"\(lines)")
}

/// What needs a host to be said, and is tested here.
let hostLintCodes: Set<String> = [
    "MR0651", "MR0652", "MR0653", "MR0654", "MR0655", "MR0656", "MR0657", "MR0658", "MR0661", "MR0662", "MR0663",
    "MR0664", "MR0665", "MR0666", "MR0667", "MR0668", "MR0502",
]

@Suite("Lint with a host")
struct HostLintTests {
    private func check(_ text: String, _ facts: HostFacts) -> LoadResult {
        var result = ConfigurationLoader.load(text: text)
        #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
        result.check(against: facts)
        return result
    }

    @Test(
        "each rule fires at the word to change, and not on what is nearly the same",
        arguments: segments + addresses + peers)
    func network(_ example: HostCase) {
        let result = check(example.text, HostFacts(interfaces: example.interfaces))
        #expect(places(result) == example.expected, "\(result.diagnostics.map { DiagnosticRenderer().render($0) })")
        #expect(result.configuration != nil)
    }

    @Test(
        "what is wrong with a script is said where the file names it",
        arguments: [
            (HostFacts.ScriptFinding.missing(path: "/opt/a", reason: "no such file"), "MR0661", "no such file"),
            (.notAFile(path: "/opt/a"), "MR0662", "not a regular file"),
            (.notExecutable(path: "/opt/a", mode: 0o644), "MR0662", "0644"),
            (.withoutInterpreter(path: "/opt/a", interpreter: "/bin/sh\r"), "MR0666", "/bin/sh"),
            (.withoutIdentity(reason: "user 'web' does not exist on this host"), "MR0665", "user 'web'"),
            (component(owner: 0, mode: 0o757), "MR0664", "o+w"),
            (component(owner: 0, mode: 0o775), "MR0664", "g+w"),
            (component(owner: 1000, mode: 0o755), "MR0664", "user 1000"),
        ])
    func scripts(finding: HostFacts.ScriptFinding, code: String, text: String) throws {
        let script = Script(words: ["/opt/a", "b"])
        let result = check(scripted(), HostFacts(scripts: [script: finding]))
        #expect(places(result) == ["warning \(code) 6:9"])
        #expect(try #require(result.diagnostics.first).message.contains(text))
    }

    @Test("a network namespace that cannot be entered is said where the file names it")
    func namespace() throws {
        let text = "net_namespace blue\nnet_namespace_ipvs red\n" + instance("V", "")
        let reasons = ["blue": "No such file or directory", "red": "Permission denied"]
        #expect(places(check(text, HostFacts(namespaces: reasons))) == ["warning MR0668 1:15", "warning MR0668 2:20"])
    }

    @Test("a client certificate that cannot be used is said where the 'SSL' block names it")
    func clientCertificate() throws {
        let text = "SSL {\ncertificate /cert\nkey /key\n}\n" + instance("V", "")
        let finding = HostFacts.ClientCertificateFinding(path: "/key", reason: "it does not belong to the certificate")
        let result = check(text, HostFacts(clientCertificate: finding))
        #expect(places(result) == ["warning MR0667 3:5"])
        #expect(try #require(result.diagnostics.first).message.contains("does not belong"))
        #expect(result.configuration != nil)
    }

    @Test("a pattern that the host's library does not take is said at the pattern and left out")
    func patterns() throws {
        let page =
            "virtual_server 10.1.80.90 80 {\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n"
            + "real_server 10.1.80.91 80 {\nSSL_GET {\nurl {\npath /\nregex \"(a\\x62|\"\n}\n}\n}\n}\n"
        let pattern = PagePattern(text: "(ab|")
        var result = check(page, HostFacts())
        #expect(result.configuration?.namedPatterns == [pattern])
        result.check(
            against: HostFacts(patterns: [pattern: .init(message: "missing closing parenthesis", offset: 4)]))
        #expect(places(result) == ["warning MR0502 9:8"])
        #expect(result.diagnostics.map { $0.omission != nil } == [true])
        #expect(try #require(result.diagnostics.first).message.contains("missing closing parenthesis"))
        let left = try #require(result.configuration)
        #expect(left.namedPatterns.isEmpty)
        #expect(left.virtualServers.first?.realServers.first?.checkers.first?.kind.request?.urls.map(\.path) == ["/"])
    }

    private static func component(owner: UInt32, mode: UInt32) -> HostFacts.ScriptFinding {
        .replaceable(HostFacts.PathComponent(path: "/opt", owner: owner, group: 7, mode: mode))
    }

    @Test("with 'enable_script_security' a script that others can replace is one that does not run")
    func security() {
        let script = Script(words: ["/opt/a", "b"])
        let facts = HostFacts(scripts: [script: Self.component(owner: 0, mode: 0o777)])
        #expect(check(scripted(), facts).diagnostics.map { $0.code } == ["MR0664"])
        #expect(check(scripted(security: true), facts).diagnostics.map { $0.code } == ["MR0663"])
    }

    @Test("the scripts to ask about are named once each, with the user that the file gives them")
    func namedScripts() throws {
        let text =
            "vrrp_script c {\nscript /opt/c\nuser web\n}\n"
            + instance("V", "track_script { c\n}\nnotify_master /opt/a\nnotify_backup /opt/a web\nnotify /opt/a")
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        let web = ScriptUser(user: "web")
        #expect(
            configuration.namedScripts == [
                Script(words: ["/opt/c"], user: web), Script(words: ["/opt/a"]),
                Script(words: ["/opt/a"], user: web),
            ])
    }

    @Test("one program with many arguments is said once")
    func repeated() {
        let text = instance("V", "notify_master \"/opt/a 1\"\nnotify_backup \"/opt/a 2\"")
        let finding = HostFacts.ScriptFinding.missing(path: "/opt/a", reason: "no such file")
        let scripts = ["1", "2"].map { (Script(words: ["/opt/a", $0]), finding) }
        let facts = HostFacts(scripts: Dictionary(uniqueKeysWithValues: scripts))
        #expect(places(check(text, facts)) == ["warning MR0661 6:16"])
    }

    @Test("a host that could not be asked says nothing")
    func silence() {
        #expect(check(instance(address: "10.1.81.90"), HostFacts()).diagnostics.isEmpty)
    }

    @Test("a missing interface is an error, and the configuration is not used")
    func missingInterface() {
        let result = check(instance(), HostFacts(interfaces: ["eth1": usual]))
        #expect(places(result) == ["error MR0501 2:11"])
        #expect(result.configuration == nil)
    }

    @Test("what a host says stands in the order of the text among the rest")
    func order() {
        let text = instance(address: "10.1.81.90", "nopreempt\nstate MASTER\npriority 100")
        var result = ConfigurationLoader.load(text: text)
        result.check(against: HostFacts(interfaces: ["eth0": usual]))
        #expect(places(result) == ["warning MR0652 4:21", "warning MR0308 6:1"])
    }
}
