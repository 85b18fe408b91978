import Addressing
import Logging
import NIOCore
import Netlink
import VRRP

extension VRRPLoop {
    // MARK: Making and taking away

    /// Makes the virtual interfaces of a configuration that are missing, and takes those over that a crash has left.
    /// One of ours that is there with other properties or another name is left to ``repairVirtualInterfaces()``.
    ///
    /// - Returns: The names of those that were made, for ``removeVirtualInterfaces(_:)`` when it all comes to nothing.
    func makeVirtualInterfaces(of configuration: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) -> [String] {
        var made: [String] = []
        do throws(VRRPRuntimeError) {
            for wanted in configuration.virtualInterfaces {
                switch plan(wanted, of: configuration) {
                case .keep(let link): adopt(wanted, link, for: configuration)
                case .make(let link):
                    try make(wanted, link, for: configuration)
                    made.append(wanted.name)
                case .replace, .rename, .waitForBase: break
                case .nameTaken(let link): throw nameTaken(wanted, by: link)
                }
            }
        } catch {
            removeVirtualInterfaces(made)
            throw error
        }
        return made
    }

    /// Brings the virtual interfaces to what the configuration in force wants: those of other properties are made anew,
    /// those that nobody wants are taken away, those of masters are up and those of others down.
    func settleVirtualInterfaces() {
        let wanted = Set(configuration.virtualInterfaces.map(\.name))
        removeVirtualInterfaces(ownInterfaces.keys.filter { !wanted.contains($0) }.sorted())
        obstacles = obstacles.filter { wanted.contains($0.key) }
        repairVirtualInterfaces()
    }

    /// Makes what is missing or has other properties, and sets up what a master holds and somebody has set down.
    ///
    /// - Returns: The names of the interfaces that were made.
    @discardableResult
    func repairVirtualInterfaces() -> Set<String> {
        var made: Set<String> = []
        renameVirtualInterfaces()
        let used = usedInterfaces
        // Once: there may be hundreds of each.
        let addressesInUse = Set(
            interfaces.allLinks.lazy.filter { $0.flags.contains(.up) }.compactMap(\.hardwareAddress))
        for wanted in configuration.virtualInterfaces {
            do throws(VRRPRuntimeError) {
                switch plan(wanted, of: configuration) {
                case .keep(let link): adopt(wanted, link, for: configuration)
                case .make(let link):
                    try make(wanted, link, for: configuration)
                    made.insert(wanted.name)
                case .rename(let other, let link):
                    // The kernel does not rename what is up.
                    for obstacle in [other, interfaces.link(named: wanted.name)].compactMap(\.self) { remove(obstacle) }
                    try make(wanted, link, for: configuration)
                    made.insert(wanted.name)
                case .replace(let present, let link):
                    remove(present)
                    try make(wanted, link, for: configuration)
                    made.insert(wanted.name)
                case .waitForBase:
                    note(nil, of: wanted.name)
                    continue
                case .nameTaken(let link): throw nameTaken(wanted, by: link)
                }
                setUp(wanted, used: used, addressesInUse: addressesInUse)
            } catch {
                note(error.reason, of: wanted.name, sentence: "\(error)")
            }
        }
        return made
    }

    /// Takes virtual interfaces away, and restores the parameters of interfaces that carry no other one.
    func removeVirtualInterfaces(_ names: [String]) {
        for name in names {
            guard let own = ownInterfaces[name], let link = interfaces.link(named: name), link.index == own.index else {
                ownInterfaces[name] = nil
                continue
            }
            remove(link)
        }
        let bases = Set(ownInterfaces.keys.compactMap { interfaces.link(named: $0)?.lowerIndex })
        for (base, memory) in baseMemories where !bases.contains(base) {
            restore(memory, base: base)
            baseMemories[base] = nil
        }
    }

    /// What is to be done about an interface of a configuration.
    func plan(_ wanted: VirtualInterface, of configuration: VRRPRuntimeConfiguration) -> VirtualInterfacePlan {
        VirtualInterfacePlan(
            wanted, in: interfaces, isOurs: { isOwn($0) || BaseMemory(alias: $0.alias) != nil },
            isSpare: { isOwn($0) && !isInPlace($0, by: configuration) || isLeftBehind($0, by: configuration) })
    }

    /// Whether an interface is what a configuration wants under this name.
    func isInPlace(_ link: Link, by configuration: VRRPRuntimeConfiguration) -> Bool {
        configuration.virtualInterfaces.contains { wanted in
            wanted.name == link.name
                && interfaces.link(named: wanted.base).map { link.isLike(VirtualLink(wanted, on: $0)) } ?? false
        }
    }

    private func make(
        _ wanted: VirtualInterface, _ link: VirtualLink, for configuration: VRRPRuntimeConfiguration
    ) throws(VRRPRuntimeError) {
        guard let kernel else { return }
        if let failure = kernel.apply([.addVirtualLink(link)]).first {
            throw .virtualInterface(
                name: wanted.name, base: wanted.base,
                reason: failure.error.errorNumber == .notSupported
                    ? "the kernel has no \(wanted.hardwareAddress == nil ? "ipvlan" : "macvlan")"
                    : "\(failure.error)")
        }
        do throws(NetlinkError) {
            guard let made = try kernel.links().first(where: { $0.name == wanted.name }) else { return }
            interfaces.apply(.linkChanged(made))
            remember(base: link.baseIndex, name: wanted.base, alias: nil)
            label(made, base: link.baseIndex, changing: LinkChange(ipv6AddressGeneration: addressGeneration(wanted)))
            let own = OwnInterface(index: made.index, name: wanted.name, in: configuration)
            ownInterfaces[wanted.name] = own
            logger.notice("(\(own.router)): Success creating \(own.kind) interface \(wanted.name)")
            setParameters(of: wanted)
            if case .ipvlan(_, let address?) = wanted.kind {
                let flags: InterfaceAddress.Flags =
                    address.address.family == .ipv6 ? .noDuplicateDetection : []
                settleOwn(InterfaceAddress(interfaceIndex: made.index, prefix: address, flags: flags))
            }
            if wanted.hardwareAddress == nil { setUp(wanted, used: [], addressesInUse: []) }
        } catch {
            throw .netlink(error)
        }
    }

    private func settleOwn(_ address: InterfaceAddress) {
        for failure in kernel?.apply([.addAddress(address)]) ?? [] where failure.error.errorNumber != .exists {
            logger.warning("Cannot add \(address.prefix)", metadata: ["cause": "\(failure.error)"])
        }
    }

    /// Nothing makes a link-local address on an interface whose MAC address other hosts have too.
    func addressGeneration(_ wanted: VirtualInterface) -> LinkChange.IPv6AddressGeneration? {
        wanted.families.contains(.ipv6) && wanted.hardwareAddress != nil ? LinkChange.IPv6AddressGeneration.none : nil
    }

    func adopt(_ wanted: VirtualInterface, _ link: Link, for configuration: VRRPRuntimeConfiguration) {
        guard ownInterfaces[wanted.name]?.index != link.index, let base = link.lowerIndex else { return }
        let own = OwnInterface(index: link.index, name: wanted.name, in: configuration)
        ownInterfaces[wanted.name] = own
        remember(base: base, name: wanted.base, alias: link.alias)
        label(link, base: base, changing: LinkChange(ipv6AddressGeneration: addressGeneration(wanted)))
        logger.notice(
            "(\(own.router)): taking over the \(own.kind) interface \(wanted.name), which was there already",
            metadata: ["interface": "\(wanted.name)"])
        setParameters(of: wanted)
    }

    private func remove(_ link: Link) {
        let own = ownInterfaces.removeValue(forKey: link.name)
        for (name, own) in ownInterfaces where own.index == link.index { ownInterfaces[name] = nil }
        let failure = kernel?.apply([.deleteLink(index: link.index)]).first?.error
        interfaces.apply(.linkRemoved(link))
        if failure == nil { ownChanges.removed.insert(link.index) }
        if let failure, failure.errorNumber != .noSuchDevice {
            logger.warning("Cannot remove the interface \(link.name)", metadata: ["cause": "\(failure)"])
        } else {
            logger.notice(
                "(\(own?.router ?? "-")): Success removing \(own?.kind ?? "VMAC") interface \(link.name)")
        }
    }

    private func nameTaken(_ wanted: VirtualInterface, by link: Link) -> VRRPRuntimeError {
        .virtualInterface(
            name: wanted.name, base: wanted.base,
            reason: "there is \(link.kind.map { "a \($0)" } ?? "an interface") of that name already; "
                + "`use_vmac NAME` chooses another name")
    }

    // MARK: Up and down

    /// The virtual interfaces of a router: its own, and those of its addresses.
    func virtualInterfaces(of router: VRRPRuntimeConfiguration.Router) -> [VirtualInterface] {
        router.interfaceNames.compactMap { virtualInterfacesByName[$0] }
    }

    /// Sets a router's virtual interfaces up, before its addresses are put on them.
    func raiseInterfaces(of id: RouterID) {
        guard !configuration.virtualInterfaces.isEmpty, let router = known[id] else { return }
        for wanted in virtualInterfaces(of: router) { setFlag(up: true, of: wanted.name) }
        openVirtualReceivers(of: id)
        // Not now: the adverts and the addresses come first.
        eventLoop.execute {
            self.assumeIsolated { loop in
                guard loop.phase == .running, loop.holding.contains(id), let router = loop.known[id] else { return }
                for wanted in loop.virtualInterfaces(of: router) { loop.setParameters(of: wanted) }
            }
        }
    }

    /// Sets down those that no master uses any more.
    func lowerInterfaces() {
        guard !keepsAddresses else { return }
        let used = usedInterfaces
        closeVirtualReceivers(except: used)
        for wanted in configuration.virtualInterfaces where wanted.hardwareAddress != nil && !used.contains(wanted.name)
        {
            setFlag(up: false, of: wanted.name)
        }
    }

    /// The interfaces that masters use, virtual and others.
    private var usedInterfaces: Set<String> {
        holding.reduce(into: []) { names, id in if let router = known[id] { names.formUnion(router.interfaceNames) } }
    }

    /// Sets it up if it is to be up now: with a MAC address that others share, only for a master.
    ///
    /// Otherwise it is only seen that it could be: a router that cannot become master is not to try.
    private func setUp(_ wanted: VirtualInterface, used: Set<String>, addressesInUse: Set<MACAddress>) {
        if wanted.hardwareAddress == nil || used.contains(wanted.name) {
            if setFlag(up: true, of: wanted.name) { note(nil, of: wanted.name) }
        } else if let link = interfaces.link(named: wanted.name), let address = link.hardwareAddress,
            addressesInUse.contains(address), isOwn(link), let other = rival(of: link, isKnownUp: true)
        {
            note(Self.sameAddress(as: other), of: wanted.name)
        } else {
            tryAgain(wanted)
        }
    }

    private static func sameAddress(as rival: Link) -> String {
        "\(rival.name) has its MAC address already; `ip link delete \(rival.name)` removes it"
    }

    /// Whether it is so now.
    @discardableResult
    func setFlag(up: Bool, of name: String) -> Bool {
        guard var link = interfaces.link(named: name), ownInterfaces[name]?.index == link.index else { return false }
        guard link.flags.contains(.up) != up else { return true }
        if let failure = kernel?.apply([.changeLink(index: link.index, LinkChange(isUp: up))]).first {
            // One that is gone is made anew when the report of it comes.
            guard failure.error.errorNumber != .noSuchDevice else { return false }
            if up {
                let other = failure.error.errorNumber == .addressInUse ? rival(of: link, isKnownUp: false) : nil
                note(other.map(Self.sameAddress) ?? "\(failure.error)", of: name)
            } else {
                logger.warning("Cannot set \(name) down", metadata: ["cause": "\(failure.error)"])
            }
            return false
        }
        if up { link.flags.insert(.up) } else { link.flags.subtract([.up, .running]) }
        interfaces.apply(.linkChanged(link))
        return true
    }
}
