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
        let superfluous = book.addresses(of: id).filter { !wantedKeys.contains($0) }
        let failures = apply(
            wanted.map { .addAddress($0) } + superfluous.map { .deleteAddress($0.address) })
        for key in superfluous { settleRemoval(of: key.address, failure: failures[.deleteAddress(key.address)]) }
        for address in wanted {
            let failure = failures[.addAddress(address)]
            if failure == nil || failure?.errorNumber == .exists { book.added(address, by: id) }
            guard let failure, failure.errorNumber != .exists else { continue }
            logger.warning(
                "(\(id)) cannot add \(address.prefix)",
                metadata: [
                    "vrrp.instance": "\(id)", "interface": "\(interfaces.name(of: address.interfaceIndex) ?? "?")",
                    "cause": "\(failure)",
                ])
        }
    }

    /// Takes the router's addresses away: those it holds, and those of its configuration that a crash left behind.
    func removeAddresses(of id: RouterID) {
        announcements.removeAll(of: id)
        guard !keepsAddresses else { return }
        var keys = book.addresses(of: id)
        for address in heldAddresses(of: id) {
            let key = HeldAddressBook.Key(address)
            guard book.holder(of: key) == nil, interfaces.carries(key.prefix, on: key.interfaceIndex) else { continue }
            keys.append(key)
        }
        let failures = apply(keys.map { .deleteAddress($0.address) })
        for key in keys { settleRemoval(of: key.address, failure: failures[.deleteAddress(key.address)]) }
    }

    private func settleRemoval(of address: InterfaceAddress, failure: NetlinkError?) {
        guard let failure else { return book.removed(address) }
        book.forgot(address)
        if failure.errorNumber == .addressNotAvailable || failure.errorNumber == .noSuchDevice { return }
        logger.warning("Cannot remove \(address.prefix)", metadata: ["cause": "\(failure)"])
    }

    /// Carries out commands in one batch; returns the failures.
    private func apply(_ commands: [RouteCommand]) -> [RouteCommand: NetlinkError] {
        guard let kernel, !commands.isEmpty else { return [:] }
        return Dictionary(
            kernel.apply(commands).map { ($0.command, $0.error) }, uniquingKeysWith: { first, _ in first })
    }

    /// The router's addresses on the interfaces that exist.
    private func heldAddresses(of id: RouterID) -> [InterfaceAddress] {
        guard let router = known[id] else { return [] }
        return router.addresses.compactMap { held in
            guard let interface = held.interface ?? router.configuration.interface,
                let link = interfaces.link(named: interface)
            else { return nil }
            return InterfaceAddress(
                interfaceIndex: link.index, prefix: held.prefix, broadcast: held.broadcast, label: held.label,
                scope: RouteScope(rawValue: held.scope),
                // A master does not wait a second for duplicate detection: the election has settled who holds it.
                flags: held.prefix.address.family == .ipv6 ? .noDuplicateDetection : [])
        }
    }

    // MARK: Announcing

    func announceAddresses(of id: RouterID, count: UInt32) {
        guard let router = known[id] else { return }
        let burst = router.addresses.compactMap { held -> AnnouncementQueue.Announcement? in
            guard let address = held.prefix.address.ipv4,
                let interface = held.interface ?? router.configuration.interface
            else { return nil }
            return AnnouncementQueue.Announcement(router: id, address: address, interface: interface)
        }
        for announcement in burst {
            logger.debug(
                "(\(id)) Sending/queueing gratuitous ARPs on \(announcement.interface) for \(announcement.address)",
                metadata: ["vrrp.instance": "\(id)"])
        }
        announcements.append(burst, count: count)
        drainAnnouncements()
    }

    /// Sends what is due, in portions between which adverts get their turn.
    private func drainAnnouncements() {
        announcementTimer?.cancel()
        announcementTimer = nil
        for announcement in announcements.takeDue(at: .now, limit: Self.announcementPortion) {
            announce(announcement)
        }
        guard let next = announcements.nextDue(now: .now) else { return }
        announcementTimer = eventLoop.scheduleTask(deadline: NIODeadline(next)) {
            self.assumeIsolated { $0.drainAnnouncements() }
        }
    }

    private func announce(_ announcement: AnnouncementQueue.Announcement) {
        guard let announcer, let link = interfaces.link(named: announcement.interface),
            let reference = interfaces.reference(announcement.interface), let owner = link.hardwareAddress,
            link.flags.isDisjoint(with: [.loopback, .noARP])
        else { return }
        do throws(SystemError) {
            try announcer.announce(announcement.address, at: owner, on: reference)
            logger.debug("Sending gratuitous ARP on \(announcement.interface) for \(announcement.address)")
        } catch {
            logger.debug("Cannot send gratuitous ARP", metadata: ["cause": "\(error)"])
        }
    }

    /// About a millisecond of sending.
    private static let announcementPortion = 128
}

extension HeldAddressBook.Key {
    /// As much of the address as a removal needs.
    var address: InterfaceAddress { InterfaceAddress(interfaceIndex: interfaceIndex, prefix: prefix) }
}
