public import Addressing
public import IPVS

/// Random IPVS values for property tests, drawn from few addresses and ports so that tables overlap.
///
/// Everything drawn is something that the kernel accepts and reports back as it was written.
public struct RandomTables: Sendable {
    /// The generator behind it.
    public var random: SeededGenerator

    /// Starts from a seed.
    public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A table of up to `services` pools with up to eight destinations each.
    public mutating func table(services: Int = 8) -> Table {
        Table((0..<Int.random(in: 0...services, using: &random)).map { _ in pool() })
    }

    /// A pool with up to eight destinations.
    public mutating func pool() -> Pool {
        let service = service()
        var destinations: [Destination.ID: Destination] = [:]
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let destination = destination(family: service.id.family)
            destinations[destination.id] = destination
        }
        return Pool(
            service: service, destinations: destinations.values.sorted { $0.id < $1.id }.shuffled(using: &random))
    }

    /// A service of any kind.
    public mutating func service() -> VirtualService {
        let family = AddressFamily.allCases.randomElement(using: &random) ?? .ipv4
        let isMark = random.chance(0.2)
        let transport = TransportProtocol.allCases.randomElement(using: &random) ?? .tcp
        let id: VirtualService.ID =
            isMark
            ? .firewallMark(.random(in: 1...4, using: &random), family)
            : .endpoint(transport, address(family, last: 1...4), Port(rawValue: .random(in: 80...82, using: &random)))
        let scheduler = ["rr", "wrr", "wlc", "lc", "sh"].randomElement(using: &random) ?? "rr"
        let persistence =
            random.chance(0.3)
            ? VirtualService.Persistence(
                timeout: .random(in: 1...600, using: &random),
                granularity: .random(in: 8...UInt8(family.bitWidth), using: &random)) : nil
        return VirtualService(
            id: id, scheduler: scheduler,
            schedulerFlags: SchedulerFlags(rawValue: .random(in: 0...7, using: &random) << 3),
            persistence: persistence, onePacketScheduling: transport == .udp && random.chance(0.3))
    }

    /// A destination whose family may differ from the service's when it is tunnelled.
    public mutating func destination(family: AddressFamily) -> Destination {
        let forwarding: ForwardingMethod =
            switch Int.random(in: 0..<6, using: &random) {
            case 0: .masquerading
            case 1: .tunneling(.ipip)
            case 2: .tunneling(.gue(port: Port(rawValue: .random(in: 1...9, using: &random)), checksum: checksum()))
            case 3: .tunneling(.gre(checksum: random.chance(0.5) ? .checksum : .none))
            default: .directRouting
            }
        var own = family
        if case .tunneling = forwarding, random.chance(0.2) { own = family == .ipv4 ? .ipv6 : .ipv4 }
        let upper = UInt32.random(in: 0...2, using: &random) * 1000
        return Destination(
            id: Destination.ID(
                address: address(own, last: 11...18), port: Port(rawValue: .random(in: 80...81, using: &random))),
            forwarding: forwarding, weight: .random(in: 0...3, using: &random), upperThreshold: upper,
            lowerThreshold: upper == 0 ? 0 : .random(in: 0...upper, using: &random))
    }

    private mutating func checksum() -> TunnelChecksum {
        [TunnelChecksum.none, .checksum, .remote].randomElement(using: &random) ?? .none
    }

    private mutating func address(_ family: AddressFamily, last: ClosedRange<UInt8>) -> IPAddress {
        let host = UInt8.random(in: last, using: &random)
        return family == .ipv4
            ? .v4(IPv4Address(10, 1, 80, host)) : .v6(IPv6Address(high: 0xFD00_0000_0000_0080, low: UInt64(host)))
    }
}
