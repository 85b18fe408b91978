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

    /// The line of a virtual address.
    func words(_ address: VirtualAddress, of instance: VRRPInstance, _ virtual: VirtualInterfaceMap) -> String {
        DumpWords.address(
            address, on: address.interface ?? instance.interface,
            by: virtual.interface(of: address, in: instance) ?? instance.interface,
            isSet: elections?.held[RouterID(instance.name)]?.contains(address.prefix) ?? false)
    }

    func interface(named name: String) -> VRRPRuntimeDetails.Interface? {
        elections?.interfaces.first { $0.link.name == name }
    }

    /// The line of a static address.
    func words(_ address: VirtualAddress) -> String {
        let present = address.interface.flatMap { interface(named: $0) }?.addresses ?? []
        return DumpWords.address(
            address, on: address.interface, isSet: present.contains { $0.prefix == address.prefix })
    }
}

/// The text of `keepalived.data`, in keepalived's layout. Descriptors and timers of threads, which Martlet has none of,
/// are left out, and so are passwords.
enum StateDump {
    static func text(_ facts: DumpFacts) -> String {
        var text = DumpText()
        let configuration = facts.configuration
        let virtual = VirtualInterfaceMap(configuration)
        let resolver = ScriptResolver(configuration.global)
        writeGlobal(configuration, to: &text)
        func section(_ title: String, _ lines: [String]) {
            guard !lines.isEmpty else { return }
            text.title(title)
            for line in lines { text.line(5, line) }
        }
        section("Static Addresses", configuration.staticAddresses.map { facts.words($0) })
        section("Static Routes", configuration.staticRoutes.map(DumpWords.route))
        section("Static Rules", configuration.staticRules.map(DumpWords.rule))
        if !configuration.instances.isEmpty {
            text.title("VRRP Topology")
            for instance in configuration.instances { write(instance, facts, virtual, resolver, to: &text) }
        }
        if !configuration.syncGroups.isEmpty {
            text.title("VRRP Sync groups")
            for group in configuration.syncGroups { write(group, facts, resolver, to: &text) }
        }
        writeTrackers(facts, resolver, to: &text)
        if let elections = facts.elections {
            text.title("Interfaces")
            for interface in elections.interfaces { write(interface, facts, virtual, to: &text) }
        }
        return text.text
    }

    /// The text of `keepalived_parent.data`: what keepalived's parent process knows, which is the global definitions.
    static func globalText(_ facts: DumpFacts) -> String {
        var text = DumpText()
        writeGlobal(facts.configuration, to: &text)
        return text.text
    }

    private static func write(
        _ group: SyncGroup, _ facts: DumpFacts, _ resolver: ScriptResolver, to text: inout DumpText
    ) {
        let state = facts.elections?.status.groups.first { $0.name == group.name }?.state ?? .initialize
        text.line(1, "VRRP Sync Group = \(group.name), \(state.word)")
        let members = group.members.compactMap { name in facts.configuration.instances.first { $0.name == name } }
        let states = members.compactMap { facts.status(of: $0) }
        text.line(
            3,
            "Num member fault \(states.count { !$0.faults.isEmpty }), "
                + "num member init \(states.count { $0.state == .initialize })")
        text.list(3, "VRRP member instances :", group.members)
        if group.allowsTrackingWeights { text.line(3, "sync group tracking weight set") }
        text.value(3, "Using smtp notification", DumpWords.yes(group.sendsMail))
        writeTracking(
            group.trackedInterfaces, group.trackedScripts, group.trackedFiles, group.trackedProcesses,
            group.trackedBFDs, to: &text)
        writeScripts(group.notify, resolver, to: &text)
    }

    static func writeScripts(_ notify: NotifyScripts, _ resolver: ScriptResolver, to text: inout DumpText) {
        func script(_ title: String, _ script: Script?) {
            guard let script else { return }
            text.value(3, "\(title) state transition script", DumpWords.command(script, runBy: resolver))
        }
        script("Backup", notify.backup)
        script("Master", notify.master)
        script("Fault", notify.fault)
        script("Stop", notify.stop)
        script("Generic", notify.generic)
        script("Master rx lower pri", notify.masterReceivedLowerPriority)
    }
}

extension DumpFacts {
    func group(of instance: VRRPInstance) -> SyncGroup? {
        configuration.syncGroups.first { $0.members.contains(instance.name) }
    }
}
