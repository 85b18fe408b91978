import Addressing
import Netlink
import VRRP

/// Which router holds which addresses on which interface, and which removals were our own doing.
///
/// The kernel reports every removal, also those that were asked for. A removal of an address that a router holds and
/// that was not asked for is somebody else's.
struct HeldAddressBook: Sendable {
    /// An address on an interface.
    struct Key: Sendable, Hashable {
        var interfaceIndex: UInt32
        var prefix: Prefix

        init(_ address: InterfaceAddress) {
            interfaceIndex = address.interfaceIndex
            prefix = address.prefix
        }
    }

    private struct Entry: Sendable {
        var router: RouterID
        var address: InterfaceAddress
    }

    private var entries: [Key: Entry] = [:]
    private var expectedRemovals: [Key: Int] = [:]

    /// The addresses that a router holds now, in no particular order.
    func addresses(of router: RouterID) -> [Key] { entries.filter { $0.value.router == router }.map(\.key) }

    /// Everything that is held by anyone.
    var keys: Set<Key> { Set(entries.keys) }

    /// Who holds an address.
    func holder(of key: Key) -> RouterID? { entries[key]?.router }

    /// The address as it was added, with its label and the like.
    func address(of key: Key) -> InterfaceAddress? { entries[key]?.address }

    /// A router's address is on its interface now.
    mutating func added(_ address: InterfaceAddress, by router: RouterID) {
        entries[Key(address)] = Entry(router: router, address: address)
    }

    /// An address that is held passes to another router, without anything happening to it.
    mutating func pass(_ key: Key, to router: RouterID) { entries[key]?.router = router }

    /// The kernel has confirmed a removal that was asked for; its report is still to come.
    mutating func removed(_ address: InterfaceAddress) {
        entries[Key(address)] = nil
        expectedRemovals[Key(address), default: 0] += 1
    }

    /// Whether the report of a removal that was asked for is still to come.
    func expectsRemoval(of key: Key) -> Bool { expectedRemovals[key] != nil }

    /// A router no longer holds an address that was gone already.
    mutating func forgot(_ address: InterfaceAddress) { entries[Key(address)] = nil }

    /// The kernel reports a removal. Returns the router that lost the address to somebody else.
    mutating func heardRemoval(of address: InterfaceAddress) -> RouterID? {
        let key = Key(address)
        if let expected = expectedRemovals[key] {
            expectedRemovals[key] = expected > 1 ? expected - 1 : nil
            return nil
        }
        guard let router = entries[key]?.router else { return nil }
        entries[key] = nil
        return router
    }

    /// After reports were lost: whatever is held and not in the dump was taken away. Returns who lost what.
    mutating func resynchronize(isPresent: (Key) -> Bool) -> [(router: RouterID, address: InterfaceAddress)] {
        expectedRemovals.removeAll()
        let lost = entries.filter { !isPresent($0.key) }
        for key in lost.keys { entries[key] = nil }
        return lost.values.map { ($0.router, $0.address) }
    }
}
