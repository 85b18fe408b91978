import Addressing
import LinuxSystem
import Netlink

/// What to do on a real server, and what to say about it: a pure function of what is wanted and what is there.
struct RealServerPlan: Sendable, Hashable {
    /// The steps, in an order that never lets the host answer ARP for an address it holds.
    var changes: [Change] = []
    /// What is remembered for a later removal, after the changes.
    var saved: SavedState
    /// The report once the changes are made.
    var items: [RealServerReport.Item] = []
    /// What else is to be said: sentences.
    var notes: [String] = []

    /// Every address on its interface, and the host silent about them.
    static func apply(
        _ addresses: [RealServerAddress], to host: HostState, saved: SavedState, isPersistent: Bool = false
    ) throws(RealServerError) -> RealServerPlan {
        var plan = RealServerPlan(saved: saved)
        for address in addresses { try check(address, on: host, saved: saved) }
        for address in addresses { plan.remember(address, on: host, isPersistent: isPersistent) }
        let all = plan.saved.entries.map(\.address)
        try checkTunnels(of: all, on: host)
        let settings = Settings.wanted(for: all, on: host)
        let devices = tunnelDevices(of: all)
        // A device's own settings exist only once it does.
        for setting in settings where !devices.contains(where: { setting.sysctl.isOf($0.name) }) {
            plan.set(setting, on: host)
        }
        for device in devices {
            if host.interface(device.name) == nil {
                plan.changes.append(.addLink(name: device.name, kind: device.kind))
            }
            for setting in settings where setting.sysctl.isOf(device.name) { plan.set(setting, on: host) }
            plan.open(device.name, for: all, on: host)
            plan.expectChecksums(device.name, for: all, on: host)
            plan.raise(device.name, kind: device.kind, on: host)
        }
        plan.openPorts(for: all, on: host)
        var labels = Set(host.interfaces.flatMap(\.addresses).compactMap(\.label))
        var ready = Set(devices.map(\.name))
        for address in addresses {
            if ready.insert(address.interface).inserted { plan.prepare(address.interface, on: host) }
            plan.hold(address, on: host, saved: saved, labels: &labels)
        }
        return plan
    }

    /// How the host differs from what ``apply(_:to:saved:isPersistent:)`` would make of it.
    static func status(of addresses: [RealServerAddress], on host: HostState, saved: SavedState) -> [RealServerReport
        .Item]
    {
        let plan: RealServerPlan
        do throws(RealServerError) {
            plan = try apply(addresses, to: host, saved: saved)
        } catch {
            return addresses.map { address in
                let present = describe(host.held(address.address, on: address.interface))
                return .init(
                    subject: "\(address.prefix) on \(address.interface)", actual: present,
                    wanted: "present, which cannot be: \(error)", outcome: .wrong)
            }
        }
        return plan.items.map { item in
            var item = item
            if item.outcome == .changed { item.outcome = .wrong }
            return item
        }
    }

    static func tunnelDevices(of addresses: [RealServerAddress]) -> [(name: String, kind: String)] {
        var seen: Set<String> = []
        return addresses.compactMap { address in
            guard let device = address.tunnel?.device(for: address.address.family), seen.insert(device.name).inserted
            else { return nil }
            return device
        }
    }

    // MARK: Steps

    private static func check(
        _ address: RealServerAddress, on host: HostState, saved: SavedState
    ) throws(RealServerError) {
        if let interface = host.interface(address.interface) {
            guard interface.canHoldVirtualAddresses else { throw .interfaceAnswers(address.interface) }
        } else if address.interface == "lo" {
            throw .noLoopback
        }
        guard host.held(address.address, on: address.interface).isEmpty else { return }
        if address.address.family == .ipv6, let sysctl = host.disablesIPv6(on: address.interface) {
            throw .ipv6Disabled(address.address, sysctl)
        }
        for interface in host.arrivals {
            for held in interface.addresses where held.prefix.isEdge(address.address) {
                throw .standsForNetwork(address.address, held.prefix, interface: interface.name)
            }
        }
        // A director that is master has it there. Taking it away is not for this command, and beside it the host
        // would go on answering for it.
        for interface in host.interfaces where !interface.canHoldVirtualAddresses {
            if let held = host.held(address.address, on: interface.name).first {
                throw .heldElsewhere(held.prefix, interface: interface.name)
            }
        }
    }

    private mutating func remember(_ address: RealServerAddress, on host: HostState, isPersistent: Bool) {
        let present = host.held(address.address, on: address.interface)
        var entry = SavedState.Entry(address: address)
        entry.isPersistent = isPersistent
        if let index = saved.entries.firstIndex(where: { $0.address.address == address.address }) {
            let former = saved.entries[index]
            entry.isPersistent = isPersistent || former.isPersistent
            entry.wasThere =
                former.wasThere && former.address.interface == address.interface
                && present.allSatisfy { !address.lacksLabel($0) }
            if address.ports.isEmpty { entry.address.ports = former.address.ports }
            saved.entries[index] = entry
        } else {
            entry.wasThere =
                present.count == 1 && present[0].prefix == address.prefix && !address.lacksLabel(present[0])
            saved.entries.append(entry)
        }
    }

    private mutating func set(_ setting: Settings.Setting, on host: HostState) {
        let actual = host.sysctls[setting.sysctl] ?? host.default(for: setting.sysctl)
        let isAccepted = setting.accepted.contains(actual)
        if !isAccepted {
            changes.append(.setSysctl(setting.sysctl, from: actual, to: setting.wanted))
            // Whatever is found here is the newest wish of somebody else, and is what a removal puts back.
            saved.sysctls[setting.sysctl] = SavedState.Setting(before: actual, applied: setting.wanted)
        }
        // Interfaces are mentioned where there is something to mention.
        if isAccepted, setting.accepted.contains(0) { return }
        items.append(
            .init(
                subject: setting.sysctl.description, actual: String(actual),
                wanted: String(isAccepted ? actual : setting.wanted), outcome: isAccepted ? .inOrder : .changed))
    }

    private mutating func prepare(_ name: String, on host: HostState) {
        if host.interface(name) == nil {
            changes.append(.addLink(name: name, kind: "dummy"))
            saved.interfaces.append(.init(name: name, kind: "dummy", wasMade: true))
        }
        raise(name, kind: host.interface(name)?.kind ?? "dummy", on: host)
    }

    private mutating func raise(_ name: String, kind: String, on host: HostState) {
        let present = host.interface(name)
        let isUp = present?.isUp ?? false
        if !isUp {
            changes.append(.setLink(name: name, up: true))
            // lo stays up: by the time of the removal everything on the host may count on it.
            if name != "lo", !saved.interfaces.contains(where: { $0.name == name }) {
                saved.interfaces.append(.init(name: name, kind: kind, wasMade: false))
            }
        }
        items.append(
            .init(
                subject: name, actual: present == nil ? "absent" : isUp ? "up" : "down", wanted: "up",
                outcome: isUp ? .inOrder : .changed))
    }

    private mutating func hold(
        _ address: RealServerAddress, on host: HostState, saved former: SavedState, labels: inout Set<String>
    ) {
        let present = host.held(address.address, on: address.interface)
        let isHeld = present.contains { $0.prefix == address.prefix && !address.lacksLabel($0) }
        for interface in host.interfaces where interface.canHoldVirtualAddresses {
            for held in host.held(address.address, on: interface.name) {
                // A shorter prefix on lo makes the host take in packets for the whole network.
                let isElsewhere = interface.name != address.interface
                guard isElsewhere || held.prefix != address.prefix || address.lacksLabel(held) else { continue }
                if isElsewhere {
                    items.append(
                        .init(
                            subject: "\(held.prefix) on \(interface.name)", actual: "present", wanted: "absent",
                            outcome: .changed))
                }
                changes.append(.removeAddress(held, interface: interface.name))
                let isOurs =
                    former.entry(of: address.address).map { $0.address.interface == interface.name && !$0.wasThere }
                    ?? false
                if !isOurs || !held.prefix.isHost {
                    saved.displaced.append(.init(address: held, interface: interface.name))
                }
            }
        }
        if !isHeld {
            changes.append(.addAddress(Self.held(address, labels: &labels), interface: address.interface))
        }
        items.append(
            .init(
                subject: "\(address.prefix) on \(address.interface)",
                actual: describe(present, labelled: address.isLabelled),
                wanted: address.isLabelled ? "present with a label" : "present",
                outcome: isHeld && present.count == 1 ? .inOrder : .changed))
    }

    private static func held(_ address: RealServerAddress, labels: inout Set<String>) -> InterfaceAddress {
        guard address.address.family == .ipv4 else {
            return InterfaceAddress(interfaceIndex: 0, prefix: address.prefix, flags: .noDuplicateDetection)
        }
        guard address.isLabelled else { return InterfaceAddress(interfaceIndex: 0, prefix: address.prefix) }
        // As many candidates as there are labels and one more: one is free. The kernel allows 15 bytes.
        let label = (0...labels.count).lazy.map { "\(address.interface):\($0)" }.first {
            !labels.contains($0) && $0.utf8.count <= 15
        }
        if let label { labels.insert(label) }
        return InterfaceAddress(interfaceIndex: 0, prefix: address.prefix, label: label)
    }
}

extension Prefix {
    /// Whether an IPv4 address is the first or the last one of this network, which has more than two.
    fileprivate func isEdge(_ other: IPAddress) -> Bool {
        guard case .v4(let own) = address, case .v4(let other) = other, length < 31, contains(.v4(other)) else {
            return false
        }
        let hosts = UInt32.max >> UInt32(length)
        return own != other && (other.rawValue & hosts == 0 || other.rawValue & hosts == hosts)
    }
}

/// How an address was found.
func describe(_ present: [InterfaceAddress], labelled: Bool = false) -> String {
    guard let first = present.first else { return "absent" }
    let others = present.filter { !$0.prefix.isHost }
    guard others.isEmpty else { return "present as " + others.map(\.prefix.description).joined(separator: ", ") }
    guard let label = first.label, label.contains(":") else { return labelled ? "present without one" : "present" }
    return "present as \(label)"
}

extension HostState {
    /// What a setting is on an interface that is yet to come.
    func `default`(for sysctl: Sysctl) -> Int {
        guard let name = sysctl.path.split(separator: "/").last else { return 0 }
        return sysctls[.ipv4(interface: "default", String(name))] ?? 0
    }
}

extension Sysctl {
    /// Whether it belongs to an interface.
    func isOf(_ interface: String) -> Bool { path.hasPrefix("net/ipv4/conf/\(interface)/") }
}
