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

    private var holders: [Key: RouterID] = [:]
    private var expectedRemovals: [Key: Int] = [:]

    /// The addresses that a router holds now, in no particular order.
    func addresses(of router: RouterID) -> [Key] { holders.filter { $0.value == router }.map(\.key) }

    /// Who holds an address.
    func holder(of key: Key) -> RouterID? { holders[key] }

    /// A router's address is on its interface now.
    mutating func added(_ address: InterfaceAddress, by router: RouterID) { holders[Key(address)] = router }

    /// The kernel has confirmed a removal that was asked for; its report is still to come.
    mutating func removed(_ address: InterfaceAddress) {
        holders[Key(address)] = nil
        expectedRemovals[Key(address), default: 0] += 1
    }

    /// A router no longer holds an address that was gone already.
    mutating func forgot(_ address: InterfaceAddress) { holders[Key(address)] = nil }

    /// The kernel reports a removal. Returns the router that lost the address to somebody else.
    mutating func heardRemoval(of address: InterfaceAddress) -> RouterID? {
        let key = Key(address)
        if let expected = expectedRemovals[key] {
            expectedRemovals[key] = expected > 1 ? expected - 1 : nil
            return nil
        }
        guard let router = holders[key] else { return nil }
        holders[key] = nil
        return router
    }

    /// After reports were lost: whatever is held and not in the dump was taken away. Returns who lost something.
    mutating func resynchronize(isPresent: (Key) -> Bool) -> Set<RouterID> {
        expectedRemovals.removeAll()
        var losers: Set<RouterID> = []
        for (key, router) in holders where !isPresent(key) {
            losers.insert(router)
            holders[key] = nil
        }
        return losers
    }
}
