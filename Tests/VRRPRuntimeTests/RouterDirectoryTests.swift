import Addressing
import Testing
import VRRP

@testable import VRRPRuntime

@Suite struct RouterDirectoryTests {
    let group = IPAddress.v4(IPv4Address(224, 0, 0, 18))

    func router(
        _ name: String, interface: String? = "eth0", virtualRouterID: UInt8 = 51, unicast: Bool = false
    ) -> VRRPRuntimeConfiguration.Router {
        var configuration = RouterConfiguration(
            id: RouterID(name), virtualRouterID: virtualRouterID,
            delivery: unicast
                ? .unicast(peers: [.init(address: .v4(IPv4Address(10, 0, 0, 2)))], ttl: 255, checksSource: false)
                : .multicast(group: group))
        configuration.interface = interface
        return .init(configuration: configuration)
    }

    @Test("a virtual router id means the router on the interface and delivery that it was heard on")
    func lookUp() {
        let directory = RouterDirectory([
            router("A"), router("B", interface: "eth1"), router("C", virtualRouterID: 52), router("D", unicast: true),
        ])
        func find(_ interface: String, _ delivery: Endpoint.Delivery, _ id: UInt8) -> String? {
            directory.router(
                at: Endpoint(interface: interface, delivery: delivery), virtualRouterID: id, destination: group,
                sourceAddress: { _ in nil })?.name
        }
        #expect(find("eth0", .multicast(group: group), 51) == "A")
        #expect(find("eth1", .multicast(group: group), 51) == "B")
        #expect(find("eth0", .multicast(group: group), 52) == "C")
        #expect(find("eth0", .unicast(.ipv4), 51) == "D")
        #expect(find("eth1", .multicast(group: group), 52) == nil)
    }

    @Test("unicast routers that share an id are told apart by the address they send from")
    func shared() {
        let directory = RouterDirectory([router("A", unicast: true), router("B", unicast: true)])
        let sources = [
            RouterID("A"): IPAddress.v4(IPv4Address(10, 0, 0, 1)), RouterID("B"): .v4(IPv4Address(10, 0, 0, 3)),
        ]
        func find(_ destination: IPv4Address) -> String? {
            directory.router(
                at: Endpoint(interface: "eth0", delivery: .unicast(.ipv4)), virtualRouterID: 51,
                destination: .v4(destination),
                sourceAddress: { sources[$0] })?.name
        }
        #expect(find(IPv4Address(10, 0, 0, 1)) == "A")
        #expect(find(IPv4Address(10, 0, 0, 3)) == "B")
        #expect(find(IPv4Address(10, 0, 0, 4)) == nil)
    }

    @Test("multicast without an interface has no endpoint")
    func unsupported() {
        #expect(Endpoint(router("A", interface: nil)) == nil)
        #expect(Endpoint(router("A", interface: nil, unicast: true)) != nil)
    }
}
