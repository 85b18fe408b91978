import Addressing
import LinuxSystem
import Logging
import Netlink
import VRRP

/// Before a configuration takes force the kernel is given what it adds. What the kernel refuses refuses the
/// configuration, and nothing of it stays.
extension VRRPLoop {
    /// Adds the addresses, routes and rules that the next configuration has and the one in force has not, as far as they
    /// are to be held at once. Returns whether there were any.
    func tryAdditions(of next: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) -> Bool {
        guard let kernel else { return false }
        finishAcquisitions()
        let masters = mastersAfter(next)
        var steps: [(owner: RouterID?, command: RouteCommand, undo: RouteCommand)] = []
        var seen: Set<HeldAddressBook.Key> = []
        for address in staticAddresses(of: next) {
            let key = HeldAddressBook.Key(address)
            guard upkeep.statics[key] == nil, book.holder(of: key) == nil, seen.insert(key).inserted else { continue }
            steps.append((nil, .addAddress(address), .deleteAddress(address)))
        }
        for router in next.routers where masters.contains(router.configuration.id) {
            for address in addresses(of: router) {
                let key = HeldAddressBook.Key(address)
                guard book.holder(of: key) == nil, upkeep.statics[key] == nil, seen.insert(key).inserted else {
                    continue
                }
                steps.append((router.configuration.id, .addAddress(address), .deleteAddress(address)))
            }
        }
        var wanted = entries(of: next.statics.routing)
        var owners: [RoutingEntry.Subject: RouterID] = [:]
        for router in next.routers where masters.contains(router.configuration.id) {
            for entry in entries(of: router.routing) {
                owners[entry.subject] = router.configuration.id
                wanted.append(entry)
            }
        }
        for step in RoutingChange(from: upkeep.routing.all, to: wanted).improvements {
            steps.append((owners[step.entry.subject], step.command, step.undo))
        }
        guard !steps.isEmpty else { return false }
        let failures = kernel.apply(steps.map(\.command))
        let failed = Set(failures.map(\.index))
        let undo = steps.indices.filter { !failed.contains($0) }.reversed().map { steps[$0].undo }
        guard let refusal = failures.first(where: { $0.error.errorNumber != .exists }) else {
            upkeep.undo = undo
            return !undo.isEmpty
        }
        takeBack(undo)
        throw .refused(
            what: describe(refusal.command), router: steps[refusal.index].owner?.name, error: refusal.error,
            count: failures.count { $0.error.errorNumber != .exists }, hasUndone: !undo.isEmpty)
    }

    /// Takes back what ``tryAdditions(of:)`` has added.
    func takeBackAdditions() {
        takeBack(upkeep.undo)
        upkeep.undo = []
    }

    private func takeBack(_ commands: [RouteCommand]) {
        guard let kernel, !commands.isEmpty else { return }
        for failure in kernel.apply(commands) where !failure.error.meansAbsence && failure.error.errorNumber != .exists
        {
            logger.warning(
                "Cannot undo: \(describe(failure.command)) stays", metadata: ["cause": "\(failure.error)"])
        }
    }

    /// The routers that are master when a configuration takes force now.
    private func mastersAfter(_ next: VRRPRuntimeConfiguration) -> Set<RouterID> {
        var trial = routers
        for name in Self.interfaceNames(of: next) where reportedInterfaces[name] == nil {
            _ = trial.handle(.interfaceChanged(name: name, isUp: interfaces.isUp(name)), at: .now)
        }
        _ = trial.replacement(
            routers: next.routers.map(\.configuration), groups: next.groups,
            sources: sourceAddresses(of: next), at: .now)
        return Set(trial.routers.filter { trial.status(of: $0)?.state == .master })
    }

    private func describe(_ command: RouteCommand) -> String {
        let name = { (index: UInt32) in self.interfaces.name(of: index) }
        return switch command {
        case .addAddress(let address), .replaceAddress(let address), .deleteAddress(let address):
            "\(address.prefix) on \(name(address.interfaceIndex) ?? "?")"
        case .addRoute(let route), .prependRoute(let route), .appendRoute(let route), .replaceRoute(let route),
            .deleteRoute(let route):
            RoutingEntry(subject: .route(route)).text(interface: name)
        case .addRule(let rule), .deleteRule(let rule): RoutingEntry(subject: .rule(rule)).text(interface: name)
        default: "a link"
        }
    }
}
