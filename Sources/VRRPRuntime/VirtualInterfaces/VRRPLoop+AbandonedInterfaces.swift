import Addressing
import Netlink

extension VRRPLoop {
    /// Takes over what a crash has left of the configuration's, under whatever name, takes away what the configuration
    /// does not have any more, and restores the interfaces below: before others are made, which would take what these
    /// have changed for what was there before, and could not be set up beside one with the same address.
    func settleAbandonedInterfaces() {
        renameVirtualInterfaces()
        for wanted in configuration.virtualInterfaces {
            if case .keep(let link) = plan(wanted, of: configuration) { adopt(wanted, link, for: configuration) }
        }
        let wanted = Set(configuration.virtualInterfaces.map(\.name))
        var abandoned: [String] = []
        for link in interfaces.all.map(\.link) where !wanted.contains(link.name) && !isOwn(link) {
            guard isLeftBehind(link, by: configuration) else { continue }
            if let base = link.lowerIndex, baseMemories[base] == nil, let memory = BaseMemory(alias: link.alias) {
                baseMemories[base] = memory
            }
            ownInterfaces[link.name] = OwnInterface(abandoned: link)
            abandoned.append(link.name)
        }
        removeVirtualInterfaces(abandoned)
    }

    /// Whether a director that is gone has left an interface: by its alias, or where the address is that of a virtual
    /// router of this configuration, as keepalived leaves it. The latter only before the elections: a keepalived that is
    /// started beside this process is another matter.
    func isLeftBehind(_ link: Link, by configuration: VRRPRuntimeConfiguration) -> Bool {
        guard let base = link.lowerIndex, !isInPlace(link, by: configuration) else { return false }
        guard link.alias?.isEmpty ?? true else {
            guard let memory = BaseMemory(alias: link.alias) else { return false }
            return interfaces.name(of: base) == memory.base && memory.process.map(ProcessNumber.isGone) ?? false
        }
        guard phase == .idle, link.macvlanMode == VirtualLink.MACVLANMode.isolated.rawValue,
            link.hardwareAddress?.isOfVirtualRouter ?? false
        else { return false }
        return configuration.virtualInterfaces.contains { wanted in
            wanted.hardwareAddress == link.hardwareAddress && interfaces.name(of: base) == wanted.base
        }
    }
}

extension MACAddress {
    /// Whether it is one of those that RFC 9568 section 7.3 gives to virtual routers.
    fileprivate var isOfVirtualRouter: Bool {
        bytes.starts(with: [0x00, 0x00, 0x5E, 0x00, 0x01]) || bytes.starts(with: [0x00, 0x00, 0x5E, 0x00, 0x02])
    }
}
