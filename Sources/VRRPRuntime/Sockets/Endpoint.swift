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

/// Finds the router that a received datagram is for.
struct RouterDirectory: Sendable {
    private struct Key: Hashable {
        var endpoint: Endpoint
        var virtualRouterID: UInt8
    }

    private var routers: [Key: [RouterID]] = [:]

    init(_ configurations: [VRRPRuntimeConfiguration.Router]) {
        for router in configurations {
            guard let endpoint = Endpoint(router) else { continue }
            let key = Key(endpoint: endpoint, virtualRouterID: router.configuration.virtualRouterID)
            routers[key, default: []].append(router.configuration.id)
        }
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
