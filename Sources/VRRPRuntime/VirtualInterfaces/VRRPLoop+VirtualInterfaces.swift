import Addressing
import LinuxSystem
import Logging
import NIOCore
import Netlink
import VRRP

extension VRRPLoop {
    // MARK: Making and taking away

    /// Makes the virtual interfaces of a configuration that are missing, and takes those over that a crash has left.
    /// One that is there with other properties and is ours is left to ``settleVirtualInterfaces()``.
    ///
    /// - Returns: The names of those that were made, for ``removeVirtualInterfaces(_:)`` when it all comes to nothing.
    func makeVirtualInterfaces(of configuration: VRRPRuntimeConfiguration) throws(VRRPRuntimeError) -> [String] {
        var made: [String] = []
        let used = usedInterfaces
        do throws(VRRPRuntimeError) {
            for wanted in configuration.virtualInterfaces {
                switch plan(wanted) {
                case .keep(let link): adopt(wanted, link, for: configuration)
                case .make(let link):
                    try make(wanted, link, for: configuration)
                    made.append(wanted.name)
                case .replace, .waitForBase: continue
                case .nameTaken(let link): throw nameTaken(wanted, by: link)
                }
                setUp(wanted, used: used)
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
        repairVirtualInterfaces()
    }

    /// Makes what is missing or has other properties, and sets up what a master holds and somebody has set down.
    ///
    /// - Returns: The names of the interfaces that were made.
    @discardableResult
    func repairVirtualInterfaces() -> Set<String> {
        var made: Set<String> = []
        let used = usedInterfaces
        for wanted in configuration.virtualInterfaces {
            do throws(VRRPRuntimeError) {
                switch plan(wanted) {
                case .keep(let link): adopt(wanted, link, for: configuration)
                case .make(let link):
                    try make(wanted, link, for: configuration)
                    made.insert(wanted.name)
                case .replace(let present, let link):
                    remove(present)
                    try make(wanted, link, for: configuration)
                    made.insert(wanted.name)
                case .waitForBase: continue
                case .nameTaken(let link): throw nameTaken(wanted, by: link)
                }
                failingInterfaces.remove(wanted.name)
            } catch {
                guard failingInterfaces.insert(wanted.name).inserted else { continue }
                logger.warning("\(error)")
            }
            setUp(wanted, used: used)
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

    private func plan(_ wanted: VirtualInterface) -> VirtualInterfacePlan {
        VirtualInterfacePlan(wanted, in: interfaces) { link in
            ownInterfaces[link.name]?.index == link.index || BaseMemory(alias: link.alias) != nil
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
    private func addressGeneration(_ wanted: VirtualInterface) -> LinkChange.IPv6AddressGeneration? {
        wanted.families.contains(.ipv6) && wanted.hardwareAddress != nil ? LinkChange.IPv6AddressGeneration.none : nil
    }

    private func adopt(_ wanted: VirtualInterface, _ link: Link, for configuration: VRRPRuntimeConfiguration) {
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
        let failure = kernel?.apply([.deleteLink(index: link.index)]).first?.error
        interfaces.apply(.linkRemoved(link))
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
    private func setUp(_ wanted: VirtualInterface, used: Set<String>) {
        guard wanted.hardwareAddress == nil || used.contains(wanted.name) else { return }
        setFlag(up: true, of: wanted.name)
    }

    private func setFlag(up: Bool, of name: String) {
        guard var link = interfaces.link(named: name), ownInterfaces[name]?.index == link.index,
            link.flags.contains(.up) != up
        else { return }
        if let failure = kernel?.apply([.changeLink(index: link.index, LinkChange(isUp: up))]).first {
            // One that is gone is made anew when the report of it comes.
            guard failure.error.errorNumber != .noSuchDevice else { return }
            logger.warning("Cannot set \(name) \(up ? "up" : "down")", metadata: ["cause": "\(failure.error)"])
            return
        }
        if up { link.flags.insert(.up) } else { link.flags.subtract([.up, .running]) }
        interfaces.apply(.linkChanged(link))
    }

    // MARK: Parameters

    /// Reads what the parameters of the interface below were, unless that is known already.
    private func remember(base index: UInt32, name: String, alias: String?) {
        guard baseMemories[index] == nil else { return }
        if var memory = BaseMemory(alias: alias), memory.base == name {
            memory.process = Self.processID
            baseMemories[index] = memory
            return
        }
        var memory = BaseMemory(base: name, process: Self.processID)
        for parameter in InterfaceParameters.base.keys {
            if let value = Self.reading(.ipv4(interface: name, parameter)) { memory.values[parameter] = value }
        }
        baseMemories[index] = memory
    }

    /// Writes into the alias what a successor has to know.
    private func label(_ link: Link, base: UInt32, changing change: LinkChange) {
        guard let memory = baseMemories[base] else { return }
        var change = change
        if link.alias != memory.alias { change.alias = memory.alias }
        guard change != LinkChange() else { return }
        _ = kernel?.apply([.changeLink(index: link.index, change)])
    }

    /// Writes the parameters that differ, reads them back, and says what does not hold.
    func setParameters(of wanted: VirtualInterface) {
        guard wanted.hardwareAddress != nil else { return }
        var parameters = InterfaceParameters.own(wanted, reading: Self.reading)
        var problems: [String] = []
        if wanted.families.contains(.ipv4) {
            parameters += InterfaceParameters.base.sorted { $0.key < $1.key }.map {
                InterfaceParameter(sysctl: .ipv4(interface: wanted.base, $0.key), value: $0.value)
            }
            problems = InterfaceParameters.obstacles(reading: Self.reading)
        }
        problems = parameters.compactMap(Self.establish) + problems
        guard reportedProblems[wanted.name] ?? [] != problems else { return }
        reportedProblems[wanted.name] = problems
        for problem in problems {
            logger.warning(
                "(\(ownInterfaces[wanted.name]?.router ?? "-")) \(wanted.name) may not answer with the virtual MAC address",
                metadata: ["interface": "\(wanted.name)", "cause": "\(problem)"])
        }
    }

    private func restore(_ memory: BaseMemory, base index: UInt32) {
        guard let base = interfaces.name(of: index) else { return }
        for (parameter, former) in memory.values.sorted(by: { $0.key < $1.key }) {
            let sysctl = Sysctl.ipv4(interface: base, parameter)
            // What somebody else has set since is theirs.
            let ours = InterfaceParameters.base[parameter]
            guard former != ours, Self.reading(sysctl) == ours else { continue }
            if let problem = Self.establish(InterfaceParameter(sysctl: sysctl, value: former)) {
                logger.warning("Cannot restore \(sysctl)", metadata: ["cause": "\(problem)"])
            }
        }
    }

    private static func reading(_ sysctl: Sysctl) -> Int? { try? sysctl.read() }

    /// Makes a parameter have its value; what is wrong in words, or nil.
    private static func establish(_ parameter: InterfaceParameter) -> String? {
        guard reading(parameter.sysctl) != parameter.value else { return nil }
        do throws(SystemError) {
            try parameter.sysctl.write(parameter.value)
            let value = try parameter.sysctl.read()
            guard value != parameter.value else { return nil }
            return "\(parameter.sysctl) stayed \(value) when \(parameter.value) was written"
        } catch {
            return error.description
        }
    }
}
