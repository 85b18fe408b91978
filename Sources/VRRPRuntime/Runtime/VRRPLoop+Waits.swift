import Addressing
import Netlink
import Timing
import VRRP

extension VRRPLoop {
    /// What each router that does not take part waits for.
    var waits: [RouterID: [RouterWait]] {
        var waits: [RouterID: [RouterWait]] = [:]
        for router in configuration.routers {
            let id = router.configuration.id
            guard let status = routers.status(of: id) else { continue }
            let found = self.waits(of: router, status)
            if !found.isEmpty { waits[id] = found }
        }
        return waits
    }

    private func waits(of router: VRRPRuntimeConfiguration.Router, _ status: RouterStatus) -> [RouterWait] {
        switch status.state {
        case .initialize:
            if let startupEnd { return [RouterWait(.startupDelay(until: startupEnd), since: startedAt)] }
            let since = status.waitsSince
            return status.pendingScripts.map { RouterWait(.firstResult($0), since: since) }
                + status.pendingSessions.map { RouterWait(.session($0), since: since) }
                + status.pendingFiles.map { RouterWait(.firstNumber($0), since: since) }
                + status.pendingProcesses.map { RouterWait(.firstCount($0), since: since) }
        case .fault:
            return status.faults.map { fault in
                RouterWait(subject(of: fault, router), since: status.faultsSince[fault] ?? status.lastTransition)
            }
        case .backup, .master, .stopped: return []
        }
    }

    private func subject(of fault: RouterFault, _ router: VRRPRuntimeConfiguration.Router) -> RouterWait.Subject {
        switch fault {
        case .script(let name): return .script(name)
        case .session(let name): return .session(name)
        case .file(let name): return .file(name)
        case .process(let name): return .process(name)
        case .syncGroup(let name): return .syncGroup(name)
        case .interface(let name): return subject(ofLink: name)
        case .sourceAddressMissing(let address): return .address(address, interface: router.configuration.interface)
        case .obstacle(let obstacle): return .obstacle(obstacle)
        case .noPeers: return .peers
        case .noSourceAddress: return subject(ofAddressOf: router)
        }
    }

    private func subject(ofLink name: String) -> RouterWait.Subject {
        guard let link = interfaces.link(named: name) else { return .interface(name) }
        if let pending = damping.pending[name], pending.isUp { return .delay(name, until: pending.due) }
        if !link.flags.contains(.up) { return .setUp(name) }
        return isLinkUp(name) ? .absence(name) : .carrier(name)
    }

    private func subject(ofAddressOf router: VRRPRuntimeConfiguration.Router) -> RouterWait.Subject {
        let family = router.configuration.family
        guard let interface = router.configuration.interface else { return .anyAddress(family, interface: nil) }
        guard interfaces.link(named: interface) != nil else { return .interface(interface) }
        let tentative = interfaces.addresses(on: interface).first {
            $0.prefix.address.family == family && $0.flags.contains(.tentative)
                && !$0.flags.contains(.duplicateDetectionFailed)
        }
        if let tentative { return .duplicateDetection(tentative.prefix.address, interface: interface) }
        return .anyAddress(family, interface: interface)
    }
}
