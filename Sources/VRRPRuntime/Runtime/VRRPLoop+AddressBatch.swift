import Addressing
import Logging
import Netlink
import VRRP

/// An address and the router that is to hold it.
struct AddressAddition: Sendable {
    var address: InterfaceAddress
    var router: RouterID

    var key: HeldAddressBook.Key { HeldAddressBook.Key(address) }
}

extension VRRPLoop {
    /// Changes addresses in one batch, and keeps the book of it.
    ///
    /// Where the kernel does not promote secondary addresses, the first address of an IPv4 subnet takes the others of
    /// the subnet with it. Those that are held, or were added just before, are added once more after the removals.
    ///
    /// - Parameters:
    ///   - additions: are added before anything is removed, so that an interface does not lose its last address, and
    ///     with it its routes, in between.
    ///   - keys: are removed.
    ///   - replacements: are removed, and added with other properties when all removals are through.
    func changeAddresses(
        adding additions: [AddressAddition] = [], removing keys: [HeldAddressBook.Key] = [],
        replacing replacements: [AddressAddition] = []
    ) {
        var leaving: Set<HeldAddressBook.Key> = []
        let removals = (keys + replacements.map(\.key)).filter { leaving.insert($0).inserted }
        let restored = stranded(byRemovalOf: leaving, additions: additions)
        var steps = additions.map { AddressStep.add($0) } + removals.map { .remove($0, asItIs($0)) }
        steps += replacements.map { .add($0) } + restored.map { .add($0) }
        guard let kernel, !steps.isEmpty else { return }
        let failures = Dictionary(
            kernel.apply(steps.map(\.command)).map { ($0.index, $0.error) }, uniquingKeysWith: { first, _ in first })
        // In the kernel's order: what a step means depends on those before it.
        for (index, step) in steps.enumerated() {
            switch step {
            case .add(let addition): settle(addition, failure: failures[index])
            case .remove(let key, _): settleRemoval(of: key, failure: failures[index])
            }
        }
    }

    /// The address as it was added or is on its interface: one with a far end is found by that too.
    private func asItIs(_ key: HeldAddressBook.Key) -> InterfaceAddress {
        book.address(of: key) ?? interfaces.address(key.prefix, on: key.interfaceIndex) ?? key.address
    }

    /// What is held, or is about to be, in a subnet of which an address goes.
    private func stranded(
        byRemovalOf leaving: Set<HeldAddressBook.Key>, additions: [AddressAddition]
    ) -> [AddressAddition] {
        let subnets = Set(leaving.compactMap(Subnet.init))
        guard !subnets.isEmpty else { return [] }
        func isStranded(_ key: HeldAddressBook.Key) -> Bool {
            !leaving.contains(key) && Subnet(key).map(subnets.contains) ?? false
        }
        let added = additions.filter { isStranded($0.key) }
        let addedKeys = Set(added.map(\.key))
        let held = book.keys.filter { isStranded($0) && !addedKeys.contains($0) }
            .compactMap { key -> AddressAddition? in
                guard let address = book.address(of: key), let router = book.holder(of: key) else { return nil }
                return AddressAddition(address: address, router: router)
            }
        return held + added
    }

    private func settle(_ addition: AddressAddition, failure: NetlinkError?) {
        if let failure, failure.errorNumber != .exists {
            let name = interfaces.name(of: addition.address.interfaceIndex) ?? "?"
            logger.warning(
                "(\(addition.router)) cannot add \(addition.address.prefix)",
                metadata: [
                    "vrrp.instance": "\(addition.router)", "interface": "\(name)", "cause": "\(failure)",
                ])
            return
        }
        if failure == nil, isReportPending(of: addition.key) { book.removed(addition.address) }
        book.added(addition.address, by: addition.router)
    }

    private func settleRemoval(of key: HeldAddressBook.Key, failure: NetlinkError?) {
        let address = key.address
        guard let failure else { return book.removed(address) }
        if failure.errorNumber == .addressNotAvailable, isReportPending(of: key) { return book.removed(address) }
        book.forgot(address)
        if failure.errorNumber == .addressNotAvailable || failure.errorNumber == .noSuchDevice { return }
        logger.warning("Cannot remove \(address.prefix)", metadata: ["cause": "\(failure)"])
    }

    /// Whether the kernel is still to report the removal of an address that turned out not to be there: it was there
    /// by all that has been heard, and no removal that would account for it was asked for.
    private func isReportPending(of key: HeldAddressBook.Key) -> Bool {
        book.holder(of: key) != nil
            || interfaces.carries(key.prefix, on: key.interfaceIndex) && !book.expectsRemoval(of: key)
    }
}

private enum AddressStep {
    case add(AddressAddition)
    case remove(HeldAddressBook.Key, InterfaceAddress)

    var command: RouteCommand {
        switch self {
        case .add(let addition): .addAddress(addition.address)
        case .remove(_, let address): .deleteAddress(address)
        }
    }
}

/// A subnet on an interface, in which the kernel has primary and secondary addresses.
private struct Subnet: Hashable {
    var interfaceIndex: UInt32
    var length: UInt8
    var network: UInt32

    /// Nil where there are no secondary addresses: in IPv6, and for an address that is a subnet of its own.
    init?(_ key: HeldAddressBook.Key) {
        guard let address = key.prefix.address.ipv4, !key.prefix.isHost else { return nil }
        interfaceIndex = key.interfaceIndex
        length = key.prefix.length
        network = address.rawValue & ~(UInt32.max >> UInt32(length))
    }
}

extension HeldAddressBook.Key {
    /// As much of the address as a removal needs.
    var address: InterfaceAddress { InterfaceAddress(interfaceIndex: interfaceIndex, prefix: prefix) }
}
