import Addressing
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Timing
import VRRP

extension VRRPLoop {
    // MARK: Holding

    /// Makes the interfaces hold exactly what the router's configuration lists: adopts what is there, adds what is
    /// missing, takes away what it held by a former configuration.
    func addAddresses(of id: RouterID) {
        let wanted = heldAddresses(of: id)
        let wantedKeys = Set(wanted.map(HeldAddressBook.Key.init))
        let superfluous = book.addresses(of: id).filter { !wantedKeys.contains($0) && claims[$0] == nil }
        acquire(wanted, removing: superfluous, of: id)
    }

    /// A reload changed what a master is to hold: adds and announces what is new, takes away what is not wanted any
    /// more, and leaves the rest alone.
    func changeAddresses(of id: RouterID, announcements count: UInt32) {
        let wanted = heldAddresses(of: id)
        let wantedKeys = Set(wanted.map(HeldAddressBook.Key.init))
        let superfluous = book.addresses(of: id).filter { !wantedKeys.contains($0) && claims[$0] == nil }
        let new = wanted.filter { book.holder(of: HeldAddressBook.Key($0)) == nil }
        // Label, broadcast address and scope cannot be changed in place.
        let altered = wanted.filter { address in
            let key = HeldAddressBook.Key(address)
            return book.holder(of: key) == id && book.address(of: key).map { $0 != address } ?? false
        }
        dropAnnouncements(of: superfluous)
        changeAddresses(
            adding: new.map { AddressAddition(address: $0, router: id) }, removing: superfluous,
            replacing: altered.map { AddressAddition(address: $0, router: id) })
        if count > 0 { announce(Set((new + altered).map(HeldAddressBook.Key.init)), of: id, count: count) }
    }

    /// Takes addresses away that nobody is to hold.
    func takeAway(_ keys: [HeldAddressBook.Key]) {
        dropAnnouncements(of: keys)
        changeAddresses(removing: keys)
    }

    /// Takes the router's addresses away: those it holds, and those of its configuration that a crash left behind.
    func removeAddresses(of id: RouterID) {
        announcements.removeAll(of: id)
        dropAcquisitions(of: id)
        guard !keepsAddresses else { return }
        releaseRouting(of: .router(id))
        var keys = book.addresses(of: id)
        // One without an address to send from has never been master here: what is there is the host's own, not left behind.
        for address in sources[id] == nil ? [] : heldAddresses(of: id) {
            let key = HeldAddressBook.Key(address)
            guard book.holder(of: key) == nil, interfaces.carries(key.prefix, on: key.interfaceIndex) else { continue }
            keys.append(key)
        }
        takeAway(passOn(keys.filter { claims[$0] == nil }, of: id))
    }

    /// Leaves addresses to other masters that list them too, and to `static_ipaddress`.
    ///
    /// - Returns: Those that nobody else holds.
    private func passOn(_ keys: [HeldAddressBook.Key], of id: RouterID) -> [HeldAddressBook.Key] {
        let shared = Set(keys.filter { sharedPrefixes.contains($0.prefix) })
        var others: [HeldAddressBook.Key: RouterID] = [:]
        for other in shared.isEmpty ? [] : holding where other != id {
            for key in heldAddresses(of: other).map(HeldAddressBook.Key.init) where shared.contains(key) {
                others[key] = other
            }
        }
        return keys.filter { key in
            if let other = others[key] {
                book.pass(key, to: other)
                return false
            }
            guard upkeep.statics[key] != nil else { return true }
            book.forgot(key.address)
            return false
        }
    }

    /// What is taken away is not announced any more.
    private func dropAnnouncements(of keys: [HeldAddressBook.Key]) {
        guard !announcements.isEmpty, !keys.isEmpty else { return }
        let gone = Set(keys.map(\.prefix.address))
        announcements.removeAll { gone.contains($0.address) }
    }

    /// The router's addresses on the interfaces that exist.
    private func heldAddresses(of id: RouterID) -> [InterfaceAddress] {
        known[id].map(addresses) ?? []
    }

    /// What a router is to hold, on the interfaces that exist.
    func addresses(of router: VRRPRuntimeConfiguration.Router) -> [InterfaceAddress] {
        router.addresses.compactMap { interfaceAddress($0, defaultInterface: router.configuration.interface) }
    }

    /// An address on its interface; nil while that does not exist.
    func interfaceAddress(_ held: HeldAddress, defaultInterface: String?) -> InterfaceAddress? {
        guard let interface = held.interface ?? defaultInterface, let link = interfaces.link(named: interface) else {
            return nil
        }
        var flags = held.flags
        // A master does not wait a second for duplicate detection: the election has settled who holds it.
        if held.prefix.address.family == .ipv6, !held.detectsDuplicates { flags.insert(.noDuplicateDetection) }
        return InterfaceAddress(
            interfaceIndex: link.index, prefix: held.prefix, peer: held.peer, broadcast: held.broadcast,
            label: held.label, scope: RouteScope(rawValue: held.scope), flags: flags,
            preferredLifetime: held.preferredLifetime)
    }

    // MARK: Announcing

    /// Announces a router's addresses, all of them or those of a set.
    func announce(_ keys: Set<HeldAddressBook.Key>?, of id: RouterID, count: UInt32) {
        guard let router = known[id] else { return }
        let burst = router.addresses.compactMap { held -> AnnouncementQueue.Announcement? in
            let address = held.prefix.address
            guard let interface = held.interface ?? router.configuration.interface else { return nil }
            if let keys {
                guard let link = interfaces.link(named: interface),
                    keys.contains(.init(InterfaceAddress(interfaceIndex: link.index, prefix: held.prefix)))
                else { return nil }
            }
            return AnnouncementQueue.Announcement(router: id, address: address, interface: interface)
        }
        announce(burst, of: id, count: count)
    }

    /// Announces addresses that a router has just got.
    func announce(_ addresses: some Sequence<InterfaceAddress>, of id: RouterID, count: UInt32) {
        let burst = addresses.compactMap { address in
            interfaces.name(of: address.interfaceIndex).map {
                AnnouncementQueue.Announcement(router: id, address: address.prefix.address, interface: $0)
            }
        }
        announce(burst, of: id, count: count)
    }

    private func announce(_ burst: [AnnouncementQueue.Announcement], of id: RouterID, count: UInt32) {
        for announcement in burst {
            let kind = announcement.address.family == .ipv4 ? "gratuitous ARPs" : "Unsolicited Neighbour Adverts"
            logger.debug(
                "(\(id)) Sending/queueing \(kind) on \(announcement.interface) for \(announcement.address)",
                metadata: ["vrrp.instance": "\(id)"])
        }
        enqueue(burst, count: count)
    }

    /// Announces as soon as the pace allows.
    func enqueue(_ burst: [AnnouncementQueue.Announcement], count: UInt32) {
        announcements.append(burst, count: count)
        drainAnnouncements()
    }

    /// Announces addresses once that were put back.
    func announceAgain(_ keys: Set<HeldAddressBook.Key>, of id: RouterID) { announce(keys, of: id, count: 1) }

    /// Sends what is due, in portions between which adverts get their turn.
    private func drainAnnouncements() {
        announcementTimer?.cancel()
        announcementTimer = nil
        var forwarding: [String: Bool] = [:]
        for announcement in announcements.takeDue(at: .now, limit: Self.announcementPortion) {
            announce(announcement, forwarding: &forwarding)
        }
        guard let next = announcements.nextDue(now: .now) else { return }
        announcementTimer = eventLoop.scheduleTask(deadline: NIODeadline(next)) {
            self.assumeIsolated { $0.drainAnnouncements() }
        }
    }

    /// - Parameter forwarding: which interfaces forward IPv6 packets, as far as that has been asked for.
    private func announce(_ announcement: AnnouncementQueue.Announcement, forwarding: inout [String: Bool]) {
        let interface = announcement.interface
        guard let announcer, let neighborAnnouncer, let link = interfaces.link(named: interface),
            let reference = interfaces.reference(interface), let owner = link.hardwareAddress,
            link.flags.isDisjoint(with: [.loopback, .noARP])
        else { return }
        do throws(SystemError) {
            switch announcement.address {
            case .v4(let address):
                try announcer.announce(address, at: owner, on: reference)
                logger.debug("Sending gratuitous ARP on \(interface) for \(address)")
            case .v6(let address):
                let isRouter = forwarding[interface] ?? Self.forwardsIPv6(interface)
                forwarding[interface] = isRouter
                try neighborAnnouncer.announce(address, at: owner, isRouter: isRouter, on: reference)
                logger.debug("Sending unsolicited Neighbour Advert on \(interface) for \(address)")
            }
        } catch {
            logger.debug("Cannot announce \(announcement.address)", metadata: ["cause": "\(error)"])
        }
    }

    private static func forwardsIPv6(_ interface: String) -> Bool {
        (try? Sysctl.ipv6(interface: interface, "forwarding").read()).map { $0 > 0 } ?? false
    }

    /// About a millisecond of sending.
    private static let announcementPortion = 128
}
