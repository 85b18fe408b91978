import Addressing
import IPVS
import KeepalivedConfig
import Testing

@testable import RealServer

@Suite struct VirtualAddressesTests {
    private func configuration(_ servers: [(String, ForwardingMethod)]) throws -> Configuration {
        var server = VirtualServer(
            service: VirtualService(id: .endpoint(.tcp, .v4(IPv4Address(10, 1, 80, 90)), 80)))
        server.realServers = try servers.map { address, method in
            RealServer(
                destination: Destination(
                    id: .init(address: try #require(IPAddress(address)), port: 80), forwarding: method))
        }
        var configuration = Configuration()
        configuration.virtualServers = [server]
        return configuration
    }

    @Test("a sorry server of this host is a real server, with the tunnel that the director sends by")
    func sorryServer() throws {
        var only = try configuration([("10.1.80.93", .masquerading)])
        only.virtualServers[0].sorryServer = SorryServer(
            destination: Destination(
                id: .init(address: .v4(IPv4Address(10, 1, 80, 99)), port: 80), forwarding: .tunneling(.ipip)))
        let own: Set<IPAddress> = [.v4(IPv4Address(10, 1, 80, 99))]
        #expect(only.realServerAddresses(own: own).map { $0.tunnel?.kind } == [.ipip])
        #expect(only.realServerAddresses(own: [.v4(IPv4Address(10, 1, 80, 93))]).isEmpty)
        #expect(only.addressesOfSeveralTunnels(own: own).isEmpty)
        let mixed = try configuration([
            ("10.1.80.93", .tunneling(.ipip)), ("10.1.80.93", .tunneling(.gre(checksum: .none))),
        ])
        let several = mixed.addressesOfSeveralTunnels(own: [.v4(IPv4Address(10, 1, 80, 93))])
        #expect(several.map { $0.tunnels.map(\.kind) } == [[.ipip, .gre]])
    }

    @Test("packets come as the director sends them to this host, and as to any real server where it is none of them")
    func tunnels() throws {
        let mixed = try configuration([
            ("10.1.80.93", .tunneling(.gre(checksum: .checksum))), ("10.1.80.94", .tunneling(.gre(checksum: .none))),
            ("10.1.80.95", .tunneling(.gue(port: 6080, checksum: .checksum))), ("2001:db8::93", .tunneling(.ipip)),
            ("10.1.80.96", .directRouting),
        ])
        func tunnels(_ own: String...) -> [String] {
            mixed.realServerAddresses(own: Set(own.compactMap { IPAddress($0) })).map { address in
                guard let tunnel = address.tunnel else { return "none" }
                let more = tunnel.hasChecksum ? " csum" : tunnel.port.map { " \($0)" } ?? ""
                return "\(tunnel.kind) over \(tunnel.outer)\(more)"
            }
        }
        #expect(tunnels("10.1.80.93", "127.0.0.1") == ["gre over ipv4 csum"])
        #expect(tunnels("10.1.80.94") == ["gre over ipv4"])
        #expect(tunnels("10.1.80.95") == ["gue over ipv4 6080"])
        #expect(tunnels("2001:db8::93") == ["ipip over ipv6"])
        #expect(tunnels("10.1.80.96") == ["none"])
        #expect(tunnels() == ["gre over ipv4 csum"])
    }
}
