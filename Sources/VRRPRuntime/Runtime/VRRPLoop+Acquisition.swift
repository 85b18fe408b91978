import NIOCore
import Netlink
import VRRP

/// A new master adds its addresses in portions, between which adverts go out and datagrams are read, and announces each
/// portion as soon as it is there.
extension VRRPLoop {
    /// Addresses that are added in one go: about a millisecond for the kernel.
    static let addressPortion = 64

    /// Adds a router's addresses, as many at once as there is room for and the others soon after, then its routes and
    /// rules.
    func acquire(_ addresses: [InterfaceAddress], removing superfluous: [HeldAddressBook.Key], of id: RouterID) {
        upkeep.acquisitions.removeAll { $0.router == id }
        let room = max(0, Self.addressPortion - upkeep.addedAtOnce)
        let portion = addresses.prefix(room)
        upkeep.addedAtOnce += portion.count
        changeAddresses(adding: portion.map { AddressAddition(address: $0, router: id) }, removing: superfluous)
        guard portion.count < addresses.count else { return holdRouting(of: .router(id)) }
        upkeep.acquisitions.append(
            Upkeep.Acquisition(router: id, addresses: Array(addresses.dropFirst(portion.count))))
        scheduleAcquisition()
    }

    /// Announces a router's addresses. Those that are still to be added follow when they are there: each once as soon as
    /// it is, the repetitions when all are.
    func announceAddresses(of id: RouterID, count: UInt32) {
        guard count > 0, let position = upkeep.acquisitions.firstIndex(where: { $0.router == id }) else {
            return announce(nil, of: id, count: count)
        }
        upkeep.acquisitions[position].announcements = max(upkeep.acquisitions[position].announcements, count)
        announce(Set(book.addresses(of: id)), of: id, count: 1)
    }

    private func scheduleAcquisition() {
        guard upkeep.acquisition == nil else { return }
        // Not `execute`: the loop runs such tasks before it looks at its sockets again.
        upkeep.acquisition = eventLoop.scheduleTask(in: .microseconds(50)) {
            self.assumeIsolated { loop in
                loop.upkeep.acquisition = nil
                loop.acquirePortion()
                if !loop.upkeep.acquisitions.isEmpty { loop.scheduleAcquisition() }
            }
        }
    }

    private func acquirePortion() {
        guard var acquisition = upkeep.acquisitions.first, kernel != nil else { return upkeep.acquisitions = [] }
        let portion = acquisition.addresses[acquisition.next...].prefix(Self.addressPortion)
        let id = acquisition.router
        acquisition.next += portion.count
        changeAddresses(adding: portion.map { AddressAddition(address: $0, router: id) })
        let isLast = acquisition.next >= acquisition.addresses.count
        if isLast { upkeep.acquisitions.removeFirst() } else { upkeep.acquisitions[0] = acquisition }
        if acquisition.announcements > 0 { announce(portion, of: id, count: 1) }
        guard isLast else { return }
        holdRouting(of: .router(id))
        if acquisition.announcements > 1 { announce(nil, of: id, count: acquisition.announcements - 1) }
    }

    /// Adds at once what is still to be added.
    func finishAcquisitions() {
        upkeep.acquisition?.cancel()
        upkeep.acquisition = nil
        while !upkeep.acquisitions.isEmpty { acquirePortion() }
    }

    /// What a router that has given its addresses up was still to add.
    func dropAcquisitions(of id: RouterID) { upkeep.acquisitions.removeAll { $0.router == id } }
}
