import Addressing
import IPVS

extension ForwardingMethod {
    /// Whether packets may reach another port than they were sent to.
    var changesPorts: Bool { self == .masquerading }

    /// The port of a destination of a service with the port `service`.
    func port(written: Port?, service: Port) -> Port { changesPorts ? written ?? service : service }
}

extension VirtualService.ID {
    var port: Port {
        switch self {
        case .endpoint(_, _, let port): port
        case .firewallMark: .any
        }
    }

    var family: AddressFamily {
        switch self {
        case .endpoint(_, let address, _): address.family
        case .firewallMark(_, let family): family
        }
    }

    var isForEveryPort: Bool {
        if case .endpoint(_, _, .any) = self { true } else { false }
    }

    /// As a message names it.
    var words: String {
        switch self {
        case .endpoint(let transport, let address, let port): "\(transport.name) \(address) \(port)"
        case .firewallMark(let mark, _): "fwmark \(mark)"
        }
    }
}

/// A pool with what its other services need.
struct ResolvedPool {
    var server: VirtualServer
    /// Where its servers stand.
    var spans: [Span] = []
    /// The ports that stand behind their addresses.
    var ports: [Port?] = []
    /// The port behind the address of the sorry server.
    var sorryPort: Port?

    /// The same pool for an entry of its group.
    func entry(_ entry: GroupEntry, id: VirtualService.ID, runsScripts: Bool) -> VirtualServer {
        var result = server
        result.service.id = id
        result.groupEntry = entry
        if id.port != server.service.id.port {
            for index in result.realServers.indices {
                let forwarding = result.realServers[index].destination.forwarding
                result.realServers[index].destination.id.port = forwarding.port(written: ports[index], service: id.port)
            }
            if let sorry = result.sorryServer?.destination {
                result.sorryServer?.destination.id.port = sorry.forwarding.port(written: sorryPort, service: id.port)
            }
        }
        guard !runsScripts else { return result }
        result.quorumUp = nil
        result.quorumDown = nil
        for index in result.realServers.indices
        where result.realServers[index].notifyUp != nil || result.realServers[index].notifyDown != nil {
            result.realServers[index].notifyUp = nil
            result.realServers[index].notifyDown = nil
        }
        return result
    }
}

/// What the servers of one pool have in common.
struct PoolContext {
    let draft: VirtualServerDraft
    let settings: CheckSettings
    let targets: ServiceTargets
    let forwarding: ForwardingMethod
    let logsAllFailures: Bool
    let alertsOfServers: Bool
    let names: CheckerNames
}
