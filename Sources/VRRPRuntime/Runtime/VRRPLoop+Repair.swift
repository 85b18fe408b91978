import Addressing
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Timing
import VRRP

extension VRRPLoop {
    /// Notes that something is gone. What is lost in one go is put back in one: `ip address flush` looks again whether
    /// anything is left, and would fight with a repair that came in between.
    func noteLoss(_ loss: Upkeep.Loss) {
        upkeep.losses.append(loss)
        guard upkeep.repair == nil else { return }
        upkeep.repair = eventLoop.scheduleTask(in: .milliseconds(20)) {
            self.assumeIsolated { loop in
                loop.upkeep.repair = nil
                loop.repairLosses()
            }
        }
    }

    /// Puts back what somebody else has taken away, within the budget; beyond it the router gives up mastership.
    private func repairLosses() {
        var losses: [Upkeep.Loss] = []
        swap(&losses, &upkeep.losses)
        guard phase == .running, kernel != nil, !losses.isEmpty else { return }
        let now = Instant.now
        var addresses: [RouterID: [InterfaceAddress]] = [:]
        var statics: [InterfaceAddress] = []
        var routing: [RoutingHolder: [RoutingEntry]] = [:]
        for loss in losses {
            switch loss {
            case .address(let id, let address): addresses[id, default: []].append(address)
            case .staticAddress(let address): statics.append(address)
            case .duplicate(let id, let address): repairDuplicate(address, of: id, at: now)
            case .routing(let holder, let entry): routing[holder, default: []].append(entry)
            }
        }
        // Addresses before the routes that need them.
        for (id, lost) in addresses.sorted(by: { $0.key.name < $1.key.name }) {
            repairAddresses(lost, of: id, at: now)
            routing[.router(id), default: []] += upkeep.routing.entries(of: .router(id))
        }
        if !statics.isEmpty {
            repairStaticAddresses(statics, at: now)
            routing[.daemon, default: []] += upkeep.routing.entries(of: .daemon)
        }
        for (holder, lost) in routing { repairRouting(lost, of: holder, at: now) }
        upkeep.addressRepairs.forgetOld(at: now)
        upkeep.routingRepairs.forgetOld(at: now)
    }

    // MARK: Addresses

    private func repairAddresses(_ lost: [InterfaceAddress], of id: RouterID, at now: Instant) {
        guard routers.status(of: id)?.state == .master else { return }
        let wanted = Set((known[id].map(addresses) ?? []).map { HeldAddressBook.Key($0) })
        // A link that is down takes IPv6 addresses along; they come back with it.
        let missing = lost.filter {
            let key = HeldAddressBook.Key($0)
            return wanted.contains(key) && book.holder(of: key) == nil && isUp($0.interfaceIndex)
        }
        var repaired: [InterfaceAddress] = []
        var failure: (InterfaceAddress, NetlinkError)?
        for (address, error) in zip(missing, add(missing)) {
            guard let error else {
                repaired.append(address)
                book.added(address, by: id)
                continue
            }
            if error.errorNumber == .exists {
                // The report of a removal of our own that has been undone since.
                book.added(address, by: id)
            } else if !error.meansAbsence {
                failure = failure ?? (address, error)
            }
        }
        if let (address, error) = failure {
            logger.warning(
                "(\(id)) \(describe([address])) was removed by somebody else and cannot be put back",
                metadata: ["vrrp.instance": "\(id)", "cause": "\(error)"])
            return handle(.addressesLost(id))
        }
        guard !repaired.isEmpty else { return }
        let counts = repaired.map { upkeep.addressRepairs.spend(on: HeldAddressBook.Key($0), at: now) }
        if let position = counts.firstIndex(of: nil) {
            sayExhausted(describe([repaired[position]]), of: .router(id))
            return handle(.addressesLost(id))
        }
        sayRepaired(describe(repaired), count: counts.compactMap { $0 }.max() ?? 1, of: .router(id))
        announceAgain(Set(repaired.map { HeldAddressBook.Key($0) }), of: id)
    }

    /// Another host was found to have the address. The election has settled who holds it, so it is set once more without
    /// asking.
    private func repairDuplicate(_ address: InterfaceAddress, of id: RouterID, at now: Instant) {
        let key = HeldAddressBook.Key(address)
        guard let kernel, routers.status(of: id)?.state == .master, book.holder(of: key) == id,
            var wanted = book.address(of: key)
        else { return }
        wanted.flags.insert(.noDuplicateDetection)
        guard let count = upkeep.addressRepairs.spend(on: key, at: now) else {
            sayExhausted(describe([wanted]), of: .router(id))
            return handle(.addressesLost(id))
        }
        let failures = kernel.apply([.deleteAddress(wanted), .addAddress(wanted)])
        if !failures.contains(where: { $0.index == 0 }) { book.removed(wanted) }
        if let failure = failures.first(where: { $0.index == 1 }), failure.error.errorNumber != .exists {
            logger.warning(
                "(\(id)) \(describe([wanted])) failed duplicate address detection and cannot be set again",
                metadata: ["vrrp.instance": "\(id)", "cause": "\(failure.error)"])
            return handle(.addressesLost(id))
        }
        book.added(wanted, by: id)
        logger.warning(
            "(\(id)) \(describe([wanted])) failed duplicate address detection; set again without it",
            metadata: [
                "vrrp.instance": "\(id)", "repair": "\(count) of \(RepairBudget<HeldAddressBook.Key>.limit) in 10 s",
                "cause": "another host answers for the address",
            ])
        announceAgain([key], of: id)
    }

    private func repairStaticAddresses(_ lost: [InterfaceAddress], at now: Instant) {
        let missing = lost.filter { upkeep.statics[HeldAddressBook.Key($0)] != nil && isUp($0.interfaceIndex) }
        var allowed: [InterfaceAddress] = []
        for address in missing {
            let key = HeldAddressBook.Key(address)
            if let next = upkeep.addressRepairs.nextChance(for: key, at: now) {
                // There is no mastership to give up: it waits.
                sayExhausted(describe([address]), of: .daemon)
                _ = eventLoop.scheduleTask(deadline: NIODeadline(next)) {
                    self.assumeIsolated { $0.noteLoss(.staticAddress(address)) }
                }
            } else {
                allowed.append(address)
            }
        }
        let repaired = zip(allowed, add(allowed)).filter { $0.1 == nil }.map(\.0)
        guard !repaired.isEmpty else { return }
        let counts = repaired.compactMap { upkeep.addressRepairs.spend(on: HeldAddressBook.Key($0), at: now) }
        sayRepaired("static \(describe(repaired))", count: counts.max() ?? 1, of: .daemon)
    }

    /// What became of each addition.
    private func add(_ addresses: [InterfaceAddress]) -> [NetlinkError?] {
        guard let kernel, !addresses.isEmpty else { return [] }
        var errors = [NetlinkError?](repeating: nil, count: addresses.count)
        for failure in kernel.apply(addresses.map { .addAddress($0) }) { errors[failure.index] = failure.error }
        return errors
    }

    private func isUp(_ index: UInt32) -> Bool { interfaces.name(of: index).map { interfaces.isUp($0) } ?? false }

    // MARK: Routes and rules

    private func repairRouting(_ lost: [RoutingEntry], of holder: RoutingHolder, at now: Instant) {
        let held = Set(upkeep.routing.entries(of: holder).map(\.subject))
        var seen: Set<RoutingEntry.Subject> = []
        let missing = lost.filter { held.contains($0.subject) && seen.insert($0.subject).inserted }
        var allowed: [RoutingEntry] = []
        for entry in missing {
            guard holder == .daemon, let next = upkeep.routingRepairs.nextChance(for: entry.subject, at: now) else {
                allowed.append(entry)
                continue
            }
            sayExhausted(text(entry), of: .daemon)
            _ = eventLoop.scheduleTask(deadline: NIODeadline(next)) {
                self.assumeIsolated { $0.noteLoss(.routing(.daemon, entry)) }
            }
        }
        // What is there already was not lost.
        let replaced = upkeep.replaced
        upkeep.replaced.subtract(lost.map(\.subject))
        let commands = allowed.map { ($0, replaced.contains($0.subject) ? $0.restoration : $0.addition) }
        let repaired = apply(commands, of: holder).sorted().map { allowed[$0] }
        guard !repaired.isEmpty else { return }
        let counts = repaired.map { upkeep.routingRepairs.spend(on: $0.subject, at: now) }
        if let position = counts.firstIndex(of: nil), case .router(let id) = holder {
            sayExhausted(text(repaired[position]), of: holder)
            return handle(.addressesLost(id))
        }
        let what =
            repaired.count == 1
            ? text(repaired[0]) : "\(repaired.count) routes and rules, \(text(repaired[0])) among them,"
        let isReplaced = repaired.allSatisfy { replaced.contains($0.subject) }
        sayRepaired(
            what, isReplaced ? "replaced" : "removed", count: counts.compactMap { $0 }.max() ?? 1, of: holder,
            isMany: repaired.count > 1)
    }

    private func text(_ entry: RoutingEntry) -> String { entry.text { self.interfaces.name(of: $0) } }

    // MARK: After an interface came up

    /// An interface came up or back: the kernel has dropped routes and IPv6 addresses of it without a word.
    func restoreHoldings(on names: Set<String>) {
        guard phase == .running, !names.isEmpty else { return }
        holdStatics()
        // What is noted as a loss is put back in a moment, and told of.
        let noted = Set(
            upkeep.losses.compactMap { loss in
                if case .address(_, let address) = loss { HeldAddressBook.Key(address) } else { nil }
            })
        for router in configuration.routers {
            let id = router.configuration.id
            guard routers.status(of: id)?.state == .master, !upkeep.acquisitions.contains(where: { $0.router == id })
            else { continue }
            let missing = addresses(of: router).filter {
                let key = HeldAddressBook.Key($0)
                return book.holder(of: key) == nil && !noted.contains(key)
            }
            changeAddresses(adding: missing.map { AddressAddition(address: $0, router: id) })
            if !router.routing.isEmpty { holdRouting(of: .router(id)) }
        }
    }

    // MARK: Words

    private func describe(_ addresses: [InterfaceAddress]) -> String {
        guard let first = addresses.first else { return "" }
        let name = interfaces.name(of: first.interfaceIndex) ?? "?"
        return addresses.count == 1
            ? "\(first.prefix) on \(name)" : "\(addresses.count) addresses, \(first.prefix) on \(name) among them,"
    }

    private func sayRepaired(
        _ what: String, _ deed: String = "removed", count: Int, of holder: RoutingHolder, isMany: Bool = false
    ) {
        let verb = isMany || what.hasSuffix(",") ? "were" : "was"
        logger.notice(
            "\(holder.prefix)\(what) \(verb) \(deed) by somebody else; put back",
            metadata: ["repair": "\(count) of \(RepairBudget<HeldAddressBook.Key>.limit) in 10 s"])
    }

    private func sayExhausted(_ what: String, of holder: RoutingHolder) {
        let consequence = holder == .daemon ? "waiting 10 s" : "giving up mastership"
        logger.warning(
            "\(holder.prefix)\(what) is removed by somebody else again and again; \(consequence)",
            metadata: ["cause": "\(RepairBudget<HeldAddressBook.Key>.limit) repairs in 10 s did not hold"])
    }
}
