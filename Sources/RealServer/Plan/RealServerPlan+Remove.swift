import Addressing
import LinuxSystem
import Netlink

extension RealServerPlan {
    /// None of the addresses where they were applied; with the last one that needs a setting or an interface, that
    /// becomes what it was before.
    static func remove(_ addresses: [IPAddress], from host: HostState, saved: SavedState) -> RealServerPlan {
        var plan = RealServerPlan(saved: saved)
        for address in addresses { plan.letGo(address, on: host) }
        let rest = plan.saved.entries.map(\.address)
        plan.restoreSettings(neededBy: rest, on: host)
        plan.restoreTunnelProtocols(neededBy: rest, on: host)
        plan.restoreTunnelSettings(neededBy: rest, on: host)
        plan.restoreInterfaces(neededBy: rest, on: host)
        return plan
    }

    private mutating func letGo(_ address: IPAddress, on host: HostState) {
        let entry = saved.entry(of: address)
        let interface = entry?.address.interface ?? "lo"
        let present = host.held(address, on: interface)
        saved.entries.removeAll { $0.address.address == address }
        let subject = "\(Prefix(host: address)) on \(interface)"
        if entry?.wasThere == true {
            items.append(.init(subject: subject, actual: describe(present), wanted: "as before", outcome: .left))
            return
        }
        changes += present.map { .removeAddress($0, interface: interface) }
        items.append(
            .init(
                subject: subject, actual: describe(present), wanted: "absent",
                outcome: present.isEmpty ? .inOrder : .changed))
        for displaced in saved.displaced where displaced.address.prefix.address == address {
            saved.displaced.removeAll { $0 == displaced }
            guard host.interface(displaced.interface) != nil else { continue }
            changes.append(.addAddress(displaced.address, interface: displaced.interface))
            items.append(
                .init(
                    subject: "\(displaced.address.prefix) on \(displaced.interface)", actual: "absent",
                    wanted: "present as before", outcome: .changed))
        }
    }

    private mutating func restoreSettings(neededBy rest: [RealServerAddress], on host: HostState) {
        let needed = Set(Settings.wanted(for: rest, on: host).map(\.sysctl))
        for (sysctl, setting) in saved.sysctls.sorted(by: { $0.key.path < $1.key.path }) where !needed.contains(sysctl)
        {
            saved.sysctls[sysctl] = nil
            // Somebody has changed it since: theirs is the newer wish. Or the interface has gone.
            guard let actual = host.sysctls[sysctl] else { continue }
            guard actual == setting.applied else {
                items.append(
                    .init(
                        subject: sysctl.description, actual: String(actual), wanted: String(setting.before),
                        outcome: .left))
                continue
            }
            changes.append(.setSysctl(sysctl, from: setting.applied, to: setting.before))
            items.append(
                .init(
                    subject: sysctl.description, actual: String(setting.applied), wanted: String(setting.before),
                    outcome: .changed))
        }
    }

    private mutating func restoreInterfaces(neededBy rest: [RealServerAddress], on host: HostState) {
        let needed = Set(rest.map(\.interface) + Self.tunnelDevices(of: rest).map(\.name))
        for interface in saved.interfaces where !needed.contains(interface.name) {
            saved.interfaces.removeAll { $0 == interface }
            guard let present = host.interface(interface.name) else { continue }
            let removed = changes.compactMap { change -> InterfaceAddress? in
                guard case .removeAddress(let address, interface.name) = change else { return nil }
                return address
            }
            // An address that somebody else has put there needs the interface as it is.
            let isUsed = present.addresses.contains { !$0.isAutomatic(on: present) && !removed.contains($0) }
            if isUsed || !present.isUp && !interface.wasMade { continue }
            if interface.wasMade {
                changes.append(.removeLink(name: interface.name, kind: interface.kind))
            } else {
                changes.append(.setLink(name: interface.name, up: false))
            }
            items.append(
                .init(
                    subject: interface.name, actual: present.isUp ? "up" : "down",
                    wanted: interface.wasMade ? "absent" : "down", outcome: .changed))
        }
    }
}

extension InterfaceAddress {
    /// Whether the kernel has given it to an interface by itself: the link-local address; on a `sit` device one of
    /// `::/96` for each of the host's IPv4 addresses (`sit_add_v4_addrs()` of `net/ipv6/addrconf.c`).
    fileprivate func isAutomatic(on interface: HostState.Interface) -> Bool {
        guard case .v6(let address) = prefix.address else { return false }
        let bytes = IPAddress.v6(address).bytes
        guard bytes.count == 16 else { return false }
        if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return true }
        return interface.kind == "sit" && bytes.prefix(12).allSatisfy { $0 == 0 }
    }
}
