import Addressing
import DNS
import HealthChecks
import IPVS
import KeepalivedConfig
import Testing

@testable import Director

@Suite struct PoolMappingTests {
    private func pools(_ text: String) throws -> [ServicePool.Configuration] {
        let result = ConfigurationLoader.load(text: text)
        let configuration = try #require(result.configuration, "\(result.diagnostics)")
        let resolver = ScriptResolver(configuration.global)
        return configuration.pools(resolver: resolver)
    }

    @Test("each kind of check asks what the configuration says")
    func kinds() throws {
        let text = """
            track_file load {
                file /run/load
                weight -2
            }
            virtual_server 10.1.80.90 53 {
                lb_algo rr
                lb_kind NAT
                protocol UDP
                alpha
                real_server 10.1.80.93 53 {
                    SMTP_CHECK {
                        connect_port 25
                        helo_name a.example
                        bindto 10.1.80.91
                        fwmark 3
                    }
                    DNS_CHECK {
                        type AAAA
                        name www.example.org
                    }
                    UDP_CHECK {
                        payload 0102
                        require_reply 6fX6
                        max_reply_length 9
                    }
                    PING_CHECK {
                        bind_if lo
                        retry 7
                    }
                    FILE_CHECK {
                        track_file load
                    }
                }
            }
            """
        let address = IPAddress.v4(IPv4Address(10, 1, 80, 93))
        let checkers = try #require(try pools(text).first?.servers.first?.checkers)
        let name = try DNSName("www.example.org")
        #expect(
            checkers.map(\.check.target) == [
                .smtp(
                    ConnectionTarget(
                        address: address, port: 25, bindAddress: .v4(IPv4Address(10, 1, 80, 91)), firewallMark: 3),
                    helloName: "a.example"),
                .dns(
                    ConnectionTarget(address: address, port: 53),
                    DNS.DNSQuestion(name: name, type: .aaaa)),
                .udp(
                    ConnectionTarget(address: address, port: 53),
                    HealthChecks.UDPExchange(
                        payload: [1, 2], requiresReply: true, reply: [.init(0x6F), .init(0x06, mask: 0x0F)],
                        maximumLength: 9)),
                .ping(ConnectionTarget(address: address, port: .any, bindInterface: "lo")),
                .file(FileTarget(path: "/run/load", weight: -2)),
            ])
        #expect(checkers.map(\.check.policy.retries) == [1, 3, 1, 7, 0])
        #expect(checkers.prefix(4).map(\.alpha) == [true, true, true, true])
    }

    @Test("every address and mark of a group is a pool of its own with the same servers and checks")
    func groups() throws {
        let text = """
            virtual_server_group G {
                10.1.80.90-91 80
                fwmark 7
            }
            virtual_server group G {
                lb_algo wrr
                lb_kind DR
                protocol TCP
                real_server 10.1.80.93 80 {
                    weight 3
                    TCP_CHECK { }
                }
            }
            """
        let pools = try pools(text)
        let first = try #require(IPAddress("10.1.80.90"))
        let second = try #require(IPAddress("10.1.80.91"))
        #expect(
            pools.map(\.service.id) == [
                .endpoint(.tcp, first, 80), .endpoint(.tcp, second, 80), .firewallMark(7, .ipv4),
            ])
        #expect(pools.map { $0.servers.map(\.destination.id.port) } == [[80], [80], [0]])
        #expect(pools.allSatisfy { $0.servers.map(\.destination.weight) == [3] })
        #expect(pools.map { $0.group?.description } == ["[G]:0", "[G]:0", "[G]:0"])
        #expect(pools.allSatisfy { $0.suspensionAddresses.isEmpty })
        // One probe serves all of them.
        #expect(Set(pools.flatMap { $0.servers.flatMap { $0.checkers.map(\.check) } }).count == 1)
    }

    @Test("ha_suspend waits for the address of a service, or for any of its group")
    func suspension() throws {
        let settings = "lb_algo rr\nlb_kind DR\nprotocol TCP\nha_suspend\nreal_server 10.1.80.93 80 { }\n}\n"
        let text =
            "virtual_server_group G {\n10.1.80.90-91 80\n}\n"
            + ["group G", "10.1.80.92 80"].map { "virtual_server \($0) {\n" + settings }.joined()
        let addresses = (90...92).map { IPAddress.v4(IPv4Address(10, 1, 80, $0)) }
        #expect(
            try pools(text).map(\.suspensionAddresses) == [
                Set(addresses.prefix(2)), Set(addresses.prefix(2)), [addresses[2]],
            ])
        let plain = text.replacing("ha_suspend\n", with: "")
        #expect(try pools(plain).allSatisfy { $0.suspensionAddresses.isEmpty })
    }

    @Test("a check is not made more than a thousand times a second")
    func interval() throws {
        let text = """
            virtual_server 10.1.80.90 80 {
                lb_algo wrr
                lb_kind DR
                protocol TCP
                delay_loop 0.000001
                real_server 10.1.80.93 80 {
                    TCP_CHECK { }
                }
            }
            """
        let check = try #require(try pools(text).first?.servers.first?.checkers.first).check
        #expect(check.policy.interval == .milliseconds(1))
    }
}
