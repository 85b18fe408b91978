import Addressing
import HealthChecks
import IPVS
import KeepalivedConfig

extension Configuration {
    /// The part of each `virtual_server` that health decides about.
    func pools(resolver: ScriptResolver) -> [ServicePool.Configuration] {
        let tls = TLSIdentity(tlsClient)
        let groupAddresses = suspensionAddressesOfGroups
        return virtualServers.map { server in
            var pool = ServicePool.Configuration(server, resolver: resolver, tls: tls)
            if server.suspendsWithoutAddress {
                pool.suspensionAddresses =
                    pool.group.flatMap { groupAddresses[$0] } ?? Set(server.address.map { [$0] } ?? [])
            }
            return pool
        }
    }

    /// The addresses of each group whose checks rest without one of them.
    private var suspensionAddressesOfGroups: [ServiceGroup: Set<IPAddress>] {
        var result: [ServiceGroup: Set<IPAddress>] = [:]
        for server in virtualServers where server.suspendsWithoutAddress {
            guard let entry = server.groupEntry, let address = server.address else { continue }
            result[ServiceGroup(entry), default: []].insert(address)
        }
        return result
    }
}

extension ServicePool.Configuration {
    /// The part of a `virtual_server` that health decides about.
    init(_ server: VirtualServer, resolver: ScriptResolver, tls: TLSIdentity) {
        self.init(
            service: server.service, quorum: server.quorum, hysteresis: server.hysteresis,
            sorryServer: server.sorryServer.map {
                ServicePool.SorryServer(destination: $0.destination, inhibits: $0.inhibits)
            },
            servers: server.realServers.map { real in
                ServicePool.Server(
                    destination: real.destination, inhibits: real.inhibitsOnFailure,
                    // What is not performed must neither hold a server up nor keep it down.
                    checkers: real.checkers.compactMap { checker in
                        Check(checker, resolver: resolver, tls: tls).map {
                            ServicePool.Checker(
                                check: $0, alpha: checker.alpha, logsAllFailures: checker.logsAllFailures)
                        }
                    })
            })
        group = server.groupEntry.map(ServiceGroup.init)
    }
}

extension ServiceGroup {
    fileprivate init(_ entry: GroupEntry) { self.init(name: entry.group, number: entry.serverIndex) }
}

extension VirtualServer {
    fileprivate var address: IPAddress? {
        if case .endpoint(_, let address, _) = service.id { address } else { nil }
    }
}
