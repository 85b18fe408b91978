import HealthChecks
import KeepalivedConfig
import Testing

@testable import Director

@Suite("Dumps of checks")
struct CheckDumpTests {
    private func facts(_ text: String) throws -> DumpFacts {
        let configuration = try #require(ConfigurationLoader.load(text: text).configuration)
        var board = HealthBoard()
        _ = board.apply(configuration.pools(resolver: ScriptResolver(configuration.global)))
        return DumpFacts(moment: .now, configuration: configuration, elections: nil, board: board)
    }

    private static let services = """
        virtual_server_group G {
            10.0.0.30-32 80
            fwmark 7
        }
        virtual_server group G {
            lb_algo sh
            sh-port
            lb_kind TUN type gue port 6080 csum
            protocol TCP
            real_server 10.0.0.2 80 {
                weight 3
                TCP_CHECK { }
            }
        }
        virtual_server 10.0.0.9 80 {
            lb_algo rr
            lb_kind NAT
            protocol TCP
            persistence_timeout 50
            persistence_granularity 255.255.255.0
            alpha
            real_server 10.0.0.3 8080 {
                inhibit_on_failure
                HTTP_GET {
                    url {
                        path /a
                        digest 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f
                        status_code 200 300-302
                    }
                }
            }
        }
        """

    @Test(
        "a group stands once, with the servers of all its services",
        arguments: [
            " Virtual Server Group = G, IPv4 = yes, IPv6 = no", "   VIP Range = 10.0.0.30-10.0.0.32, VPORT = 80",
            "     Alive: 1 tcp, 0 udp, 0 sctp", "   FWMARK = 7", " VS GROUP = [G]:0", "   sh-port = enabled",
            "   forwarding method = TUN, type = GUE, port = 6080, checksum",
            "   RIP = 10.0.0.2, RPORT = 80, WEIGHT = 3 EFF WEIGHT = 3", " [G]:0 -> [10.0.0.2]:tcp:80",
            "   Keepalive method = TCP_CHECK",
        ])
    func groups(line: String) throws {
        let lines = try #require(CheckDump.text(try facts(Self.services))).split(separator: "\n")
        #expect(lines.count { $0 == line } == 1)
    }

    @Test(
        "services, servers and checkers say how they stand",
        arguments: [
            " VS VIP = 10.0.0.9, VPORT = 80", "   persistence timeout = 50",
            "   persistence granularity = 255.255.255.0", "   quorum_state_up = 0",
            "   RIP = 10.0.0.3, RPORT = 8080, WEIGHT = 1 EFF WEIGHT = 1", "   alive = 0", "   num failed checkers = 1",
            "   Inhibit on failure is ON", " [10.0.0.9]:tcp:80 -> [10.0.0.3]:tcp:8080", "   Up = no",
            "   Keepalive method = HTTP_GET, http protocol 1.0", "     digest = 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
            "       200", "       300-302",
        ])
    func services(line: String) throws {
        let lines = try #require(CheckDump.text(try facts(Self.services))).split(separator: "\n")
        #expect(lines.contains { $0 == line })
    }

    @Test("without a service there is no dump of checks; the parent's has the global definitions")
    func nothing() throws {
        let facts = try facts("global_defs {\nrouter_id X\n}")
        #expect(CheckDump.text(facts) == nil)
        #expect(StateDump.globalText(facts).contains(" Router ID = X\n"))
        #expect(!StateDump.globalText(facts).contains("VRRP Topology"))
    }

    @Test("files of checks and of the parent stand beside the state's")
    func paths() throws {
        func path(_ file: DumpFile, _ text: String) throws -> String {
            file.path(try #require(ConfigurationLoader.load(text: text).configuration))
        }
        let named = "global_defs {\nstate_dump_file /run/x/own.data\n}"
        #expect(try path(.state, named) == "/run/x/own.data")
        #expect(try path(.checkers, named) == "/run/x/own_check.data")
        #expect(try path(.parent, named) == "/run/x/own_parent.data")
        let instance = "instance two\nglobal_defs {\nstate_dump_file /run/x/own.data\ndata_use_instance\n}"
        #expect(try path(.checkers, instance) == "/run/x/own_check.two.data")
        #expect(try path(.statistics, "").hasSuffix("/keepalived.stats"))
    }
}
