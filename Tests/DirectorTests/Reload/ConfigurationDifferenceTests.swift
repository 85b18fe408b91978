import Addressing
import IPVS
import KeepalivedConfig
import Testing

@testable import Director

@Suite struct ConfigurationDifferenceTests {
    /// Two files, and the lines that say what separates them.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var old: String
        var new: String
        var lines: [String]
    }

    private static func instance(_ name: String, id: Int = 51, _ settings: String = "") -> String {
        """
        vrrp_instance \(name) {
            interface eth0
            virtual_router_id \(id)
            \(settings)
            virtual_ipaddress { 10.0.0.\(id) }
        }

        """
    }

    private static func service(_ settings: String, _ server: String = "", checker: String = "TCP_CHECK { }") -> String
    {
        """
        virtual_server 10.1.80.90 80 {
            lb_algo wrr
            lb_kind DR
            protocol TCP
            \(settings)
            real_server 10.1.80.93 80 {
                \(server)
                \(checker)
            }
        }

        """
    }

    static let cases: [Case] = [
        Case(testDescription: "the same text", old: instance("VI_1"), new: instance("VI_1"), lines: []),
        Case(
            testDescription: "lines and comments that moved", old: service("") + instance("VI_1"),
            new: "! moved\n\n" + instance("VI_1") + "\n# away\n" + service(""), lines: []),
        Case(
            testDescription: "an instance more and one less", old: instance("VI_1"), new: instance("VI_2", id: 52),
            lines: ["vrrp_instance VI_2 added", "vrrp_instance VI_1 removed"]),
        Case(
            testDescription: "priority and advert_int", old: instance("VI_1"),
            new: instance("VI_1", "priority 150\n advert_int 2"),
            lines: ["vrrp_instance VI_1: priority 100 -> 150, advert_int 1 s -> 2 s"]),
        Case(
            testDescription: "a secret is not shown",
            old: instance("VI_1", "authentication { auth_type PASS\n auth_pass one }"),
            new: instance("VI_1", "authentication { auth_type PASS\n auth_pass two }"),
            lines: ["vrrp_instance VI_1: auth_pass changed"]),
        Case(
            testDescription: "the secret of headers is not shown either",
            old: instance("VI_1", "authentication { auth_type AH\n auth_pass one }"),
            new: instance("VI_1", "authentication { auth_type AH\n auth_pass two }"),
            lines: ["vrrp_instance VI_1: auth_pass changed"]),
        Case(
            testDescription: "a renamed instance", old: instance("VI_1"), new: instance("VI_A"),
            lines: ["vrrp_instance VI_A (the router that was VI_1)"]),
        Case(
            testDescription: "scheduler and persistence", old: service(""),
            new: service("lb_algo rr\n persistence_timeout 50"),
            lines: ["virtual_server [10.1.80.90]:tcp:80: lb_algo wrr -> rr, persistence_timeout none -> 50"]),
        Case(
            testDescription: "persistence in place", old: service("persistence_timeout 50"),
            new: service("persistence_timeout 60"),
            lines: ["virtual_server [10.1.80.90]:tcp:80: timeout 50 -> 60"]),
        Case(
            testDescription: "weight, thresholds and inhibit", old: service(""),
            new: service("", "weight 3\n uthreshold 100\n inhibit_on_failure"),
            lines: [
                "virtual_server [10.1.80.90]:tcp:80",
                "  real_server [10.1.80.93]:80: weight 1 -> 3, uthreshold 0 -> 100, inhibit_on_failure off -> on",
            ]),
        Case(
            testDescription: "the time limit of a check", old: service(""),
            new: service("", checker: "TCP_CHECK { retry 4 }"),
            lines: [
                "virtual_server [10.1.80.90]:tcp:80",
                "  real_server [10.1.80.93]:80: TCP_CHECK 10.1.80.93 port 80 retry 1 -> 4",
            ]),
        Case(
            testDescription: "another check", old: service(""),
            new: service("", checker: "MISC_CHECK { misc_path /bin/true }"),
            lines: [
                "virtual_server [10.1.80.90]:tcp:80",
                "  real_server [10.1.80.93]:80: checker none -> MISC_CHECK '/bin/true', "
                    + "checker TCP_CHECK 10.1.80.93 port 80 -> none",
            ]),
        Case(
            testDescription: "a service less", old: service("") + instance("VI_1"), new: instance("VI_1"),
            lines: ["virtual_server [10.1.80.90]:tcp:80 removed"]),
        Case(
            testDescription: "a global setting", old: instance("VI_1"),
            new: instance("VI_1") + "global_defs { router_id LVS_2 }",
            lines: ["global_defs: router_id none -> LVS_2"]),
        Case(
            testDescription: "a script's interval", old: instance("VI_1") + "vrrp_script chk { script /bin/true }",
            new: instance("VI_1") + "vrrp_script chk { script /bin/true\n interval 5\n timeout 1 }",
            lines: ["vrrp_script chk: interval 1 s -> 5 s"]),
    ]

    private static func load(_ text: String) throws -> Configuration {
        let result = ConfigurationLoader.load(text: text)
        return try #require(result.configuration, "\(result.diagnostics)")
    }

    @Test("what changed is named, and nothing else", arguments: cases)
    func difference(_ example: Case) throws {
        let difference = ConfigurationDifference(
            from: try Self.load(example.old), to: try Self.load(example.new))
        #expect(difference.lines == example.lines)
        #expect(difference.isEmpty == example.lines.isEmpty)
    }

    @Test("settings that only a restart takes up are told apart, and those that wait for the next start")
    func restart() throws {
        let old = try Self.load(Self.instance("VI_1"))
        let moved = try Self.load("net_namespace blue\n" + Self.instance("VI_1"))
        #expect(
            ConfigurationDifference(from: old, to: moved).refusedSettings
                == [SettingChange(keyword: "net_namespace", old: "none", new: "blue")])
        let later = try Self.load("global_defs {\n vrrp_startup_delay 5\n }\n" + Self.instance("VI_1"))
        let difference = ConfigurationDifference(from: old, to: later)
        #expect(difference.refusedSettings.isEmpty)
        #expect(difference.settingsForNextStart.map(\.keyword) == ["vrrp_startup_delay"])
    }

    @Test("another virtual router id makes another router")
    func anotherRouter() throws {
        var new = try Self.load(Self.instance("VI_1"))
        let old = new
        new.instances[0].virtualRouterID = 61
        let change = try #require(ConfigurationDifference(from: old, to: new).instances.first)
        #expect(change.isAnotherRouter)
        #expect(change.settings == [SettingChange(keyword: "virtual_router_id", old: "51", new: "61")])
    }

    @Test("two instances that swap their ids take over each other's router")
    func swap() throws {
        let old = try Self.load(Self.instance("VI_1") + Self.instance("VI_2", id: 52))
        var new = old
        new.instances[0].virtualRouterID = 52
        new.instances[1].virtualRouterID = 51
        let changes = ConfigurationDifference(from: old, to: new).instances
        #expect(changes.map(\.formerName) == ["VI_2", "VI_1"])
        #expect(changes.allSatisfy { !$0.isAnotherRouter && $0.kind == .changed })
    }

    @Test("36,800 servers are compared in one pass")
    func large() throws {
        var old = Configuration()
        for service in 0..<2300 {
            let address = IPAddress.v4(IPv4Address(rawValue: 0x0A01_0000 + UInt32(service)))
            var server = VirtualServer(service: VirtualService(id: .endpoint(.tcp, address, 80)))
            server.realServers = (0..<16).map { index in
                RealServer(
                    destination: Destination(
                        id: .init(address: .v4(IPv4Address(rawValue: 0x0A02_0000 + index)), port: 80),
                        forwarding: .directRouting))
            }
            old.virtualServers.append(server)
        }
        var new = old
        new.virtualServers.reverse()
        new.virtualServers[7].realServers[3].destination.weight = 9
        let difference = ConfigurationDifference(from: old, to: new)
        #expect(difference.services.count == 1)
        #expect(difference.services.first?.servers.count == 1)
    }
}
