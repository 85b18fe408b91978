import Addressing
import VRRP

/// A place where adverts are sent and heard. Routers that share one share its sockets.
struct Endpoint: Sendable, Hashable {
    /// How adverts travel.
    enum Delivery: Sendable, Hashable {
        /// To and from a group.
        case multicast(group: IPAddress)
        /// To and from single hosts of a family.
        case unicast(AddressFamily)
    }

    /// nil is every interface, for unicast only.
    var interface: String?
    var delivery: Delivery
    /// Whether an authentication header stands before the adverts: such packets have a protocol number of their own.
    var usesAuthenticationHeaders = false
}

extension Endpoint {
    /// Where a router's adverts travel; nil for multicast without an interface.
    init?(_ router: VRRPRuntimeConfiguration.Router) {
        switch router.configuration.delivery {
        case .multicast(let group):
            guard let interface = router.configuration.interface else { return nil }
            self.init(interface: interface, delivery: .multicast(group: group))
        case .unicast:
            self.init(interface: router.configuration.interface, delivery: .unicast(router.configuration.family))
        }
        usesAuthenticationHeaders = router.configuration.headerPassword != nil
    }

    /// The family of the packets.
    var family: AddressFamily {
        switch delivery {
        case .multicast(let group): group.family
        case .unicast(let family): family
        }
    }

    /// The group that is heard; nil for unicast.
    var group: IPAddress? {
        switch delivery {
        case .multicast(let group): group
        case .unicast: nil
        }
    }
}

extension Endpoint {
    /// Where adverts come to that were sent the other way: to this host where a group is expected, or to the group of
    /// the standards. A second master that is configured like that is heard there. Nil without an interface.
    var counterpart: Endpoint? {
        guard interface != nil else { return nil }
        var other = self
        switch delivery {
        case .multicast(let group): other.delivery = .unicast(group.family)
        case .unicast(let family): other.delivery = .multicast(group: RouterConfiguration.standardGroup(family))
        }
        return other
    }
}

/// Finds the router that a received datagram is for.
struct RouterDirectory: Sendable {
    private struct Key: Hashable {
        var endpoint: Endpoint
        var virtualRouterID: UInt8
    }

    private var routers: [Key: [RouterID]] = [:]
    private var expected: Set<Endpoint> = []
    /// By the counterparts of their endpoints.
    private var misaddressed: [Key: RouterID] = [:]

    init(_ configurations: [VRRPRuntimeConfiguration.Router]) {
        for router in configurations {
            guard let endpoint = Endpoint(router) else { continue }
            let key = Key(endpoint: endpoint, virtualRouterID: router.configuration.virtualRouterID)
            routers[key, default: []].append(router.configuration.id)
            expected.insert(endpoint)
            guard let counterpart = endpoint.counterpart else { continue }
            misaddressed[Key(endpoint: counterpart, virtualRouterID: key.virtualRouterID)] = router.configuration.id
        }
    }

    /// Whether adverts of any router are expected at this endpoint.
    func expectsAdverts(at endpoint: Endpoint) -> Bool { expected.contains(endpoint) }

    /// The router whose adverts are expected elsewhere than at this endpoint.
    func router(expectedElsewhereThan endpoint: Endpoint, virtualRouterID: UInt8) -> RouterID? {
        misaddressed[Key(endpoint: endpoint, virtualRouterID: virtualRouterID)]
    }

    /// The router for a virtual router id heard at an endpoint. Unicast routers may share the id on one interface:
    /// then the one that sends from the destination address is meant.
    func router(
        at endpoint: Endpoint, virtualRouterID: UInt8, destination: IPAddress,
        sourceAddress: (RouterID) -> IPAddress?
    ) -> RouterID? {
        let candidates = routers[Key(endpoint: endpoint, virtualRouterID: virtualRouterID)] ?? []
        guard candidates.count > 1 else { return candidates.first }
        return candidates.first { sourceAddress($0) == destination }
    }
}
