import Addressing
import HealthChecks
import KeepalivedConfig
import Netlink
import VRRP
import VRRPRuntime

/// What a dump is made from, taken at one moment. Values only, so that the text is made away from every loop.
struct DumpFacts: Sendable {
    var moment: Moment
    var configuration: Configuration
    /// Nil where no elections run.
    var elections: VRRPRuntimeDetails?
    /// The services with their servers and checkers; nil where none are checked.
    var board: HealthBoard?

    func status(of instance: VRRPInstance) -> RouterStatus? {
        elections?.status.routers.first { $0.id.name == instance.name }
    }

    /// The priority that a reload would begin with, before elections have said anything else.
    func effectivePriority(of instance: VRRPInstance) -> Int {
        status(of: instance).map { Int($0.effectivePriority) } ?? Int(instance.priority)
    }

    func isSet(_ address: VirtualAddress, of instance: VRRPInstance) -> Bool {
        elections?.held[RouterID(instance.name)]?.contains(address.prefix) ?? false
    }
}

/// The text of `keepalived.data`, in keepalived's layout. Descriptors and timers of threads, which Martlet has none of,
/// are left out, and so are passwords.
enum StateDump {
    static func text(_ facts: DumpFacts) -> String {
        var text = DumpText()
        write(facts.configuration.global, facts.configuration.root, to: &text)
        if !facts.configuration.instances.isEmpty {
            text.title("VRRP Topology")
            for instance in facts.configuration.instances { write(instance, facts, to: &text) }
        }
        if !facts.configuration.syncGroups.isEmpty {
            text.title("VRRP Sync groups")
            for group in facts.configuration.syncGroups { write(group, facts, to: &text) }
        }
        writeTrackers(facts, to: &text)
        if let elections = facts.elections {
            text.title("Interfaces")
            for interface in elections.interfaces { write(interface, facts, to: &text) }
        }
        return text.text
    }

    /// The text of `keepalived_parent.data`: what keepalived's parent process knows, which is the global definitions.
    static func globalText(_ facts: DumpFacts) -> String {
        var text = DumpText()
        write(facts.configuration.global, facts.configuration.root, to: &text)
        return text.text
    }

    private static func write(_ group: SyncGroup, _ facts: DumpFacts, to text: inout DumpText) {
        let state = facts.elections?.status.groups.first { $0.name == group.name }?.state ?? .initialize
        text.line(1, "VRRP Sync Group = \(group.name), \(state.word)")
        let members = group.members.compactMap { name in facts.configuration.instances.first { $0.name == name } }
        let states = members.compactMap { facts.status(of: $0) }
        text.line(
            3,
            "Num member fault \(states.count { !$0.faults.isEmpty }), "
                + "num member init \(states.count { $0.state == .initialize })")
        text.list(3, "VRRP member instances :", group.members)
        text.value(3, "Using smtp notification", DumpWords.yes(group.sendsMail))
        writeScripts(group.notify, to: &text)
    }

    static func writeScripts(_ notify: NotifyScripts, to text: inout DumpText) {
        func script(_ title: String, _ script: Script?) {
            guard let script else { return }
            text.value(3, "\(title) state transition script", DumpWords.command(script))
        }
        script("Backup", notify.backup)
        script("Master", notify.master)
        script("Fault", notify.fault)
        script("Stop", notify.stop)
        script("Generic", notify.generic)
        script("Master rx lower pri", notify.masterReceivedLowerPriority)
    }

    private static func write(
        _ interface: VRRPRuntimeDetails.Interface, _ facts: DumpFacts, to text: inout DumpText
    ) {
        let link = interface.link
        text.value(1, "Name", link.name)
        text.line(3, "index = \(link.index)")
        for family in [AddressFamily.ipv4, .ipv6] {
            let own = interface.addresses.first { $0.prefix.address.family == family }
            text.value(
                3, "IPv\(family == .ipv4 ? 4 : 6) address", own.map { "\($0.prefix.address)" } ?? "(none)")
        }
        if let hardware = link.hardwareAddress, !link.flags.contains(.loopback) {
            text.value(3, "MAC", "\(hardware)")
        }
        var state = [link.flags.contains(.up) ? "UP" : "DOWN"]
        state.append(link.flags.contains(.running) ? "RUNNING" : "not RUNNING")
        if !link.flags.contains(.broadcast) { state.append("no broadcast") }
        if link.flags.contains(.loopback) { state.append("loopback") }
        if link.flags.contains(.pointToPoint) { state.append("point to point") }
        if link.flags.contains(.noARP) { state.append("no arp") }
        if !link.flags.contains(.multicast) { state.append("no multicast") }
        text.value(3, "State", state.joined(separator: ", "))
        let delays = facts.configuration.root.linkDelays.first { $0.interface == link.name }
        text.value(3, "Up debounce timer", "\(delays?.up.microseconds ?? 0)us")
        text.value(3, "Down debounce timer", "\(delays?.down.microseconds ?? 0)us")
        text.value(3, "MTU", link.mtu)
        text.value(3, "HW Type", link.flags.contains(.loopback) ? "LOOPBACK" : "ETHERNET")
        if let kind = link.kind { text.value(3, "Kind", kind) }
        text.line(
            3,
            facts.configuration.polledLinks[link.name] == nil ? "NIC netlink status update" : "NIC polled status update"
        )
        let tracking = facts.configuration.instances.compactMap { instance -> String? in
            let weight = RouterConfiguration(instance, group: facts.group(of: instance)).trackers.first {
                $0.subject == .interface(link.name)
            }
            return weight.map { "\(instance.name), weight \($0.weight)\($0.isReversed ? " reverse" : "")" }
        }
        text.list(3, "Tracking VRRP instances :", tracking)
    }
}

extension DumpFacts {
    func group(of instance: VRRPInstance) -> SyncGroup? {
        configuration.syncGroups.first { $0.members.contains(instance.name) }
    }
}
