import Addressing
import LinuxSystem
import Logging
import Netlink
import VRRP

/// The parameters of virtual interfaces and of those below, which are restored.
extension VRRPLoop {
    /// Reads what the parameters of the interface below were, unless that is known already.
    func remember(base index: UInt32, name: String, alias: String?) {
        guard baseMemories[index] == nil else { return }
        if var memory = BaseMemory(alias: alias), memory.base == name {
            memory.process = ProcessNumber.own
            baseMemories[index] = memory
            return
        }
        var memory = BaseMemory(base: name, process: ProcessNumber.own)
        for parameter in InterfaceParameters.base.keys {
            if let value = Self.reading(.ipv4(interface: name, parameter)) { memory.values[parameter] = value }
        }
        baseMemories[index] = memory
    }

    /// Writes into the alias what a successor has to know.
    func label(_ link: Link, base: UInt32, changing change: LinkChange) {
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

    func restore(_ memory: BaseMemory, base index: UInt32) {
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

    /// Makes a link that there is take IPv6 addresses if it is to have some.
    func switchIPv6On(_ wanted: VirtualInterface, _ link: Link) {
        guard wanted.families.contains(.ipv6), wanted.hardwareAddress != nil,
            Self.reading(.ipv6(interface: link.name, "disable_ipv6")) == 1
        else { return }
        // Before it takes any: there would be a link-local address of its own.
        _ = kernel?.apply([
            .changeLink(index: link.index, LinkChange(ipv6AddressGeneration: addressGeneration(wanted)))
        ])
        for (parameter, value) in [("accept_ra", 0), ("autoconf", 0), ("disable_ipv6", 0)] {
            _ = Self.establish(InterfaceParameter(sysctl: .ipv6(interface: link.name, parameter), value: value))
        }
    }

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
