import Addressing
import IPVS

/// Virtual servers whose traffic would go where nobody expects it.
extension Linter {
    /// The virtual servers, of a group's services the first: the others have the same servers.
    var pools: some Sequence<(offset: Int, element: VirtualServer)> {
        configuration.virtualServers.lazy.enumerated().filter { ($0.element.groupEntry?.index ?? 0) == 0 }
    }

    /// Behind a service on every port, NAT to one port sends every port there.
    mutating func findPortsOfServicesOnEveryPort() {
        for (index, server) in pools {
            guard case .endpoint(_, _, .any) = server.service.id else { continue }
            let found = server.realServers.firstIndex { real in
                real.destination.forwarding == .masquerading && real.destination.id.port != .any
            }
            guard let found else { continue }
            let statement = places.realServer(found, of: index)
            let port = statement.flatMap { places.tree.argument(1, of: $0)?.span }
            sink.report(
                .portBehindEveryPort(server.realServers[found].destination.id.port.description),
                at: port ?? places.value(of: statement ?? places.virtualServer(index)))
        }
    }

    /// A virtual address is on the director itself, and on the other one a minute later.
    mutating func findServersThatAreVirtual() {
        var addresses: [IPAddress: String] = [:]
        for instance in configuration.instances {
            for address in instance.virtualAddresses + instance.excludedVirtualAddresses {
                addresses[address.prefix.address] = "a virtual address of '\(instance.name)'"
            }
        }
        for server in configuration.virtualServers {
            if case .endpoint(_, let address, _) = server.service.id, addresses[address] == nil {
                addresses[address] = "the address of a virtual server"
            }
        }
        for (index, server) in pools {
            for (number, real) in server.realServers.enumerated() {
                guard let what = addresses[real.destination.id.address], sink.admits(.warning) else { continue }
                sink.report(
                    .serverIsVirtual(real.destination.id.address.description, what: what),
                    at: places.value(of: places.realServer(number, of: index)))
            }
            guard let sorry = server.sorryServer?.destination.id.address, let what = addresses[sorry],
                !server.realServers.contains(where: { $0.destination.id == server.sorryServer?.destination.id }),
                sink.admits(.warning)
            else { continue }
            sink.report(
                .serverIsVirtual(sorry.description, what: what, kind: "sorry server"),
                at: places.value(of: places.last(["sorry_server"], in: places.virtualServer(index))))
        }
    }

    /// When the quorum is lost, its servers are down: one of them cannot say sorry.
    mutating func findSorryServersThatAreReal() {
        for (index, server) in pools {
            guard let sorry = server.sorryServer?.destination.id,
                let number = server.realServers.firstIndex(where: { $0.destination.id == sorry })
            else { continue }
            sink.report(
                .sorryServerIsReal(sorry.address.description).relating(
                    "the same server", to: places.value(of: places.realServer(number, of: index))),
                at: places.value(of: places.last(["sorry_server"], in: places.virtualServer(index))))
        }
    }

    /// Weight 0 is for draining a server; a pool of drained servers serves nobody. A script that sets weights may.
    mutating func findPoolsWithoutWeight() {
        for (index, server) in pools {
            guard server.realServers.allSatisfy({ $0.destination.weight == 0 && !$0.hasDynamicWeight }) else {
                continue
            }
            sink.report(.poolWithoutWeight, at: places.value(of: places.virtualServer(index)))
        }
    }
}

extension RealServer {
    fileprivate var hasDynamicWeight: Bool {
        checkers.contains { checker in
            switch checker.kind {
            case .misc(let check): check.isDynamic
            case .file: true
            default: false
            }
        }
    }
}
