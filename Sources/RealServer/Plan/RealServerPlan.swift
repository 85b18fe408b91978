import Addressing
import LinuxSystem
import Netlink

/// What to do on a real server, and what to say about it: a pure function of what is wanted and what is there.
struct RealServerPlan: Sendable, Hashable {
    /// The steps, in an order that never lets the host answer ARP for an address it holds on `lo`.
    var changes: [Change] = []
    /// What is remembered for a later removal, after the changes.
    var saved: SavedState
    /// The report once the changes are made.
    var items: [RealServerReport.Item] = []

    /// Every address on `lo`, and the host silent about them.
    static func apply(_ addresses: [IPAddress], to host: HostState, saved: SavedState) -> RealServerPlan {
        var plan = RealServerPlan(saved: saved)
        if addresses.contains(where: { $0.family == .ipv4 }) {
            for setting in ARPSettings.all { plan.silence(setting, on: host) }
        }
        if !host.loopbackIsUp { plan.changes.append(.setLoopback(index: host.loopbackIndex, up: true)) }
        plan.items.append(
            .init(
                subject: "lo", actual: host.loopbackIsUp ? "up" : "down", wanted: "up",
                outcome: host.loopbackIsUp ? .inOrder : .changed))
        var labels = Set(host.addresses.compactMap(\.label))
        for address in addresses { plan.hold(address, on: host, labels: &labels) }
        return plan
    }

    /// None of the addresses on `lo`; with the last one, the ARP settings as they were before the first.
    static func remove(_ addresses: [IPAddress], from host: HostState, saved: SavedState) -> RealServerPlan {
        var plan = RealServerPlan(saved: saved)
        for address in addresses {
            let present = host.addresses.filter { $0.prefix.address == address }
            plan.changes += present.map { .removeAddress($0) }
            plan.saved.addresses.removeAll { $0 == address }
            plan.items.append(
                .init(
                    subject: "\(Prefix(host: address)) on lo", actual: describe(present), wanted: "absent",
                    outcome: present.isEmpty ? .inOrder : .changed))
        }
        guard !plan.saved.addresses.contains(where: { $0.family == .ipv4 }) else { return plan }
        for setting in ARPSettings.all {
            guard let change = plan.saved.sysctls.removeValue(forKey: setting.sysctl) else { continue }
            let actual = host.sysctls[setting.sysctl]
            // Somebody has changed it since: theirs is the newer wish.
            guard actual == change.applied else { continue }
            plan.changes.append(.setSysctl(setting.sysctl, from: change.applied, to: change.before))
            plan.items.append(
                .init(
                    subject: setting.sysctl.description, actual: String(change.applied), wanted: String(change.before),
                    outcome: .changed))
        }
        return plan
    }

    /// How the host differs from what ``apply(_:to:saved:)`` would make of it.
    static func status(of addresses: [IPAddress], on host: HostState, saved: SavedState) -> [RealServerReport.Item] {
        apply(addresses, to: host, saved: saved).items.map { item in
            var item = item
            if item.outcome == .changed { item.outcome = .wrong }
            return item
        }
    }

    private mutating func silence(_ setting: ARPSettings.Setting, on host: HostState) {
        let actual = host.sysctls[setting.sysctl] ?? 0
        let isAccepted = setting.accepted.contains(actual)
        if !isAccepted {
            changes.append(.setSysctl(setting.sysctl, from: actual, to: setting.wanted))
            // What was there before the first of several applications is what a removal puts back.
            let before = saved.sysctls[setting.sysctl]?.before ?? actual
            saved.sysctls[setting.sysctl] = SavedState.Setting(before: before, applied: setting.wanted)
        }
        items.append(
            .init(
                subject: setting.sysctl.description, actual: String(actual),
                wanted: String(isAccepted ? actual : setting.wanted), outcome: isAccepted ? .inOrder : .changed))
    }

    private mutating func hold(_ address: IPAddress, on host: HostState, labels: inout Set<String>) {
        let wanted = Prefix(host: address)
        let present = host.addresses.filter { $0.prefix.address == address }
        let isHeld = present.contains { $0.prefix == wanted }
        // A shorter prefix on lo makes the host take in packets for the whole network.
        changes += present.filter { $0.prefix != wanted }.map { .removeAddress($0) }
        if !isHeld {
            changes.append(.addAddress(Self.loopbackAddress(wanted, index: host.loopbackIndex, labels: &labels)))
        }
        if !saved.addresses.contains(address) { saved.addresses.append(address) }
        items.append(
            .init(
                subject: "\(wanted) on lo", actual: Self.describe(present), wanted: "present",
                outcome: isHeld && present.count == 1 ? .inOrder : .changed))
    }

    /// The address as the scripts that administrators know put it there: an alias `lo:N`, broadcast to itself.
    private static func loopbackAddress(
        _ prefix: Prefix, index: UInt32, labels: inout Set<String>
    ) -> InterfaceAddress {
        guard case .v4(let address) = prefix.address else {
            return InterfaceAddress(interfaceIndex: index, prefix: prefix, flags: .noDuplicateDetection)
        }
        // As many candidates as there are labels and one more: one is free.
        let label = (0...labels.count).lazy.map { "lo:\($0)" }.first { !labels.contains($0) }
        if let label { labels.insert(label) }
        return InterfaceAddress(interfaceIndex: index, prefix: prefix, broadcast: address, label: label)
    }

    private static func describe(_ present: [InterfaceAddress]) -> String {
        guard let first = present.first else { return "absent" }
        let others = present.filter { !$0.prefix.isHost }
        guard others.isEmpty else { return "present as " + others.map(\.prefix.description).joined(separator: ", ") }
        return first.label.map { $0 == "lo" ? "present" : "present as \($0)" } ?? "present"
    }
}
