import LinuxSystem
import Logging
import Netlink
import VRRP

extension VRRPLoop {
    // MARK: Static addresses, routes and rules

    /// The static addresses on the interfaces that exist.
    func staticAddresses(of configuration: VRRPRuntimeConfiguration) -> [InterfaceAddress] {
        configuration.statics.addresses.compactMap { interfaceAddress($0, defaultInterface: nil) }
    }

    /// Makes the kernel have what is held as long as the daemon runs; what is there stays as it is.
    func holdStatics() {
        let missing = staticAddresses(of: configuration).filter {
            upkeep.statics[HeldAddressBook.Key($0)] == nil || !interfaces.carries($0.prefix, on: $0.interfaceIndex)
        }
        if let kernel, !missing.isEmpty {
            let failures = Dictionary(
                kernel.apply(missing.map { .addAddress($0) }).map { ($0.index, $0.error) },
                uniquingKeysWith: { first, _ in first })
            for (index, address) in missing.enumerated() {
                if let failure = failures[index], failure.errorNumber != .exists {
                    logger.warning("Cannot add static \(address.prefix)", metadata: ["cause": "\(failure)"])
                } else {
                    upkeep.statics[HeldAddressBook.Key(address)] = address
                }
            }
        }
        if !configuration.statics.routing.isEmpty { holdRouting(of: .daemon) }
    }

    /// Takes away what was held as long as the daemon runs: rules, routes, addresses.
    func releaseStatics() {
        releaseRouting(of: .daemon)
        takeAwayStatics(Array(upkeep.statics.keys))
    }

    /// A configuration took force: takes away the static addresses that it does not have.
    func settleStatics() {
        let wanted = Set(staticAddresses(of: configuration).map { HeldAddressBook.Key($0) })
        takeAwayStatics(upkeep.statics.keys.filter { !wanted.contains($0) })
        holdStatics()
    }

    private func takeAwayStatics(_ keys: [HeldAddressBook.Key]) {
        // An address that became a virtual one has its holder in the book.
        let leaving = keys.filter { book.holder(of: $0) == nil }.compactMap { upkeep.statics[$0] }
        for key in keys { upkeep.statics[key] = nil }
        guard let kernel, !leaving.isEmpty else { return }
        for failure in kernel.apply(leaving.map { .deleteAddress($0) }) where !failure.error.meansAbsence {
            logger.warning(
                "Cannot remove static \(leaving[failure.index].prefix)", metadata: ["cause": "\(failure.error)"])
        }
    }

    // MARK: promote_secondaries

    /// Sets the parameter on the interfaces whose instances ask for it, and puts it back on those where none does any
    /// more.
    func settlePromotion(for configuration: VRRPRuntimeConfiguration?) {
        let wanted = Set(
            (configuration?.routers ?? []).filter(\.promotesSecondaries).compactMap(\.configuration.interface))
        for (name, value) in upkeep.formerPromotion where !wanted.contains(name) {
            upkeep.formerPromotion[name] = nil
            guard interfaces.link(named: name) != nil else { continue }
            write(value, on: name)
        }
        for name in wanted.sorted() where upkeep.formerPromotion[name] == nil && interfaces.link(named: name) != nil {
            let parameter = Self.promotion(of: name)
            guard let value = try? parameter.read(), value != 1 else { continue }
            upkeep.formerPromotion[name] = value
            write(1, on: name)
        }
    }

    private func write(_ value: Int, on interface: String) {
        do throws(SystemError) { try Self.promotion(of: interface).write(value) } catch {
            logger.warning("Cannot set promote_secondaries of \(interface)", metadata: ["cause": "\(error)"])
        }
    }

    private static func promotion(of interface: String) -> Sysctl {
        .ipv4(interface: interface, "promote_secondaries")
    }
}
