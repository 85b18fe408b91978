import Addressing
import LinuxSystem
import Logging
import NIOCore
import Netlink
import VRRP

extension VRRPRuntimeConfiguration {
    /// Each name is there once.
    var virtualInterfacesByName: [String: VirtualInterface] {
        Dictionary(virtualInterfaces.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Whether any adverts bear a virtual MAC address.
    var hasVirtualSources: Bool {
        let interfaces = virtualInterfacesByName
        return routers.contains { router in
            router.namesSource && router.virtualInterface.flatMap { interfaces[$0]?.hardwareAddress } != nil
        }
    }
}

extension VRRPRuntimeConfiguration.Router {
    /// Whether the interface that adverts come from is the virtual one, where there is one.
    fileprivate var namesSource: Bool {
        if case .multicast = configuration.delivery { !transmitsFromBase } else { false }
    }

    /// The interfaces that the router names: its virtual one, and those of its addresses.
    var interfaceNames: Set<String> {
        Set([virtualInterface].compactMap { $0 } + addresses.compactMap(\.interface))
    }
}

extension VRRPLoop {
    /// How a router's adverts come to bear a virtual MAC address: they leave by the interface below, so that they need
    /// not wait until the virtual one is up. nil for a router whose adverts bear the address of its interface.
    func frameSource(
        of id: RouterID
    ) -> (frames: FrameSender, address: MACAddress, interface: InterfaceReference)? {
        guard let frames, let router = known[id], router.namesSource,
            let address = router.virtualInterface.flatMap({ virtualInterfacesByName[$0]?.hardwareAddress }),
            let interface = router.configuration.interface.flatMap(interfaces.reference)
        else { return nil }
        return (frames, address, interface)
    }

    // MARK: In

    /// Hears the adverts of others that bear the virtual MAC address while it is this host's: the kernel hands them to
    /// the virtual interface alone. Those of other MAC addresses are heard on the interface below.
    func openVirtualReceivers(of id: RouterID) {
        guard let router = known[id], let name = router.virtualInterface, let endpoint = Endpoint(router),
            case .multicast = endpoint.delivery, let interface = interfaces.reference(name),
            let address = virtualInterfacesByName[name]?.hardwareAddress
        else { return }
        if let open = virtualReceivers[name] {
            if open.interface == interface { return }
            open.close()
            virtualReceivers[name] = nil
        }
        do throws(SystemError) {
            virtualReceivers[name] = try EndpointSockets(
                endpoint, on: interface, sentFrom: address, eventLoop: eventLoop,
                receive: { datagram in self.assumeIsolated { $0.received(datagram, at: endpoint) } },
                closed: { self.assumeIsolated { $0.virtualReceivers[name] = nil } })
        } catch {
            logger.warning(
                "(\(id)) cannot hear adverts with the virtual MAC address",
                metadata: ["vrrp.instance": "\(id)", "cause": "\(error)"])
        }
    }

    /// Closes the receivers of interfaces that are not named.
    func closeVirtualReceivers(except names: Set<String> = []) {
        for name in Array(virtualReceivers.keys) where !names.contains(name) {
            virtualReceivers.removeValue(forKey: name)?.close()
        }
    }

    // MARK: Repair

    /// Makes virtual interfaces again that somebody has taken away, with the addresses of masters. Who has all of its
    /// addresses again has lost none.
    func restoreVirtualInterfaces(losers: inout Set<RouterID>) {
        // The addresses of an interface are reported gone before the interface is.
        if losers.contains(where: { known[$0].map { !virtualInterfaces(of: $0).isEmpty } ?? false }) { readLinks() }
        let made = repairVirtualInterfaces()
        guard !made.isEmpty else { return }
        filterAddresses()
        for id in holding.sorted(by: { $0.name < $1.name }) {
            guard let router = known[id], virtualInterfaces(of: router).contains(where: { made.contains($0.name) })
            else { continue }
            changeAddresses(of: id, announcements: router.configuration.announcements.count)
            if addresses(of: router).allSatisfy({ book.holder(of: HeldAddressBook.Key($0)) == id }) {
                losers.remove(id)
            }
        }
    }

    /// Takes note of links that are gone and whose report is still to come.
    private func readLinks() {
        guard let links = try? kernel?.links() else { return }
        let present = Set(links.map(\.index))
        for (name, own) in ownInterfaces where !present.contains(own.index) {
            guard let link = interfaces.link(named: name), link.index == own.index else { continue }
            interfaces.apply(.linkRemoved(link))
        }
    }

    // MARK: Announcements where no advert goes

    /// Announces an address now and then on each interface of a master where no advert shows switches the way to the
    /// virtual MAC address.
    func repeatExtraAnnouncements(of id: RouterID) {
        extraAnnouncements.removeValue(forKey: id)?.cancel()
        guard let router = known[id], router.extraAnnouncementInterval > .zero,
            !extraAnnouncementAddresses(of: router).isEmpty
        else { return }
        let interval = TimeAmount(router.extraAnnouncementInterval)
        extraAnnouncements[id] = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            self.assumeIsolated { loop in
                guard loop.holding.contains(id), let router = loop.known[id] else { return }
                loop.announceExtra(loop.extraAnnouncementAddresses(of: router), of: id)
            }
        }
    }

    /// A reload changed masters, intervals or interfaces.
    func settleExtraAnnouncements() {
        for id in Array(extraAnnouncements.keys) where !holding.contains(id) {
            extraAnnouncements.removeValue(forKey: id)?.cancel()
        }
        for id in holding { repeatExtraAnnouncements(of: id) }
    }

    private func announceExtra(_ addresses: [HeldAddress], of id: RouterID) {
        guard let router = known[id] else { return }
        enqueue(
            addresses.compactMap { held in
                (held.interface ?? router.configuration.interface).map {
                    AnnouncementQueue.Announcement(router: id, address: held.prefix.address, interface: $0)
                }
            }, count: 1)
    }

    /// One address of each such interface.
    private func extraAnnouncementAddresses(of router: VRRPRuntimeConfiguration.Router) -> [HeldAddress] {
        let virtual = Set(configuration.virtualInterfaces.filter { $0.hardwareAddress != nil }.map(\.name))
        var seen: Set<String> = []
        return router.addresses.filter { held in
            guard let name = held.interface ?? router.configuration.interface else { return false }
            let showsAddress =
                virtual.contains(name)
                ? name == router.virtualInterface && !router.transmitsFromBase
                : !router.announcesOnEveryInterface || name == router.configuration.interface
            return !showsAddress && seen.insert(name).inserted
        }
    }
}
