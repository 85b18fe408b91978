import Addressing
import LinuxSystem
import Testing

@Suite struct HostNamesTests {
    private static let loopback = IPAddress.v4(IPv4Address(127, 0, 0, 1))

    @Test("a name of this machine is found, remembered, and leads back")
    func finds() throws {
        let names = HostNames()
        names.prepare([Self.loopback, Self.loopback])
        let name = try #require(names.name(of: Self.loopback))
        #expect(names.ipv4Address(of: name)?.isLoopback == true)
        #expect(names.unanswered == 0)
    }

    @Test("who is silent is not waited for again, and what stays without an answer is counted")
    func silence() {
        let names = HostNames(patience: .init(silence: .zero, total: .seconds(5)))
        let others = (1...40).map { IPAddress.v4(IPv4Address(192, 0, 2, $0)) }
        names.prepare(others)
        #expect(names.unanswered == 40)
        #expect(names.name(of: others[0]) == nil)
        #expect(names.name(of: .v4(IPv4Address(192, 0, 2, 99))) == nil)
        #expect(names.unanswered == 41)
    }

    @Test("service names are those of the protocol")
    func services() {
        let names = HostNames()
        #expect(names.name(of: 80, transport: "tcp") == "http")
        #expect(names.port(of: "http", transport: "tcp") == 80)
        #expect(names.port(of: "http", transport: "sctp") == nil)
    }
}
