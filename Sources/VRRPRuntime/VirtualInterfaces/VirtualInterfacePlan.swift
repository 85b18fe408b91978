import Netlink

/// What to do about a virtual interface, from what is wanted and what is there.
enum VirtualInterfacePlan: Sendable, Hashable {
    /// It is there as it is to be: a crash has left it, or it was made before.
    case keep(Link)
    /// It is to be made.
    case make(VirtualLink)
    /// It is there with other properties, and ours: it is to be made anew.
    case replace(Link, VirtualLink)
    /// It is there as it is to be, under another name, which nobody uses.
    case rename(Link, VirtualLink)
    /// The interface below is missing.
    case waitForBase
    /// The name belongs to an interface that is not ours.
    case nameTaken(by: Link)

    /// - Parameters:
    ///   - isOurs: Whether an interface of the wanted name was made by this process or, by what it remembers, a
    ///     predecessor.
    ///   - isSpare: Whether an interface of another name may be taken: nobody uses it under that name.
    init(
        _ wanted: VirtualInterface, in interfaces: InterfaceTable, isOurs: (Link) -> Bool, isSpare: (Link) -> Bool
    ) {
        guard let base = interfaces.link(named: wanted.base) else {
            self = .waitForBase
            return
        }
        let link = VirtualLink(wanted, on: base)
        let present = interfaces.link(named: wanted.name)
        if let present, present.isLike(link) {
            self = .keep(present)
        } else if let present, !isOurs(present) {
            self = .nameTaken(by: present)
        } else if let other = interfaces.allLinks.first(where: { $0.isLike(link) && isSpare($0) }) {
            self = .rename(other, link)
        } else if let present {
            self = .replace(present, link)
        } else {
            self = .make(link)
        }
    }
}

extension VirtualLink {
    /// What the kernel is asked for. Group and VRF follow the base.
    init(_ wanted: VirtualInterface, on base: Link) {
        let kind: Kind =
            switch wanted.kind {
            case .virtualMAC: .macvlan(.isolated)
            case .ipvlan(let mode, _): .ipvlan(mode)
            }
        self.init(
            name: wanted.name, baseIndex: base.index, kind: kind, hardwareAddress: wanted.hardwareAddress,
            group: wanted.group ?? base.group, masterIndex: base.masterIndex)
    }
}

extension Link {
    /// Whether a link is what a description would make. Group and VRF are not asked for: they do not make it another
    /// interface.
    func isLike(_ wanted: VirtualLink) -> Bool {
        guard lowerIndex == wanted.baseIndex else { return false }
        switch wanted.kind {
        case .macvlan(let mode):
            return kind == "macvlan" && macvlanMode == mode.rawValue && hardwareAddress == wanted.hardwareAddress
        case .ipvlan(let mode): return kind == "ipvlan" && (ipvlanFlags ?? 0) == mode.rawValue
        }
    }
}
