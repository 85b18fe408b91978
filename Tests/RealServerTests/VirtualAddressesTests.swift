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

    @Test("what the command does not set up for a tunnel is named: a port for gue, checksums for gre")
    func named() throws {
        let checked = try configuration([
            ("10.1.80.93", .tunneling(.gre(checksum: .checksum))),
            ("10.1.80.94", .tunneling(.gre(checksum: .checksum))),
            ("2001:db8::93", .tunneling(.gre(checksum: .checksum))),
        ])
        #expect(
            checked.checksumCommands == [
                "ip -6 tunnel change ip6gre0 mode ip6gre icsum", "ip tunnel change gre0 mode gre icsum",
            ])
        let others = try configuration([
            ("10.1.80.93", .tunneling(.gre(checksum: .none))), ("10.1.80.94", .directRouting),
            ("10.1.80.95", .tunneling(.gue(port: 6080, checksum: .checksum))),
        ])
        #expect(others.checksumCommands.isEmpty)
        #expect(others.encapsulationPorts == [6080])
    }
}
