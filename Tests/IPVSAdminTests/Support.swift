import Addressing
import IPVS
import IPVSAdmin
import Testing

/// The bytes of a screen. In a screen each line ends with `|`, which makes blanks at a line's end visible; it is
/// taken off.
func screen(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { line in (line.hasSuffix("|") ? line.dropLast() : line) + "\n" }
        .joined()
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// An address that the test wrote itself.
func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else {
        Issue.record("\(text) is no address")
        return .v4(.any)
    }
    return address
}

func endpoint(_ transport: TransportProtocol, _ text: String, _ port: Port) -> VirtualService.ID {
    .endpoint(transport, address(text), port)
}

func server(
    _ text: String, _ port: Port, _ forwarding: ForwardingMethod = .directRouting, weight: Int32 = 1,
    thresholds: (upper: UInt32, lower: UInt32) = (0, 0), active: UInt32 = 0, inactive: UInt32 = 0,
    persistent: UInt32 = 0, statistics: Statistics = Statistics()
) -> DestinationSnapshot {
    DestinationSnapshot(
        destination: Destination(
            id: Destination.ID(address: address(text), port: port), forwarding: forwarding, weight: weight,
            upperThreshold: thresholds.upper, lowerThreshold: thresholds.lower),
        activeConnections: active, inactiveConnections: inactive, persistentConnections: persistent,
        statistics: statistics)
}

func pool(
    _ id: VirtualService.ID, _ scheduler: String, flags: SchedulerFlags = [],
    persistence: VirtualService.Persistence? = nil, ops: Bool = false, statistics: Statistics = Statistics(),
    _ destinations: [DestinationSnapshot] = []
) -> PoolSnapshot {
    PoolSnapshot(
        service: ServiceSnapshot(
            service: VirtualService(
                id: id, scheduler: scheduler, schedulerFlags: flags, persistence: persistence,
                onePacketScheduling: ops),
            statistics: statistics),
        destinations: destinations)
}

/// What the kernel of the recorded screens says of itself.
let kernel = KernelInfo(version: 0x010201, connectionTableSize: 4096)

/// Names as the machine of the recorded screens had them in `/etc/hosts` and `/etc/services`.
struct RecordedNames: NameResolver {
    private let hosts = [
        "10.1.80.90": "a-very-long-host-name.of-a-front-tier.example.test", "10.1.80.93": "rs1.example.test",
        "10.1.80.95": "a-real-server-with-a-long-name.example.test", "2001:db8:0:1:1:1:1:1": "www6.example.test",
        "2001:db8::2": "an-ipv6-real-server-with-a-very-long-name.in-a-domain.example.test",
        "2001:db8:1111:2222:3333:4444:5555:6666": "a-v6-server.in-domain.example.test",
    ]
    private let services: [TransportProtocol: [String: UInt16]] = [
        .tcp: ["http": 80, "https": 443, "snpp": 444], .udp: ["domain": 53, "sip": 5060], .sctp: ["amqp": 5672],
    ]

    func hostName(of address: IPAddress) -> String? { hosts[address.description] }

    func serviceName(of port: Port, protocol transport: TransportProtocol) -> String? {
        services[transport]?.first { $0.value == port.rawValue }?.key
    }

    func ipv4Address(ofHost name: String) -> IPv4Address? {
        hosts.lazy.filter { $0.value == name }.compactMap { IPv4Address($0.key) }.first
    }

    func port(ofService name: String, protocol transport: TransportProtocol) -> Port? {
        services[transport]?[name].map { Port(rawValue: $0) }
    }
}
