import Addressing
import LinuxSystem
import Logging
import NIOCore
import Netlink
import Timing
import VRRP

extension VRRPLoop {
    /// Watches links and addresses from now on and reads them all.
    func watchInterfaces() throws(VRRPRuntimeError) {
        monitor?.close()
        monitor = nil
        do throws(SystemError) {
            // Before the dump, so that nothing between the two is missed.
            monitor = try RouteMonitorChannel(
                eventLoop: eventLoop,
                receive: { events in self.assumeIsolated { $0.heard(events) } },
                lost: { self.assumeIsolated { $0.resynchronize() } })
            if kernel == nil { kernel = try RouteClient.open(timeout: .seconds(1)) }
        } catch {
            throw .system(error)
        }
        guard let kernel else { return }
        do throws(NetlinkError) {
            ownChanges = OwnLinkChanges()
            interfaces = InterfaceTable(links: try kernel.links(), addresses: try kernel.addresses())
        } catch {
            throw .netlink(error)
        }
    }

    /// The kernel reports changes.
    private func heard(_ events: [RouteEvent]) {
        guard phase == .running else { return }
        let events = events.compactMap { ownChanges.current($0) }
        var risen: Set<String> = []
        var concernsRouters = false
        for event in events {
            if !isAboutHeldAddress(event) { concernsRouters = true }
            if case .linkChanged(let link) = event, link.isOperational, !interfaces.isUp(link.name) {
                risen.insert(link.name)
            }
            interfaces.apply(event)
            switch event {
            case .addressRemoved(let address): heardRemoval(of: address)
            case .addressChanged(let address) where address.flags.contains(.duplicateDetectionFailed):
                if let id = book.holder(of: HeldAddressBook.Key(address)) { noteLoss(.duplicate(id, address)) }
            default: break
            }
        }
        restoreVirtualInterfacesOfLosers()
        guard concernsRouters else { return }
        reconcileEndpoints()
        tellInterfaces()
        restoreHoldings(on: risen)
    }

    /// A take-over of thousands of addresses is reported address by address: what comes and goes of them by our own
    /// doing changes neither interfaces nor the addresses that adverts come from.
    private func isAboutHeldAddress(_ event: RouteEvent) -> Bool {
        switch event {
        case .addressChanged(let address), .addressRemoved(let address):
            let key = HeldAddressBook.Key(address)
            return book.holder(of: key) != nil || book.expectsRemoval(of: key)
        default: return false
        }
    }

    private func heardRemoval(of address: InterfaceAddress) {
        let held = book.address(of: HeldAddressBook.Key(address))
        if let loser = book.heardRemoval(of: address) {
            noteLoss(.address(loser, held ?? address))
        } else if let held = upkeep.statics[HeldAddressBook.Key(address)] {
            noteLoss(.staticAddress(held))
        }
    }

    /// Makes virtual interfaces anew that somebody has removed. What routers have lost with them comes back with them, and
    /// is no loss to repair.
    func restoreVirtualInterfacesOfLosers() {
        guard !configuration.virtualInterfaces.isEmpty else { return }
        var losers = Set(upkeep.losses.compactMap { if case .address(let id, _) = $0 { id } else { nil } })
        restoreVirtualInterfaces(losers: &losers)
        upkeep.losses.removeAll { if case .address(let id, _) = $0 { !losers.contains(id) } else { false } }
    }

    /// Reports were lost: everything is read anew.
    private func resynchronize() {
        guard phase == .running else { return }
        logger.notice("The kernel's reports about interfaces overran their buffer; reading all of them anew")
        do throws(VRRPRuntimeError) {
            try watchInterfaces()
        } catch {
            logger.warning("Cannot watch interfaces; trying again", metadata: ["cause": "\(error)"])
            _ = eventLoop.scheduleTask(in: .seconds(1)) { self.assumeIsolated { $0.resynchronize() } }
            return
        }
        let interfaces = interfaces
        let lost = book.resynchronize { interfaces.carries($0.prefix, on: $0.interfaceIndex) }
        for (id, address) in lost { noteLoss(.address(id, address)) }
        restoreVirtualInterfacesOfLosers()
        reconcileEndpoints()
        tellInterfaces()
        for (key, address) in upkeep.statics where !interfaces.carries(key.prefix, on: key.interfaceIndex) {
            noteLoss(.staticAddress(address))
        }
        restoreHoldings(on: Self.interfaceNames(of: configuration))
    }

    /// Tells the routers about interfaces and source addresses that changed since they were told last.
    func tellInterfaces() {
        tellLinks(Self.interfaceNames(of: configuration))
        let current = sourceAddresses(of: configuration)
        for router in configuration.routers {
            let id = router.configuration.id
            let address = current[id]
            guard sources[id] != address else { continue }
            // The last words of a master without an address still come from the former one.
            if address != nil { sources[id] = address }
            handle(.sourceAddressChanged(id, address))
            sources[id] = address
        }
    }

    /// Tells the routers which of these interfaces changed since they were told last.
    func tellLinks(_ names: Set<String>) {
        for name in names.sorted() {
            let isUp = isLinkUp(name)
            guard let reported = reportedInterfaces[name], reported != isUp, let delay = delay(of: name, isUp: isUp)
            else {
                damping.settle(name)
                tellLink(name, isUp: isUp)
                continue
            }
            if damping.pending[name]?.isUp == isUp { continue }
            logger.info("\(name) is \(isUp ? "up" : "down"), which counts in \(delay.wholeNanoseconds / 1_000_000) ms")
            let timer = eventLoop.scheduleTask(in: TimeAmount(delay)) {
                self.assumeIsolated { loop in
                    loop.damping.settle(name)
                    if loop.phase == .running { loop.tellLink(name, isUp: isUp) }
                }
            }
            damping.wait(name, isUp: isUp, until: Instant.now + delay, timer: timer)
        }
    }

    private func tellLink(_ name: String, isUp: Bool) {
        guard reportedInterfaces.updateValue(isUp, forKey: name) != isUp else { return }
        handle(.interfaceChanged(name: name, isUp: isUp))
    }

    /// Whether packets can pass: by the kernel's flags, or for a polled link by what it says itself.
    func isLinkUp(_ name: String) -> Bool {
        guard let hasCarrier = polledCarriers[name] else { return interfaces.isUp(name) }
        return hasCarrier && interfaces.link(named: name)?.flags.contains(.up) ?? false
    }

    /// How long a change must last before it counts; nil is not at all. An interface that is not there any more does not
    /// come back as the same one.
    private func delay(of name: String, isUp: Bool) -> Duration? {
        guard let delays = configuration.linkDelays[name], interfaces.link(named: name) != nil else { return nil }
        let delay = isUp ? delays.up : delays.down
        return delay > .zero ? delay : nil
    }

    /// The address that each router sends from; absent where there is none, or where a tracked one is not here.
    func sourceAddresses(of configuration: VRRPRuntimeConfiguration) -> [RouterID: IPAddress] {
        // What a reload takes out of the list is a virtual address until it is off the interface.
        let virtual = Set(configuration.routers.flatMap { $0.addresses.map(\.prefix) }).union(book.keys.map(\.prefix))
        let virtualAddresses = Set(virtual.map(\.address))
        var addresses: [RouterID: IPAddress] = [:]
        for router in configuration.routers {
            if let tracked = router.configuration.trackedSourceAddress, !interfaces.allAddresses.contains(tracked) {
                continue
            }
            addresses[router.configuration.id] =
                router.sourceAddress
                ?? router.configuration.interface.flatMap { interface in
                    let router = router.configuration
                    // One that differs in its prefix length only is likely to be held by somebody else, too.
                    return interfaces.sourceAddress(
                        of: interface, for: router, excluding: { virtualAddresses.contains($0.address) })
                        ?? interfaces.sourceAddress(of: interface, for: router, excluding: virtual.contains)
                }
        }
        return addresses
    }

    /// Every interface that matters: adverts, addresses, trackers.
    static func interfaceNames(of configuration: VRRPRuntimeConfiguration) -> Set<String> {
        var names: Set<String> = []
        for router in configuration.routers {
            if let interface = router.configuration.interface { names.insert(interface) }
            names.formUnion(router.addresses.compactMap(\.interface))
            names.formUnion(router.routing.interfaces)
            for case .interface(let name) in router.configuration.trackers.map(\.subject) { names.insert(name) }
        }
        return names
    }
}
