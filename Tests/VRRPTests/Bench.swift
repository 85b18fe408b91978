import Addressing
import Timing
import VRRP

/// One process with virtual routers under a manual clock, and words for what tests do to it.
struct Bench {
    static let own = IPAddress.v4(IPv4Address(10, 1, 80, 91))
    static let peer = IPAddress.v4(IPv4Address(10, 1, 80, 92))
    static let low = IPAddress.v4(IPv4Address(10, 1, 80, 5))
    static let group = IPAddress.v4(IPv4Address(224, 0, 0, 18))
    static let virtual = IPAddress.v4(IPv4Address(10, 1, 80, 90))
    static let id = RouterID("VI_1")

    var routers: VirtualRouters
    var now = Instant.epoch
    let configurations: [RouterConfiguration]

    static func configuration(
        _ name: String = "VI_1", vrid: UInt8 = 51, priority: UInt8 = 100, version: RouterConfiguration.Version = .v2,
        _ change: (inout RouterConfiguration) -> Void = { _ in }
    ) -> RouterConfiguration {
        var configuration = RouterConfiguration(
            id: RouterID(name), virtualRouterID: vrid, version: version, priority: priority, addresses: [virtual])
        configuration.interface = "eth0"
        change(&configuration)
        return configuration
    }

    /// Routers that know their address but have not started.
    init(_ configurations: [RouterConfiguration], groups: [SyncGroupConfiguration] = []) {
        self.configurations = configurations
        routers = VirtualRouters(routers: configurations, groups: groups)
        for configuration in configurations {
            _ = routers.handle(.sourceAddressChanged(configuration.id, Self.own), at: now)
        }
        _ = routers.handle(.interfaceChanged(name: "eth0", isUp: true), at: now)
    }

    init(_ configuration: RouterConfiguration) { self.init([configuration]) }

    /// A router that has become master.
    static func master(_ configuration: RouterConfiguration = configuration()) -> Bench {
        var bench = Bench(configuration)
        _ = bench.start()
        _ = bench.expire()
        return bench
    }

    /// A router that has started and waits.
    static func backup(_ configuration: RouterConfiguration = configuration()) -> Bench {
        var bench = Bench(configuration)
        _ = bench.start()
        return bench
    }

    mutating func handle(_ event: RouterEvent) -> [RouterAction] { routers.handle(event, at: now) }

    mutating func start() -> [RouterAction] { handle(.started) }

    mutating func pass(_ duration: Duration) { now = now + duration }

    /// Goes to the next deadline and handles it.
    mutating func expire(late: Duration = .zero) -> [RouterAction] {
        guard let deadline = routers.nextDeadline else { return [] }
        now = max(now, deadline) + late
        return handle(.deadlineReached)
    }

    func datagram(
        _ name: String = "VI_1", priority: UInt8, from sender: IPAddress = peer, ttl: UInt8 = 255,
        to destination: IPAddress = group, _ change: (inout Advert) -> Void = { _ in }
    ) -> Datagram {
        let configuration = configurations.first { $0.id.name == name } ?? configurations[0]
        var advert = Advert(
            version: configuration.version, virtualRouterID: configuration.virtualRouterID, priority: priority,
            interval: configuration.advertInterval, addresses: configuration.addresses,
            authentication: configuration.password.map { .password($0) } ?? .none)
        change(&advert)
        return Datagram(
            interface: "eth0", source: sender, destination: destination, ttl: ttl,
            payload: advert.encoded(source: sender, destination: destination), router: RouterID(name))
    }

    mutating func hear(
        _ name: String = "VI_1", priority: UInt8, from sender: IPAddress = peer,
        _ change: (inout Advert) -> Void = { _ in }
    ) -> [RouterAction] {
        handle(.received(datagram(name, priority: priority, from: sender, change)))
    }

    func status(_ name: String = "VI_1") -> RouterStatus {
        guard let status = routers.status(of: RouterID(name)) else { preconditionFailure("no router \(name)") }
        return status
    }

    var state: RouterState { status().state }

    var statistics: RouterStatistics { status().statistics }

    /// From now to the takeover; nil when none is due.
    var untilTakeover: Duration? { status().masterDownDeadline.map { $0 - now } }

    var untilAdvert: Duration? { status().nextAdvert.map { $0 - now } }
}

extension [RouterAction] {
    /// The log lines.
    var messages: [String] {
        compactMap { action in
            if case .report(let report) = action { report.message } else { nil }
        }
    }

    /// The log lines that appear without detailed logging.
    var loudMessages: [String] {
        compactMap { action in
            if case .report(let report) = action, report.level != .detail { report.message } else { nil }
        }
    }

    /// The actions that are not log lines.
    var deeds: [RouterAction] {
        filter { action in
            if case .report = action { false } else { true }
        }
    }

    /// Priorities of the adverts sent, in order.
    var advertPriorities: [UInt8] {
        compactMap { action in
            if case .sendAdvert(_, let payload) = action { payload[2] } else { nil }
        }
    }

    /// Changes of state, as `VI_1 MASTER`.
    var transitions: [String] {
        compactMap { action in
            switch action {
            case .routerChanged(let id, let state, _): "\(id) \(state.word)"
            case .routerRemoved(let id, _): "\(id) gone"
            case .groupChanged(let name, let state): "group \(name) \(state.word)"
            default: nil
            }
        }
    }
}
