import Addressing
import Timing
import VRRP

/// Random and mutated packets for the decoders and for routers of every kind.
public struct HostilePackets: Sendable {
    /// A router that is attacked, in words.
    public enum Target: Sendable, CaseIterable {
        /// Version 2 with a password.
        case password
        /// Version 3 over IPv4.
        case version3
        /// Version 3 over IPv6.
        case ipv6
        /// Version 3 to two peers whose time to live is bounded.
        case unicast
        /// Signatures that are asked for.
        case signed
        /// Signatures over IPv6 that are not asked for.
        case permissive
    }

    private static let id = RouterID("V")
    private static let own = IPAddress.v4(IPv4Address(10, 0, 0, 1))
    private static let peer = IPAddress.v4(IPv4Address(10, 0, 0, 2))
    private static let own6 = IPAddress.v6(IPv6Address(high: 0xFE80 << 48, low: 1))
    private static let peer6 = IPAddress.v6(IPv6Address(high: 0xFE80 << 48, low: 2))

    /// What is attacked.
    public let target: Target
    private let seed: UInt64
    private var random: SeededGenerator
    private var router: VirtualRouters
    private var now = Instant(nanoseconds: 1_000_000_000_000)
    private var corpus: [[UInt8]] = []

    /// Prepares an attack on a backup or, for odd seeds, on a master.
    public init(_ target: Target, seed: UInt64) {
        self.target = target
        self.seed = seed
        random = SeededGenerator(seed: seed)
        router = Self.running(target, priority: 100, source: target.isIPv6 ? Self.own6 : Self.own, now)
        if !seed.isMultiple(of: 2), let deadline = router.nextDeadline {
            now = deadline
            _ = router.handle(.deadlineReached, at: now)
        }
        // Adverts of another router of the group, as they are on the wire.
        for priority in [1, 99, 100, 200, 254] as [UInt8] {
            var other = Self.running(target, priority: priority, source: target.isIPv6 ? Self.peer6 : Self.peer, now)
            guard let deadline = other.nextDeadline else { continue }
            for case .sendAdvert(_, let payload) in other.handle(.deadlineReached, at: deadline) {
                corpus.append(payload)
            }
        }
        corpus.append([])
    }

    private static func running(
        _ target: Target, priority: UInt8, source: IPAddress, _ now: Instant
    ) -> VirtualRouters {
        var configuration = RouterConfiguration(
            id: id, virtualRouterID: 51, version: target == .password || target == .signed ? .v2 : .v3,
            priority: priority,
            addresses: target.isIPv6
                ? [.v6(IPv6Address(high: 0xFE80 << 48, low: 0x90))] : [.v4(IPv4Address(10, 0, 0, 90))])
        if target == .password { configuration.password = Array("1111".utf8) }
        if target.isIPv6 { configuration.delivery = .multicast(group: target.destination) }
        if target == .unicast {
            configuration.delivery = .unicast(
                peers: [.init(address: source == own ? peer : own, ttl: 250...255)], ttl: 255, checksSource: true)
            configuration.checksum = .automatic(group: .v4(IPv4Address(224, 0, 0, 18)))
        }
        if target == .signed || target == .permissive {
            configuration.authentication = AdvertAuthentication(
                keys: [1: Array(repeating: 7, count: 32)], activeKey: 1,
                mode: target == .signed ? .enforce : .permissive)
        }
        var router = VirtualRouters(routers: [configuration])
        _ = router.handle(.sourceAddressChanged(id, source), at: now)
        _ = router.handle(.started, at: now)
        return router
    }

    /// Sends this many packets.
    ///
    /// - Returns: what went wrong; nil when every packet was counted, and none that was refused had an effect.
    public mutating func attack(count: Int) -> String? {
        let before = counted
        for number in 0..<count {
            if let problem = send() { return "\(target), seed \(seed), packet \(number): \(problem)" }
        }
        let sum = counted - before
        return sum == UInt64(count) ? nil : "\(target), seed \(seed): \(count) packets were counted as \(sum)"
    }

    /// What the counters of the router say that has come; senders and times to live are judged behind the counter of what was
    /// received.
    private var counted: UInt64 {
        guard let statistics = router.status(of: Self.id)?.statistics else { return 0 }
        return statistics.advertsReceived + statistics.rejected - rejectedLate + believed
    }

    private var rejectedLate: UInt64 = 0
    /// Packets that were good adverts. They are tried on a copy, so that the router stays as it is.
    private var believed: UInt64 = 0

    private mutating func send() -> String? {
        let isRandom = random.chance(0.1)
        let payload = isRandom ? randomBytes() : random.mutation(of: corpus)
        try? decode(payload)
        let isStranger = random.chance(0.05)
        let source =
            target.isIPv6
            ? (isStranger ? .v6(IPv6Address(high: 0xFE80 << 48, low: 9)) : Self.peer6)
            : (isStranger ? .v4(IPv4Address(10, 0, 0, 9)) : Self.peer)
        let ttl: UInt8 = random.chance(0.05) ? .random(in: 0 ... .max, using: &random) : 255
        let datagram = Datagram(
            interface: "eth0", source: source, destination: target.destination, ttl: ttl, payload: payload,
            router: Self.id)
        guard let before = router.status(of: Self.id) else { return "the router is gone" }
        let deadline = router.nextDeadline
        // Only the packet that is sent now may change the state, so no time passes.
        var trial = router
        let actions = trial.handle(.received(datagram), at: now)
        guard var after = trial.status(of: Self.id) else { return "the router is gone" }
        let wasReceived = after.statistics.advertsReceived > before.statistics.advertsReceived
        let wasRefused = after.statistics.rejected > before.statistics.rejected
        if wasReceived, wasRefused { rejectedLate += 1 }
        if !wasReceived, !wasRefused { return "was not counted: \(payload)" }
        if wasRefused {
            let statistics = after.statistics
            after.statistics = before.statistics
            if after != before { return "was refused and changed the router: \(payload)" }
            if trial.nextDeadline != deadline { return "was refused and moved a timer: \(payload)" }
            let deeds = actions.filter { if case .report = $0 { false } else { true } }
            if !deeds.isEmpty { return "was refused and made the router do something: \(deeds)" }
            after.statistics = statistics
            router = trial
            return nil
        }
        // A mutation may leave a good advert as it was, or meet the checksum of another: then it is one.
        if target == .signed, !corpus.contains(payload) { return "has no valid signature and was believed: \(payload)" }
        believed += 1
        return nil
    }

    /// Every decoder, whatever the bytes are.
    private mutating func decode(_ bytes: [UInt8]) throws {
        _ = try? IPv4Header.decode(bytes)
        let source = target.isIPv6 ? Self.peer6 : Self.peer
        let advert = try Advert(decoding: bytes, source: source, destination: target.destination)
        _ = advert.encoded(source: source, destination: target.destination)
    }

    private mutating func randomBytes() -> [UInt8] {
        var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
            UInt8.random(in: .min ... .max, using: &random)
        }
        // Half of them get past the first look.
        if bytes.count > 1, random.chance(0.5) {
            bytes[0] = target == .password || target == .signed ? 0x21 : 0x31
            bytes[1] = 51
        }
        return bytes
    }
}

extension HostilePackets.Target {
    var isIPv6: Bool { self == .ipv6 || self == .permissive }

    var destination: IPAddress {
        switch self {
        case .password, .version3, .signed: .v4(IPv4Address(224, 0, 0, 18))
        case .ipv6, .permissive: .v6(IPv6Address(high: 0xFF02 << 48, low: 0x12))
        case .unicast: .v4(IPv4Address(10, 0, 0, 1))
        }
    }
}
